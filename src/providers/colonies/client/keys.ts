import { createHash, randomBytes } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Fault } from '../../../core/diagnostic.ts';

/*
 * Identities of ColonyOS: there is no register of keys. A signature is over the SHA3-256 of a text on secp256k1, with the recovery id
 * behind it, so that whoever has text and signature has the public key; and the id of a user, executor, colony or server is the hash of
 * that key. Keys, ids and signatures are hexadecimal text; texts of keys never stand in an error.
 */

const { Point, Signature, utils } = secp256k1;
const sha3 = (text: string): Buffer => createHash('sha3-256').update(text, 'utf8').digest();

/** The id that belongs to a private key (64 hexadecimal digits): 64 digits. Throws Fault COLONIES_KEY. */
export const idOf = (privateKey: string): string => idOfPublicKey(publicKeyOf(privateKey));

/** `04…`, 130 digits: the point as SEC 1 writes it, uncompressed. Throws Fault COLONIES_KEY. */
export const publicKeyOf = (privateKey: string): string => hex(secp256k1.getPublicKey(keyBytes(privateKey), false));

/** The hash is over the 130 characters of the key's text, not over the 65 bytes that they stand for. */
export const idOfPublicKey = (publicKey: string): string => hashText(publicKey);

/** SHA3-256 of a text, as 64 digits: what is signed, and what ids that the server makes are (of a UUID's text). */
export const hashText = (text: string): string => hex(sha3(text));

/**
 * `r ‖ s ‖ v`, 130 digits, over the text exactly as it is sent. The nonce is that of RFC 6979, so that the same text and key give the same
 * signature everywhere; `s` is the lower of the two, since servers refuse the other. Throws Fault COLONIES_KEY.
 */
export function signText(text: string, privateKey: string): string {
  const signature = secp256k1.sign(sha3(text), keyBytes(privateKey), { prehash: false, lowS: true, format: 'recovered' });
  return hex(signature.subarray(1)) + hex(signature.subarray(0, 1));
}

/** Whose signature it is, or in the words of the Colonies server why it is nobody's. */
export type Recovered = { readonly id: string } | { readonly refused: string };

/**
 * Who signed the text, as the server finds out. It refuses the higher `s`, takes `v` from 0 to 7 (its library knows 4 to 7 as "of a
 * compressed key", which changes nothing), and any nonce. A `v` that was tampered with gives another id, not an error.
 */
export function signerOf(text: string, signature: string): Recovered {
  const odd = [...signature].find((digit) => !/[0-9a-fA-F]/.test(digit));
  if (odd !== undefined) return { refused: `encoding/hex: invalid byte: U+${codePoint(odd)} '${odd}'` };
  if (signature.length % 2 !== 0) return { refused: 'encoding/hex: odd length hex string' };
  const bytes = Buffer.from(signature, 'hex');
  if (bytes.length !== 65) return { refused: 'Invalid signature length' };
  const v = bytes[64] ?? 0;
  if (v > 7) {
    return {
      refused: `Failed to recover public key: invalid signature: public key recovery code ${(v + 27) % 256} is not in the valid range [27, 34]`,
    };
  }
  const unfit = scalarFault('R', bytes.subarray(0, 32)) ?? scalarFault('S', bytes.subarray(32, 64));
  if (unfit !== undefined) return { refused: `Failed to recover public key: invalid signature: ${unfit}` };
  let publicKey: string;
  let high: boolean;
  try {
    const parsed = Signature.fromBytes(Buffer.concat([Buffer.of(v & 3), bytes.subarray(0, 64)]), 'recovered');
    publicKey = parsed.recoverPublicKey(sha3(text)).toHex(false);
    high = parsed.hasHighS();
  } catch {
    // Only r is left that can be wrong, and noble says so by plain errors: no point of the curve has that x.
    const why = v & 2 ? 'signature R + N >= P' : 'not for a valid curve point';
    return { refused: `Failed to recover public key: invalid signature: ${why}` };
  }
  if (high) return { refused: 'Failed verify signature: Signature s value is over half the order' };
  return { id: idOfPublicKey(publicKey) };
}

function scalarFault(name: 'R' | 'S', bytes: Uint8Array): string | undefined {
  const scalar = BigInt(`0x${hex(bytes)}`);
  if (scalar >= Point.Fn.ORDER) return `${name} >= group order`;
  return scalar === 0n ? `${name} is 0` : undefined;
}

/** A new private key. `bytes` has to be of cryptographic quality; tests may give their own. */
export function newKey(bytes: (length: number) => Uint8Array = randomBytes): string {
  for (;;) {
    const key = bytes(32);
    // All but one in 2^128 are in range.
    if (utils.isValidSecretKey(key)) return hex(key);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
const codePoint = (char: string): string => (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

function keyBytes(privateKey: string): Uint8Array {
  if (!/^[0-9a-fA-F]*$/.test(privateKey)) throw badKey('It has characters in it that are no hexadecimal digits.');
  if (privateKey.length !== 64) throw badKey(`It has ${privateKey.length} of them.`);
  const bytes = Buffer.from(privateKey, 'hex');
  if (!utils.isValidSecretKey(bytes)) throw badKey('This one is 0, or not below the order of the curve secp256k1.');
  return bytes;
}

const badKey = (why: string): Fault =>
  new Fault(
    {
      code: 'COLONIES_KEY',
      summary: 'this is no private key of ColonyOS',
      detail: `A key is 64 hexadecimal digits. ${why}`,
      hint: 'Is it perhaps the id that belongs to the key? `colonies security generate` prints both.',
    },
    { sent: 'no' },
  );
