import type { ResourceId } from './id.ts';
import type { Fields, Value } from './value.ts';
import { isFields } from './value.ts';

/**
 * Marks stand in a spec where the value itself cannot: a reference, a secret, a value the server has yet to choose. They are
 * plain JSON, so plans and state can hold them; manifests may not use the prefix, so user data never looks like one.
 */
export const MARK = 'setpoint:';

/** What of a resource a reference stands for: its live handle, its name on the server, or a leaf of its status. */
export type RefBy = 'handle' | 'name' | `status.${string}`;

/** A reference to another resource; it compares by id and is replaced by the live value just before a call. */
export interface RefMark extends Fields {
  readonly 'setpoint:ref': ResourceId;
  readonly by: RefBy;
}

/** Where a secret comes from; the value itself is looked up per step and stays in memory. */
export interface SecretMark extends Fields {
  readonly 'setpoint:secret': Fields;
  /** HMAC of the value under the state key, in hex; absent when there is no key: then nobody can tell whether it changed. */
  readonly fingerprint?: string;
  /** What a live system shows of it, and what is no secret: the id that belongs to a key. It tells two apart without a state key. */
  readonly public?: string;
}

/** A value that only the server can choose, and the resource whose creation makes it known. */
export interface UnknownMark extends Fields {
  readonly 'setpoint:unknown': ResourceId;
}

const has = (value: Value | undefined, name: string): boolean => isFields(value) && Object.hasOwn(value, name);

export const isRef = (value: Value | undefined): value is RefMark => has(value, 'setpoint:ref');
export const isSecret = (value: Value | undefined): value is SecretMark => has(value, 'setpoint:secret');
export const isUnknown = (value: Value | undefined): value is UnknownMark => has(value, 'setpoint:unknown');

/** Stands where a value belongs that only a live system or a vault can tell. */
export const isMark = (value: Value | undefined): value is RefMark | SecretMark | UnknownMark =>
  isRef(value) || isSecret(value) || isUnknown(value);

export const refMark = (id: ResourceId, by: RefBy = 'handle'): RefMark => ({ 'setpoint:ref': id, by });
export const secretMark = (source: Fields, fingerprint?: string, shown?: string): SecretMark => ({
  'setpoint:secret': source,
  ...(fingerprint === undefined ? {} : { fingerprint }),
  ...(shown === undefined ? {} : { public: shown }),
});
export const unknownMark = (after: ResourceId): UnknownMark => ({ 'setpoint:unknown': after });
