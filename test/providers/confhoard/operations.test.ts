import { Fault } from '../../../src/core/diagnostic.ts';
import type { Output, Sandbox } from '../../../src/providers/contract.ts';
import { confhoard, schemaFor } from '../../../src/providers/confhoard/index.ts';
import { assert, group } from '../../kit/group.ts';
import type { ConfhoardBench } from './bench.ts';
import { openBench } from './bench.ts';
import { faultOf } from '../../kit/fault.ts';

const ZONE = '/brewhouse/temperature/fermentation';

async function withBench(body: (bench: ConfhoardBench) => Promise<void>): Promise<void> {
  const bench = await openBench();
  try {
    await body(bench);
  } finally {
    await bench.close();
  }
}

async function run(bench: ConfhoardBench, name: string, input: Readonly<Record<string, string>> = {}): Promise<readonly Output[]> {
  const operation = confhoard.operations.find((one) => one.name === name);
  if (!operation) throw new Error(`there is no operation ${name}`);
  const said: Output[] = [];
  for await (const output of operation.run(bench.session, input, bench.call())) said.push(output);
  return said;
}

const lines = (outputs: readonly Output[]) => outputs.map((output) => ('line' in output ? output.line : output));

group('confhoard: operations', (test) => {
  test('set commits as the console does, get and log show it, compare and save take it along', () =>
    withBench(async (bench) => {
      assert.equal(lines(await run(bench, 'get', { path: ZONE })), [`${ZONE} is not set.`]);
      assert.equal(lines(await run(bench, 'set', { path: `${ZONE}/lowpoint`, value: '16.50', user: 'bob' })), [
        '/brewhouse:brewhouse/temperature/fermentation/lowpoint: not set → 16.5',
        'Commit complete, generation 1.',
      ]);
      assert.equal(lines(await run(bench, 'set', { path: `${ZONE}/lowpoint`, value: '16.5' })), ['Nothing to commit.']);
      assert.equal(await run(bench, 'get', { path: ZONE }), [{ value: { lowpoint: '16.5' } }]);
      assert.is(lines(await run(bench, 'compare', { a: 'startup' })).at(-2), '+       lowpoint 16.5;');
      assert.equal(lines(await run(bench, 'save')), ['Running is saved to startup, generation 2.']);
      assert.equal(lines(await run(bench, 'compare', { a: 'startup', b: 'running' })), ['startup and running are the same.']);
      await run(bench, 'delete', { path: `${ZONE}/lowpoint`, user: 'alice' });
      const [log] = await run(bench, 'log');
      assert.ok(log && 'table' in log);
      const lowpoint = '/brewhouse:brewhouse/temperature/fermentation/lowpoint';
      assert.equal(
        log.table.rows.map(([generation, , ...rest]) => [generation, ...rest]),
        [
          ['1', 'bob via console', lowpoint, '', '16.5'],
          ['2', 'operator via console', 'saved to startup', '', ''],
          ['3', 'alice via console', lowpoint, '16.5', ''],
        ],
      );
      const [last] = await run(bench, 'log', { last: '1' });
      assert.is(last && 'table' in last && last.table.rows.length, 1);
    }));

  test('what the console may not do either', () =>
    withBench(async (bench) => {
      const fault = await faultOf(run(bench, 'set', { path: '/brewhouse/power/heating/mode', value: 'ABC' }));
      assert.is(fault.code, 'CONFIG_INVALID');
      assert.match(`${fault.diagnostic.summary} ${fault.diagnostic.detail}`, /HLT.*KETTLE/);
      assert.is((await faultOf(run(bench, 'set', { path: ZONE }))).code, 'INPUT_MISSING');
      const store = await faultOf(run(bench, 'get', { store: 'runing' }));
      assert.equal([store.code, store.diagnostic.hint], ['CONFIG_STORE', 'Did you mean running?']);
      assert.is((await faultOf(run(bench, 'save', { store: 'operational' }))).code, 'CONFIG_STORE');
      assert.is((await faultOf(run(bench, 'set', { path: `${ZONE}/probe`, value: '{"id"' }))).code, 'CONFIG_VALUE');
    }));
});

group('confhoard: provider and sandbox', (test) => {
  test('an instance is named once, and another folder has another one', () =>
    withBench(async (bench) => {
      const first = await confhoard.identify(bench.session.read, bench.call());
      await bench.restart();
      assert.is(await confhoard.identify(bench.session.read, bench.call()), first);
      await withBench(async (other) => assert.is.not(await confhoard.identify(other.session.read, other.call()), first));
    }));

  test('an address that is no folder, and modules that are not there, are said so', async () => {
    const call = { signal: new AbortController().signal, emit: () => undefined, now: Date.now, random: Math.random };
    const target = { name: 'x', provider: 'confhoard', options: {} };
    assert.is((await faultOf(confhoard.connect({ ...target, address: 'http://pi.local:8600' }, call))).code, 'CONFIG_ADDRESS');
    const files = { read: () => undefined, bytes: () => undefined, list: () => [] };
    assert.throws(
      () => schemaFor({ modules: ['yang'] }, files),
      (error: unknown) => error instanceof Fault && error.code === 'CONFIG_MODULES',
    );
  });

  test('a target may name its own modules; what is wrong in them is told by file and line', () => {
    const text = 'module cellar { namespace "urn:cellar"; prefix c; leaf depth { type uint8; } }';
    const files = (content: string) => ({ read: () => content, bytes: () => undefined, list: () => ['cellar.yang', 'README.md'] });
    assert.equal([...schemaFor({ modules: ['models'] }, files(text)).roots.keys()], ['cellar:depth']);
    assert.throws(
      () => schemaFor({ modules: ['models'] }, files(text.replace('uint8', 'unit8'))),
      (error: { readonly diagnostics?: readonly { readonly at?: { readonly file: string; readonly line: number } }[] }) =>
        error.diagnostics?.[0]?.at?.file === 'models/cellar.yang' && error.diagnostics[0].at.line === 1,
    );
  });

  test('down and up again, a held lock, and files that cannot be read: each fault says whether trying again helps', () =>
    withBench(async (bench) => {
      await run(bench, 'set', { path: `${ZONE}/lowpoint`, value: '16.5' });
      await bench.control('down');
      const down = await faultOf(bench.session.read.read('running'));
      assert.ok(down.retry !== false && down.sent === 'no');
      await bench.control('up');
      await bench.session.read.read('running');

      await bench.control('corrupt');
      const damaged = await faultOf(bench.session.read.read('running'));
      assert.equal([damaged.code, damaged.retry], ['CONFIG_DAMAGED', false]);
      await bench.control('repair');
      assert.equal(await run(bench, 'get', { path: `${ZONE}/lowpoint` }), [{ value: '16.5' }]);
      const unknown = await faultOf(bench.control('dwon'));
      assert.equal([unknown.code, unknown.diagnostic.hint], ['SWITCH_UNKNOWN', 'Did you mean down?']);
    }));

  test('doctor sees what runs and is not persisted', () =>
    withBench(async (bench) => {
      const checks = async (): Promise<readonly (readonly [string, boolean])[]> => {
        const found: (readonly [string, boolean])[] = [];
        for await (const { name, ok } of confhoard.examine?.(bench.session.read, bench.call()) ?? []) found.push([name, ok]);
        return found;
      };
      assert.equal(await checks(), [
        ['folder', true],
        ['running', true],
        ['persist', true],
      ]);
      await bench.control('trial', { path: `${ZONE}/lowpoint`, value: '16.5' });
      assert.equal((await checks()).at(-1), ['persist', false]);
    }));

  test('a sandbox without a folder takes one of its own and leaves nothing behind', async () => {
    const sandbox = (await confhoard.sandbox?.({ options: {} })) as Sandbox;
    await sandbox.control('change', { path: `${ZONE}/lowpoint`, value: '16.5' });
    assert.equal(await sandbox.control('get', {}), { 'brewhouse:brewhouse': { temperature: { fermentation: { lowpoint: '16.5' } } } });
    await sandbox.close();
    assert.is((await import('node:fs')).existsSync(sandbox.address), false);
  });
});
