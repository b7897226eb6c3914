import { assert, group } from './kit/group.ts';
import { brewery, flowing, hop, zone } from './bad-days.ts';

const RECORDS = 'state/default/brewery/confhoard.Config.jsonl';

group('bad days of the state', (test) => {
  test('a folder that cannot be written is told before anything is changed', () =>
    brewery({ state: 'a file stands where the folder should be\n' }, async (b) => {
      const { code, out, err } = await b.run('apply --yes');
      assert.ok(code !== 0 && code !== 70, `exit ${code}`);
      assert.match(flowing({ out, err }), /error NOT_(READABLE|WRITABLE) .*?state/);
      assert.equal(b.holds('brewery'), {}, 'the datastore was touched');
      assert.is(b.read('state'), 'a file stands where the folder should be\n');
    }));

  test('state of a newer version is not read with old eyes, and not written', () =>
    brewery({}, async (b) => {
      await b.ends('apply --yes', 0);
      b.write({ [RECORDS]: b.read(RECORDS).replace('"format":1', '"format":9'), 'manifests/zone.yaml': zone('18.4') });
      const before = b.read(RECORDS);
      for (const words of ['plan', 'apply --yes']) {
        assert.match(flowing(await b.ends(words, 6)), /STATE_TOO_NEW .*?confhoard\.Config\.jsonl.*?format 9, this one knows 1/);
      }
      assert.is(b.read(RECORDS), before);
      assert.is(await b.live('setpoint'), '18.5');
    }));

  test('a damaged line is named, the file is kept byte for byte, nothing is written; put right, all goes on', () =>
    brewery({ 'manifests/hop.yaml': hop('saaz', 4) }, async (b) => {
      await b.ends('apply --yes', 0);
      const good = b.read(RECORDS);
      const [header, first, second] = good.split('\n') as [string, string, string];
      const torn = `${header}\n${first.slice(0, 40)}\n${second}\n`;
      b.write({ [RECORDS]: torn, 'manifests/zone.yaml': zone('18.4') });
      for (const words of ['plan', 'apply --yes']) {
        assert.match(flowing(await b.ends(words, 6)), /STATE_DAMAGED .*?confhoard\.Config\.jsonl:2/);
      }
      assert.is(b.read(RECORDS), torn);
      assert.is(await b.live('setpoint'), '18.5');
      b.write({ [RECORDS]: good });
      await b.ends('apply --yes', 0);
      assert.is(await b.live('setpoint'), '18.4');
      await b.ends('plan --exit-code', 0);
    }));

  test('state that is gone is not evidence: what is there is found again, and taken over only on request', () =>
    brewery({}, async (b) => {
      await b.ends('apply --yes', 0);
      const { rmSync } = await import('node:fs');
      rmSync(`${b.folder}/state`, { recursive: true });
      const before = b.holds('brewery');
      const plan = await b.run('plan');
      assert.not.match(flowing(plan), /is deleted/);
      assert.equal(b.holds('brewery'), before);
      await b.ends('apply --yes --adopt', 0);
      await b.ends('plan --exit-code', 0);
      assert.is(await b.live('setpoint'), '18.5');
    }));

  test('another datastore behind the same address is refused, and nothing is written to it', () =>
    brewery({}, async (b) => {
      await b.ends('apply --yes', 0);
      const { rmSync } = await import('node:fs');
      rmSync(`${b.folder}/brewery`, { recursive: true });
      b.write({ 'manifests/zone.yaml': zone('18.4') });
      const ended = await b.ends('apply --yes', 4);
      assert.match(flowing(ended), /INSTANCE_CHANGED .*?brewery.*?state rebind brewery/);
      assert.not.match(JSON.stringify(b.holds('brewery')), /18\.4/);
      await b.ends('state rebind brewery --yes', 0);
      await b.ends('apply --yes', 0);
      assert.is(await b.live('setpoint'), '18.4');
    }));
});
