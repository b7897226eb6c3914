import type { Difference } from '../../../src/core/plan.ts';
import type { Recorded } from '../../../src/core/resource.ts';
import type { Fields } from '../../../src/core/value.ts';
import { ruleOf } from '../../../src/manifests/rule.ts';
import type { Finding, Sighting, Work } from '../../../src/providers/contract.ts';
import { config } from '../../../src/providers/confhoard/kinds/config.ts';
import { expandZone } from '../../../src/providers/confhoard/kinds/config-zone.ts';
import { configShape } from '../../../src/providers/confhoard/kinds/config-shape.ts';
import type { Spec } from '../../../src/providers/confhoard/kinds/config-spec.ts';
import { compare } from '../../../src/planner/diff.ts';
import { assert, group } from '../../kit/group.ts';
import type { ConfhoardBench } from './bench.ts';
import { openBench } from './bench.ts';
import { schema } from './store-bench.ts';
import { faultOf } from '../../kit/fault.ts';

const shape = configShape(schema);
const fixed = ruleOf(config.schema());
const FERMENTATION = '/brewhouse/temperature/fermentation';
const HARDWARE = '/brewhouse/temperature/hardware';
const zone = (config: Fields): Spec => ({ module: 'brewhouse', path: FERMENTATION, config });
const hardware = (config: Fields): Spec => ({ module: 'brewhouse', path: HARDWARE, config });
const id = (name: string): string => `brewery/confhoard/Config/${name}`;
const brief = (findings: readonly Finding[]) => findings.map(({ code, summary, pointer }) => [code, summary, pointer]);

const recorded = (name: string, spec: Spec): Recorded => ({
  id: id(name),
  shape: 'confhoard/Config.v1',
  handle: `${shape.normalize(spec).path}#${name}`,
  applied: shape.normalize(spec) as unknown as Fields,
  needs: [],
  lifecycle: {},
  by: { run: 'test', at: '2026-11-22T00:00:00.000Z' },
});
const work = (verb: Work<Spec>['verb'], name: string, want: Spec, rest: Partial<Work<Spec>> = {}): Work<Spec> => ({
  id: id(name),
  verb,
  intent: `run.${name}`,
  want: shape.normalize(want),
  differences: [],
  ...rest,
});

async function see(bench: ConfhoardBench, name: string, want?: Spec, applied?: Spec): Promise<Sighting<Spec>> {
  const known = {
    id: id(name),
    ...(want ? { want: shape.normalize(want) as unknown as Fields } : {}),
    ...(applied ? { applied: shape.normalize(applied) as unknown as Fields, handle: recorded(name, applied).handle } : {}),
  };
  const found: Sighting<Spec>[] = [];
  for await (const page of config.observe(bench.session.read, { scope: '', known: [known], strangers: false }, bench.call()))
    found.push(...page);
  return found[0] as Sighting<Spec>;
}

async function differences(bench: ConfhoardBench, name: string, want: Spec, applied?: Spec): Promise<readonly Difference[]> {
  const seen = await see(bench, name, want, applied);
  if (seen.seen !== 'live') throw new Error(`${name} is ${seen.seen}`);
  const normal = shape.normalize(want);
  return compare({
    rule: shape.rule?.(normal, fixed) ?? fixed,
    desired: normal as unknown as Fields,
    applied: applied && (shape.normalize(applied) as unknown as Fields),
    live: seen.spec as unknown as Fields,
  }).differences;
}

const run = (bench: ConfhoardBench, ...all: readonly Work<Spec>[]) =>
  config.batch?.run(bench.session, all, bench.call()) ?? Promise.resolve([]);
const running = async (bench: ConfhoardBench): Promise<Fields> => (await bench.control('get')) as Fields;
const zoneOf = (tree: Fields): Fields => ((tree['brewhouse:brewhouse'] as Fields)['temperature'] as Fields)['fermentation'] as Fields;

async function withBench(body: (bench: ConfhoardBench) => Promise<void>): Promise<void> {
  const bench = await openBench();
  try {
    await body(bench);
  } finally {
    await bench.close();
  }
}

group('Config: offline', (test) => {
  test('values are canonical, paths are full, and the short form is three leaves', () => {
    const short: Spec = { module: 'brewhouse', path: FERMENTATION, zone: { target: 18.5, band: '0.30' } };
    const long = zone({ setpoint: '18.50', highpoint: 18.8, 'brewhouse:lowpoint': '18.2' });
    assert.equal(shape.normalize(short), shape.normalize(long));
    assert.equal(shape.normalize(short), {
      module: 'brewhouse',
      path: '/brewhouse:brewhouse/temperature/fermentation',
      config: { setpoint: '18.5', highpoint: '18.8', lowpoint: '18.2' },
    });
    const normal = shape.normalize(hardware({ probe: [{ id: '28-00', offsets: [{ low: 50, high: 60, offset: 1 }] }] }));
    assert.equal(shape.normalize(normal), normal);
    assert.equal(
      shape.claims?.(normal, 'plant/confhoard/Config/one').map(({ path }) => path),
      ["/brewhouse:brewhouse/temperature/hardware/probe[id='28-00']/offsets[low='50.0'][high='60.0']/offset/"],
    );
  });

  test('a target and a band are added as decimals', () => {
    assert.equal(expandZone({ target: 18.5, band: 0.3 }), { setpoint: '18.5', highpoint: '18.8', lowpoint: '18.2' });
    assert.equal(expandZone({ target: '-0.1', band: '0.25' }), { setpoint: '-0.10', highpoint: '0.15', lowpoint: '-0.35' });
    assert.equal(expandZone({ target: 20 }), { setpoint: '20.0', highpoint: '20.3', lowpoint: '19.7' });
    for (const wrong of [{ target: 'warm' }, { target: 20, band: 0 }, { target: 20, band: '-1' }]) assert.throws(() => expandZone(wrong));
  });

  test('what is wrong is told where it stands', () => {
    const check = (spec: Spec) => brief(shape.check(spec));
    assert.equal(check({ module: 'brewhouse', path: FERMENTATION, zone: { target: 40 } })[0]?.[2], '/zone/target');
    assert.equal(check(zone({ setpoint: 18, lowpoint: 19, highpoint: 20 })), [
      ['YANG_MUST', 'lowpoint must be below setpoint', '/config/lowpoint'],
    ]);
    assert.equal(check(zone({ setpont: 18 }))[0]?.slice(0, 1), ['YANG_UNKNOWN']);
    assert.equal(check({ ...zone({}), path: '/brewhouse/temprature' })[0]?.[2], '/path');
    assert.equal(check(zone({}))[0]?.[0], 'CONFIG_EMPTY');
    assert.equal(check({ ...zone({ setpoint: 18 }), zone: { target: 18 } })[0], [
      'CONFIG_TWICE',
      'setpoint is set by config and by zone.target',
      '/config/setpoint',
    ]);
    assert.equal(check({ module: 'brewhouse', path: `${FERMENTATION}/setpoint`, config: {} })[0]?.[0], 'CONFIG_PATH');
    assert.equal(check({ module: 'brewhouse', path: `${FERMENTATION}/results`, config: { latest: 18 } })[0]?.[0], 'YANG_STATE');
    const [finding] = shape.check(zone({ setpoint: 18, lowpoint: 19 }));
    assert.match(finding?.detail ?? '', /The rule: yang\/brewhouse\.yang:\d+, must "lowpoint < setpoint"\./);
    assert.is(finding?.label, 'setpoint is 18.0');
  });

  test('one setpoint is judged alone only for what it says itself; across manifests the whole zone is', () => {
    const setpoint = zone({ setpoint: 20 });
    assert.equal(shape.check(setpoint), [], 'the rest may stand in another manifest');
    const all = (...specs: readonly Spec[]) =>
      brief(shape.together?.(specs.map((spec, i) => ({ id: id(`config-${i}`), spec: shape.normalize(spec) }))) ?? []);
    assert.equal(all(setpoint, zone({ highpoint: 20.3, lowpoint: 19.7 })), []);
    const findings = shape.together?.([
      { id: id('setpoint'), spec: shape.normalize(zone({ setpoint: 20 })) },
      { id: id('band'), spec: shape.normalize(zone({ highpoint: 19.8, lowpoint: 19.2 })) },
    ]);
    assert.equal(
      findings?.map(({ code, resource, pointer }) => [code, resource, pointer]),
      [['YANG_MUST', id('setpoint'), '/config/setpoint']],
    );
  });

  test('two hop lines with one name and moment are one key', () => {
    const hops = [1, 2].map((qty) => ({ name: 'Citra', addat: 'first wort hop', qty }));
    const spec: Spec = { module: 'brewery-recipes', path: "/recipes[name='Pale'][version='v1']", config: { ingredients: { hops } } };
    assert.ok(
      shape.check(spec).some(({ code }) => code === 'YANG_DUPLICATE'),
      JSON.stringify(shape.check(spec)),
    );
  });
});

group('Config: on a datastore', (test) => {
  test('setpoint and band in two manifests are one commit; either alone is refused at its line', () =>
    withBench(async (bench) => {
      const setpoint = work('create', 'setpoint', zone({ setpoint: 20 }));
      const band = work('create', 'band', zone({ highpoint: 20.3, lowpoint: 19.7 }));
      const fault = await faultOf(run(bench, setpoint));
      assert.is(fault.code, 'YANG_MUST');
      assert.is(fault.diagnostic.summary, 'setpoint must be below highpoint');
      assert.equal([fault.diagnostic.resource, fault.diagnostic.pointer], [id('setpoint'), '/config/setpoint']);
      assert.is(fault.diagnostic.label, 'highpoint is 17.3 (default)');
      assert.equal(await running(bench), {});
      const foreseen = await config.batch?.foresee?.(bench.session.read, [setpoint], bench.call());
      assert.equal(
        foreseen?.map(({ code, resource }) => [code, resource]),
        [['YANG_MUST', id('setpoint')]],
      );
      assert.equal(await config.batch?.foresee?.(bench.session.read, [setpoint, band], bench.call()), []);

      const dones = await run(bench, setpoint, band);
      assert.equal(
        dones.map((done) => done && 'handle' in done && done.handle),
        ['/brewhouse:brewhouse/temperature/fermentation#setpoint', '/brewhouse:brewhouse/temperature/fermentation#band'],
      );
      assert.equal(zoneOf(await running(bench)), { setpoint: '20.0', highpoint: '20.3', lowpoint: '19.7' });
      const log = [];
      for await (const { generation, comment, via } of bench.session.read.log()) log.push([generation, comment, via]);
      assert.equal(log, [[1, 'intent run.setpoint, run.band', 'setpoint']]);
    }));

  test('an update writes its differences alone, checks what they came from, and may be repeated', () =>
    withBench(async (bench) => {
      const before = zone({ setpoint: 17.1, highpoint: 18 });
      await run(bench, work('create', 'zone', before));
      const after = zone({ setpoint: 17.2 });
      const found = await differences(bench, 'zone', after, before);
      assert.equal(found, [
        { path: '/config/setpoint', before: '17.1', after: '17.2', cause: 'edited', units: '°C' },
        { path: '/config/highpoint', before: '18.0', cause: 'edited', units: '°C', dropped: true },
      ]);
      assert.equal(config.effects?.(found), [
        'the zone is kept at 17.2 °C instead of 17.1 °C',
        'cooling starts above its default instead of 18.0 °C',
      ]);
      assert.is(config.physical?.(found), true);
      await bench.control('change', { path: `${FERMENTATION}/lowpoint`, value: '16.9', user: 'bob' });
      const update = work('update', 'zone', after, { differences: found, recorded: recorded('zone', before) });
      await run(bench, update);
      await run(bench, update);
      assert.equal(zoneOf(await running(bench)), { setpoint: '17.2', lowpoint: '16.9' }, 'what bob set is bob’s');
      assert.equal(await differences(bench, 'zone', after, after), []);
      await bench.control('change', { path: `${FERMENTATION}/setpoint`, value: '17.0', user: 'bob' });
      assert.is((await faultOf(run(bench, update))).code, 'CONFIG_CONFLICT');
    }));

  test('drift says who did it, and a trial that a reboot would undo is unsaved', () =>
    withBench(async (bench) => {
      const spec = zone({ setpoint: 18.5, highpoint: 18.8, lowpoint: 18.2 });
      await run(bench, work('create', 'zone', spec));
      await bench.control('change', { path: `${FERMENTATION}/highpoint`, value: '21', user: 'bob' });
      await bench.control('change', { path: '/brewhouse/gravity/fermentation/final', value: '1.01', user: 'alice' });
      const seen = await see(bench, 'zone', spec, spec);
      assert.ok(seen.seen === 'live');
      assert.equal([seen.author?.who, seen.author?.via], ['bob', 'console']);
      assert.equal(
        (await differences(bench, 'zone', spec, spec)).map(({ path, before, after, cause }) => ({ path, before, after, cause })),
        [{ path: '/config/highpoint', before: '21.0', after: '18.8', cause: 'drifted' }],
      );
      await bench.control('trial', { path: `${FERMENTATION}/lowpoint`, value: '17' });
      const trial = await see(bench, 'zone', spec, spec);
      assert.ok(trial.seen === 'live');
      assert.equal(trial.remarks, [
        { class: 'unsaved', at: '/config/lowpoint', message: 'runs with 17.0, and 18.2 is persisted: a reboot brings that back' },
      ]);
      await bench.control('reboot');
      assert.equal(
        (await differences(bench, 'zone', spec, spec)).map(({ path }) => path),
        ['/config/highpoint'],
      );
    }));

  test('a leaf that equals its default: written when it is made, no drift when the explicit one goes', () =>
    withBench(async (bench) => {
      const spec = zone({ setpoint: 17, lowpoint: 16.5 });
      assert.is((await see(bench, 'zone', zone({ setpoint: 17 }))).seen, 'absent', 'a default is nobody’s');
      await run(bench, work('create', 'zone', spec));
      assert.equal(zoneOf(await running(bench)), { setpoint: '17.0', lowpoint: '16.5' });
      await bench.control('remove', { path: `${FERMENTATION}/setpoint` });
      assert.equal(await differences(bench, 'zone', spec, spec), []);
      await bench.control('remove', { path: `${FERMENTATION}/lowpoint` });
      assert.is((await see(bench, 'zone', spec, spec)).seen, 'absent');
    }));

  test('a delete takes exactly what was ours, list entries included, and is quiet the second time', () =>
    withBench(async (bench) => {
      const offsets = [{ low: '50.0', high: '60.0', offset: 1.5 }];
      const spec = hardware({
        probe: [
          { id: '28-00', description: 'chamber' },
          { id: '28-01', offsets },
        ],
      });
      await run(bench, work('create', 'probes', spec));
      await bench.control('change', { path: `${HARDWARE}/probe=28-01/description`, value: 'bob’s words' });
      const gone = work('delete', 'probes', spec, { recorded: recorded('probes', spec) });
      await run(bench, gone);
      assert.equal(await running(bench), {
        'brewhouse:brewhouse': { temperature: { hardware: { probe: [{ id: '28-01', description: 'bob’s words' }] } } },
      });
      await run(bench, gone);
      assert.is((await see(bench, 'probes', undefined, spec)).seen, 'absent');
    }));

  test('an entry under compound decimal keys is dropped, added and changed by its key', () =>
    withBench(async (bench) => {
      const probe = (offsets: readonly Fields[]): Spec => hardware({ probe: [{ id: '28-00', offsets }] });
      const before = probe([
        { low: 5, high: 10, offset: 1.5 },
        { low: 50, high: 60, offset: 2 },
      ]);
      await run(bench, work('create', 'probe', before));
      const after = probe([
        { low: '50.0', high: '60', offset: 2.5 },
        { low: 60, high: 75, offset: 0 },
      ]);
      const found = await differences(bench, 'probe', after, before);
      assert.equal(found.map(({ path }) => path).sort(), [
        '/config/probe/["28-00"]/offsets/["5.0","10.0"]',
        '/config/probe/["28-00"]/offsets/["50.0","60.0"]/offset',
        '/config/probe/["28-00"]/offsets/["60.0","75.0"]',
      ]);
      await run(bench, work('update', 'probe', after, { differences: found, recorded: recorded('probe', before) }));
      assert.equal(await differences(bench, 'probe', after, after), []);
      assert.is(JSON.stringify(await running(bench)).match(/"low"/g)?.length, 2);
    }));

  test('a probe that a zone names cannot be deleted, and the delete is told why', () =>
    withBench(async (bench) => {
      const probes = hardware({ probe: [{ id: '28-00', description: 'chamber' }] });
      await run(bench, work('create', 'probes', probes), work('create', 'zone', zone({ probe: { id: '28-00' } })));
      const fault = await faultOf(run(bench, work('delete', 'probes', probes, { recorded: recorded('probes', probes) })));
      assert.is(fault.code, 'YANG_LEAFREF');
      assert.is(fault.diagnostic.resource, id('probes'));
      assert.match(fault.diagnostic.detail ?? '', /fermentation\/probe\/id/);
      const both = [
        work('delete', 'probes', probes, { recorded: recorded('probes', probes) }),
        work('delete', 'zone', zone({ probe: { id: '28-00' } }), { recorded: recorded('zone', zone({ probe: { id: '28-00' } })) }),
      ];
      await run(bench, ...both);
      assert.equal(await running(bench), {});
    }));

  test('replace owns the whole subtree: a stranger’s leaf is a difference, and goes', () =>
    withBench(async (bench) => {
      const spec: Spec = { ...zone({ setpoint: 17.1 }), replace: true };
      await run(bench, work('create', 'zone', spec));
      await bench.control('change', { path: `${FERMENTATION}/highpoint`, value: '21', user: 'bob' });
      const found = await differences(bench, 'zone', spec, spec);
      assert.equal(
        found.map(({ path, before, cause }) => [path, before, cause]),
        [['/config/highpoint', '21.0', 'drifted']],
      );
      await run(bench, work('update', 'zone', spec, { differences: found, recorded: recorded('zone', spec) }));
      assert.equal(zoneOf(await running(bench)), { setpoint: '17.1' });
      assert.equal(shape.claims?.(spec, 'plant/confhoard/Config/one'), [
        { path: '/brewhouse:brewhouse/temperature/fermentation/', subtree: true, at: '/path' },
      ]);
    }));

  test('a leaf that moves from one manifest to another is not dropped on the way', () =>
    withBench(async (bench) => {
      const both = zone({ setpoint: 17.1, lowpoint: 16.5 });
      const low = zone({ lowpoint: 16.5 });
      const high = zone({ highpoint: 17.9 });
      const highAndSet = zone({ highpoint: 17.9, setpoint: 17.1 });
      await run(bench, work('create', 'a', both), work('create', 'b', high));
      const known = [
        { id: id('a'), want: shape.normalize(low) as unknown as Fields, applied: shape.normalize(both) as unknown as Fields },
        { id: id('b'), want: shape.normalize(highAndSet) as unknown as Fields, applied: shape.normalize(high) as unknown as Fields },
      ];
      const seen: Sighting<Spec>[] = [];
      for await (const page of config.observe(bench.session.read, { scope: '', known, strangers: false }, bench.call())) seen.push(...page);
      assert.equal(
        seen.map((one) => one.seen === 'live' && one.spec.config),
        [{ lowpoint: '16.5' }, { highpoint: '17.9', setpoint: '17.1' }, false],
      );
      const [a] = seen;
      assert.ok(a?.seen === 'live');
      const live = {
        seen: 'live',
        handle: a.handle,
        spec: a.spec as unknown as Fields,
        status: {},
        readiness: { state: 'ready' },
      } as const;
      await run(bench, work('delete', 'a', both, { recorded: recorded('a', both), live }));
      assert.equal(zoneOf(await running(bench)), { highpoint: '17.9', setpoint: '17.1' });
    }));

  test('what the modules do not describe any more is unknown, and spoils no other answer', () =>
    withBench(async (bench) => {
      await run(bench, work('create', 'zone', zone({ lowpoint: 16.5 })));
      const known = [
        { id: id('old'), applied: { module: 'brewhouse', path: '/brewhouse:brewhouse/cellar', config: {} } },
        { id: id('zone'), want: shape.normalize(zone({ lowpoint: 16.5 })) as unknown as Fields },
      ];
      const seen: Sighting<Spec>[] = [];
      for await (const page of config.observe(bench.session.read, { scope: '', known, strangers: true }, bench.call())) seen.push(...page);
      assert.equal(
        seen.map((one) => one.seen),
        ['unknown', 'live', 'end'],
      );
    }));
});
