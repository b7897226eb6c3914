import { resolve } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { Fields } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';
import { ageIdentities, openAge, sealAge } from './age.ts';
import { generateAndKeep, type Dice } from './keep-secret.ts';
import { missing, readSecretFile, secretText, withoutLineEnd } from './secret-file.ts';

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
 * that nobody has made yet. Throws Fault SECRET_MISSING where the source has none, SECRET_LOCKED and SECRET_UNREADABLE where what
 * it has cannot be used, SECRET_UNSUPPORTED for a source that this version cannot read. No message holds any part of a value.
 */
export async function resolveSecret(source: Fields, around: Surroundings): Promise<string | undefined> {
  const { env, file, exec, age, generate, keep } = source;
  if (typeof env === 'string')
    return present(around.env[env], { what: `the environment variable ${env}`, hint: `Set ${env}, or write it in .env.` });
  if (typeof file === 'string') return there(await inFile({ file }, around), file, 'Write the secret into it, and nothing else.');
  if (typeof age === 'string') return there(await inFile({ age }, around), age, 'Encrypt the secret into it: age -a -r age1… -o FILE.');
  if (isList(exec)) return fromProgram(exec as readonly string[], around);
  if (typeof generate === 'string' && isKeep(keep)) return inFile(keep, around);
  throw unsupported(source);
}

/**
 * The same, but a generated secret is made now if there is none: it is on disk, readable by its owner alone, before this
 * returns. Of two that make it at once, both get the one that was stored first.
 */
export async function makeSecret(source: Fields, around: Surroundings): Promise<string> {
  const value = await resolveSecret(source, around);
  if (value !== undefined) return value;
  const { generate, keep } = source as { readonly generate: 'secp256k1' | 'bytes32'; readonly keep: Keep };
  const file = 'file' in keep ? keep.file : keep.age;
  return generateAndKeep({
    kind: generate,
    file: resolve(around.dir, file),
    dice: around.dice,
    seal: async (text) => {
      if ('file' in keep) return text;
      const identities = await ageIdentities(around.env, around.dir);
      const bytes = Buffer.from(await sealAge(text, { recipients: keep.recipients, identities }));
      // Whoever could not read it again would make another one each time.
      await openAge({ shown: file, bytes }, identities);
      return bytes;
    },
    kept: async () => (await inFile(keep, around)) ?? '',
  });
}

/** Where a generated secret is kept; where a secret is, in plain text or encrypted. */
type Keep = { readonly file: string } | { readonly age: string; readonly recipients?: readonly string[] };

const isKeep = (keep: unknown): keep is Keep =>
  isFields(keep as Fields) && (typeof (keep as Fields).file === 'string' || typeof (keep as Fields).age === 'string');

/** What a file holds; undefined where there is none. */
async function inFile(keep: Keep, { dir, env }: Surroundings): Promise<string | undefined> {
  const hint = 'Bring the secret back; or delete the file, if another one may be made.';
  const file = 'file' in keep ? keep.file : keep.age;
  // Without an identity nothing could be kept there either: better said before anything is planned.
  const identities = 'age' in keep ? await ageIdentities(env, dir) : undefined;
  const read = await readSecretFile(file, dir);
  if (read === undefined) return undefined;
  const text = secretText(file, identities === undefined ? read.bytes : await openAge(read, identities));
  return present(text, { what: `the file ${file}`, hint });
}

function there(value: string | undefined, file: string, hint: string): string {
  if (value === undefined) throw missing(`the file ${file}`, 'is not there', hint);
  return value;
}

function present(value: string | undefined, { what, hint }: { readonly what: string; readonly hint: string }): string {
  if (value === undefined) throw missing(what, 'is not set', hint);
  if (value === '') throw missing(what, 'is empty', hint);
  return value;
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
      detail: 'Secrets come from {env}, {file}, {age}, {exec} or {generate, keep: {file|age}}.',
      hint: 'Write one of these forms.',
    },
    { sent: 'no' },
  );
