import { Fault } from '../core/diagnostic.ts';
import { bytesOf, linesOf, runGit, type GitEnd, type GitRun, type RunGitOptions } from './run-git.ts';

/** What a call of git said. `out` is raw: file contents and NUL-separated lists are no text. */
export interface GitAnswer {
  readonly code: number;
  readonly out: Buffer;
  readonly err: string;
}

export interface GitOptions {
  readonly input?: string | Uint8Array;
  /** Added to the environment: the identity of a commit. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The git program in one folder. */
export interface Git {
  readonly folder: string;
  /** Runs git and says how it went. Throws GIT_MISSING, or GIT_SLOW after two minutes without an end. */
  ask(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  /** The same where anything but success is a Fault: GIT_FAILED or DISK_FULL. The output without its last line end. */
  text(args: readonly string[], options?: GitOptions): Promise<string>;
  /** The output line by line, as it comes. */
  lines(args: readonly string[]): AsyncIterable<string>;
}

export type Env = Readonly<Record<string, string | undefined>>;

const LIMIT_MS = 120_000;

/**
 * What of the user's GIT_* variables is passed on: how to reach and trust remotes, which configuration to read, who commits. All
 * others (GIT_DIR, GIT_INDEX_FILE, …) are set while a hook or an alias runs and would send us into the wrong repository.
 */
const KEPT =
  /^GIT_(SSH|ASKPASS|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_|VALUE_)|HTTP|SSL|PROXY|EXEC_PATH|CEILING|(AUTHOR|COMMITTER)_(NAME|EMAIL))/;

/** Settings of the user that must not change what we do: hooks, signatures, and how much has to be on disk when git returns. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsync=all',
  'core.quotePath=false',
  'commit.gpgSign=false',
  'push.gpgSign=false',
  'push.followTags=false',
  'push.recurseSubmodules=no',
  'fetch.recurseSubmodules=no',
  'log.showSignature=false',
].flatMap((setting) => ['-c', setting]);

export function openGit({ folder, env }: { readonly folder: string; readonly env: Env }): Git {
  const clean: Record<string, string> = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: '1' };
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !(name in clean) && (!name.startsWith('GIT_') || KEPT.test(name))) clean[name] = value;
  }
  const start = (args: readonly string[], options: Pick<RunGitOptions, 'input' | 'limitMs'> & GitOptions = {}): GitRun =>
    runGit({ ...options, args: [...SETTINGS, ...args], cwd: folder, env: { ...clean, ...options.env } });

  const ask = async (args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> => {
    const run = start(args, { ...options, limitMs: LIMIT_MS });
    const [end, out, err] = await Promise.all([run.end, bytesOf(run.out), bytesOf(run.err)]);
    return { code: codeOf(end, args), out, err: err.toString('utf8') };
  };

  return {
    folder,
    ask,
    async text(args, options) {
      const answer = await ask(args, options);
      if (answer.code !== 0) throw gitFailed(args, answer);
      return answer.out.toString('utf8').replace(/\n$/, '');
    },
    async *lines(args) {
      const run = start(args);
      const err = bytesOf(run.err);
      try {
        yield* linesOf(run.out);
        const code = codeOf(await run.end, args);
        if (code !== 0) throw gitFailed(args, { code, out: Buffer.alloc(0), err: (await err).toString('utf8') });
      } finally {
        run.kill(); // somebody who has seen enough reads no further
      }
    },
  };
}

/** Throws GIT_MISSING, GIT_SLOW, or GIT_FAILED for a process that was ended from outside. */
function codeOf(end: GitEnd, args: readonly string[]): number {
  if (end === 'slow') throw slow(args);
  if ('missing' in end) throw missing(end.missing);
  if ('signal' in end) throw gitFailed(args, { code: -1, out: Buffer.alloc(0), err: `it was ended by ${end.signal}` });
  return end.code;
}

const verbOf = (args: readonly string[]): string => args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-c') ?? '';

/** The Fault for a call of git that ended otherwise than it should. */
export function gitFailed(args: readonly string[], { code, err }: GitAnswer): Fault {
  if (/No space left on device|Disk quota exceeded/.test(err)) {
    return new Fault(
      {
        code: 'DISK_FULL',
        summary: 'no room left to write into the git repository',
        detail: 'Git could not store its objects. No reference was moved, so everything is as it was.',
        hint: 'Free some space and run the same command again.',
      },
      { sent: 'no' },
    );
  }
  const said = err.trim();
  return new Fault(
    {
      code: 'GIT_FAILED',
      summary: `git ${verbOf(args)} failed: ${said.split('\n')[0] || `exit ${code}`}`,
      detail: said === '' ? 'Git gave no reason.' : `Git said:\n${said}`,
      hint: 'Put the repository right and run the same command again.',
    },
    { sent: 'no' },
  );
}

const slow = (args: readonly string[]): Fault =>
  new Fault(
    {
      code: 'GIT_SLOW',
      summary: `git ${verbOf(args)} did not end within ${LIMIT_MS / 1000} s`,
      detail: 'It may wait for a remote that does not answer, or for a password that nobody can type here.',
      hint: 'Try the same in a terminal: git fetch.',
    },
    { sent: 'maybe', retry: { afterMs: 5000 } },
  );

const missing = (cause: unknown): Fault =>
  new Fault(
    {
      code: 'GIT_MISSING',
      summary: 'the git program could not be started',
      detail: `State is kept in git here, and watch reads manifests from it. The system says: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Install git 2.31 or newer, or keep state in a folder (state: {folder: …} in setpoint.yaml).',
    },
    { sent: 'no', cause },
  );
