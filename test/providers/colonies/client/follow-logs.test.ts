import fc from 'fast-check';
import { openColonies, type Log } from '../../../../src/providers/colonies/client/index.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { coloniesPeer, type Asked, type Says } from './peer.ts';
import { sampleKey } from './vectors.ts';

const key = sampleKey('user');
const quick = { now: () => 0, sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };
const line = (timestamp: bigint, message: string): Log => ({ processid: 'p', colonyname: 'dev', executorname: 'e', message, timestamp });

/** Answers as the server does: later than `since`, the oldest `count`, in order. */
const page = (lines: readonly Log[], { payload }: Asked): Says => ({
  payload: lines
    .filter(({ timestamp }) => timestamp > BigInt(payload['since'] as number))
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0))
    .slice(0, payload['count'] as number)
    .map((one) => ({ ...one })),
});

/** Follows a process whose log grows by one batch each time it is looked at, and that has ended with the last. */
async function followed(batches: readonly (readonly Log[])[], since = 0n): Promise<readonly string[]> {
  const stored: Log[] = [];
  let looks = 0;
  const peer = await coloniesPeer({
    rpc: (asked) => {
      if (asked.type === 'getlogsmsg') return page(stored, asked);
      stored.push(...(batches[looks] ?? []));
      looks += 1;
      return { payload: { processid: 'p', state: looks >= batches.length ? 2 : 1 } };
    },
  });
  const colonies = openColonies({ address: peer.address, key, clock: quick });
  const messages: string[] = [];
  for await (const { message } of colonies.followLogs({ colonyname: 'dev', processid: 'p' }, { since })) messages.push(message);
  await colonies.close();
  await peer.close();
  return messages;
}

const START = 1795319530297118051n;

group('colonies: following logs', (test) => {
  test('every line comes once, however they are stored: beyond pages, at one nanosecond, and late', async () => {
    const late = [[line(START, 'a'), line(START + 900n, 'c')], [line(START + 400n, 'b')], [line(START + 900n, 'd')]];
    assert.equal(await followed(late), ['a', 'c', 'b', 'd']);
    const many = Array.from({ length: 1203 }, (_, i) => line(START + BigInt(Math.floor(i / 7)), `m${i}`));
    assert.equal((await followed([many.slice(0, 600), many.slice(600)])).length, 1203);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 900_000_000 }), { maxLength: 5 }), { minLength: 1, maxLength: 4 }),
        async (times) => {
          let count = 0;
          const batches = times.map((batch) => batch.map((ns) => line(START + BigInt(ns), `m${(count += 1)}`)));
          const messages = await followed(batches);
          assert.equal(
            [...messages].sort(),
            batches
              .flat()
              .map(({ message }) => message)
              .sort(),
          );
        },
      ),
      { numRuns: 15 },
    );
  });

  test('only what came after the given nanosecond', async () => {
    assert.equal(await followed([[line(START, 'old'), line(START + 1n, 'new')]], START), ['new']);
  });

  test('lines of an executor go on until they are interrupted', async () => {
    const stop = new AbortController();
    const peer = await coloniesPeer({ rpc: (asked) => page([line(START, 'x')], asked) });
    const colonies = openColonies({ address: peer.address, key, clock: quick });
    const fault = await faultOf(async () => {
      for await (const { message } of colonies.followLogs({ colonyname: 'dev', executorname: 'e' }, { signal: stop.signal })) {
        assert.is(message, 'x');
        stop.abort();
      }
    });
    assert.is(fault.code, 'INTERRUPTED');
    assert.equal([...new Set(peer.asked.map(({ type }) => type))], ['getlogsmsg']);
    await colonies.close();
    await peer.close();
  });
});
