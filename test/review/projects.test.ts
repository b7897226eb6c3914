import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecords } from '../../src/app/records.ts';
import { assert, group } from '../kit/group.ts';
import type { Workshop } from './workshop.ts';
import { PROJECT, codeOf, manifest, target, workshop } from './workshop.ts';

const FILE = 'state/default/bench/scripted.Box.jsonl';
const shopOf = (name: string): Workshop => {
  const shop = workshop();
  shop.write('manifests/targets.yaml', target('bench'));
  shop.write('manifests/boxes.yaml', manifest('Box', name, { label: name }));
  return shop;
};
const rename = (shop: Workshop, name: string, state = 'state'): void =>
  shop.write('setpoint.yaml', PROJECT.replace('name: bench', `name: ${name}`).replace('folder: state', `folder: "${state}"`));
const headOf = (shop: Workshop): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(shop.dir, FILE), 'utf8').split('\n')[0] as string) as Readonly<Record<string, unknown>>;
/** Every file of the state but the lease, which says only who came by. */
const stateOf = (shop: Workshop): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(join(shop.dir, 'state'), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && !one.parentPath.includes('/lease/'))
      .map((one) => join(one.parentPath, one.name))
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );
const rebind = async (shop: Workshop, name: string) => {
  const engine = await shop.open();
  try {
    return await (await openRecords(engine)).rebind(name);
  } finally {
    await engine.close();
  }
};

group('two projects', (test) => {
  test('on one state: the second is refused, and nothing is written, neither to the state nor to a system', async () => {
    const [first, second] = [shopOf('a'), shopOf('b')];
    await first.run();
    assert.is(headOf(first).project, 'bench');
    const plan = await second.plan();
    rename(second, 'pilot', join(first.dir, 'state'));
    const before = stateOf(first);
    assert.is(await codeOf(second.plan()), 'STATE_OF_OTHER_PROJECT');
    assert.is(await codeOf(second.run()), 'STATE_OF_OTHER_PROJECT');
    assert.is(await codeOf(second.run(plan)), 'STATE_OF_OTHER_PROJECT');
    const engine = await second.open();
    const records = await openRecords(engine);
    const [id = ''] = records.all().keys();
    assert.is(await codeOf(records.write('bench', [{ id, outcome: 'done', recorded: null }], 'forgot')), 'STATE_OF_OTHER_PROJECT');
    await engine.close();
    assert.equal(stateOf(first), before);
    assert.is(second.system('memory:bench').counts.mutations, 0);
  });

  test('a folder without setpoint.yaml is no project that may write to the state of one', async () => {
    const shop = shopOf('a');
    await shop.run();
    shop.write('setpoint.yaml', null);
    const given = [{ file: 'here.yaml', text: `${target('bench')}---\n${manifest('Box', 'b', { label: 'b' })}` }];
    shop.write('.setpoint/state/default/bench/scripted.Box.jsonl', readFileSync(join(shop.dir, FILE), 'utf8'));
    assert.is(await codeOf(shop.plan({ given })), 'STATE_OF_OTHER_PROJECT');
  });

  test('a project that was renamed takes its state along by rebind, also that of a target that is gone', async () => {
    const shop = shopOf('a');
    shop.write('manifests/more.yaml', `${target('old')}`);
    shop.write('manifests/boxes.yaml', [...['bench', 'old'].map((at) => manifest('Box', at, { label: at }, { target: at }))].join('---\n'));
    await shop.run();
    rename(shop, 'brewery');
    shop.write('manifests/more.yaml', null);
    shop.write('manifests/boxes.yaml', manifest('Box', 'bench', { label: 'bench' }));
    assert.is(await codeOf(shop.plan()), 'STATE_OF_OTHER_PROJECT');
    assert.equal(await rebind(shop, 'bench'), { instance: 'system at memory:bench', from: 'bench', forgotten: 0 });
    assert.equal(await rebind(shop, 'old'), { from: 'bench', forgotten: 0 });
    assert.is(await codeOf(rebind(shop, 'older')), 'TARGET_UNKNOWN');
    assert.is(headOf(shop).project, 'brewery');
    const { steps, inStep } = await shop.plan();
    assert.equal([steps.length, inStep], [0, 1]);
  });

  test('state that names no project is taken over by the next apply', async () => {
    const shop = shopOf('a');
    await shop.run();
    const path = join(shop.dir, FILE);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"project":"bench",', ''));
    assert.is(headOf(shop).project, undefined);
    shop.write('manifests/more.yaml', manifest('Crate', 'c', { label: 'c' }));
    assert.equal((await shop.plan()).steps.length, 1);
    await shop.run();
    assert.is(readFileSync(path, 'utf8'), text, 'files whose records do not change say it as well');
  });

  test('one inside the other, where its environment lies in what is the folder of a target outside', async () => {
    const [outer, inner] = [shopOf('a'), shopOf('b')];
    await outer.run();
    rename(inner, 'inner', join(outer.dir, 'state/default'));
    inner.write(
      'setpoint.yaml',
      readFileSync(join(inner.dir, 'setpoint.yaml'), 'utf8').replace('spec: {', 'spec: { environments: { bench: {} },'),
    );
    await inner.run();
    assert.equal((await outer.plan()).steps, []);
    assert.equal((await inner.plan()).steps, []);
    assert.equal((await outer.plan()).problems, []);
  });

  test('no environment is called what the state of a sandbox is', async () => {
    const shop = shopOf('a');
    shop.write('setpoint.yaml', PROJECT.replace('spec: {', 'spec: { environments: { lab: {}, lab.sandbox: {} },'));
    assert.is(await codeOf(shop.open()), 'PROJECT_INVALID');
  });
});
