import type { Plan } from '../../src/core/plan.ts';
import type { Checkpoint, End, Store } from '../../src/state/index.ts';
import { recordOf } from '../state/sample.ts';

export const id = (name: string, target = 'edge'): string => `${target}/confhoard/Config/${name}`;
export const end = (one: string, value: string | number | null): End => ({
  id: one,
  outcome: 'done',
  recorded: value === null ? null : recordOf(one, value),
});
export const values = async (store: Store, target = 'edge'): Promise<Record<string, unknown>> =>
  Object.fromEntries([...(await store.load(target)).records].map(([key, record]) => [key.split('/').at(-1), record.applied['value']]));
export const all = async (history: AsyncIterable<Checkpoint>): Promise<Checkpoint[]> => {
  const list: Checkpoint[] = [];
  for await (const one of history) list.push(one);
  return list;
};
/** One run: lease, ends, checkpoint, release. */
export const run = async (store: Store, message: string, ends: readonly End[], target = 'edge'): Promise<void> => {
  const lease = await store.lease({ target, run: message });
  await store.end(target, ends);
  await store.checkpoint({ run: message, message });
  await lease.release();
};
export const plan = { format: 1, digest: 'd1', steps: [] } as unknown as Plan;
/** A process of another machine: nobody here can know that it is dead. */
export const elsewhere = { machine: 'another', pid: 1, started: '1' };
