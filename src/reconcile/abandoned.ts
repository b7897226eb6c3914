import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { SecretMark } from '../core/mark.ts';
import type { Recorded } from '../core/resource.ts';
import { equal } from '../core/value.ts';
import type { Abandoned, Intent } from '../state/store.ts';
import { withFingerprints } from './fingerprints.ts';
import type { Kinds, Secrets } from './opened.ts';
import { calls, intentOf } from './work.ts';

interface Around {
  readonly target: string;
  readonly kinds: Kinds;
  readonly secrets: Secrets;
  readonly recorded: ReadonlyMap<ResourceId, Recorded>;
}

/**
 * The calls that dead holders may have made, from the plans they published with their leases: their journals lie on other machines,
 * so every step that the state does not show as done is an open intent.
 */
export async function intentsOf(abandoned: readonly Abandoned[], around: Around): Promise<readonly Intent[]> {
  const all: Intent[] = [];
  for (const one of abandoned) all.push(...(await ofOne(one, around)));
  return all;
}

async function ofOne({ holder, plan }: Abandoned, { target, kinds, secrets, recorded }: Around): Promise<readonly Intent[]> {
  const run = { id: holder.run, now: () => Date.parse(holder.takenAt), ...(plan.commit === undefined ? {} : { commit: plan.commit }) };
  const value = (mark: SecretMark): Promise<string | undefined> => peeked(mark, secrets);
  const open: Intent[] = [];
  for (const step of plan.steps.filter(calls)) {
    if (idParts(step.id).target !== target) continue;
    const record = recorded.get(step.id);
    const { outcome, ...intent } = intentOf(step, { plan, kinds, run, recorded });
    if (step.verb === 'delete') {
      if (record?.handle === step.handle) open.push(intent);
      continue;
    }
    const kind = kinds.of(step.id)?.kind;
    const known = outcome && kind ? await withFingerprints(outcome, { secrets, kind, value }) : outcome;
    // The state already knows how this step ended.
    if (record !== undefined && equal(record.applied, known?.applied ?? step.want)) continue;
    open.push(known === undefined ? intent : { ...intent, outcome: known });
  }
  return open;
}

/** What the dead holder generated may lie on its machine alone. */
async function peeked(mark: SecretMark, secrets: Secrets): Promise<string | undefined> {
  try {
    return await secrets.peek(mark);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
