import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowing, pipeline, plant, plugin, target } from './cresco-stories.ts';
import { assert, group } from './kit/group.ts';
import { zip } from './providers/cresco/kinds/jar.ts';

group('a Cresco fabric that lets nobody in', (test) => {
  test('a wrong key is called one, with what to compare, and ends with 6', () =>
    plant({ 'manifests/panel.yaml': plugin('panel') }, async ({ ends, control }) => {
      const wrong = { CRESCO_KEY: 'not-it' };
      assert.match(flowing(await ends('plan', 6, wrong)), /the service key was refused.*Compare it with cresco_service_key/);
      assert.match(flowing(await ends('run plant agents', 6, wrong)), /CRESCO_KEY_REFUSED.*cresco_service_key mismatch/);
      assert.match(
        flowing(await ends('doctor', 1, wrong)),
        /WRONG target plant stopped when it was asked who it is: the service key was refused.* ok plant: serviceKey .*: is there ok plant: address .*: is there ok plant: clock/,
      );
      await control('refuse');
      await ends('apply --yes', 6);
      await control('accept');
      await ends('plan', 0);
    }));

  test('a certificate that nobody vouches for is printed to be pinned, and then it is trusted', () =>
    plant({ 'manifests/panel.yaml': plugin('panel') }, async ({ address, fingerprint, write, ends }) => {
      write({ 'manifests/target.yaml': target({ address }) });
      const said = await ends('plan', 6);
      const [, found = ''] = /tls\.fingerprint: ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})/.exec(flowing(said)) ?? [];
      assert.is(found, fingerprint);
      write({ 'manifests/target.yaml': target({ address, tls: `{ fingerprint: "${found}" }` }) });
      await ends('plan', 0);
      write({ 'manifests/target.yaml': target({ address, tls: `{ fingerprint: "${'00:'.repeat(31)}00" }` }) });
      assert.ok(flowing(await ends('plan', 6)).includes(`pin that one (tls.fingerprint: ${fingerprint})`));
      assert.match(await ends('run plant agents', 6), /TLS_FINGERPRINT/);
      write({ 'manifests/target.yaml': target({ address: address.replace('wss:', 'https:') }) });
      assert.match(flowing(await ends('plan', 6)), /no address of a Cresco API.*Write it as wss:/);
    }));
});

group('bad days on a Cresco fabric', (test) => {
  test('a reply that was lost makes nothing twice, and the next plan is empty', () =>
    plant({ 'manifests/panel.yaml': plugin('panel'), 'manifests/line.yaml': pipeline(10) }, async ({ ends, control, there }) => {
      for (const action of ['pluginadd', 'gpipelinesubmit']) await control('drop-socket', { action, when: 'after' });
      await ends('apply --yes', 0);
      const twice = (await there()).filter((one) => /^telemetry|panel/.test(one)).map((one) => one.replace(/ \d+$/, ''));
      assert.equal(twice, ['dp/pi-1 panel', 'telemetry']);
      assert.match(await ends('plan --exit-code', 0), /^In step: 3 resources/);
    }));

  test('a request that was lost fails its step, and the next apply does it', () =>
    plant({ 'manifests/panel.yaml': plugin('panel') }, async ({ ends, control, there }) => {
      await control('drop-socket', { action: 'pluginadd', when: 'before' });
      assert.match(flowing(await ends('apply --yes', 1)), /FAIL cresco\/Plugin\/panel create: the connection was lost\. Plan again/);
      assert.equal(await there(), []);
      await ends('apply --yes', 0);
      assert.equal(await there(), ['dp/pi-1 panel 10']);
      await control('error-text-next', { action: 'pluginlist' });
      assert.match(flowing(await ends('plan', 6)), /the answer is no JSON pluginlist of dp\/pi-1 was answered with "java\.lang/);
      await control('restart');
      await ends('plan --exit-code', 0);
    }));

  test('a plugin that died is drift in words, and is made anew; one that will not start fails the apply', () =>
    plant({ 'manifests/panel.yaml': plugin('panel') }, async ({ ends, control, there }) => {
      await ends('apply --yes', 0);
      await control('kill-plugin', { plugin: 'panel' });
      assert.match(flowing(await ends('plan --exit-code', 2)), /running false → true drifted.*status 50 .*it is lost/);
      await control('fail-start');
      assert.match(
        flowing(await ends('apply --yes', 1)),
        /would not start on dp\/pi-1\. The log of the agent says why: setpoint run TARGET logs/,
      );
      assert.equal(await there(), []);
      await ends('apply --yes', 0);
      assert.equal(await there(), ['dp/pi-1 panel 10']);
      await ends('plan --exit-code', 0);
    }));

  test('an id that somebody else uses is never added again, wherever on the fabric that is', () =>
    plant({}, async ({ ends, control, there, hand, write }) => {
      for (const agent of ['dp/pi-1', 'dp/pi-2']) {
        const id = `panel-${agent.slice(-1)}`;
        write({ 'manifests/panel.yaml': plugin(id) });
        await control('add-plugin', { agent, pluginname: 'other', id });
        // The fabric's list of all plugins lags behind what their agents know.
        while (!(await hand.global.plugins()).some((one) => one.plugin === id)) await new Promise((resolve) => setTimeout(resolve, 5));
        await control('reset-counts');
        assert.match(flowing(await ends('apply --yes', 5)), /blocked: already exists and is not ours/);
        assert.ok(!JSON.stringify(await control('counts')).includes('pluginadd'));
        assert.equal(await there(), [`${agent} ${id} 10`]);
        // It goes on listing what was removed, which is in nobody's way.
        await control('remove-plugin', { plugin: id });
        await ends('apply --yes', 0);
        assert.equal(await there(), [`dp/pi-1 ${id} 10`]);
        await control('remove-plugin', { plugin: id });
        write({ 'manifests/panel.yaml': '' });
        await ends('apply --yes', 0);
      }
    }));

  test('what is on a lost agent is not judged, and not made elsewhere; an agent that nobody knows is told with the nearest', () =>
    plant({ 'manifests/panel.yaml': plugin('panel'), 'manifests/far.yaml': plugin('far', { agent: 'pi-2' }) }, async (p) => {
      await p.ends('apply --yes', 0);
      await p.control('lose-agent', { agent: 'dp/pi-2' });
      assert.match(flowing(await p.ends('apply --yes', 6)), /\? cresco\/Plugin\/far .*neither made again nor taken for gone/);
      assert.match(await p.ends('run plant plugins dp/pi-2', 6), /CRESCO_AGENT_UNKNOWN/);
      await p.control('find-agent', { agent: 'dp/pi-2' });
      await p.ends('plan --exit-code', 0);
      p.write({ 'manifests/far.yaml': plugin('far', { agent: 'pi-22' }) });
      assert.match(flowing(await p.ends('plan', 6)), /Did you mean dp\/pi-2\?/);
    }));

  test('two who remove one pipeline are both done', () =>
    plant({ 'manifests/line.yaml': pipeline(10) }, async ({ ends, drop, hand, there }) => {
      // A node that has no plugin yet when somebody else removes its pipeline leaves one behind that nobody removes.
      await ends('apply --yes --wait', 0);
      drop('manifests/line.yaml');
      await ends('plan -o removal.json', 0);
      const [{ id = '' } = {}] = await hand.global.pipelines();
      await Promise.all([hand.global.removePipeline(id), ends('apply --yes removal.json', 0)]);
      while ((await hand.global.pipelines()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await ends('plan --exit-code', 0);
      assert.equal(await there(), []);
    }));

  test('a pipeline that is removed while it starts leaves no plugin behind', () =>
    plant({ 'manifests/line.yaml': pipeline(10) }, async ({ ends, drop, hand, there }) => {
      await ends('apply --yes', 0);
      drop('manifests/line.yaml');
      await ends('apply --yes', 0);
      assert.equal(await hand.global.pipelines(), []);
      assert.equal(await there(), []);
    }));

  test('fifty plugins are made over sockets whose replies overtake each other', () =>
    plant({}, async ({ ends, write, control, there }) => {
      const all = (rate: number): string =>
        Array.from({ length: 50 }, (_, n) => plugin(`p${n}`, { agent: `pi-${1 + (n % 2)}`, rate })).join('---\n');
      await control('reorder-replies');
      write({ 'manifests/many.yaml': all(1) });
      await ends('apply --yes', 0);
      await control('reorder-replies', { on: 'false' });
      await control('reset-counts');
      await ends('plan --exit-code', 0);
      assert.match(JSON.stringify(await control('counts')), /"pluginlist":2\b/);
      assert.is((await there()).length, 50);
    }));
});

group('JARs that are none', (test) => {
  test('are told at their line, and nothing is asked', () =>
    plant({}, async ({ ends, write, folder, control }) => {
      const bad: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
        'text.jar': [Buffer.from('hello'), /it is no ZIP file/],
        'bare.jar': [zip([['a.txt', 'x']]), /It has no META-INF\/MANIFEST\.MF/],
        'nameless.jar': [zip([['META-INF/MANIFEST.MF', 'Bundle-Version: 1.0\n']]), /no Bundle-SymbolicName/],
        'bomb.jar': [zip([['META-INF/MANIFEST.MF', 'A'.repeat(20 * 1024 * 1024)]]), /it is larger than 4 MiB/],
      };
      const manifest = (jar: string): string =>
        `apiVersion: cresco/v1\nkind: PluginPackage\nmetadata: { name: bad }\nspec: { jar: ${jar} }\n`;
      await control('reset-counts');
      for (const [name, [bytes, why]] of Object.entries(bad)) {
        writeFileSync(join(folder, 'jars', name), bytes);
        write({ 'manifests/bad.yaml': manifest(`jars/${name}`) });
        const said = flowing(await ends('apply --yes', 3));
        assert.match(said, new RegExp(`error CRESCO_JAR jars/${name} is no JAR of a plugin manifests/bad\\.yaml:4:14`));
        assert.match(said, why);
      }
      write({ 'manifests/bad.yaml': manifest('jars/raeder.jar') });
      assert.match(flowing(await ends('plan', 3)), /PACKAGE_FILE.*bad\.yaml:4:14.*Did you mean reader\.jar\?/);
      write({ 'manifests/bad.yaml': manifest('../outside.jar') });
      assert.match(flowing(await ends('plan', 3)), /FILE_OUTSIDE.*bad\.yaml:4:14/);
      assert.match(JSON.stringify(await control('counts')), /"total":0\b/);
    }));
});
