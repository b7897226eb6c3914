import { resolve } from 'node:path';
import type { KindName } from '../core/id.ts';
import { groupOf } from '../core/id.ts';
import type { Fields } from '../core/value.ts';
import { isFields } from '../core/value.ts';
import { desired } from '../manifests/desired.ts';
import { environmentOf, loadProject } from '../manifests/project.ts';
import { projectFiles } from '../manifests/sources.ts';
import type { AnyKind, ProjectFiles } from '../providers/contract.ts';
import { registry } from '../providers/registry.ts';
import type { Surroundings } from './surroundings.ts';

export interface ExplainedOptions {
  readonly surroundings: Pick<Surroundings, 'cwd'>;
  readonly directory?: string;
  readonly environment?: string;
  /** Only the modules of these targets. */
  readonly targets?: readonly string[];
}

/**
 * A kind's schema with what modules let stand in its free-form sections: the modules of the project's targets, or of the package
 * where there are none. Throws Faults for a project, and Fault for modules, that cannot be read.
 */
export async function explained(kind: AnyKind, options: ExplainedOptions): Promise<Fields> {
  const schema = kind.schema();
  if (kind.describe === undefined || !isFields(schema.properties)) return schema;
  const { files, all } = await targetsOf(kind.kind, options);
  const properties: Record<string, Fields> = {};
  for (const [name, own] of Object.entries(schema.properties)) properties[name] = own as Fields;
  for (const each of all) {
    for (const [name, section] of Object.entries(kind.describe(files, each))) {
      const before = properties[name] ?? {};
      properties[name] = { ...before, ...section, properties: { ...(before.properties as Fields), ...(section.properties as Fields) } };
    }
  }
  return { ...schema, properties };
}

/** The options of each target that the kind may be on. */
async function targetsOf(
  kind: KindName,
  { surroundings, directory, environment, targets }: ExplainedOptions,
): Promise<{ readonly files: ProjectFiles; readonly all: readonly Fields[] }> {
  const project = await loadProject(resolve(surroundings.cwd, directory ?? '.'));
  const [first] = project.environments.keys();
  // No manifest is asked for: of the project only its Targets are read.
  const { targets: known } = await desired({
    project,
    environment: environmentOf(project, environment ?? project.defaultEnvironment ?? first),
    providers: registry,
    given: [],
  });
  const provider = registry.find(({ groups }) => groups.includes(groupOf(kind)))?.name;
  const meant = [...known.values()].filter((one) => one.provider === provider && (targets?.includes(one.name) ?? true));
  return { files: projectFiles(project.dir), all: meant.length === 0 ? [{}] : meant.map((one) => one.options) };
}
