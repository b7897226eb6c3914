import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from '../../src/core/value.ts';
import { recordsAt, type Checkpoint, type Store } from '../../src/state/index.ts';
import { boundByPermissions } from '../kit/bound-by-permissions.ts';
import { assert, group } from '../kit/group.ts';
import { codeOf, folders, intentOf, openAt, recordOf } from './sample.ts';

const at = folders();
const id = (name: string): string => `edge/confhoard/Config/${name}`;
const values = async (store: Store, target = 'edge'): Promise<Record<string, unknown>> =>
  Object.fromEntries([...(await store.load(target)).records].map(([key, record]) => [key.split('/').at(-1), record.applied['value']]));
const all = async (history: AsyncIterable<Checkpoint>): Promise<Checkpoint[]> => {
  const list: Checkpoint[] = [];
  for await (const one of history) list.push(one);
  return list;
};

group('state: a folder', (test) => {
  test('what ended is there before and after the checkpoint, in a file that reads as a list', async () => {
    const root = at.fresh();
    const store = openAt(root);
    const lease = await store.lease({ target: 'edge', run: 'r1' });
    await store.bind('edge', 'brewery-1');
    await store.begin('edge', [intentOf('r1.1', id('zone')), intentOf('r1.2', id('attic'))]);
    await store.end('edge', [{ intent: 'r1.1', id: id('zone'), outcome: 'done', recorded: recordOf(id('zone'), 17) }]);
    const early = await openAt(root).load('edge');
    assert.equal(
      early.open.map((one) => one.intent),
      ['r1.2'],
    );
    assert.equal(early.records.get(id('zone')), recordOf(id('zone'), 17));
    assert.is(early.instance, 'brewery-1');
    assert.not.ok(existsSync(join(root, 'edge')));

    await store.end('edge', [{ intent: 'r1.2', id: id('attic'), outcome: 'done', recorded: recordOf(id('attic'), 4) }]);
    await store.checkpoint({ run: 'r1', message: 'two zones' });
    await lease.release();
    assert.equal(readdirSync(join(root, 'edge')), ['confhoard.Config.jsonl']);
    const text = readFileSync(join(root, 'edge', 'confhoard.Config.jsonl'), 'utf8');
    assert.is(
      text,
      '{"format":1,"instance":"brewery-1","kind":"confhoard/Config","shape":"confhoard/Config.v1"}\n' +
        `${canonical(recordOf(id('attic'), 4))}\n${canonical(recordOf(id('zone'), 17))}\n`,
    );
    assert.equal(readdirSync(join(root, '.local', 'journal', 'edge')), []);
    assert.is(readFileSync(join(root, '.local', '.gitignore'), 'utf8'), '*\n');
    assert.equal(await openAt(root).targets(), ['edge']);
  });

  test('an intent that never ended outlives checkpoints until it ends', async () => {
    const root = at.fresh();
    const store = openAt(root);
    const lease = await store.lease({ target: 'edge', run: 'r1' });
    await store.begin('edge', [intentOf('r1.1', id('zone'))]);
    await store.checkpoint({ run: 'r1', message: 'cut short' });
    await lease.release();
    const again = openAt(root);
    assert.equal((await again.load('edge')).open, [intentOf('r1.1', id('zone'))]);
    const second = await again.lease({ target: 'edge', run: 'r2' });
    await again.end('edge', [{ intent: 'r1.1', id: id('zone'), outcome: 'failed' }]);
    assert.equal((await again.load('edge')).open, []);
    await again.checkpoint({ run: 'r2', message: 'looked' });
    await second.release();
    assert.not.ok(existsSync(join(root, 'edge')));
    assert.equal(await again.targets(), []);
  });

  test('a checkpoint touches only the files of what changed, and lines that stay keep their bytes', async () => {
    const root = at.fresh();
    const store = openAt(root);
    const lease = await store.lease({ target: 'edge', run: 'r1' });
    const thing = 'edge/confhoard/Thing/pi';
    await store.end('edge', [
      { id: id('a'), outcome: 'done', recorded: recordOf(id('a'), 1) },
      { id: thing, outcome: 'done', recorded: recordOf(thing, 1) },
    ]);
    await store.checkpoint({ run: 'r1', message: 'one' });
    const things = join(root, 'edge', 'confhoard.Thing.jsonl');
    const file = join(root, 'edge', 'confhoard.Config.jsonl');
    // As a person may leave it: the same value in other bytes.
    writeFileSync(file, readFileSync(file, 'utf8').replace('"adopted"', '"adopted"').replace(',"by":', ', "by":'));
    const before = statSync(things).ino;
    const odd = readFileSync(file, 'utf8').split('\n')[1];
    await store.end('edge', [{ id: id('b'), outcome: 'done', recorded: recordOf(id('b'), 2) }]);
    await store.checkpoint({ run: 'r1', message: 'two' });
    assert.is(statSync(things).ino, before);
    assert.is(readFileSync(file, 'utf8').split('\n')[1], odd);
    const inode = statSync(file).ino;
    await store.end('edge', [{ id: id('b'), outcome: 'done', recorded: recordOf(id('b'), 2) }]);
    await store.checkpoint({ run: 'r1', message: 'nothing' });
    assert.is(statSync(file).ino, inode);
    await lease.release();
  });

  test('a kind grows into a folder of files above 4,000 records and back again', async () => {
    const root = at.fresh();
    const store = openAt(root);
    const lease = await store.lease({ target: 'edge', run: 'r1' });
    const many = Array.from({ length: 4001 }, (_, i) => id(`n${i}`));
    await store.end(
      'edge',
      many.map((one) => ({ id: one, outcome: 'done', recorded: recordOf(one, 1) })),
    );
    await store.checkpoint({ run: 'r1', message: 'many' });
    assert.equal(readdirSync(join(root, 'edge')), ['confhoard.Config']);
    const shards = readdirSync(join(root, 'edge', 'confhoard.Config'));
    assert.is(shards.length, 256);
    assert.is((await openAt(root).load('edge')).records.size, 4001);
    await store.end(
      'edge',
      many.slice(0, 2000).map((one) => ({ id: one, outcome: 'done', recorded: null })),
    );
    await store.checkpoint({ run: 'r1', message: 'fewer' });
    assert.equal(readdirSync(join(root, 'edge')), ['confhoard.Config']);
    await store.end('edge', [
      { id: many[2000] as string, outcome: 'done', recorded: null },
      { id: many[2001] as string, outcome: 'done', recorded: null },
    ]);
    await store.checkpoint({ run: 'r1', message: 'few' });
    assert.equal(readdirSync(join(root, 'edge')), ['confhoard.Config.jsonl']);
    assert.is((await openAt(root).load('edge')).records.size, 1999);
    await lease.release();
  });

  test('both halves of a move are written in one append: a torn one is not there at all', async () => {
    const root = at.fresh();
    const store = openAt(root);
    await store.lease({ target: 'edge', run: 'r1' });
    await store.end('edge', [{ id: id('old'), outcome: 'done', recorded: recordOf(id('old'), 1) }]);
    await store.end('edge', [
      { id: id('old'), outcome: 'done', recorded: null },
      { id: id('new'), outcome: 'done', recorded: recordOf(id('new'), 1) },
    ]);
    const folder = join(root, '.local', 'journal', 'edge');
    const file = join(folder, readdirSync(folder)[0] as string);
    const text = readFileSync(file, 'utf8');
    for (let cut = text.lastIndexOf('\n', text.length - 2) + 1; cut < text.length; cut += 40) {
      writeFileSync(file, text.slice(0, cut));
      assert.equal(await values(openAt(root)), { old: 1 });
    }
    writeFileSync(file, text);
    assert.equal(await values(openAt(root)), { new: 1 });
    await store.close();
  });

  test('a journal that was left behind does not overrule what was written later', async () => {
    const root = at.fresh();
    const dead = openAt(root, { process: { machine: 'another', pid: 1, started: '1' } });
    const first = await dead.lease({ target: 'edge', run: 'r1' });
    await dead.end('edge', [{ id: id('a'), outcome: 'done', recorded: recordOf(id('a'), 1) }]);
    const folder = join(root, '.local', 'journal', 'edge');
    const left = join(folder, readdirSync(folder)[0] as string);
    const text = readFileSync(left, 'utf8');
    await dead.checkpoint({ run: 'r1', message: 'one' });
    await dead.end('edge', [{ id: id('a'), outcome: 'done', recorded: recordOf(id('a'), 2) }]);
    await dead.checkpoint({ run: 'r1', message: 'two' });
    await first.release();
    writeFileSync(left, text);
    assert.equal(await values(openAt(root)), { a: 2 });
  });

  test('writing without the lease is a mistake of the program; names that are no file names are refused', async () => {
    const store = openAt(at.fresh());
    assert.match(await codeOf(store.begin('edge', [intentOf('r1.1', id('a'))])), 'without its lease');
    assert.is(await codeOf(store.load('../etc')), 'NAME_INVALID');
    assert.is(await codeOf(store.lease({ target: '.local', run: 'r1' })), 'NAME_INVALID');
    const lease = await store.lease({ target: 'edge', run: 'r1' });
    for (const bad of ['edge/confhoard/Config/../../x', 'other/confhoard/Config/x', 'edge/confhoard/Con.fig/x', 'edge/confhoard/Config/']) {
      assert.is(await codeOf(store.end('edge', [{ id: bad, outcome: 'done', recorded: null }])), 'NAME_INVALID');
    }
    await lease.release();
  });

  test('history tells each change once, and the records of any checkpoint can be had back', async () => {
    const root = at.fresh();
    const store = openAt(root);
    const lease = await store.lease({ target: 'edge', run: 'r1' });
    for (const [message, changes] of Object.entries({ one: { a: 1, b: 1 }, two: { a: 2 }, three: { b: null, c: 3 } })) {
      await store.end(
        'edge',
        Object.entries(changes).map(([name, value]) => ({
          id: id(name),
          outcome: 'done',
          recorded: value === null ? null : recordOf(id(name), value),
        })),
      );
      await store.checkpoint({ run: 'r1', message });
    }
    await lease.release();
    const history = await all(store.history());
    assert.equal(
      history.map(({ message, changes }) => [
        message,
        ...changes.map((c) => `${c.id.split('/').at(-1)} ${c.before?.applied['value']}→${c.after?.applied['value']}`),
      ]),
      [
        ['three', 'b 1→undefined', 'c undefined→3'],
        ['two', 'a 1→2'],
        ['one', 'a undefined→1', 'b undefined→1'],
      ],
    );
    const now = (await store.load('edge')).records;
    const then = await recordsAt({ now, history: store.history(), id: history[2]?.id as string });
    assert.equal(then, new Map([id('a'), id('b')].map((one) => [one, recordOf(one, 1)])));
    assert.is(await recordsAt({ now, history: store.history(), id: 'nothing' }), undefined);
  });
});

group('state: bad days', (test) => {
  test.after(() => at.remove());

  const written = async (): Promise<{ root: string; file: string }> => {
    const root = at.fresh();
    const store = openAt(root);
    const lease = await store.lease({ target: 'edge', run: 'r1' });
    await store.end(
      'edge',
      ['a', 'b', 'c'].map((name) => ({ id: id(name), outcome: 'done', recorded: recordOf(id(name), 1) })),
    );
    await store.checkpoint({ run: 'r1', message: 'three' });
    await lease.release();
    return { root, file: join(root, 'edge', 'confhoard.Config.jsonl') };
  };
  const replaceLine = (file: string, line: number, change: (text: string) => string): void => {
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .split('\n')
        .map((text, i) => (i + 1 === line ? change(text) : text))
        .join('\n'),
    );
  };

  const damages: readonly [name: string, line: number, change: (text: string) => string, why: string, left: readonly string[]][] = [
    ['no JSON', 3, (text) => text.slice(0, 40), 'is no JSON object', ['a', 'c']],
    ['no record', 3, () => '{"id":"edge/confhoard/Config/b"}', 'is no record', ['a', 'c']],
    ['the id of another target', 3, (text) => text.replaceAll('edge/', 'oven/'), 'belongs elsewhere', ['a', 'c']],
    ['a line that is there twice', 3, () => canonical(recordOf(id('a'), 1)), 'again \\(first in line 2\\)', ['a', 'c']],
    ['a header of another kind', 1, (text) => text.replace('Config', 'Thing'), 'is no header of confhoard/Config', ['a', 'b', 'c']],
  ];
  for (const [name, line, change, why, left] of damages) {
    test(`a damaged line is named and kept, the rest is read, nothing is written: ${name}`, async () => {
      const { root, file } = await written();
      replaceLine(file, line, change);
      const text = readFileSync(file, 'utf8');
      const store = openAt(root);
      const state = await store.load('edge');
      assert.is(state.damage.length, 1);
      assert.is(state.damage[0]?.code, 'STATE_DAMAGED');
      assert.match(state.damage[0]?.summary ?? '', new RegExp(`confhoard.Config.jsonl:${line} .*${why}`));
      assert.equal([...state.records.keys()].sort(), left.map(id));
      assert.is(await codeOf(store.lease({ target: 'edge', run: 'r2' })), 'STATE_DAMAGED');
      assert.is(readFileSync(file, 'utf8'), text);
      // Once it is put right, work goes on: the refused lease is not left behind.
      replaceLine(file, line, () => (line === 1 ? '{"format":1,"kind":"confhoard/Config","shape":"x"}' : canonical(recordOf(id('b'), 1))));
      assert.is(await codeOf(store.lease({ target: 'edge', run: 'r2' })), 'none');
      await store.close();
    });
  }

  test('a file cut short is damage even where its last line looks whole', async () => {
    const { root, file } = await written();
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -1));
    assert.match((await openAt(root).load('edge')).damage[0]?.summary ?? '', 'cut short');
  });

  test('a journal line that cannot be read is damage, a torn one is not', async () => {
    const { root } = await written();
    const store = openAt(root, { process: { machine: 'x', pid: 1, started: '1' } });
    await store.lease({ target: 'edge', run: 'r2' });
    await store.end('edge', [{ id: id('d'), outcome: 'done', recorded: recordOf(id('d'), 1) }]);
    const folder = join(root, '.local', 'journal', 'edge');
    const file = join(folder, readdirSync(folder)[0] as string);
    appendFileSync(file, '{"end":[{"id":"edge/conf');
    const torn = await openAt(root).load('edge');
    assert.equal([torn.damage.length, torn.records.size], [0, 4]);
    await store.close();
    appendFileSync(file, '\n');
    const broken = await openAt(root).load('edge');
    assert.equal([broken.damage[0]?.code, broken.records.size], ['STATE_DAMAGED', 4]);
  });

  test('state of a newer version is neither read nor written', async () => {
    const { root, file } = await written();
    replaceLine(file, 1, (text) => text.replace('"format":1', '"format":2'));
    const state = await openAt(root).load('edge');
    assert.equal([state.damage[0]?.code, state.records.size], ['STATE_TOO_NEW', 0]);
    assert.is(await codeOf(openAt(root).lease({ target: 'edge', run: 'r2' })), 'STATE_TOO_NEW');
  });

  test('a record changed by hand under the lease is a conflict, and both words are kept', async () => {
    const { root, file } = await written();
    const store = openAt(root);
    const lease = await store.lease({ target: 'edge', run: 'r2' });
    await store.end('edge', [{ id: id('b'), outcome: 'done', recorded: recordOf(id('b'), 'ours') }]);
    replaceLine(file, 3, () => canonical(recordOf(id('b'), 'theirs')));
    assert.is(await codeOf(store.checkpoint({ run: 'r2', message: 'x' })), 'STATE_CONFLICT');
    assert.match(readFileSync(file, 'utf8'), 'theirs');
    assert.match(
      readFileSync(
        join(root, '.local', 'journal', 'edge', '..', 'edge', readdirSync(join(root, '.local', 'journal', 'edge'))[0] as string),
        'utf8',
      ),
      'ours',
    );
    replaceLine(file, 3, () => canonical(recordOf(id('b'), 1)));
    await store.checkpoint({ run: 'r2', message: 'x' });
    await lease.release();
    assert.equal(await values(openAt(root)), { a: 1, b: 'ours', c: 1 });
  });

  test('a folder that may not be written is named', () =>
    boundByPermissions(async (folder) => {
      const root = join(folder, 'state');
      mkdirSync(root);
      chmodSync(root, 0o500);
      assert.is(await codeOf(openAt(root).lease({ target: 'edge', run: 'r1' })), 'NOT_WRITABLE');
      chmodSync(root, 0o700); // or its owner could not remove it
    }));

  test('a file where the state folder should be is named', async () => {
    const root = at.fresh();
    mkdirSync(join(root, '..'), { recursive: true });
    writeFileSync(root, '');
    assert.is(await codeOf(openAt(root).lease({ target: 'edge', run: 'r1' })), 'NOT_READABLE');
  });
});
