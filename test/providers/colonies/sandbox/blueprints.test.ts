import type { Fields, Value } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { employ, openBench, OWNER, USER, type Bench, type Seen } from './work.ts';

const SCHEMA: Fields = { type: 'object', required: ['image'], properties: { image: { type: 'string' }, replicas: { type: 'number' } } };

const definitionOf = (more: Fields = {}, spec: Fields = {}): Fields => ({
  kind: 'BlueprintDefinition',
  metadata: { name: 'widgets', colonyname: 'dev', labels: { team: 'a' } },
  spec: {
    group: 'g',
    version: 'v1',
    names: { kind: 'Widget', listKind: 'WidgetList', singular: 'widget', plural: 'widgets' },
    scope: 'Namespaced',
    schema: SCHEMA,
    handler: { executorType: 'reconciler', functionName: 'reconcile' },
    ...spec,
  },
  ...more,
});
const blueprintOf = (name: string, spec: Value = { image: 'x' }, metadata: Fields = {}): Fields => ({
  kind: 'Widget',
  metadata: { name, colonyname: 'dev', annotations: { by: 'us' }, ...metadata },
  spec,
});

interface SeenBlueprint {
  readonly blueprintid: string;
  readonly metadata: Fields & { readonly generation?: number };
  readonly spec: Fields;
  readonly status?: Fields;
}

async function defined(): Promise<Bench> {
  const bench = await openBench();
  await bench.ask('addblueprintdefinitionmsg', { blueprintdefinition: definitionOf() }, OWNER);
  return bench;
}
const add = (bench: Bench, blueprint: Fields, signer = USER): Promise<SeenBlueprint> =>
  bench.ask<SeenBlueprint>('addblueprintmsg', { blueprint }, signer);
const update = (bench: Bench, blueprint: Fields, more: Fields = {}, signer = USER): Promise<SeenBlueprint> =>
  bench.ask<SeenBlueprint>('updateblueprintmsg', { blueprint, ...more }, signer);
const get = (bench: Bench, name: string): Promise<SeenBlueprint> => bench.ask<SeenBlueprint>('getblueprintmsg', { namespace: 'dev', name });
const remove = (bench: Bench, name: string, signer = USER): Promise<Fields> =>
  bench.ask('removeblueprintmsg', { namespace: 'dev', name }, signer);
const history = (bench: Bench, { blueprintid }: SeenBlueprint, limit = 0): Promise<readonly Fields[]> =>
  bench.ask<readonly Fields[]>('getblueprinthistorymsg', { blueprintid, limit });

/** The work that waits for reconcilers, oldest first: `reconcile {"kind":…}`. */
const queued = (bench: Bench): readonly string[] =>
  [...bench.world.processes.rows()].map(({ spec }) => `${spec.funcname} ${JSON.stringify(spec.kwargs)}`);
const crons = (bench: Bench): readonly string[] => [...bench.world.crons.rows()].map(({ name }) => name);

group('sandbox blueprint definitions', (test) => {
  test('are given back as they came, with an id; nothing in them is looked at', async () => {
    const bench = await defined();
    const [told] = await bench.ask<readonly (Fields & { readonly spec: Fields })[]>(
      'getblueprintdefinitionsmsg',
      { colonyname: 'dev' },
      OWNER,
    );
    assert.match(String(told?.['blueprintdefinitionid']), /^[0-9a-f]{64}$/);
    assert.equal(told?.spec['schema'], SCHEMA);
    await bench.ask('addblueprintdefinitionmsg', { blueprintdefinition: { metadata: { name: 'empty', colonyname: 'dev' } } }, OWNER);
    await bench.end();
  });

  test('stay while blueprints of their kind are there', async () => {
    const bench = await defined();
    await add(bench, blueprintOf('w'));
    const gone = { namespace: 'dev', name: 'widgets' };
    assert.equal(await bench.refused('removeblueprintdefinitionmsg', gone, OWNER), {
      status: 409,
      message: "cannot remove BlueprintDefinition 'widgets': 1 blueprint(s) of kind 'Widget' still exist",
    });
    await remove(bench, 'w');
    await bench.ask('removeblueprintdefinitionmsg', gone, OWNER);
    assert.equal(await bench.ask('getblueprintdefinitionsmsg', { colonyname: 'dev' }), []);
    await bench.end();
  });

  const rows: readonly [type: string, fields: Fields, signer: string, status: number, message: string][] = [
    [
      'addblueprintdefinitionmsg',
      { blueprintdefinition: null },
      OWNER,
      400,
      'Failed to add blueprint definition, blueprint definition is nil',
    ],
    ['addblueprintdefinitionmsg', { blueprintdefinition: definitionOf() }, USER, 403, 'Access denied, not colony owner'],
    [
      'addblueprintdefinitionmsg',
      { blueprintdefinition: definitionOf() },
      OWNER,
      500,
      'pq: duplicate key value violates unique constraint "prod_blueprintdefinitions_colony_name_name_key"',
    ],
    ['getblueprintdefinitionmsg', { colonyname: 'dev', name: 'x' }, USER, 404, 'Blueprint definition not found'],
    ['removeblueprintdefinitionmsg', { namespace: 'dev', name: 'x' }, OWNER, 404, "BlueprintDefinition 'x' not found in namespace 'dev'"],
  ];
  for (const [type, fields, signer, status, message] of rows) {
    test(`${type} is refused: ${message}`, async () => {
      const bench = await defined();
      assert.equal(await bench.refused(type, fields, signer), { status, message });
      await bench.end();
    });
  }
});

group('sandbox blueprints: what becomes of them', (test) => {
  test('a new one begins where its maker says, has a history, and sets a reconciler to work', async () => {
    const bench = await defined();
    const made = await add(bench, blueprintOf('w', { image: 'x' }, { generation: 4 }));
    assert.is(made.metadata.generation, 4);
    assert.equal(
      (await history(bench, made)).map(({ generation, changetype, changedby }) => [generation, changetype, changedby]),
      [[4, 'create', USER]],
    );
    assert.equal(queued(bench), ['reconcile {"kind":"Widget","blueprintName":"w"}']);
    const [row] = [...bench.world.processes.rows()];
    assert.equal(
      [row?.spec.nodename, row?.spec.maxexectime, row?.spec.maxretries, row?.spec.conditions.executortype],
      ['reconciler-reconcile', -1, -1, 'reconciler'],
    );
    await bench.end();
  });

  test('a change of the spec counts, is remembered and worked on; any other change is none', async () => {
    const bench = await defined();
    const made = await add(bench, blueprintOf('w', { image: 'x', more: { b: 1, a: [2] } }));
    await update(bench, {
      ...blueprintOf('w', { more: { a: [2], b: 1 }, image: 'x' }, { generation: 99, annotations: {} }),
      status: { ready: true },
    });
    const same = await get(bench, 'w');
    assert.equal([same.metadata['annotations'], same.metadata.generation, same.status], [undefined, undefined, { ready: true }]);
    assert.is((await history(bench, made)).length, 1);
    const changed = await update(bench, blueprintOf('w', { image: 'y' }));
    assert.equal([changed.blueprintid, changed.metadata.generation, changed.status], [made.blueprintid, 1, undefined]);
    assert.is((await update(bench, blueprintOf('w', { image: 'y' }), { forcegeneration: true })).metadata.generation, 2);
    assert.equal(
      (await history(bench, made, 2)).map(({ generation }) => generation),
      [2, 1],
    );
    assert.is(queued(bench).length, 3);
    await bench.end();
  });

  test('a history has the time of the wall, which is said to be UTC', async () => {
    const bench = await openBench({ timezone: 'Europe/Berlin' });
    await bench.ask('addblueprintdefinitionmsg', { blueprintdefinition: definitionOf() }, OWNER);
    const [told] = await history(bench, await add(bench, blueprintOf('w')));
    assert.match(String(told?.['timestamp']), /^2026-11-22T04:00:00.*Z$/);
    await bench.end();
  });

  test('a status is set by members alone, and moves nothing', async () => {
    const bench = await defined();
    await add(bench, blueprintOf('w'));
    const status = { colonyname: 'dev', blueprintname: 'w', status: { ready: 1 } };
    assert.is((await bench.refused('updateblueprintstatusmsg', status, OWNER)).status, 403);
    await bench.ask('updateblueprintstatusmsg', status);
    const told = await get(bench, 'w');
    assert.equal([told.status, told.metadata.generation], [{ ready: 1 }, undefined]);
    await bench.end();
  });

  test('asking for a reconciliation gives the process; by force it counts, without a history', async () => {
    const bench = await defined();
    const made = await add(bench, blueprintOf('w'));
    const row = await bench.ask<Seen>('reconcileblueprintmsg', { namespace: 'dev', name: 'w', force: true });
    assert.equal(row.spec.kwargs, { kind: 'Widget', blueprintName: 'w', force: true });
    assert.is((await get(bench, 'w')).metadata.generation, 1);
    assert.is((await history(bench, made)).length, 1);
    await bench.end();
  });

  test('a location that nobody knows is made, and stays', async () => {
    const bench = await defined();
    await add(bench, blueprintOf('w', { image: 'x' }, { locationname: 'Hall' }));
    const made = bench.world.locations.get('dev:Hall');
    assert.is(made?.description, 'Auto-created from blueprint w');
    await remove(bench, 'w');
    assert.is(bench.world.locations.get('dev:Hall'), made);
    await bench.end();
  });

  test('lists are by name, and go by place only where they go by kind', async () => {
    const bench = await defined();
    const list = async (kind: string, locationname: string): Promise<unknown> =>
      (await bench.ask<readonly SeenBlueprint[] | null>('getblueprintsmsg', { namespace: 'dev', kind, locationname }))?.map(
        ({ metadata }) => metadata['name'],
      );
    assert.is(await list('', ''), undefined);
    await add(bench, blueprintOf('b', { image: 'x' }, { locationname: 'Hall' }));
    await add(bench, blueprintOf('a'));
    assert.equal(await list('', 'Hall'), ['a', 'b']);
    assert.equal(await list('Widget', 'hALL'), ['b']);
    assert.is(await list('Other', ''), undefined);
    await bench.end();
  });
});

group('sandbox blueprints: the cron that has them looked after', (test) => {
  test('is one for a kind at a place, and goes with the last of them; each that goes is cleared up', async () => {
    const bench = await defined();
    await add(bench, blueprintOf('a'));
    await add(bench, blueprintOf('b'));
    await add(bench, blueprintOf('h', { image: 'x' }, { locationname: 'Hall' }));
    assert.equal(crons(bench), ['reconcile-Widget', 'reconcile-Widget-Hall']);
    await remove(bench, 'h');
    await remove(bench, 'a');
    assert.equal(crons(bench), ['reconcile-Widget']);
    await remove(bench, 'b');
    assert.equal(crons(bench), []);
    assert.equal(queued(bench).slice(-1), ['cleanup {"kind":"Widget","blueprintName":"b"}']);
    await bench.end();
  });

  test('fires once a minute with the kind, and waits for the run before', async () => {
    const bench = await defined();
    await add(bench, blueprintOf('a'));
    await bench.clock.forward(600_000);
    assert.equal(queued(bench), ['reconcile {"kind":"Widget","blueprintName":"a"}', 'reconcile {"kind":"Widget"}']);
    await bench.end();
  });

  test('of the owner of the colony never fires, and changes by the owner set nobody to work', async () => {
    const bench = await defined();
    await add(bench, blueprintOf('a'), OWNER);
    assert.equal(
      [...bench.world.crons.rows()].map(({ initiatorname }) => initiatorname),
      [''],
    );
    await update(bench, blueprintOf('a', { image: 'y' }), {}, OWNER);
    await bench.clock.forward(300_000);
    assert.equal(queued(bench), ['reconcile {"kind":"Widget","blueprintName":"a"}']);
    await bench.end();
  });

  test('is not there where the definition names no handler', async () => {
    const bench = await openBench();
    await bench.ask('addblueprintdefinitionmsg', { blueprintdefinition: definitionOf({}, { handler: {} }) }, OWNER);
    await add(bench, blueprintOf('a'));
    await update(bench, blueprintOf('a', { image: 'y' }));
    await remove(bench, 'a');
    assert.equal([crons(bench), queued(bench)], [[], []]);
    await bench.end();
  });

  test('a reconciler is an executor like any other', async () => {
    const bench = await defined();
    employ(bench.world, 'r', { executortype: 'reconciler' });
    await add(bench, blueprintOf('a'));
    const row = await bench.ask<Seen>('assignprocessmsg', { colonyname: 'dev', timeout: -1 }, 'r');
    assert.is(row.spec.funcname, 'reconcile');
    await bench.end();
  });
});

group('sandbox blueprints: what is refused', (test) => {
  const rows: readonly [type: string, fields: Fields, signer: string, status: number, message: string][] = [
    ['addblueprintmsg', { blueprint: null }, USER, 400, 'Failed to add blueprint, blueprint is nil'],
    ['addblueprintmsg', { blueprint: blueprintOf('n') }, 'nobody', 403, 'Access denied, not a member of Colony with name <dev>'],
    ['addblueprintmsg', { blueprint: { ...blueprintOf('n'), kind: '' } }, USER, 400, 'blueprint kind is required'],
    [
      'addblueprintmsg',
      { blueprint: { ...blueprintOf('n'), kind: 'Odd' } },
      USER,
      400,
      "BlueprintDefinition for kind 'Odd' not found in namespace 'dev'",
    ],
    ['addblueprintmsg', { blueprint: blueprintOf('n', {}) }, USER, 400, "blueprint validation failed: required field 'image' is missing"],
    [
      'addblueprintmsg',
      { blueprint: blueprintOf('n', { image: 5 }) },
      USER,
      400,
      "blueprint validation failed: field 'image' must be a string, got float64",
    ],
    ['addblueprintmsg', { blueprint: blueprintOf('w') }, USER, 409, "blueprint with name 'w' already exists in colony 'dev'"],
    ['updateblueprintmsg', { blueprint: blueprintOf('n') }, USER, 404, "blueprint 'n' not found in namespace 'dev'"],
    [
      'updateblueprintmsg',
      { blueprint: blueprintOf('w', {}) },
      USER,
      400,
      "blueprint validation failed: required field 'image' is missing",
    ],
    ['getblueprintmsg', { namespace: 'dev', name: 'n' }, OWNER, 404, 'Blueprint not found'],
    ['removeblueprintmsg', { namespace: 'dev', name: 'n' }, OWNER, 404, 'Blueprint not found'],
    ['reconcileblueprintmsg', { namespace: 'dev', name: 'w' }, OWNER, 403, 'Access denied, not a member of Colony with name <dev>'],
    ['getblueprinthistorymsg', { blueprintid: 'x', limit: 0 }, USER, 404, 'Blueprint not found'],
  ];
  for (const [type, fields, signer, status, message] of rows) {
    test(`${type}: ${message}`, async () => {
      const bench = await defined();
      await add(bench, blueprintOf('w'));
      const expected = signer === 'nobody' ? { status, message: 'Access denied, not colony owner' } : { status, message };
      assert.equal(await bench.refused(type, fields, signer), expected);
      assert.is(bench.world.blueprints.size, 1);
      await bench.end();
    });
  }
});
