import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../core/diagnostic.ts';

/** Random bytes from a source that nobody can guess. */
export type Dice = (bytes: number) => Uint8Array;

/** Order of the curve's group (SEC 2, section 2.4.1): a private key is an integer from 1 to one less. */
const SECP256K1_ORDER = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;
const HEX_64 = /^[0-9a-f]{64}$/;

/**
 * Makes a secret and stores it as 64 hexadecimal digits and a line end, in a file of mode 0600. The file is complete and on disk
 * before it has its name, and the name is given only where there is none: a crash leaves a whole secret or none, and of two
 * that do this at once both return what was stored first. Throws Fault SECRET_UNKEPT where it cannot be stored.
 */
export async function generateAndKeep(options: {
  readonly kind: 'secp256k1' | 'bytes32';
  readonly file: string;
  readonly dice: Dice;
}): Promise<string> {
  const { kind, file, dice } = options;
  const secret = kind === 'secp256k1' ? privateKey(dice) : hex(dice(32));
  const temporary = `${file}.${hex(dice(6))}.new`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${secret}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await link(temporary, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await unlink(temporary);
    }
    await syncFolder(dirname(file));
    const kept = (await readFile(file, 'utf8')).trim();
    if (HEX_64.test(kept)) return kept;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw unkept(file, `it cannot be written (${code})`);
  }
  throw unkept(file, 'it holds something else than 64 hexadecimal digits');
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function privateKey(dice: Dice): string {
  for (;;) {
    const key = hex(dice(32));
    const number = BigInt(`0x${key}`);
    if (number > 0n && number < SECP256K1_ORDER) return key;
  }
}

/** A name is on disk when its folder is. Some systems cannot open a folder; there the file system sees to it itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const unkept = (file: string, why: string): Fault =>
  new Fault(
    {
      code: 'SECRET_UNKEPT',
      summary: `a new secret cannot be kept in ${file}`,
      detail: `${why[0]?.toUpperCase()}${why.slice(1)}. A secret that is used before it is stored would be lost with the first crash, so nothing was done with it.`,
      hint: 'Name another file in keep, or make that one writable.',
    },
    { sent: 'no' },
  );
