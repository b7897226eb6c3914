import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import { writeDurably } from '../disk/index.ts';
import { format } from '../manifests/format.ts';
import { manifestSources } from '../manifests/sources.ts';
import type { Engine } from './engine.ts';

/** Formats the project's manifests, or these files. `changed` are relative to the project. */
export async function formatFiles(
  { project, environment }: Engine,
  { files, check }: { readonly files: readonly string[] | undefined; readonly check: boolean },
): Promise<{ readonly changed: readonly string[]; readonly diagnostics: readonly Diagnostic[] }> {
  const changed: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of files ?? manifestFiles({ project, environment })) {
    const path = isAbsolute(file) ? file : join(project.dir, file);
    const name = relative(project.dir, path);
    try {
      const before = readText(path, name);
      const after = format(before);
      if (after === before) continue;
      if (!check) await writeDurably(path, after);
      changed.push(name);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { at, ...rest } = error.diagnostic;
      diagnostics.push({ ...rest, ...(at ? { at: { ...at, file: name } } : {}) });
    }
  }
  return { changed, diagnostics };
}

/** Throws Fault FILE_UNREADABLE. */
function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Fault({
      code: 'FILE_UNREADABLE',
      summary: code === 'ENOENT' ? `${name} is not there` : `${name} cannot be read (${code})`,
      detail: 'It was left as it is.',
      hint: 'Name a manifest, or none: then all of the project are formatted.',
    });
  }
}

function* manifestFiles({ project, environment }: Pick<Engine, 'project' | 'environment'>): Generator<string> {
  for (const source of manifestSources(project, environment)) if (/\.ya?ml$/i.test(source.file)) yield source.file;
}
