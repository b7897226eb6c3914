import fc from 'fast-check';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openKeep } from '../../../../src/providers/colonies/sandbox/keep.ts';
import { long, struct, text } from '../../../../src/providers/colonies/sandbox/shape.ts';
import type { Table } from '../../../../src/providers/colonies/sandbox/table.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { id, lab } from './lab.ts';
import { MEMORY } from '../../../kit/memory.ts';

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(MEMORY, 'setpoint-colonies-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const row = struct({ name: text, size: long });
const open = async (folder?: string) => {
  const keep = await openKeep(folder);
  const [tins, cans] = [keep.table('tin', row), keep.table('can', row)] as const;
  keep.opened();
  return { keep, tins, cans };
};
const all = (...tables: readonly Table<unknown>[]): string =>
  JSON.stringify(
    tables.map((table) => [...table.entries()]),
    (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
  );
const writes = fc.array(
  fc.record({
    table: fc.constantFrom('tins' as const, 'cans' as const),
    id: fc.constantFrom('a', 'b', 'c'),
    size: fc.option(fc.bigInt({ min: 0n, max: 2n ** 62n })),
  }),
  { maxLength: 12 },
);

group('what a ColonyOS sandbox keeps', (test) => {
  test('with a folder and without one: the same rows; and the same again when it is opened again', () =>
    fc.assert(
      fc.asyncProperty(writes, (given) =>
        inFolder(async (folder) => {
          const [disk, memory] = [await open(folder), await open()];
          for (const { table, id: name, size } of given) {
            for (const kept of [disk, memory]) {
              if (size === null) kept[table].drop(name);
              else kept[table].put(name, { name: '<é\n>', size });
            }
          }
          await disk.keep.settled();
          assert.is(all(disk.tins, disk.cans), all(memory.tins, memory.cans));
          await disk.keep.close();
          const again = await open(folder);
          assert.is(all(again.tins, again.cans), all(memory.tins, memory.cans));
          await again.keep.close();
        }),
      ),
      { numRuns: 20 },
    ));

  test('cut at any byte, it opens as it was after some write, and goes on from there', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'colonies.jsonl');
      const { keep, tins } = await open(folder);
      const states = [all(tins)];
      for (const [name, size] of [
        ['a', 1n],
        ['b', 2n ** 60n],
        ['a', 3n],
        ['b', undefined],
      ] as const) {
        if (size === undefined) tins.drop(name);
        else tins.put(name, { name, size });
        await keep.settled();
        states.push(all(tins));
      }
      await keep.close();
      const bytes = await readFile(path);
      for (let length = 0; length <= bytes.length; length += 1) {
        await writeFile(path, bytes.subarray(0, length));
        const cut = await open(folder);
        assert.ok(states.includes(all(cut.tins)), `at byte ${length}`);
        cut.tins.put('z', { name: 'z', size: 1n });
        await cut.keep.close();
        const after = await open(folder);
        assert.ok(after.tins.get('z') !== undefined);
        await after.keep.close();
      }
    }));

  test('history does not grow for ever', () =>
    inFolder(async (folder) => {
      const { keep, tins } = await open(folder);
      for (let n = 0; n < 12_000; n += 1) {
        tins.put('a', { name: 'a', size: BigInt(n) });
        if (n % 1000 === 0) await keep.settled();
      }
      await keep.close();
      const lines = (await readFile(join(folder, 'colonies.jsonl'), 'utf8')).trimEnd().split('\n');
      assert.ok(lines.length < 8000, `${lines.length} lines`);
      assert.is(lines.at(-1), '["tin","a",{"name":"a","size":11999}]');
    }));

  test('what a hand spoiled is said, with the line; what a crash cut short is not', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'colonies.jsonl');
      for (const line of ['hello', '{}', '["tin"]', '["tin","a",{"name":1}]', '["tin","a",null,1]', '["shelf","a",{"name":"a"}]']) {
        await writeFile(path, `["tin","a",{"name":"a","size":1}]\n${line}\n`);
        const fault = await faultOf(open(folder));
        assert.is(fault.code, 'SANDBOX_DAMAGED', line);
        assert.match(fault.message, /line 2 of .*colonies\.jsonl/);
      }
      await writeFile(path, '["tin","a",{"name":"a","size":1}]\n["tin","b",{"na');
      const { keep, tins } = await open(folder);
      assert.is(tins.size, 1);
      await keep.close();
    }));

  test('a table that is opened again has its rows, and the one before is forgotten', () =>
    inFolder(async (folder) => {
      for (const place of [folder, undefined]) {
        const { keep, tins } = await open(place);
        tins.put('a', { name: 'a', size: 1n });
        await keep.settled();
        const second = keep.table('tin', row);
        second.put('b', { name: 'b', size: 2n });
        await keep.settled();
        assert.equal(
          [...second.rows()].map(({ name }) => name),
          ['a', 'b'],
        );
        assert.is(tins.size, 1);
        await keep.close();
      }
      const { keep, tins } = await open(folder);
      assert.equal(
        [...tins.rows()].map(({ name }) => name),
        ['a', 'b'],
      );
      await keep.close();
    }));

  test('what waits for the disk is done when it has it, and not before', () =>
    inFolder(async (folder) => {
      const { keep, tins } = await open(folder);
      let seen = '';
      tins.put('a', { name: 'a', size: 1n });
      keep.afterwards(() => (seen = 'done'));
      assert.is(seen, '');
      await keep.settled();
      assert.is(seen, 'done');
      await keep.close();
    }));
});

group('a ColonyOS sandbox with a folder', (test) => {
  const everything = async ({
    control,
  }: {
    control(name: string, input: Readonly<Record<string, string>>): Promise<unknown>;
  }): Promise<unknown> =>
    Promise.all(['colony', 'user', 'executor', 'function', 'location', 'file', 'snapshot'].map((kind) => control('rows', { kind })));

  test('has everything again when it is started again, and after a restart in between', () =>
    inFolder(async (folder) => {
      let before: unknown;
      await lab(
        async (own) => {
          const { done, control } = own;
          await done('colony', 'addexecutormsg', {
            executor: { executorname: 'e1', executorid: id('e1'), colonyname: 'dev', allocations: { projects: { p: { usedcpu: 1 } } } },
          });
          await done('colony', 'approveexecutormsg', { colonyname: 'dev', executorname: 'e1' });
          await done('e1', 'addfunctionmsg', { fun: { executorname: 'e1', colonyname: 'dev', funcname: 'boil', args: [{ name: 'a' }] } });
          await done('colony', 'addlocationmsg', { location: { colonyname: 'dev', name: 'cellar', long: 1.5 } });
          await done('user', 'addfilemsg', { file: { colonyname: 'dev', label: '/x', name: 'a', size: 3 } });
          await done('user', 'createsnapshotmsg', { colonyname: 'dev', label: '/x', name: 's' });
          await done('colony', 'pauseassignmentsmsg', { colonyname: 'dev' });
          before = await everything(own);
          await control('restart');
          assert.equal(await everything(own), before);
        },
        { folder },
      );
      await lab(
        async (own) => {
          assert.equal(await everything(own), before);
          assert.is((await own.done('user', 'getpausestatusmsg', { colonyname: 'dev' }))['ispaused'], true);
          // Numbers are not used twice.
          assert.is((await own.done('user', 'addfilemsg', { file: { colonyname: 'dev', label: '/x', name: 'a' } }))['sequencenr'], 2);
        },
        { folder },
      );
    }));

  test('keeps the colony that it began with away, where it was removed', () =>
    inFolder(async (folder) => {
      await lab(({ done }) => done('server', 'removecolonymsg', { colonyname: 'dev' }).then(() => undefined), { folder });
      await lab(async ({ ask }) => assert.is((await ask('server', 'getcoloniesmsg')).payload, null), { folder });
    }));

  test('does not start on a file that somebody spoiled', () =>
    inFolder(async (folder) => {
      await lab(() => Promise.resolve(), { folder });
      await appendFile(join(folder, 'colonies.jsonl'), 'hello\n');
      assert.is((await faultOf(lab(() => Promise.resolve(), { folder }))).code, 'SANDBOX_DAMAGED');
    }));
});
