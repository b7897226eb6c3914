import { fingerprint } from '../core/digest.ts';
import type { ResourceId } from '../core/id.ts';
import { secretMark } from '../core/mark.ts';
import type { Redactor } from '../core/redact.ts';
import type { Resource } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import { canonical } from '../core/value.ts';
import { secretsOf, withSecrets } from '../reconcile/marks.ts';
import type { Secrets } from '../reconcile/opened.ts';

export interface SecretsOptions {
  /** Looks a source up; undefined for one that nobody has generated yet. Throws Fault SECRET_MISSING. */
  readonly peek: (source: Fields) => Promise<string | undefined>;
  /** The same, generating and storing it if need be. */
  readonly make: (source: Fields) => Promise<string>;
  /** `SETPOINT_STATE_KEY`, or the key file's text. */
  readonly key?: string;
  readonly redactor: Redactor;
}

/** Looks each secret up once a run, and tells the redactor before anybody else. */
export function openSecrets({ peek, make, key, redactor }: SecretsOptions): Secrets {
  const values = new Map<string, string>();
  const lookUp = async <T extends string | undefined>(source: Fields, get: (source: Fields) => Promise<T>): Promise<T> => {
    const name = canonical(source);
    const known = values.get(name);
    if (known !== undefined) return known as T;
    const value = await get(source);
    if (value !== undefined) {
      redactor.add(value);
      values.set(name, value);
    }
    return value;
  };
  return {
    value: (mark) => lookUp(mark['setpoint:secret'], make),
    peek: (mark) => lookUp(mark['setpoint:secret'], peek),
    redact: (value) => redactor.value(value),
    fingerprint(value) {
      // What a live system holds where a secret belongs is one as well, also where somebody else wrote it.
      redactor.add(value);
      return key === undefined ? undefined : fingerprint(key, value);
    },
  };
}

/** The resources with each secret's fingerprint beside its source. */
export async function withFingerprints(
  resources: ReadonlyMap<ResourceId, Resource>,
  secrets: Secrets,
): Promise<ReadonlyMap<ResourceId, Resource>> {
  let out: Map<ResourceId, Resource> | undefined;
  for (const [id, resource] of resources) {
    if (!resource.hasSecrets) continue;
    const prints = new Map<string, string | undefined>();
    for (const mark of secretsOf(resource.spec)) {
      const value = await secrets.peek(mark);
      prints.set(canonical(mark['setpoint:secret']), value === undefined ? undefined : secrets.fingerprint(value));
    }
    const spec = withSecrets(resource.spec, (mark) => secretMark(mark['setpoint:secret'], prints.get(canonical(mark['setpoint:secret']))));
    (out ??= new Map(resources)).set(id, { ...resource, spec });
  }
  return out ?? resources;
}
