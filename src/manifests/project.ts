import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Fault, Faults, nearest } from '../core/diagnostic.ts';
import type { Value } from '../core/value.ts';
import { packagedSchema } from './packaged-schema.ts';
import type { Page } from './page.ts';
import { placed } from './places.ts';
import { readPages } from './read.ts';
import type { ProjectManifest, TargetSettings } from './types.ts';
import { schemaCompiler, type Validate } from './validator.ts';
import { checkable } from './vocabulary.ts';

/** Where state lives: on a git ref of its own, or in a folder relative to the project's. */
export type StateHome = 'git' | { readonly folder: string };

export interface Environment {
  readonly name: string;
  /** Folders that only this environment has. */
  readonly manifests: readonly string[];
  /** What is different about targets here; with a provider, a target of its own. */
  readonly targets: Readonly<Record<string, TargetSettings>>;
  readonly state: StateHome;
  /** How many objects one run may delete; undefined: as many as the plan says. */
  readonly deletionBudget?: number;
}

/** `setpoint.yaml`, or what stands in for it where there is none. Folders are relative to `dir`. */
export interface Project {
  /** Absolute. */
  readonly dir: string;
  readonly name: string;
  /** Folders that all environments share. */
  readonly manifests: readonly string[];
  readonly environments: ReadonlyMap<string, Environment>;
  /** The one that is meant where none is named. */
  readonly defaultEnvironment?: string;
  /** The document `setpoint.yaml` itself; undefined where there is none. */
  readonly page?: Page;
}

export const PROJECT_FILE = 'setpoint.yaml';
const DEFAULT_ENVIRONMENT = 'default';
/** Behind an environment's name: where the state of its sandbox is kept. No environment is called so itself. */
export const SANDBOX_SUFFIX = '.sandbox';
const DEFAULT_STATE: StateHome = { folder: '.setpoint/state' };

/**
 * The project that a folder belongs to: `setpoint.yaml` there or in the nearest folder above. Without one, the folder itself is
 * a project with one environment, no manifests of its own and state in `.setpoint/state`. Throws Faults with all that is wrong.
 */
export async function loadProject(from: string): Promise<Project> {
  const dir = projectFolder(resolve(from));
  if (dir === undefined) return withoutFile(resolve(from));
  const { pages, diagnostics } = readPages({ file: PROJECT_FILE, text: readFileSync(join(dir, PROJECT_FILE)) });
  const page = pages.find((each) => each.value !== null);
  if (diagnostics.length > 0) throw new Faults(diagnostics);
  if (page === undefined) throw empty();
  const more = pages.find((each) => each !== page && each.value !== null);
  if (more !== undefined) {
    const summary = `${PROJECT_FILE} holds one document`;
    const hint = 'Manifests have their own files, in the folder that spec.manifests names.';
    throw new Faults([placed(more, { code: 'PROJECT_INVALID', at: '', part: 'key', summary, hint })]);
  }
  const validate = await (validator ??= projectValidator());
  const issues = validate(page.value, page.lexical);
  if (issues.length > 0) throw new Faults(issues.map((issue) => placed(page, issue)));
  return projectOf(dir, page);
}

/** Compiled once: `watch` reads its project again and again. */
let validator: Promise<Validate> | undefined;

async function projectValidator(): Promise<Validate> {
  const compile = await schemaCompiler();
  const { schema, defs } = checkable(packagedSchema('own/project.json'));
  return compile({ ...schema, $defs: defs });
}

function projectFolder(from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, PROJECT_FILE))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

function withoutFile(dir: string): Project {
  const environment: Environment = { name: DEFAULT_ENVIRONMENT, manifests: [], targets: {}, state: DEFAULT_STATE };
  return {
    dir,
    name: DEFAULT_ENVIRONMENT,
    manifests: [],
    environments: new Map([[DEFAULT_ENVIRONMENT, environment]]),
    defaultEnvironment: DEFAULT_ENVIRONMENT,
  };
}

const empty = (): Faults =>
  new Faults([
    {
      code: 'PROJECT_INVALID',
      severity: 'error',
      summary: `${PROJECT_FILE} is empty`,
      detail: 'It has to say which folders of manifests there are and where state lives.',
      hint: 'setpoint init writes one.',
      at: { file: PROJECT_FILE, line: 1, col: 1 },
    },
  ]);

const foldersOf = (folders: Value | undefined): readonly string[] =>
  folders === undefined ? [] : typeof folders === 'string' ? [folders] : (folders as readonly string[]);

function projectOf(dir: string, page: Page): Project {
  const { metadata, spec = {} } = page.value as unknown as ProjectManifest;
  const environments = new Map<string, Environment>();
  const written = Object.entries(spec.environments ?? {});
  const reserved = written.find(([name]) => name.endsWith(SANDBOX_SUFFIX))?.[0];
  if (reserved !== undefined) throw new Faults([placed(page, reservedName(reserved))]);
  for (const [name, own] of written.length === 0 ? ([[DEFAULT_ENVIRONMENT, {}]] as const) : written) {
    const settings: (typeof written)[number][1] = own;
    const budget = settings.deletionBudget ?? spec.deletionBudget;
    environments.set(name, {
      name,
      manifests: foldersOf(settings.manifests),
      targets: settings.targets ?? {},
      state: settings.state ?? spec.state ?? DEFAULT_STATE,
      ...(budget === undefined ? {} : { deletionBudget: budget }),
    });
  }
  const only = environments.size === 1 ? [...environments.keys()][0] : undefined;
  const chosen = spec.environment ?? only;
  if (spec.environment !== undefined && !environments.has(spec.environment)) {
    throw new Faults([placed(page, { ...unknownEnvironment(spec.environment, environments), at: '/spec/environment', part: 'value' })]);
  }
  return {
    dir,
    name: metadata.name,
    manifests: spec.manifests === undefined ? ['manifests'] : foldersOf(spec.manifests),
    environments,
    ...(chosen === undefined ? {} : { defaultEnvironment: chosen }),
    page,
  };
}

const reservedName = (name: string) => ({
  code: 'PROJECT_INVALID',
  at: `/spec/environments/${name}`,
  part: 'key' as const,
  summary: `an environment cannot be called ${JSON.stringify(name)}`,
  detail: `The state of ${JSON.stringify(name.slice(0, -SANDBOX_SUFFIX.length))} with --sandbox is kept under that name: the two would remove each other's resources.`,
  hint: `Choose a name that does not end in ${SANDBOX_SUFFIX}.`,
});

function unknownEnvironment(name: string, environments: ReadonlyMap<string, Environment>) {
  const near = nearest(name, environments.keys());
  return {
    code: 'ENVIRONMENT_UNKNOWN',
    summary: `there is no environment called ${JSON.stringify(name)}`,
    detail: `${PROJECT_FILE} has ${[...environments.keys()].join(', ')}.`,
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  };
}

/** The environment of that name, or the default one. Throws Fault ENVIRONMENT_UNKNOWN or ENVIRONMENT_MISSING. */
export function environmentOf(project: Project, name: string | undefined = project.defaultEnvironment): Environment {
  if (name === undefined) {
    throw new Fault({
      code: 'ENVIRONMENT_MISSING',
      summary: 'which environment is meant is not said',
      detail: `${PROJECT_FILE} has ${[...project.environments.keys()].join(', ')}, and no default among them.`,
      hint: 'Name one with -e, or write spec.environment.',
    });
  }
  const environment = project.environments.get(name);
  if (environment === undefined) throw new Fault(unknownEnvironment(name, project.environments));
  return environment;
}
