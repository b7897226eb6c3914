import type { SecretMark } from '../core/mark.ts';
import { secretMark } from '../core/mark.ts';
import type { Recorded } from '../core/resource.ts';
import type { AnyKind } from '../providers/contract.ts';
import { secretsOf, withSecrets } from './marks.ts';
import type { Secrets } from './opened.ts';

/**
 * A secret that an apply generates has no fingerprint in its plan, nor what the live system shows of it: whoever goes by the plan alone
 * would not know again what was made with it, and its record would be behind at once. `value` looks a secret up; what it does not have
 * stays as it is.
 */
export async function withFingerprints(
  record: Recorded,
  {
    secrets,
    kind,
    value,
  }: {
    readonly secrets: Pick<Secrets, 'fingerprint'>;
    readonly kind: AnyKind;
    readonly value: (mark: SecretMark) => Promise<string | undefined>;
  },
): Promise<Recorded> {
  const known = new Map<SecretMark, SecretMark>();
  for (const mark of secretsOf(record.applied)) {
    if (mark.fingerprint !== undefined) continue;
    const found = await value(mark);
    if (found === undefined) continue;
    known.set(mark, secretMark(mark['setpoint:secret'], secrets.fingerprint(found), kind.publicOf?.(found)));
  }
  if (known.size === 0) return record;
  return { ...record, applied: withSecrets(record.applied, (mark) => known.get(mark) ?? mark) };
}
