import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Missing } from './stage.ts';

/** What a program said and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Runs a program to its end; one that cannot be started has the code null. */
export function run(program: string, words: readonly string[], { cwd, input }: RunOptions = {}): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
  });
  return { code: status, out: stdout ?? '', err: `${stderr ?? ''}${error ? error.message : ''}` };
}

/** The same for a step that has to work. Throws Missing with the last lines that it said. */
function must(program: string, words: readonly string[], options: RunOptions = {}): string {
  const { code, out, err } = run(program, words, options);
  if (code === 0) return out;
  const said = `${out}\n${err}`.trim().split('\n').slice(-5).join('\n');
  throw new Missing(`${program} ${words.slice(0, 3).join(' ')} failed (${code ?? 'it could not be started'}):\n${said}`);
}

/**
 * A program that comes with a Debian package: the one that is installed, or that of the first of `packages` that this release has.
 * Throws Missing where it is not there and this user cannot install it.
 */
export function debianProgram(program: string, packages: readonly string[]): string {
  const found = run('sh', ['-c', 'command -v "$0"', program]);
  if (found.code === 0) return found.out.trim();
  const wanted = `${program} is not installed (package ${packages.join(' or ')})`;
  if (process.getuid?.() !== 0) throw new Missing(`${wanted}, and only root may install it`);
  if (run('apt-get', ['--version']).code !== 0) throw new Missing(`${wanted}, and there is no apt-get here`);
  must('apt-get', ['update', '-q']);
  const known = packages.find((name) => run('apt-cache', ['show', name]).code === 0);
  if (known === undefined) throw new Missing(`${wanted}, and this release has no such package`);
  must('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-q', '-y', '--no-install-recommends', known]);
  return must('sh', ['-c', 'command -v "$0"', program]).trim();
}

/**
 * A Python environment with these requirements, exact versions please, kept in `folder` for the next run. Gives the path of its python.
 * Throws Missing where there is no Python or the packages cannot be had.
 */
export function pythonWith(folder: string, requirements: readonly string[]): string {
  const python = join(folder, 'bin/python');
  if (!existsSync(python)) {
    mkdirSync(folder, { recursive: true });
    must('python3', ['-m', 'venv', folder]);
  }
  must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]);
  return python;
}

/** A program of a Go module, `example.org/tool@v1.2.3`, built into `folder`. Gives its path. Throws Missing. */
export function goProgram(folder: string, module: string): string {
  mkdirSync(folder, { recursive: true });
  must('env', [`GOBIN=${folder}`, 'go', 'install', module]);
  return join(folder, module.replace(/@.*$/, '').split('/').at(-1) ?? '');
}
