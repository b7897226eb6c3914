import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { Fields } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';
import { generateAndKeep, type Dice } from './keep-secret.ts';

/** How a secret's program ended; what it says on its error output is nobody's business. */
export interface Ran {
  readonly output: string;
  /** Undefined: it could not be started, ran too long or was killed. */
  readonly exitCode: number | undefined;
}

/** What secrets are looked up in. */
export interface Surroundings {
  /** Folder of the project: files are relative to it, programs run in it. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dice: Dice;
  /** Default: the program itself, without a shell and with no more than `env`, for at most 30 s. */
  readonly run?: (command: readonly string[], options: Pick<Surroundings, 'dir' | 'env'>) => Promise<Ran>;
}

const LIMIT_MS = 30_000;
const MOST_CHARACTERS = 1_000_000;

/**
 * The value of a secret: text without the one line end that editors and programs put at its end. Undefined for a generated one
 * that nobody has made yet. Throws Fault SECRET_MISSING where the source has none, and SECRET_UNSUPPORTED for a source that this
 * version cannot read. No message holds any part of a value.
 */
export async function resolveSecret(source: Fields, around: Surroundings): Promise<string | undefined> {
  const { env, file, exec, generate, keep } = source;
  if (typeof env === 'string')
    return present(around.env[env], { what: `the environment variable ${env}`, hint: `Set ${env}, or write it in .env.` });
  if (typeof file === 'string') return fromFile(file, around.dir);
  if (isList(exec)) return fromProgram(exec as readonly string[], around);
  if (typeof generate === 'string' && isFields(keep) && typeof keep.file === 'string') {
    const kept = await readIfThere(resolve(around.dir, keep.file));
    const hint = 'Bring the secret back; or delete the file, if another one may be made.';
    return kept && present(kept.value, { what: `the file ${keep.file}`, hint });
  }
  throw unsupported(source);
}

/**
 * The same, but a generated secret is made now if there is none: it is on disk, readable by its owner alone, before this
 * returns. Of two that make it at once, both get the one that was stored first.
 */
export async function makeSecret(source: Fields, around: Surroundings): Promise<string> {
  const value = await resolveSecret(source, around);
  if (value !== undefined) return value;
  const { generate, keep } = source as { readonly generate: 'secp256k1' | 'bytes32'; readonly keep: { readonly file: string } };
  return generateAndKeep({ kind: generate, file: resolve(around.dir, keep.file), dice: around.dice });
}

const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');

const missing = (what: string, why: string, hint: string): Fault =>
  new Fault(
    {
      code: 'SECRET_MISSING',
      summary: `${what} ${why}`,
      detail: 'A manifest takes a secret from there, and without it nothing can be written to the system that wants it.',
      hint,
    },
    { sent: 'no' },
  );

function present(value: string | undefined, { what, hint }: { readonly what: string; readonly hint: string }): string {
  if (value === undefined) throw missing(what, 'is not set', hint);
  if (value === '') throw missing(what, 'is empty', hint);
  return value;
}

async function fromFile(file: string, dir: string): Promise<string> {
  const read = await readIfThere(resolve(dir, file));
  const hint = 'Write the secret into it, and nothing else.';
  if (read === undefined) throw missing(`the file ${file}`, 'is not there', hint);
  return present(read.value, { what: `the file ${file}`, hint });
}

async function readIfThere(path: string): Promise<{ readonly value: string } | undefined> {
  try {
    return { value: withoutLineEnd(await readFile(path, 'utf8')) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw missing(`the file ${path}`, `cannot be read (${code ?? 'unknown error'})`, 'It has to be a file that you may read.');
  }
}

async function fromProgram(command: readonly string[], around: Surroundings): Promise<string> {
  const [program = ''] = command;
  const { output, exitCode } = await (around.run ?? runProgram)(command, around);
  const hint = 'Run it by hand to see what it says.';
  if (exitCode === undefined) throw missing(`the program ${program}`, 'could not be run, or did not end within 30 s', hint);
  if (exitCode !== 0) throw missing(`the program ${program}`, `ended with exit code ${exitCode}`, hint);
  const value = withoutLineEnd(output);
  if (value === '') throw missing(`the program ${program}`, 'printed nothing', hint);
  return value;
}

async function runProgram(command: readonly string[], { dir, env }: Pick<Surroundings, 'dir' | 'env'>): Promise<Ran> {
  const { execa } = await import('execa');
  const [program = '', ...args] = command;
  const result = await execa(program, args, {
    cwd: dir,
    env: env as Record<string, string>,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    stripFinalNewline: false,
    timeout: LIMIT_MS,
    maxBuffer: MOST_CHARACTERS,
  });
  return { output: result.stdout, exitCode: result.exitCode };
}

const unsupported = (source: Fields): Fault =>
  new Fault(
    {
      code: 'SECRET_UNSUPPORTED',
      summary: `a secret cannot be taken from {${Object.keys(source).join(', ')}}`,
      detail: 'Secrets come from {env}, {file}, {exec} or {generate, keep: {file}}.',
      hint: 'Write one of these forms.',
    },
    { sent: 'no' },
  );
