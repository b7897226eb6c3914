import { readFileSync, readdirSync } from 'node:fs';
import { digest } from '../../core/digest.ts';
import { Fault, Faults } from '../../core/diagnostic.ts';
import type { Fields } from '../../core/value.ts';
import { isList } from '../../core/value.ts';
import type { ModuleSource, Schema } from '../../yang/index.ts';
import { compile } from '../../yang/index.ts';
import type { ProjectFiles } from '../contract.ts';

/** `yang/` of the package: three folders up from here in the sources and in the built package alike. */
const OWN = new URL('../../../yang/', import.meta.url);

const compiled = new Map<string, Schema>();

/**
 * The schema of a datastore: the brewery's own modules, or those in the folders that the target's option `modules` names,
 * relative to the project. Compiled once for the same texts. Throws Faults with every mistake in them, by file and line.
 */
export function schemaFor(options: Fields, files: ProjectFiles | undefined): Schema {
  const folders = isList(options['modules']) ? options['modules'].map(String) : undefined;
  const modules = folders ? folders.flatMap((folder) => modulesIn(folder, files)) : (own ??= ownModules());
  const key = digest(modules.map(({ file, text }) => [file, text]));
  const known = compiled.get(key);
  if (known) return known;
  const { schema, diagnostics } = compile({ modules });
  if (!schema) throw new Faults(diagnostics);
  compiled.set(key, schema);
  return schema;
}

let own: readonly ModuleSource[] | undefined;

const ownModules = (): readonly ModuleSource[] =>
  readdirSync(OWN)
    .filter((name) => name.endsWith('.yang'))
    .sort()
    .map((name) => ({ file: `yang/${name}`, text: readFileSync(new URL(name, OWN), 'utf8') }));

function modulesIn(folder: string, files: ProjectFiles | undefined): readonly ModuleSource[] {
  const names = files?.list(folder).filter((name) => name.endsWith('.yang')) ?? [];
  if (!files || names.length === 0) {
    throw new Fault({
      code: 'CONFIG_MODULES',
      summary: `there is no YANG module in ${folder}`,
      detail:
        'The option modules of the target names folders of *.yang files, relative to setpoint.yaml. Without the option, the modules of the package are used.',
      hint: 'Correct spec.options.modules of the Target.',
    });
  }
  return names.map((name) => {
    const file = `${folder}/${name}`;
    return { file, text: files.read(file) ?? '' };
  });
}
