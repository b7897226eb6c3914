import type { Identity } from 'age-encryption';
import { Fault } from '../core/diagnostic.ts';
import { readSecretFile, type SecretFile } from './secret-file.ts';

/** Secret keys that age files are opened with: `AGE-SECRET-KEY-1…`, as age-keygen writes them. Never part of a message. */
export interface AgeIdentities {
  readonly keys: readonly string[];
  /** Where they were taken from, for people: `SETPOINT_AGE_IDENTITY`. */
  readonly from: string;
}

const IN_TEXT = 'SETPOINT_AGE_IDENTITY';
const IN_FILE = 'SETPOINT_AGE_IDENTITY_FILE';
const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const VERSION = 'age-encryption.org/v1\n';
const SUPPORTED = /^AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]+$/;

/**
 * The identities of this machine: those in SETPOINT_AGE_IDENTITY, then those in the file that SETPOINT_AGE_IDENTITY_FILE names,
 * one a line, comments and empty lines left out. Throws Fault SECRET_LOCKED where there is none, or one that cannot be used.
 */
export async function ageIdentities(env: Readonly<Record<string, string | undefined>>, dir: string): Promise<AgeIdentities> {
  const { [IN_TEXT]: text, [IN_FILE]: file } = env;
  const places: { readonly from: string; readonly text: string }[] = [];
  if (text) places.push({ from: IN_TEXT, text });
  if (file) {
    const read = await readSecretFile(file, dir);
    if (read === undefined) throw locked(`the file ${file} of ${IN_FILE} is not there`, `Correct ${IN_FILE}, or make one with age-keygen.`);
    places.push({ from: file, text: read.bytes.toString('latin1') });
  }
  const keys = places.flatMap(keysIn);
  if (keys.length > 0) return { keys, from: places.map(({ from }) => from).join(' and ') };
  throw locked(
    'there is no age identity to decrypt with',
    `Set ${IN_FILE} to the file that age-keygen made, or ${IN_TEXT} to an AGE-SECRET-KEY-1… text.`,
  );
}

function keysIn({ from, text }: { readonly from: string; readonly text: string }): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    if (SUPPORTED.test(line)) return [line];
    throw notAnIdentity(from, index);
  });
}

const notAnIdentity = (from: string, index: number): Fault =>
  locked(
    `line ${index + 1} of ${from} is no age identity that can be used`,
    'Each line is an AGE-SECRET-KEY-1… text as age-keygen writes it. SSH keys, plugins and identities with a passphrase are not supported.',
  );

/**
 * The plain text of an age file, binary or armored. Throws Fault SECRET_LOCKED where no identity fits, and SECRET_UNREADABLE
 * for what is no age file or is damaged; a file that was cut or changed anywhere never gives a part of its text.
 */
export async function openAge({ shown, bytes }: SecretFile, identities: AgeIdentities): Promise<Uint8Array> {
  const { armor } = await import('age-encryption');
  const start = bytes.subarray(0, 1024).toString('latin1').trimStart();
  const isArmored = start.startsWith(BEGIN);
  if (!isArmored && !start.startsWith(VERSION)) {
    throw unreadable(`the file ${shown} is no age file`, 'Encrypt it with age, or take it as {file} if it is meant to be plain text.');
  }
  const decrypter = await decrypterOf(identities);
  // Asked last, and only when no identity before it had anything to say to the file's header.
  let isForOthers = false;
  let wants: readonly string[] = [];
  const lastAsked: Identity = {
    unwrapFileKey(stanzas) {
      isForOthers = true;
      wants = stanzas.map(({ args: [type = ''] }) => type);
      return null;
    },
  };
  decrypter.addIdentity(lastAsked);
  try {
    return await decrypter.decrypt(isArmored ? armor.decode(bytes.toString('latin1')) : bytes);
  } catch {
    // What the library says may quote the header; why it failed is known without it.
    if (!isForOthers)
      throw unreadable(`the age file ${shown} is damaged`, 'Bring it back from where it was made, or encrypt the secret again.');
    throw wants.includes('scrypt') ? needsPassphrase(shown) : forOthers(shown, identities);
  }
}

async function decrypterOf({ keys, from }: AgeIdentities) {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const [index, key] of keys.entries()) {
    try {
      decrypter.addIdentity(key);
    } catch {
      // Its checksum is wrong; what it says would quote the key.
      throw locked(`identity ${index + 1} of ${from} is mistyped or cut`, 'Copy the whole line that begins with AGE-SECRET-KEY-1.');
    }
  }
  return decrypter;
}

/** The text as an armored age file for these recipients, or (without any) for the identities themselves. Throws Fault SECRET_UNKEPT. */
export async function sealAge(text: string, { recipients, identities }: Sealing): Promise<string> {
  const { Encrypter, armor, identityToRecipient } = await import('age-encryption');
  // An identity that is mistyped is told as such.
  await decrypterOf(identities);
  const encrypter = new Encrypter();
  for (const recipient of recipients ?? (await Promise.all(identities.keys.map(identityToRecipient)))) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new Fault(
        {
          code: 'SECRET_UNKEPT',
          summary: `${recipient.slice(0, 70)} is no age recipient`,
          detail:
            'A new secret is encrypted for the recipients in keep before it is stored; this one is mistyped or cut, so nothing was made.',
          hint: 'Write the age1… text that age-keygen -y prints.',
        },
        { sent: 'no' },
      );
    }
  }
  return armor.encode(await encrypter.encrypt(text));
}

export interface Sealing {
  readonly recipients: readonly string[] | undefined;
  readonly identities: AgeIdentities;
}

const needsPassphrase = (shown: string): Fault =>
  locked(
    `the age file ${shown} is encrypted with a passphrase`,
    'Encrypt it for a recipient (age -r age1…): nobody is there to type a passphrase.',
  );

const forOthers = (shown: string, { keys, from }: AgeIdentities): Fault =>
  locked(
    `the age file ${shown} is not for ${keys.length === 1 ? 'the identity' : `any of the ${keys.length} identities`} in ${from}`,
    'Use the identity that it was made for, or have it encrypted for this one as well: age-keygen -y prints its recipient.',
  );

const locked = (summary: string, hint: string): Fault =>
  new Fault(
    {
      code: 'SECRET_LOCKED',
      summary,
      detail: 'A manifest takes a secret from an age file, which only an identity that it was encrypted for can open.',
      hint,
    },
    { sent: 'no' },
  );

const unreadable = (summary: string, hint: string): Fault =>
  new Fault({ code: 'SECRET_UNREADABLE', summary, detail: 'No part of it was used.', hint }, { sent: 'no' });
