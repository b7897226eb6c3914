import { dirname } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import { createExclusively, makeFolder } from '../disk/index.ts';

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
  /** The text as the file is to hold it: encrypted, or as it is. */
  readonly seal: (text: string) => Promise<string | Uint8Array>;
  /** What the file holds now, without its line end. */
  readonly kept: () => Promise<string>;
}): Promise<string> {
  const { kind, file, dice } = options;
  const sealed = await options.seal(`${kind === 'secp256k1' ? privateKey(dice) : hex(dice(32))}\n`);
  try {
    await makeFolder(dirname(file), { mode: 0o700 });
    await createExclusively(file, sealed, { mode: 0o600 });
  } catch (error) {
    throw error instanceof Fault ? unkept(file, error.diagnostic.summary) : error;
  }
  const kept = await options.kept();
  if (HEX_64.test(kept)) return kept;
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
