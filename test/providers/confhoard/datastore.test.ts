import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { Fault } from '../../../src/core/diagnostic.ts';
import type { Fields, Value } from '../../../src/core/value.ts';
import { compareText, openCandidate, parsePath } from '../../../src/providers/confhoard/datastore/index.ts';
import { lastWriters, newestFirst } from '../../../src/providers/confhoard/datastore/commit-log.ts';
import { assert, group } from '../../kit/group.ts';
import { FERMENTATION, openStore, schema, storeBench } from './store-bench.ts';
import { faultOf } from '../../kit/fault.ts';

const bob = { user: 'bob', via: 'console' };

group('datastore: commits', (test) => {
  test('defaults are in force: the setpoint alone cannot go to 20, all three together can', async () => {
    await using bench = await storeBench();
    const alone = await openCandidate(bench.store);
    alone.set(`${FERMENTATION}/setpoint`, 20);
    assert.equal(
      alone.validate().map(({ code, message }) => [code, message]),
      [['YANG_MUST', 'setpoint must be below highpoint']],
    );
    const fault = await faultOf(alone.commit(bob));
    assert.is(fault.code, 'CONFIG_INVALID');
    assert.match(fault.diagnostic.detail ?? '', /yang\/brewhouse\.yang:\d+, must "setpoint < highpoint"/);
    assert.equal((await bench.store.read('running')).tree, {}, 'nothing was committed');

    alone.set(`${FERMENTATION}/highpoint`, '20.30');
    alone.set(`${FERMENTATION}/lowpoint`, 19.7);
    assert.is((await alone.commit(bob)).generation, 1);
    const zone = { setpoint: '20.0', highpoint: '20.3', lowpoint: '19.7' };
    const tree = { 'brewhouse:brewhouse': { temperature: { fermentation: zone } } };
    assert.equal((await bench.store.read('running')).tree, tree);
    assert.equal((await bench.store.read('persist')).tree, tree, 'a commit is persisted');
  });

  test('a commit that changes nothing is none', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    assert.equal(await bench.set(`${FERMENTATION}/lowpoint`, '16.50'), { generation: 1, changes: [] });
  });

  test('a leaf that somebody changed meanwhile is refused, with both values; another one is not', async () => {
    await using bench = await storeBench();
    const mine = await openCandidate(bench.store);
    mine.set(`${FERMENTATION}/setpoint`, 17.1);
    const theirs = await openCandidate(bench.store);
    theirs.set(`${FERMENTATION}/setpoint`, 16.9);
    theirs.set(`${FERMENTATION}/lowpoint`, 16.1);
    await theirs.commit(bob);
    const fault = await faultOf(mine.commit(bob));
    assert.is(fault.code, 'CONFIG_CONFLICT');
    assert.is(fault.retry, false);
    assert.match(fault.diagnostic.detail ?? '', /setpoint was not set and is 16\.9/);

    const beside = await openCandidate(bench.store);
    beside.set(`${FERMENTATION}/setpoint`, 17.1);
    await bench.set(`${FERMENTATION}/lowpoint`, 16.2);
    await beside.commit(bob);
    assert.equal(await bench.zone(), { setpoint: '17.1', lowpoint: '16.2' });
  });

  test('a commit can be tied to the generation it was computed from', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    const candidate = await openCandidate(bench.store);
    candidate.set(`${FERMENTATION}/setpoint`, 17.2);
    assert.is((await faultOf(candidate.commit({ ...bob, generation: 0 }))).code, 'CONFIG_CONFLICT');
    assert.is((await candidate.commit({ ...bob, generation: candidate.generation })).generation, 2);
  });

  test('a key with a blank, compound decimal keys, and a path in the RESTCONF form', async () => {
    await using bench = await storeBench();
    const probe = "/brewhouse/temperature/hardware/probe[id='28-00']";
    await bench.set(`${probe}/offsets=50,60.00/offset`, 1.5);
    const recipe = '/brewery-recipes:recipes=Citra%20Pale,v1';
    const candidate = await openCandidate(bench.store);
    candidate.merge('/definitions/ingredients', { hops: [{ name: 'Citra', 'alpha-acid': 14.8 }] });
    candidate.merge(recipe, { ingredients: { hops: [{ name: 'Citra', addat: 'first wort hop', qty: 20 }] } });
    await candidate.commit(bob);
    const { tree } = await bench.store.read('running');
    const hop = parsePath(schema, `${recipe}/ingredients/hops=Citra,first%20wort%20hop/qty`);
    assert.match(hop.text, /hops\[name='Citra'\]\[addat='first wort hop'\]\/qty$/);
    assert.match(JSON.stringify(tree), /"offsets":\[\{"low":"50.0","high":"60.0","offset":"1.5"\}\]/);
    await bench.remove(`${probe}/offsets[low='50.0'][high="60"]`);
    assert.ok(!JSON.stringify((await bench.store.read('running')).tree).includes('offsets'));
  });

  test('what a reference names cannot go while it is named', async () => {
    await using bench = await storeBench();
    const probe = "/brewhouse/temperature/hardware/probe[id='28-00']";
    const candidate = await openCandidate(bench.store);
    candidate.merge(probe, {});
    candidate.set(`${FERMENTATION}/probe/id`, '28-00');
    await candidate.commit(bob);
    const fault = await faultOf(bench.remove(probe));
    assert.is(fault.code, 'CONFIG_INVALID');
    assert.match(fault.diagnostic.detail ?? '', /fermentation\/probe\/id/);
  });

  test('paths that no module describes say what there is', async () => {
    await using bench = await storeBench();
    const fault = await faultOf(bench.set('/brewhouse/temprature/fermentation/setpoint', 18));
    assert.is(fault.code, 'CONFIG_PATH');
    assert.is(fault.diagnostic.hint, 'Did you mean temperature?');
    assert.is((await faultOf(bench.set('/brewhouse/temperature/hardware/probe/description', 'x'))).code, 'CONFIG_PATH');
  });
});

group('datastore: stores', (test) => {
  test('a trial runs and is not persisted; somebody else’s commit does not persist it', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    await bench.set(`${FERMENTATION}/highpoint`, 19, { persist: false });
    await bench.set(`${FERMENTATION}/setpoint`, 17.1);
    const persisted = (await bench.store.read('persist')).tree;
    assert.equal(persisted, { 'brewhouse:brewhouse': { temperature: { fermentation: { lowpoint: '16.5', setpoint: '17.1' } } } });
    const fault = await faultOf(bench.set(`${FERMENTATION}/setpoint`, 18));
    assert.is(fault.code, 'CONFIG_UNSAVED', 'valid only on top of the trial');
    await bench.store.save('persist', bob);
    assert.equal((await bench.store.read('persist')).tree, (await bench.store.read('running')).tree);
  });

  test('after a reboot running is what was persisted', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    await bench.set(`${FERMENTATION}/highpoint`, 19, { persist: false });
    await rm(join(bench.folder, 'running'), { recursive: true });
    const { tree, generation } = await bench.store.read('running');
    assert.equal([generation, tree], [2, { 'brewhouse:brewhouse': { temperature: { fermentation: { lowpoint: '16.5' } } } }]);
    await openStore(bench.folder);
    assert.match(await readFile(join(bench.folder, 'running/brewhouse.brewhouse.json'), 'utf8'), /"16.5"/, 'the files are there again');
  });

  test('startup is what a new datastore begins with, once', async () => {
    await using first = await storeBench();
    await first.set(`${FERMENTATION}/lowpoint`, 16.5);
    await first.store.save('startup', bob);
    const shipped = await readFile(join(first.folder, 'startup/brewhouse.brewhouse.json'), 'utf8');
    await using second = await storeBench({ 'startup/brewhouse.brewhouse.json': shipped });
    assert.equal(await second.zone(), { lowpoint: '16.5' });
    await second.remove(`${FERMENTATION}/lowpoint`);
    const again = await openStore(second.folder);
    assert.equal((await again.read('running')).tree, {}, 'not merged a second time');
  });

  test('a startup that is not valid is refused, and nothing is accepted', async () => {
    const text = JSON.stringify({ 'brewhouse:brewhouse': { temperature: { fermentation: { setpoint: '30.0' } } } });
    assert.is((await faultOf(storeBench({ 'startup/brewhouse.brewhouse.json': text }))).code, 'CONFIG_INVALID');
  });

  test('each Thing has its own file; its subtree is not the one that only begins with the same letters', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    await bench.set('/brewhouse/power/heating/mode', 'HLT');
    await bench.store.register({ app: 'TemperatureProvider', module: 'brewhouse', path: '/brewhouse/temperature' });
    await bench.store.register({ app: 'TemperatureProvider', module: 'brewhouse', path: '/brewhouse:brewhouse/temperature' });
    const own = JSON.parse(await readFile(join(bench.folder, 'persist/TemperatureProvider.json'), 'utf8')) as Fields;
    assert.equal(own['brewhouse:brewhouse'], { temperature: { fermentation: { lowpoint: '16.5' } } });
    const before = (await bench.store.read('running')).tree;
    await bench.set(`${FERMENTATION}/lowpoint`, 16.4);
    await bench.set('/brewhouse/power/heating/mode', 'KETTLE');
    assert.is(
      JSON.stringify(before).replace('16.5', '16.4').replace('HLT', 'KETTLE'),
      JSON.stringify((await bench.store.read('running')).tree),
    );
    for (const path of ['/brewhouse/temperature/fermentation', '/brewhouse']) {
      const fault = await faultOf(bench.store.register({ app: 'Other', module: 'brewhouse', path }));
      assert.is(fault.code, 'CONFIG_REGISTERED');
    }
    assert.is((await faultOf(bench.store.register({ app: '../x', module: 'brewhouse', path: '/brewhouse/gravity' }))).code, 'CONFIG_APP');
  });

  test('a file that cannot be read is named and kept; nothing is written beside it', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    const path = join(bench.folder, 'running/brewhouse.brewhouse.json');
    await writeFile(path, '{"torn');
    for (const act of [
      () => bench.store.read('running'),
      () => bench.set(`${FERMENTATION}/lowpoint`, 16.4),
      () => openStore(bench.folder),
    ]) {
      const fault = await faultOf(act());
      assert.is(fault.code, 'CONFIG_DAMAGED');
      assert.ok(fault.diagnostic.summary.includes(path));
    }
    assert.is(await readFile(path, 'utf8'), '{"torn');
  });

  test('data that no module describes is kept and refused, never dropped', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    const path = join(bench.folder, 'running/brewhouse.brewhouse.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"fermentation"', '"cellar": {"x": "1"}, "fermentation"'));
    assert.is((await bench.store.read('running')).problems[0]?.code, 'YANG_UNKNOWN');
    assert.is((await faultOf(bench.set(`${FERMENTATION}/lowpoint`, 16.4))).code, 'CONFIG_INVALID');
    assert.match(await readFile(path, 'utf8'), /cellar/);
  });
});

group('datastore: log and compare', (test) => {
  test('who changed what, when and through what', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    await bench.set(`${FERMENTATION}/lowpoint`, 16.4, { user: 'alice', via: 'panel', comment: 'colder' });
    const entries = [];
    for await (const { generation, user, via, comment, changes } of bench.store.log())
      entries.push({ generation, user, via, comment, changes });
    const path = '/brewhouse:brewhouse/temperature/fermentation/lowpoint';
    assert.equal(entries, [
      { generation: 2, user: 'alice', via: 'panel', comment: 'colder', changes: [{ path, old: '16.5', new: '16.4' }] },
      { generation: 1, user: 'bob', via: 'console', comment: undefined, changes: [{ path, new: '16.5' }] },
    ]);
    const writers = await bench.store.lastWriters([path, '/nobody']);
    assert.equal(
      [...writers].map(([leaf, { user }]) => [leaf, user]),
      [[path, 'alice']],
    );
  });

  test('a commit whose maker died before it was logged is told of by whoever looks, and once', async () => {
    await using bench = await storeBench();
    await bench.set(`${FERMENTATION}/lowpoint`, 16.5);
    await bench.set(`${FERMENTATION}/lowpoint`, 16.4, { user: 'alice' });
    const path = join(bench.folder, 'commits.jsonl');
    const whole = await readFile(path, 'utf8');
    const generations = async (): Promise<readonly number[]> => {
      const found: number[] = [];
      for await (const { generation } of bench.store.log()) found.push(generation);
      return found;
    };
    const leaf = '/brewhouse:brewhouse/temperature/fermentation/lowpoint';
    for (const [log, expected] of [
      [whole, [2, 1]],
      [whole.slice(0, whole.indexOf('\n') + 1), [2, 1]],
      [whole.slice(0, whole.length - 9), [2, 1]],
      ['', [2]],
    ] as const) {
      await writeFile(path, log);
      assert.equal(await generations(), expected);
      assert.is((await bench.store.lastWriters([leaf])).get(leaf)?.user, 'alice');
    }
  });

  test('a long log is read from its end, torn or not, whatever falls on the edge of a block', async () => {
    await using bench = await storeBench();
    const path = join(bench.folder, 'long.jsonl');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 8 }), fc.boolean(), async (sizes, torn) => {
        const lines = sizes.map((size, i) =>
          JSON.stringify({ generation: i + 1, at: '', session: '', user: '', via: 'é'.repeat(size / 2), changes: [{ path: `/${i % 3}` }] }),
        );
        await writeFile(path, lines.map((line) => `${line}\n`).join('') + (torn ? '{"generation": 99, "at' : ''));
        const found: number[] = [];
        for await (const entry of newestFirst(path)) found.push(entry.generation);
        assert.equal(found, sizes.map((_, i) => i + 1).reverse());
        const writers = await lastWriters(newestFirst(path), ['/0']);
        const last = sizes.findLastIndex((_, i) => i % 3 === 0);
        assert.is(writers.get('/0')?.generation, last < 0 ? undefined : last + 1);
      }),
      { numRuns: 40 },
    );
  });

  test('compare shows additions, changes and removals in schema order, and the way to them', () => {
    const before = {
      'brewhouse:brewhouse': { temperature: { fermentation: { setpoint: '17.0' } }, gravity: { fermentation: { final: '1.0100' } } },
    };
    const after = {
      'brewhouse:brewhouse': {
        temperature: {
          fermentation: { setpoint: '18.0' },
          hardware: { probe: [{ id: '28-00', description: 'in the chamber', offsets: [{ low: '5.0', high: '10.0', offset: '1.5' }] }] },
        },
      },
    };
    assert.equal(compareText(schema, before, before), []);
    assert.is(
      compareText(schema, before, after).join('\n'),
      `--- CONFIGURATION START ---
  brewhouse::
    temperature::
      fermentation::
-       setpoint 17.0;
+       setpoint 18.0;
+     hardware::
+       probe 28-00::
+         description "in the chamber";
+         offsets 5.0 10.0::
+           offset 1.5;
-   gravity::
-     fermentation::
-       final 1.0100;
--- CONFIGURATION END ---`,
    );
  });
});

group('datastore: against a model', (test) => {
  test(
    'any edits, committed or refused, opened again in between, leave what a plain map says',
    async () => {
      const leaf = fc.constantFrom('setpoint', 'highpoint', 'lowpoint');
      const act = fc.oneof(
        fc.record({ do: fc.constant('set' as const), leaf, value: fc.integer({ min: 40, max: 360 }).map((n) => (n / 10).toFixed(1)) }),
        fc.record({ do: fc.constant('remove' as const), leaf }),
        fc.record({ do: fc.constantFrom('commit' as const, 'discard' as const, 'reopen' as const, 'reboot' as const) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
          await using bench = await storeBench();
          let model: Record<string, Value> = {};
          let edited = { ...model };
          let candidate = await openCandidate(bench.store);
          for (const one of acts) {
            if (one.do === 'set') {
              const set = (): void => candidate.set(`${FERMENTATION}/${one.leaf}`, one.value);
              if (Number(one.value) < 5 || Number(one.value) > 35) assert.throws(set, (error: unknown) => error instanceof Fault);
              else {
                set();
                edited[one.leaf] = one.value;
              }
            } else if (one.do === 'remove') {
              candidate.remove(`${FERMENTATION}/${one.leaf}`);
              delete edited[one.leaf];
            } else if (one.do === 'commit') {
              const { setpoint = '17.0', highpoint = '17.3', lowpoint = '16.7' } = edited as Record<string, string>;
              const valid = +lowpoint < +setpoint && +setpoint < +highpoint && Math.round((+highpoint - +lowpoint) * 1000) >= 300;
              const made = await candidate.commit(bob).then(
                () => true,
                () => false,
              );
              assert.is(made, valid, JSON.stringify(edited));
              if (valid) model = { ...edited };
              candidate = await openCandidate(bench.store);
              edited = { ...model };
            } else {
              if (one.do === 'reboot') await rm(join(bench.folder, 'running'), { recursive: true, force: true });
              candidate = await openCandidate(one.do === 'discard' ? bench.store : await openStore(bench.folder));
              edited = { ...model };
            }
            assert.equal(await bench.zone(), Object.keys(model).length > 0 ? model : undefined);
          }
        }),
        { numRuns: 25 },
      );
    },
    { seconds: 60 },
  );
});
