import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** As whom it runs, where this process may choose. */
  readonly uid?: number;
  readonly gid?: number;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Runs a program to its end; one that cannot be started has the code null. */
export function run(program: string, words: readonly string[], { cwd, input, env, uid, gid }: RunOptions = {}): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
    ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
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
 * `folders` are where a package puts it that is not on the PATH. Throws Missing where it is not there and this user cannot install it.
 */
export function debianProgram(program: string, packages: readonly string[], folders: readonly string[] = []): string {
  const found = installed(program, folders);
  if (found !== undefined) return found;
  const wanted = `${program} is not installed (package ${packages.join(' or ')})`;
  if (process.getuid?.() !== 0) throw new Missing(`${wanted}, and only root may install it`);
  if (run('apt-get', ['--version']).code !== 0) throw new Missing(`${wanted}, and there is no apt-get here`);
  must('apt-get', ['update', '-q']);
  const known = packages.find((name) => /^Candidate: (?!\(none\))/m.test(run('apt-cache', ['policy', name]).out.replaceAll(/^ +/gm, '')));
  if (known === undefined) throw new Missing(`${wanted}, and this release has no such package`);
  startingNothing(() =>
    must('apt-get', ['install', '-q', '-y', '--no-install-recommends', known], { env: { DEBIAN_FRONTEND: 'noninteractive' } }),
  );
  const now = installed(program, folders);
  if (now === undefined) throw new Missing(`${known} was installed, and there is no ${program}`);
  return now;
}

/** Debian starts the servers of a package that is installed, unless this program says no. */
const POLICY = '/usr/sbin/policy-rc.d';

function startingNothing(install: () => void): void {
  if (existsSync(POLICY)) return install();
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    rmSync(POLICY);
  }
}

/** Of several in `folders`, which may have stars, the one with the highest number. */
function installed(program: string, folders: readonly string[]): string | undefined {
  const found = run('sh', ['-c', 'command -v "$0"', program]);
  if (found.code === 0) return found.out.trim();
  const places = folders.map((folder) => `${folder}/${program}`).join(' ');
  return run('sh', ['-c', `for place in ${places}; do [ -x "$place" ] && echo "$place"; done`])
    .out.split('\n')
    .filter((place) => place !== '')
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
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

/** What is built, exactly. */
export interface GoModule {
  /** `example.org/tool`. */
  readonly path: string;
  readonly version: string;
  /** What Go says of its files (`h1:…`): another one is not built. */
  readonly sum: string;
  /** The folder of the program in it, `./cmd/tool`. */
  readonly main: string;
  readonly name: string;
  /** The oldest Go that can build it: [1, 24]. */
  readonly go: readonly [number, number];
}

/**
 * A program of a Go module, built once into `folder` and kept there. Not with `go install`: that asks the proxy for the list of the
 * module's versions, which not all serve. Gives its path. Throws Missing where there is no Go that is new enough.
 */
export function goProgram(folder: string, { path, version, sum, main, name, go: least }: GoModule): string {
  const program = join(folder, name);
  if (existsSync(program)) return program;
  const go = debianProgram('go', ['golang-go'], ['/usr/local/go/bin', '/usr/lib/go-*/bin']);
  const env = { GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' };
  const own = run(go, ['env', 'GOVERSION'], { env }).out.trim();
  const [, major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(own) ?? []).map(Number);
  if (major * 1000 + minor < least[0] * 1000 + least[1])
    throw new Missing(`${path} needs Go ${least.join('.')} or later, and this is ${own}`);
  const module = JSON.parse(must(go, ['mod', 'download', '-json', `${path}@${version}`], { env, cwd: tmpdir() })) as GoDownload;
  if (module.Sum !== sum) throw new Error(`${path}@${version} is not what it was: its sum is ${module.Sum}, not ${sum}`);
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(folder, 'build-'));
  try {
    const source = join(scratch, 'source');
    cpSync(module.Dir, source, { recursive: true });
    must('chmod', ['-R', 'u+w', source]); // modules are kept read-only
    const built = join(scratch, name);
    must(go, ['build', '-o', built, main], { env, cwd: source });
    renameSync(built, program); // whole or not at all, also where two build at once
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return program;
}

interface GoDownload {
  readonly Dir: string;
  readonly Sum: string;
}
