import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, node, openBench, OWNER, USER, type Bench, type Seen } from './work.ts';

const WORKFLOW = JSON.stringify({
  colonyname: 'dev',
  functionspecs: [node('a', [], { args: ['own'], kwargs: { k: 1 } }), node('b', ['a'], { args: ['kept'] })],
});
const generatorOf = (more: Fields = {}): Fields => ({
  name: 'g',
  colonyname: 'dev',
  trigger: 3,
  timeout: -1,
  workflowspec: WORKFLOW,
  ...more,
});

interface SeenGenerator {
  readonly generatorid: string;
  readonly queuesize: number;
  readonly checkerperiod: number;
  readonly firstpack: string;
  readonly lastrun: string;
}

async function made(more: Fields = {}): Promise<{ readonly bench: Bench; readonly generatorid: string }> {
  const bench = await openBench();
  employ(bench.world, 'e1');
  const { generatorid } = await bench.ask<SeenGenerator>('addgeneratormsg', { generator: generatorOf(more) });
  return { bench, generatorid };
}
const pack = async (bench: Bench, generatorid: string, args: readonly string[]): Promise<void> => {
  for (const arg of args) await bench.ask('packgeneratormsg', { generatorid, arg });
};
const roots = (bench: Bench): readonly (readonly unknown[])[] =>
  [...bench.world.processes.rows()].filter(({ parents }) => parents?.length === 0).map(({ spec }) => spec.args ?? []);

group('sandbox generators', (test) => {
  test('run when enough is packed: as often as there is enough, the oldest first', async () => {
    const { bench, generatorid } = await made();
    await pack(bench, generatorid, ['1', '2']);
    await bench.clock.forward(5000);
    assert.equal(roots(bench), []);
    await pack(bench, generatorid, ['3', '4', '5', '6', '7']);
    await bench.clock.forward(1000);
    assert.equal(roots(bench), [
      ['1', '2', '3'],
      ['4', '5', '6'],
    ]);
    const told = await bench.ask<SeenGenerator>('getgeneratormsg', { generatorid });
    assert.equal([told.queuesize, told.checkerperiod], [1, 1000]);
    assert.match(told.lastrun, /^2026/);
    await bench.end();
  });

  test('what was packed takes the place of the arguments of the roots alone', async () => {
    const { bench, generatorid } = await made({ trigger: 1 });
    await pack(bench, generatorid, ['x']);
    await bench.clock.forward(1000);
    const { spec } = await bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'e1');
    assert.equal([spec.args, spec.kwargs], [['x'], {}]);
    const child = [...bench.world.processes.rows()].find((row) => row.spec.nodename === 'b');
    assert.equal(child?.spec.args, ['kept']);
    await bench.end();
  });

  test('run with what there is when their time is over, from the first packing or the last run', async () => {
    const { bench, generatorid } = await made({ timeout: 10 });
    await bench.clock.forward(60_000);
    await pack(bench, generatorid, ['alone']);
    await bench.clock.forward(10_000);
    assert.equal(roots(bench), []);
    await bench.clock.forward(1000);
    assert.equal(roots(bench), [['alone']]);
    await pack(bench, generatorid, ['again']);
    await bench.clock.forward(12_000);
    assert.equal(roots(bench), [['alone'], ['again']]);
    await bench.end();
  });

  test('a trigger of zero, which kills the real server, does nothing here; a strict sandbox refuses it', async () => {
    const { bench, generatorid } = await made({ trigger: 0 });
    await pack(bench, generatorid, ['x']);
    await bench.clock.forward(5000);
    assert.equal(roots(bench), []);
    await bench.end();
    const strict = await openBench({ strict: true });
    assert.is((await strict.refused('addgeneratormsg', { generator: generatorOf({ trigger: 0 }) })).status, 400);
    await strict.end();
  });

  test('are found by name, and go with what is packed', async () => {
    const { bench, generatorid } = await made();
    await pack(bench, generatorid, ['1']);
    const found = await bench.ask<SeenGenerator>('resolvegeneratormsg', { colonyname: 'dev', generatorname: 'g' });
    assert.equal([found.generatorid, found.queuesize, found.checkerperiod], [generatorid, 0, 0]);
    assert.is((await bench.ask<readonly SeenGenerator[]>('getgeneratorsmsg', { colonyname: 'dev', count: 9 })).length, 1);
    await bench.ask('removegeneratormsg', { generatorid });
    assert.is(bench.world.packed.size, 0);
    assert.is(await bench.ask('getgeneratorsmsg', { colonyname: 'dev', count: 9 }), null);
    await bench.end();
  });

  test('keep what is packed while nobody can be found in whose name to run', async () => {
    const { bench, generatorid } = await made({ trigger: 1 });
    await pack(bench, generatorid, ['x']);
    bench.world.users.drop('dev:myuser');
    await bench.clock.forward(3000);
    assert.equal([roots(bench).length, bench.world.packed.size], [0, 1]);
    await bench.end();
  });

  const rows: readonly [type: string, fields: Fields, signer: string, status: number, message: string][] = [
    ['addgeneratormsg', { generator: null }, USER, 400, 'Failed to add generator, msg.Generator is nil'],
    ['addgeneratormsg', { generator: generatorOf() }, USER, 400, 'Generator with name <g> in Colony <dev> already exists'],
    ['addgeneratormsg', { generator: generatorOf() }, OWNER, 403, 'Access denied, not a member of Colony with name <dev>'],
    ['getgeneratormsg', { generatorid: 'x' }, USER, 500, 'Failed to get generator, generator is nil'],
    ['packgeneratormsg', { generatorid: 'x', arg: '' }, USER, 500, 'Failed to increment generator, generator is nil'],
    ['removegeneratormsg', { generatorid: 'x' }, USER, 500, 'Failed to remove generator, generator is nil'],
    ['resolvegeneratormsg', { colonyname: 'dev', generatorname: 'x' }, USER, 500, 'Failed to resolve generator, generator is nil'],
  ];
  for (const [type, fields, signer, status, message] of rows) {
    test(`${type} is refused: ${message}`, async () => {
      const { bench } = await made();
      assert.equal(await bench.refused(type, fields, signer), { status, message });
      await bench.end();
    });
  }
});
