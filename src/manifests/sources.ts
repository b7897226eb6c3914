import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Fault, type Diagnostic } from '../core/diagnostic.ts';
import { byText } from '../core/value.ts';
import type { ProjectFiles } from '../providers/contract.ts';
import { PROJECT_FILE, type Environment, type Project } from './project.ts';
import type { Source } from './read.ts';

/** What to read instead of the project's folders: a file or folder (relative to the project, or absolute), or a text. */
export type Given = { readonly path: string } | Source;

/** A folder, file or text that was asked for, and whether all of it was read: only then what it does not hold was removed. */
export interface Rendered {
  readonly source: string;
  readonly complete: boolean;
}

interface Listing {
  readonly files: Map<string, string>;
  readonly diagnostics: Diagnostic[];
  readonly rendered: Rendered[];
}

const MANIFEST = /\.(yaml|yml|json)$/i;

/**
 * The files that hold an environment's manifests, in the order of their names: `*.yaml`, `*.yml`, `*.json` below the shared
 * folders and the environment's own. Hidden files and folders, `setpoint.yaml`, and folders of other environments are left out.
 * A folder that is not there is an error: it must not look like one whose manifests were all removed.
 */
export function* manifestSources(
  project: Project,
  environment: Environment,
  given?: readonly Given[],
): Generator<Source, { readonly diagnostics: readonly Diagnostic[]; readonly rendered: readonly Rendered[] }> {
  const listing: Listing = { files: new Map(), diagnostics: [], rendered: [] };
  const texts: Source[] = [];
  if (given === undefined) listProject(project, environment, listing);
  for (const one of given ?? []) {
    if ('text' in one) {
      texts.push(one);
      listing.rendered.push({ source: one.file, complete: true });
    } else list({ project, path: one.path, skip: new Set() }, listing);
  }
  for (const [path, file] of [...listing.files].sort((a, b) => byText(a[1], b[1]))) {
    const read = attempt(file, () => readFileSync(path));
    if ('fault' in read) {
      listing.diagnostics.push(read.fault);
      for (const [i, one] of listing.rendered.entries()) if (isBelow(file, one.source)) listing.rendered[i] = { ...one, complete: false };
    } else yield { file, text: read.value };
  }
  yield* texts;
  return { diagnostics: listing.diagnostics, rendered: listing.rendered };
}

const isBelow = (file: string, folder: string): boolean => folder === '.' || file === folder || file.startsWith(`${folder}/`);

function listProject(project: Project, environment: Environment, listing: Listing): void {
  const own = new Set([...project.environments.values()].flatMap((each) => each.manifests.map((folder) => resolve(project.dir, folder))));
  if (project.page === undefined) listing.diagnostics.push(NO_PROJECT);
  for (const path of project.manifests) list({ project, path, skip: own }, listing);
  for (const path of environment.manifests) {
    const mine = new Set(environment.manifests.map((folder) => resolve(project.dir, folder)));
    list({ project, path, skip: new Set([...own].filter((folder) => !mine.has(folder))) }, listing);
  }
}

const NO_PROJECT: Diagnostic = {
  code: 'PROJECT_MISSING',
  severity: 'error',
  summary: `there is no ${PROJECT_FILE} here or in a folder above`,
  detail: 'It says where the manifests are. Without it they have to be named.',
  hint: 'setpoint init writes one; or name a file or folder of manifests with -f.',
};

function list(options: { readonly project: Project; readonly path: string; readonly skip: ReadonlySet<string> }, listing: Listing): void {
  const { project, path, skip } = options;
  const top = resolve(project.dir, path);
  const source = shown(project.dir, top);
  const before = listing.diagnostics.length;
  const visit = (folder: string, open: ReadonlySet<string>): void => {
    const real = realpathSync(folder);
    if (open.has(real)) return; // a link to a folder that we are inside of
    const inside = new Set([...open, real]);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const full = join(folder, entry.name);
      if (skip.has(full)) continue;
      const kind = entry.isSymbolicLink() ? attempt(shown(project.dir, full), () => statSync(full)) : { value: entry };
      if ('fault' in kind) listing.diagnostics.push(kind.fault);
      else if (kind.value.isDirectory()) visit(full, inside);
      else if (kind.value.isFile() && MANIFEST.test(entry.name) && entry.name !== PROJECT_FILE) {
        listing.files.set(full, shown(project.dir, full));
      }
    }
  };
  const read = attempt(source, () => {
    if (statSync(top).isDirectory()) visit(top, new Set());
    else listing.files.set(top, source);
  });
  if ('fault' in read) listing.diagnostics.push(read.fault);
  listing.rendered.push({ source, complete: listing.diagnostics.length === before });
}

/** Relative to the project where it is inside, with slashes on every system. */
function shown(dir: string, path: string): string {
  const inside = relative(dir, path);
  if (inside === '') return '.';
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside.split(sep).join('/');
}

/** The file system's answer, or what is wrong as a diagnostic: expected of every path that a person named. */
function attempt<T>(file: string, read: () => T): { readonly value: T } | { readonly fault: Diagnostic } {
  try {
    return { value: read() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return {
      fault: {
        code: isMissing ? 'MANIFESTS_MISSING' : 'FILE_UNREADABLE',
        severity: 'error',
        summary: isMissing ? `${file} is not there` : `${file} cannot be read (${code})`,
        detail:
          'What it may hold is not known, so nothing is planned: a manifest that cannot be read must not look like one that was removed.',
        ...(isMissing ? { hint: `Make it, or correct its name in ${PROJECT_FILE} or behind -f.` } : {}),
      },
    };
  }
}

/** The files of a project for kinds that need some of their own (YANG modules): by path below the project's folder. */
export function projectFiles(dir: string): ProjectFiles {
  const inside = (path: string): string => {
    const full = resolve(dir, path);
    if (full !== resolve(dir) && !full.startsWith(`${resolve(dir)}${sep}`)) {
      throw new Fault({
        code: 'FILE_OUTSIDE',
        summary: `${path} is outside the project`,
        detail: `A project has all that it needs below its folder, so that it means the same on every machine.`,
        hint: 'Copy the file into the project.',
      });
    }
    return full;
  };
  const orNothing = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
      throw error;
    }
  };
  return {
    read(path) {
      const full = inside(path);
      return orNothing(() => readFileSync(full, 'utf8'));
    },
    bytes(path) {
      const full = inside(path);
      return orNothing(() => readFileSync(full));
    },
    list(folder) {
      const full = inside(folder);
      const entries = orNothing(() => readdirSync(full, { withFileTypes: true, recursive: true })) ?? [];
      return entries
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map((entry) => relative(full, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort(byText);
    },
  };
}
