import { fingerprint } from '../core/digest.ts';
import type { ResourceId } from '../core/id.ts';
import { secretMark, type SecretMark } from '../core/mark.ts';
import type { Redactor } from '../core/redact.ts';
import type { Resource } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import { canonical } from '../core/value.ts';
import { secretsOf, withSecrets } from '../reconcile/marks.ts';
import type { Kinds, Secrets } from '../reconcile/opened.ts';

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

/** The resources with each secret's fingerprint beside its source, and its public form where its kind has one. */
export async function withFingerprints(
  resources: ReadonlyMap<ResourceId, Resource>,
  { secrets, kinds }: { readonly secrets: Secrets; readonly kinds: Kinds },
): Promise<ReadonlyMap<ResourceId, Resource>> {
  let out: Map<ResourceId, Resource> | undefined;
  // One secret may stand in thousands of resources, and the id of a key takes some time to find.
  const marks = new Map<string, SecretMark>();
  for (const [id, resource] of resources) {
    if (!resource.hasSecrets) continue;
    const nameOf = (mark: SecretMark): string => `${resource.kind} ${canonical(mark['setpoint:secret'])}`;
    for (const mark of secretsOf(resource.spec)) {
      const name = nameOf(mark);
      if (marks.has(name)) continue;
      const value = await secrets.peek(mark);
      const shown = value === undefined ? undefined : kinds.of(id)?.kind.publicOf?.(value);
      marks.set(name, secretMark(mark['setpoint:secret'], value === undefined ? undefined : secrets.fingerprint(value), shown));
    }
    const spec = withSecrets(resource.spec, (mark) => marks.get(nameOf(mark)) ?? mark);
    (out ??= new Map(resources)).set(id, { ...resource, spec });
  }
  return out ?? resources;
}
