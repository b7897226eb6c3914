import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { root } from './kit/binary.ts';
import { mortal } from './kit/children.ts';
import { assert, group } from './kit/group.ts';
import { brewery, flowing, hop, target, zone } from './bad-days.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
for (const name of ['diagnostic', 'state', 'plan', 'event']) {
  ajv.addSchema(JSON.parse(readFileSync(join(root, `schemas/own/${name}.json`), 'utf8')) as object, `${name}.json`);
}
function accepts(name: string, text: string): void {
  const validate = ajv.getSchema(`${name}.json`);
  assert.ok(validate?.(JSON.parse(text)), `${text.slice(0, 300)}\n${JSON.stringify(validate?.errors?.slice(0, 3))}`);
}

const cold = (setpoint: string): string => zone(setpoint, { name: 'cold', on: 'cellar' }).replace('18.8', '6.5').replace('18.2', '5.5');
const hops = (count: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`manifests/hop-${i}.yaml`, hop(`hop-${i}`, 5)]));

group('saved plans', (test) => {
  test('one that the world has overtaken is refused, and the world is left as it is', () =>
    brewery({}, async (b) => {
      await b.ends('apply --yes', 0);
      b.write({ 'manifests/zone.yaml': zone('18.4') });
      await b.ends('plan -o later.json', 0);
      await b.ends('run brewery set path=/brewhouse/temperature/fermentation/setpoint value=18.6 --yes', 0);
      const before = b.holds('brewery');
      assert.match(flowing(await b.ends('apply later.json', 4)), /its values changed meanwhile\. .*?STALE/);
      assert.equal(b.holds('brewery'), before);
      assert.is(await b.live('setpoint'), '18.6');
    }));

  test('what changed beside it does not void it', () =>
    brewery({}, async (b) => {
      await b.ends('apply --yes', 0);
      b.write({ 'manifests/zone.yaml': zone('18.4') });
      await b.ends('plan -o later.json', 0);
      await b.ends('run brewery set path=/brewhouse/temperature/mash/setpoint value=66 --yes', 0);
      await b.ends('apply later.json', 0);
      assert.is(await b.live('setpoint'), '18.4');
    }));

  test('one that was changed after it was made is refused before anything is read or written', () =>
    brewery({}, async (b) => {
      await b.ends('plan -o plan.json', 0);
      const before = b.holds('brewery');
      writeFileSync(join(b.folder, 'plan.json'), b.read('plan.json').replaceAll('18.5', '18.6'));
      assert.match(flowing(await b.ends('apply plan.json', 3)), /PLAN_UNREADABLE .*?plan\.json: it was changed after it was made/);
      writeFileSync(join(b.folder, 'plan.json'), '{"format":1}');
      assert.match(flowing(await b.ends('apply plan.json', 3)), /PLAN_UNREADABLE/);
      assert.equal(b.holds('brewery'), before);
      assert.equal(b.holds('state'), {});
    }));

  test('one is applied once: the second time there is nothing left of it to do', () =>
    brewery({}, async (b) => {
      await b.ends('plan -o plan.json', 0);
      await b.ends('apply plan.json', 0);
      const before = b.holds('brewery');
      const { code } = await b.run('apply plan.json');
      assert.is(code, 4);
      assert.equal(b.holds('brewery'), before);
    }));
});

group('bad days of a target', (test) => {
  test('one that is down: its resources are not judged, all others are planned and applied', () =>
    brewery(
      {
        'manifests/cellar.yaml': target('cellar'),
        'manifests/cold.yaml': cold('6'),
      },
      async (b) => {
        await b.ends('apply --yes', 0);
        b.write({
          'cellar/sandbox.json': '{"down":true}\n',
          'manifests/zone.yaml': zone('18.4'),
          'manifests/cold.yaml': cold('6.2'),
        });
        const cellar = b.holds('state/default/cellar');
        const plan = flowing(await b.ends('plan', 6));
        assert.match(plan, /1 is changed · 1 is not judged/);
        assert.match(plan, /the datastore does not answer/);
        await b.ends('apply --yes', 6);
        assert.is(await b.live('setpoint'), '18.4');
        assert.equal(b.holds('state/default/cellar'), cellar);
        b.write({ 'cellar/sandbox.json': '{"down":false}\n' });
        await b.ends('apply --yes', 0);
        assert.is(await b.live('setpoint', 'cellar'), '6.2');
        await b.ends('plan --exit-code', 0);
      },
    ));

  test('half of it suddenly gone: that looks like another system, and nothing is done there', () =>
    brewery(hops(11), async (b) => {
      await b.ends('apply --yes', 0);
      await b.ends('run brewery delete path=/definitions/ingredients --yes', 0);
      b.write({ 'manifests/zone.yaml': zone('18.4') });
      const before = b.holds('brewery');
      for (const words of ['plan', 'apply --yes']) {
        assert.match(flowing(await b.ends(words, 5)), /HALF_GONE 11 of 12 recorded resources of brewery are gone at once/);
      }
      assert.equal(b.holds('brewery'), before);
      assert.is(await b.live('setpoint'), '18.5');
    }));

  test('manifests that are missing by accident delete nothing', () =>
    brewery(hops(11), async (b) => {
      await b.ends('apply --yes', 0);
      const { rmSync } = await import('node:fs');
      for (let i = 0; i < 11; i += 1) rmSync(join(b.folder, `manifests/hop-${i}.yaml`));
      const before = b.holds('brewery');
      assert.match(flowing(await b.ends('apply --yes', 5)), /DELETION_BUDGET 11 of 12/);
      assert.equal(b.holds('brewery'), before);
    }));

  test('a step that fails says what the system said, and what ran is recorded', () =>
    brewery({}, async (b) => {
      b.write({ 'brewery/sandbox.json': '{"refuse":1}\n' });
      assert.match(flowing(await b.ends('apply --yes', 1)), /refused the commit.*?1 failed/);
      await b.ends('apply --yes', 0);
      await b.ends('plan --exit-code', 0);
    }));

  test('a reply that is lost is looked up: done is done, and nothing is made twice', () =>
    brewery({}, async (b) => {
      b.write({ 'brewery/sandbox.json': '{"lose":1}\n' });
      await b.ends('apply --yes', 0);
      await b.ends('plan --exit-code', 0);
      const { out } = await b.ends('run brewery log --format ndjson', 0);
      const { table } = JSON.parse(out) as { readonly table: { readonly rows: readonly (readonly string[])[] } };
      assert.equal([...new Set(table.rows.map(([generation]) => generation))], ['1'], 'one commit');
    }));

  test('a bug of ours says so, and ends with its own code', () =>
    brewery({ 'bug.mjs': 'performance.now = () => { throw new TypeError("planted"); };\n' }, async (b) => {
      const ended = await b.ends('plan', 70, { node: ['--import', join(b.folder, 'bug.mjs')] });
      assert.match(flowing(ended), /This is a bug in setpoint, not in your manifests.*?TypeError: planted/);
    }));
});

group('what scripts go by', (test) => {
  test('the codes of a good day', () =>
    brewery({}, async (b) => {
      await b.ends('plan', 0);
      await b.ends('plan --exit-code', 2);
      await b.ends('apply', 5); // nobody can be asked
      await b.ends('apply --yes', 0);
      await b.ends('plan --exit-code', 0);
      await b.ends('apply --yes', 0);
      await b.ends('validate', 0);
      await b.ends('version', 0);
    }));

  test('JSON is what its schemas say: plan, events, diagnostics, state', () =>
    brewery({ 'manifests/hop.yaml': hop('saaz', 4) }, async (b) => {
      accepts('plan', (await b.ends('plan --format json', 0)).out);
      const applied = await b.ends('apply --yes --format ndjson', 0);
      const lines = applied.out.trim().split('\n');
      assert.ok(lines.length > 4);
      for (const line of lines) accepts('event', line);
      assert.is((JSON.parse(lines.at(-1) as string) as { type: string }).type, 'summary');
      accepts('plan', (await b.ends('plan --format json', 0)).out);
      for (const line of b.read('state/default/brewery/confhoard.Config.jsonl').trim().split('\n')) accepts('state', line);
      b.write({ 'manifests/zone.yaml': zone('warm') });
      const { out, err } = await b.ends('plan --format json', 3);
      accepts('diagnostic', out === '' ? err : out);
    }));

  test('a reader that has seen enough ends nothing but the printing', () =>
    brewery(hops(9), async (b) => {
      const child = mortal(
        spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'apply', '--yes'], {
          cwd: b.folder,
          env: { PATH: process.env.PATH, HOME: b.folder },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      );
      let err = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      child.stdout.once('data', () => child.stdout.destroy());
      const code = await new Promise((resolve) => child.on('close', resolve));
      assert.is(code, 0, err);
      assert.is(err, '');
      await b.ends('plan --exit-code', 0);
    }));
});
