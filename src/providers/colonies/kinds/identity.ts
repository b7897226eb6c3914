import { Fault } from '../../../core/diagnostic.ts';
import { shortId, type ResourceId } from '../../../core/id.ts';
import { isSecret, secretMark, type SecretMark } from '../../../core/mark.ts';
import { canonical, type Value } from '../../../core/value.ts';
import type { Finding, Known } from '../../contract.ts';
import { idOf } from '../client/index.ts';

/** The id behind a private key, which the server shows; undefined for a text that is no key. */
export function publicOf(key: string): string | undefined {
  try {
    return idOf(key);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** The id behind a key as it stands in a spec: a text while something is written, a mark while it is planned. Undefined for a key that nobody has made yet. */
export const idBehind = (key: Value | undefined): string | undefined =>
  typeof key === 'string' ? publicOf(key) : isSecret(key) ? key.public : undefined;

/**
 * What is recorded under the id of an older key, and by now has the one that is meant: rotate-key gave it that. It is the same object, so
 * it bears our mark, and only the record is behind. Every other object with another id is another one.
 */
export const rotated = ({ id, handle }: Known, is: string, mine: string | undefined): { readonly mark?: string } =>
  handle !== undefined && handle !== is && is === mine ? { mark: id } : {};

/**
 * It was made under the name of its manifest, and no other is asked for: when the manifest is renamed (metadata.was), the object keeps the
 * name that it has, and is known by its id.
 */
export const isUnnamed = ({ want, applied }: Known): boolean => applied?.['name'] === undefined && want?.['name'] === undefined;

/** A key that nobody sees, by the id that everybody does. */
export const keyBehind = (id: string): SecretMark => secretMark({}, undefined, id);

/** Who it is has to be said once, by a key or by an id; `optional` where neither stands for the target's own key. */
export function identityFindings(
  { key, id }: { readonly key: unknown; readonly id: string | undefined },
  { field, optional }: { readonly field: 'userid' | 'executorid'; readonly optional: boolean },
): readonly Finding[] {
  if (key !== undefined && id !== undefined) return [twice(field)];
  if (key === undefined && id === undefined) return optional ? [] : [nobody(field)];
  return id === undefined || /^[0-9a-f]{64}$/.test(id) ? [] : [noId(field)];
}

interface Someone {
  readonly key?: unknown;
  readonly userid?: string;
  readonly executorid?: string;
}

/** Two manifests that are one and the same to the server: of one id, or with one key; or both with the target's own, which is none. */
export function sameIdentity(all: readonly { readonly id: ResourceId; readonly spec: Someone }[]): readonly Finding[] {
  const first = new Map<string, ResourceId>();
  return all.flatMap(({ id, spec }) => {
    const { key, userid, executorid } = spec;
    const field = key !== undefined ? 'key' : userid !== undefined ? 'userid' : 'executorid';
    const who = canonical(isSecret(key as Value) ? (key as SecretMark)['setpoint:secret'] : [userid ?? executorid ?? 'own']);
    const other = first.get(who);
    if (other !== undefined) return [sameAs(shortId(other), { resource: id, pointer: field in spec ? `/${field}` : '' })];
    first.set(who, id);
    return [];
  });
}

const sameAs = (other: string, place: { readonly resource: ResourceId; readonly pointer: string }): Finding => ({
  code: 'COLONIES_ID_TWICE',
  summary: `this is the same as ${other}`,
  detail: 'Both have one key, and so one id. The server takes an id under two names, and from then on takes one for the other.',
  hint: 'Give this one a key of its own, or take one of the two out.',
  ...place,
});

const twice = (field: string): Finding => ({
  code: 'COLONIES_KEY_AND_ID',
  summary: `there is a key beside ${field}`,
  detail:
    'An id is the hash of the public half of a key. One of the two says it all, and if they did not agree, nobody could tell which was meant.',
  hint: `Keep key where this project holds it, and ${field} where somebody else does.`,
  pointer: `/${field}`,
});

const nobody = (field: string): Finding => ({
  code: 'COLONIES_NO_ID',
  summary: `who it is is not said: there is neither key nor ${field}`,
  detail: 'An id is the hash of the public half of a key, and whoever signs with that key is it.',
  hint: `Write key: {generate: secp256k1, keep: {file: …}}; or ${field}, where somebody else holds the key.`,
  pointer: '',
});

const noId = (field: string): Finding => ({
  code: 'COLONIES_ID',
  summary: `${field} is no id`,
  detail: 'An id is 64 hexadecimal digits in lower case. The server takes any text for one, and nobody could ever sign as that.',
  hint: 'Whoever holds the key has its id from idOf(key) of setpoint/colonies. On a command line a key would stay in the history of the shell.',
  pointer: `/${field}`,
});
