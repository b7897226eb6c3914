import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../core/diagnostic.ts';

/** A file that a secret is taken from, as it is on disk. */
export interface SecretFile {
  /** As the manifest names it. */
  readonly shown: string;
  readonly bytes: Buffer;
}

/** More than any key, token or certificate chain. A device or a log that is named by mistake must not fill the memory. */
export const MOST_BYTES = 1024 * 1024;

/**
 * The bytes of a file; undefined where there is none. Paths are relative to `dir`. Throws Fault SECRET_MISSING where it may not
 * be read, and SECRET_UNREADABLE above 1 MiB.
 */
export async function readSecretFile(path: string, dir: string): Promise<SecretFile | undefined> {
  try {
    const handle = await open(resolve(dir, path), 'r');
    try {
      const bytes = Buffer.allocUnsafe(MOST_BYTES + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === bytes.length) break;
      }
      if (length > MOST_BYTES) throw tooLarge(path);
      return { shown: path, bytes: Buffer.from(bytes.subarray(0, length)) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof Fault || code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw missing(`the file ${path}`, `cannot be read (${code})`, 'It has to be a file that you may read.');
  }
}

/** The text of a secret, less the one line end that editors and programs put at its end. Throws Fault SECRET_UNREADABLE. */
export function secretText(shown: string, bytes: Uint8Array): string {
  try {
    return withoutLineEnd(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Fault(
      {
        code: 'SECRET_UNREADABLE',
        summary: `the file ${shown} holds bytes that are no UTF-8 text`,
        detail: 'A secret is text. Replacing what is no text would send another secret than the one that was meant.',
        hint: 'Write it as text, in base64 for instance, if the system that wants it takes that.',
      },
      { sent: 'no' },
    );
  }
}

export const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');

export const missing = (what: string, why: string, hint: string): Fault =>
  new Fault(
    {
      code: 'SECRET_MISSING',
      summary: `${what} ${why}`,
      detail: 'A manifest takes a secret from there, and without it nothing can be written to the system that wants it.',
      hint,
    },
    { sent: 'no' },
  );

const tooLarge = (path: string): Fault =>
  new Fault(
    {
      code: 'SECRET_UNREADABLE',
      summary: `the file ${path} is larger than 1 MiB`,
      detail: 'That is more than any key, token or certificate. It was not read further.',
      hint: 'Name the file that holds the secret and nothing else.',
    },
    { sent: 'no' },
  );
