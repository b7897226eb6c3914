import fc from 'fast-check';
import { openHeap } from '../../../../src/providers/colonies/sandbox/heap.ts';
import { NEVER } from '../../../../src/providers/colonies/sandbox/instant.ts';
import { funcSpec, processRow, RUNNING, type ProcessRow } from '../../../../src/providers/colonies/sandbox/models.ts';
import { openQueue } from '../../../../src/providers/colonies/sandbox/queue.ts';
import { openTable } from '../../../../src/providers/colonies/sandbox/table.ts';
import { assert, group } from '../../../kit/group.ts';

type Conditions = ProcessRow['spec']['conditions'];

const waiting = (processid: string, prioritytime: bigint, conditions: Partial<Conditions> = {}): ProcessRow => ({
  ...processRow.zero,
  processid,
  prioritytime,
  submissiontime: NEVER,
  spec: {
    ...funcSpec.zero,
    conditions: { ...funcSpec.zero.conditions, colonyname: 'dev', executortype: 'w', cpu: '0m', mem: '0Mi', storage: '0Mi', ...conditions },
  },
});
const SEEKER = { colonyname: 'dev', executorname: 'e1', executortype: 'w', locationname: '', cpu: 1000n, memory: 2n ** 30n };

const nothing = (): void => undefined;

group('the queue: who gets which process', (test) => {
  const first = (rows: readonly ProcessRow[], seeker: Partial<typeof SEEKER> = {}, exclusive = false): string | undefined => {
    const table = openTable<ProcessRow>(nothing);
    const queue = openQueue(table, { exclusive });
    for (const row of rows) table.put(row.processid, row);
    return queue.first({ ...SEEKER, ...seeker })?.processid;
  };

  test('the lowest priority time, and of two that are equal the one that came first', () => {
    assert.is(first([waiting('a', 5n), waiting('b', 3n), waiting('c', 3n)]), 'b');
  });
  test('priority times are compared to the nanosecond', () => {
    assert.is(first([waiting('a', 1_795_319_530_264_824_716n), waiting('b', 1_795_319_530_264_824_715n)]), 'b');
  });
  test('only of its own type and colony', () => {
    assert.is(
      first([waiting('a', 1n, { executortype: '' }), waiting('b', 2n, { executortype: 'W' }), waiting('c', 3n, { colonyname: 'other' })]),
      undefined,
    );
  });
  test('by name, for anybody, or for somebody else', () => {
    assert.is(first([waiting('a', 1n, { executornames: ['e2'] }), waiting('b', 2n, { executornames: ['e2', 'e1'] })]), 'b');
    assert.is(first([waiting('a', 1n, { executornames: [] })]), 'a');
    assert.is(first([waiting('a', 1n, { executornames: ['*'] })]), 'a');
    assert.is(first([waiting('a', 1n, { executornames: ['*', 'e2'] })]), undefined);
  });
  test('the exclusive mode has no star and no storage', () => {
    assert.is(first([waiting('a', 1n, { executornames: ['*'] })], {}, true), undefined);
    assert.is(first([waiting('a', 1n, { storage: '1Mi' })], {}, true), undefined);
    assert.is(first([waiting('a', 1n, { storage: '1Mi' })]), 'a');
  });
  test('a location is that of the executor, whatever its case; none is anywhere', () => {
    assert.is(first([waiting('a', 1n, { locationname: 'Hall-1' }), waiting('b', 2n)]), 'b');
    assert.is(first([waiting('a', 1n, { locationname: 'Hall-1' }), waiting('b', 2n)], { locationname: 'hall-1' }), 'a');
    assert.is(first([waiting('a', 1n)], { locationname: 'hall-1' }), 'a');
  });
  test('no more processor time or memory than there is', () => {
    assert.is(first([waiting('a', 1n, { cpu: '1001m' }), waiting('b', 2n, { cpu: '1000m' })]), 'b');
    assert.is(first([waiting('a', 1n, { mem: '1025Mi' }), waiting('b', 2n, { mem: '1024Mi' })]), 'b');
  });
  test('more than 127 nodes or processes are nowhere', () => {
    for (const field of ['nodes', 'processes', 'processespernode'] as const) {
      assert.is(first([waiting('a', 1n, { [field]: 128 }), waiting('b', 2n, { [field]: 127 })]), 'b');
    }
  });
  test('what waits for its parents, is taken or over, is not there', () => {
    assert.is(
      first([
        { ...waiting('a', 1n), waitforparents: true },
        { ...waiting('b', 1n), state: RUNNING },
        { ...waiting('c', 1n), isassigned: true },
      ]),
      undefined,
    );
  });

  test('gives what looking through everything would give, whatever comes and goes', () => {
    const names = fc.constantFrom(null, [], ['e1'], ['e2'], ['e1', 'e2'], ['*']);
    const row = fc.record({
      id: fc.nat(15).map(String),
      time: fc.nat(6),
      names,
      location: fc.constantFrom('', 'x', 'Y'),
      cpu: fc.constantFrom('0m', '500m', '2000m'),
      gone: fc.boolean(),
      parents: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 60 }),
        fc.constantFrom('e1', 'e2'),
        fc.constantFrom('', 'X', 'y'),
        (rows, executorname, locationname) => {
          const table = openTable<ProcessRow>(nothing);
          const queue = openQueue(table, { exclusive: false });
          const order = new Map<string, number>();
          for (const [i, { id, time, names: executornames, location, cpu, gone, parents }] of rows.entries()) {
            if (gone) table.drop(id);
            else table.put(id, { ...waiting(id, BigInt(time), { executornames, locationname: location, cpu }), waitforparents: parents });
            order.set(id, i);
          }
          const allowed = [...table.rows()].filter(({ waitforparents, spec: { conditions } }) => {
            const wanted = conditions.executornames ?? [];
            const named = wanted.length === 0 || wanted[0] === '*' || wanted.includes(executorname);
            const near = conditions.locationname === '' || conditions.locationname.toLowerCase() === locationname.toLowerCase();
            return !waitforparents && named && near && conditions.cpu !== '2000m';
          });
          allowed.sort((a, b) => Number(a.prioritytime - b.prioritytime) || (order.get(a.processid) ?? 0) - (order.get(b.processid) ?? 0));
          assert.is(queue.first({ ...SEEKER, executorname, locationname })?.processid, allowed[0]?.processid);
        },
      ),
    );
  });

  test('forty thousand come and go without anybody looking through them', () => {
    const table = openTable<ProcessRow>(nothing);
    const queue = openQueue(table, { exclusive: false });
    const count = 40_000;
    for (let i = 0; i < count; i += 1) table.put(String(i), waiting(String(i), BigInt(i)));
    for (let i = 0; i < count; i += 1) {
      const next = queue.first(SEEKER) ?? assert.unreachable();
      assert.is((next as ProcessRow).processid, String(i));
      table.put(String(i), { ...(next as ProcessRow), state: RUNNING, isassigned: true });
    }
    assert.is(queue.first(SEEKER), undefined);
  });
});

group('heaps', (test) => {
  test('give what is alive in order, whatever is pushed, taken and killed', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key: fc.nat(20), kill: fc.boolean() }), { maxLength: 300 }), (deeds) => {
        const heap = openHeap<{ key: number; alive: boolean }>({ before: (a, b) => a.key < b.key, alive: ({ alive }) => alive });
        const all: { key: number; alive: boolean }[] = [];
        for (const { key, kill } of deeds) {
          const entry = { key, alive: true };
          all.push(entry);
          heap.push(entry);
          const victim = all[(key * 7) % all.length];
          if (kill && victim !== undefined) victim.alive = false;
          const least = Math.min(...all.filter(({ alive }) => alive).map((one) => one.key));
          assert.is(heap.first()?.key ?? Infinity, least);
        }
      }),
    );
  });
});
