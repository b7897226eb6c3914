import fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openKeep } from '../../../../src/providers/cresco/sandbox/keep.ts';
import type { Keep } from '../../../../src/providers/cresco/sandbox/keep.ts';
import { assert, group } from '../../../kit/group.ts';
import { MEMORY } from '../../../kit/memory.ts';

const all = (keep: Keep): unknown => [[...keep.rows('plugin')], [...keep.rows('pipeline')]];

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(MEMORY, 'setpoint-keep-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const writes = fc.array(
  fc.record({ table: fc.constantFrom('plugin', 'pipeline'), id: fc.constantFrom('a', 'b', 'c'), row: fc.option(fc.nat()) }),
  {
    maxLength: 12,
  },
);

group('what a fabric keeps', (test) => {
  test('with a folder and without one: the same rows; and the same again when it is opened again', () =>
    fc.assert(
      fc.asyncProperty(writes, (given) =>
        inFolder(async (folder) => {
          const [disk, memory] = [await openKeep(folder), await openKeep()];
          for (const { table, id, row } of given) {
            for (const keep of [disk, memory]) await (row === null ? keep.drop(table, id) : keep.put(table, id, row));
          }
          assert.equal(all(disk), all(memory));
          await disk.close();
          const again = await openKeep(folder);
          assert.equal(all(again), all(memory));
          await again.close();
        }),
      ),
      { numRuns: 20 },
    ));

  test('cut at any byte, it opens as it was after some write', () =>
    inFolder(async (folder) => {
      const states: unknown[] = [];
      const keep = await openKeep(folder);
      states.push(JSON.stringify(all(keep)));
      for (const [id, row] of [
        ['a', 1],
        ['b', { text: 'zwölf' }],
        ['a', 2],
      ] as const) {
        await keep.put('plugin', id, row);
        states.push(JSON.stringify(all(keep)));
      }
      await keep.drop('plugin', 'b');
      states.push(JSON.stringify(all(keep)));
      await keep.close();
      const bytes = await readFile(join(folder, 'fabric.jsonl'));
      for (let length = 0; length <= bytes.length; length += 1) {
        await writeFile(join(folder, 'fabric.jsonl'), bytes.subarray(0, length));
        const cut = await openKeep(folder);
        assert.ok(states.includes(JSON.stringify(all(cut))), `at byte ${length}`);
        // What comes next stands behind the last whole line.
        await cut.put('plugin', 'z', 1);
        await cut.close();
        const after = await openKeep(folder);
        assert.ok(after.rows('plugin').has('z'));
        await after.close();
      }
    }));

  test('history does not grow for ever', () =>
    inFolder(async (folder) => {
      const keep = await openKeep(folder);
      await Promise.all(Array.from({ length: 500 }, (_, n) => keep.put('plugin', 'a', n)));
      await keep.close();
      await (await openKeep(folder)).close();
      assert.is(await readFile(join(folder, 'fabric.jsonl'), 'utf8'), '["plugin","a",499]\n');
    }));

  test('what a hand spoiled is said, with the line', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'fabric.jsonl'), '["plugin","a",1]\nhello\n');
      const error: unknown = await openKeep(folder).catch((reason: unknown) => reason);
      assert.match(String(error), /SANDBOX_DAMAGED: line 2 /);
    }));
});
