import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Recorded } from '../../src/core/resource.ts';
import type { End, Lease, Store } from '../../src/state/index.ts';
import { systemClock } from '../../src/state/index.ts';
import { thisProcess } from '../../src/state/process-identity.ts';
import { assert, group } from '../kit/group.ts';
import { folders, intentOf, openAt, recordOf } from './sample.ts';

const at = folders();
const IDS = ['a', 'b', 'c', 'd'].flatMap((name) => [`edge/confhoard/Config/${name}`, `edge/cresco/Pipeline/${name}`]);

/** What can happen to a target; numbers choose among what there is at that moment. */
type Happening =
  | { readonly do: 'begin'; readonly ids: readonly number[] }
  | { readonly do: 'end'; readonly which: number; readonly outcome: 'keep' | 'write' | 'remove' }
  | { readonly do: 'write'; readonly id: number; readonly value: number }
  | { readonly do: 'move'; readonly from: number; readonly to: number }
  | { readonly do: 'checkpoint' }
  | { readonly do: 'pass-on' }
  | { readonly do: 'crash'; readonly torn: boolean; readonly journalBack: boolean };

const number = fc.nat(IDS.length - 1);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('begin' as const), ids: fc.uniqueArray(number, { minLength: 1, maxLength: 3 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(9),
      outcome: fc.constantFrom('keep' as const, 'write' as const, 'remove' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), id: number, value: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), from: number, to: number }) },
  { weight: 3, arbitrary: fc.constant({ do: 'checkpoint' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'pass-on' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('crash' as const), torn: fc.boolean(), journalBack: fc.boolean() }) },
);

/** A store whose process looks dead to the next one: so it may be left lying at any moment. */
function mortal(root: string): Store {
  const self = thisProcess();
  return openAt(root, { clock: { ...systemClock, every: () => () => undefined }, process: self ? { ...self, started: '1' } : null });
}

async function life(root: string, happenings: readonly Happening[]): Promise<void> {
  const journal = join(root, '.local', 'journal', 'edge');
  const removed = join(root, '..', 'removed');
  const records = new Map<string, Recorded>();
  const open = new Map<string, string>();
  const abandoned: Store[] = [];
  let store = mortal(root);
  let lease: Lease = await store.lease({ target: 'edge', run: 'r' });
  let intents = 0;

  const end = async (ends: readonly End[]): Promise<void> => {
    await store.end('edge', ends);
    for (const one of ends) {
      if (one.intent !== undefined) open.delete(one.intent);
      if (one.recorded === null) records.delete(one.id);
      else if (one.recorded) records.set(one.id, one.recorded);
    }
  };
  const agree = async (reader: Store): Promise<void> => {
    const state = await reader.load('edge');
    assert.equal(state.damage, []);
    assert.equal(new Map([...state.records].sort()), new Map([...records].sort()));
    assert.equal(state.open.map((one) => one.intent).sort(), [...open.keys()].sort());
  };

  for (const one of happenings) {
    if (one.do === 'begin') {
      const list = one.ids.map((i) => intentOf(`i${(intents += 1)}`, IDS[i] as string));
      await store.begin('edge', list);
      for (const intent of list) open.set(intent.intent, intent.id);
    } else if (one.do === 'end') {
      const [intent, id] = [...open][one.which % Math.max(1, open.size)] ?? [];
      if (intent === undefined || id === undefined) continue;
      const recorded = one.outcome === 'keep' ? {} : { recorded: one.outcome === 'remove' ? null : recordOf(id, intent) };
      await end([{ intent, id, outcome: one.outcome === 'keep' ? 'failed' : 'done', ...recorded }]);
    } else if (one.do === 'write') {
      const id = IDS[one.id] as string;
      await end([{ id, outcome: 'done', recorded: recordOf(id, one.value) }]);
    } else if (one.do === 'move') {
      const [from, to] = [IDS[one.from] as string, IDS[one.to] as string];
      const record = records.get(from);
      if (record && from !== to) {
        await end([
          { id: from, outcome: 'done', recorded: null },
          { id: to, outcome: 'done', recorded: { ...record, id: to } },
        ]);
      }
    } else if (one.do === 'checkpoint') {
      rmSync(removed, { recursive: true, force: true });
      if (existsSync(journal)) cpSync(journal, removed, { recursive: true });
      await store.checkpoint({ run: 'r', message: 'm' });
    } else if (one.do === 'pass-on') {
      await lease.release();
      lease = await store.lease({ target: 'edge', run: 'r' });
    } else {
      // As if it had died after the checkpoint and before the journal was removed.
      if (one.journalBack && readdirSync(journal, { withFileTypes: true }).length === 0 && existsSync(removed)) {
        mkdirSync(journal, { recursive: true });
        cpSync(removed, journal, { recursive: true });
      }
      const last = readdirSync(journal).at(-1);
      if (one.torn && last !== undefined) appendFileSync(join(journal, last), '{"end":[{"id":"edge/confhoard/Con');
      abandoned.push(store);
      await agree(mortal(root));
      store = mortal(root);
      lease = await store.lease({ target: 'edge', run: 'r' });
    }
  }
  await agree(store);
  await agree(mortal(root));
  await store.checkpoint({ run: 'r', message: 'last' });
  await agree(mortal(root));
  await lease.release();
  assert.equal(readdirSync(journal), []);
  await Promise.all(abandoned.map((one) => one.close()));
}

group('state is what a map says, whatever happens in between', (test) => {
  test.after(() => at.remove());

  test('begin, end, move, checkpoint, crash and a new holder in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 30 }), async (happenings) => {
        const base = at.fresh();
        mkdirSync(join(base, 'state', '.local', 'journal', 'edge'), { recursive: true });
        await life(join(base, 'state'), happenings);
      }),
      { numRuns: 25 },
    );
  });
});
