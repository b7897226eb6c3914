import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Params, PluginInstance } from '../../../../../src/providers/cresco/sandbox/plugin.ts';
import { stockPlugins } from '../../../../../src/providers/cresco/sandbox/stock/index.ts';
import { assert, group } from '../../../../kit/group.ts';
import { testFabric } from './fabric.ts';

const digest = (text: string, algorithm = 'md5'): string => createHash(algorithm).update(text).digest('hex');
const jar = (text: string, md5 = digest(text)): Params => ({
  action: 'putjar',
  pluginname: 'io.example.widget',
  version: '1.2.0',
  md5,
  jarfile: md5,
  jardata: Buffer.from(text).toString('base64'),
});
/** What is echoed of a request. */
const without = (request: Params): Params => Object.fromEntries(Object.entries(request).filter(([name]) => name !== 'jardata'));
const unpacked = (packed: string | undefined): unknown => JSON.parse(gunzipSync(Buffer.from(packed ?? '', 'base64')).toString());
const listed = async (plugin: PluginInstance): Promise<unknown> =>
  unpacked((await plugin.handle('EXEC', { action: 'repolist' }))?.['repolist']);

group('repository', (test) => {
  let folder = '';
  test.before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'setpoint-repo-'));
  });
  test.after(() => rm(folder, { recursive: true }));
  const open = (id: string, name = 'io.cresco.repo'): { readonly plugin: PluginInstance; readonly stop: () => Promise<void> } => {
    const fabric = testFabric();
    const maker = stockPlugins({ generation: 3, folder, allowedFolders: [] })[name];
    assert.ok(maker);
    return { plugin: fabric.place(id, maker), stop: () => fabric.stop() };
  };
  const server = (id: string) => [{ region: 'r', agent: `agent-of-${id}`, pluginid: id }];
  const item = (md5: string) => ({ pluginname: 'io.example.widget', jarfile: md5, md5, version: '1.2.0' });

  test('what is put is listed and can be had again, also after a restart', async () => {
    const { plugin, stop } = open('one');
    assert.equal(await listed(plugin), { server: server('one') }, 'an empty one lists no plugins at all');
    const { jardata, ...echo } = jar('bytes');
    assert.equal(await plugin.handle('EXEC', jar('bytes')), { ...echo, uploaded: 'io.example.widget', 'md5-confirm': digest('bytes') });
    await plugin.handle('EXEC', jar('bytes'));
    await plugin.handle('EXEC', jar('other'));
    await stop();
    const again = open('one');
    assert.equal(await listed(again.plugin), { plugins: [item(digest('bytes')), item(digest('other'))], server: server('one') });
    const asked = { action: 'getjar', action_pluginname: 'io.example.widget', action_pluginmd5: digest('bytes') };
    assert.equal(await again.plugin.handle('EXEC', asked), { ...asked, jardata });
    assert.equal(await again.plugin.handle('EXEC', { ...asked, action_pluginname: 'x' }), { ...asked, action_pluginname: 'x' });
    await again.stop();
  });

  test('the newest clients say SHA-256 where the field is called md5', async () => {
    const { plugin, stop } = open('two');
    const sha = digest('bytes', 'sha256');
    assert.is((await plugin.handle('EXEC', jar('bytes', sha)))?.['md5-confirm'], sha);
    assert.equal(await listed(plugin), { plugins: [item(sha)], server: server('two') });
    await stop();
  });

  test('a digest that does not match is not confirmed, and the jar is not found under it', async () => {
    const { plugin, stop } = open('three');
    const wrong = digest('other');
    const echo = without(jar('bytes', wrong));
    assert.equal(await plugin.handle('EXEC', jar('bytes', wrong)), echo);
    const asked = { action: 'getjar', action_pluginname: 'io.example.widget', action_pluginmd5: wrong };
    assert.equal(await plugin.handle('EXEC', asked), asked);
    await stop();
  });

  test('what is no jar data, another action and another event get what the real one gives', async () => {
    const { plugin, stop } = open('four');
    const echo = without(jar('bytes'));
    assert.equal(await plugin.handle('EXEC', { ...echo, jardata: 'no base64!' }), echo);
    assert.is(await plugin.handle('EXEC', { action: 'deljar' }), undefined);
    assert.is(await plugin.handle('CONFIG', { action: 'repolist' }), undefined);
    await stop();
  });

  test('filerepo has the same three actions and confirms nothing', async () => {
    const { plugin, stop } = open('five', 'io.cresco.filerepo');
    const echo = without(jar('bytes'));
    assert.equal(await plugin.handle('EXEC', jar('bytes')), { ...echo, uploaded: 'io.example.widget' });
    assert.equal(await listed(plugin), { plugins: [item(digest('bytes'))], server: server('five') });
    await stop();
  });
});

group('sysinfo', (test) => {
  test('tells of this machine in lists of maps of text', async () => {
    const fabric = testFabric();
    const maker = stockPlugins({ generation: 3, folder: '/nowhere', allowedFolders: [] })['io.cresco.sysinfo'];
    assert.ok(maker);
    const plugin = fabric.place('s', maker);
    const perf = unpacked((await plugin.handle('EXEC', { action: 'getsysinfo' }))?.['perf']) as Record<string, Record<string, unknown>[]>;
    assert.equal(Object.keys(perf).sort(), ['cpu', 'disk', 'fs', 'mem', 'net', 'os', 'part']);
    for (const row of Object.values(perf).flat()) for (const value of Object.values(row)) assert.type(value, 'string');
    assert.ok(Number(perf['mem']?.[0]?.['memory-total']) >= Number(perf['mem']?.[0]?.['memory-available']));
    assert.ok(Number(perf['cpu']?.[0]?.['cpu-logical-count']) >= 1);
    assert.ok(Number(perf['fs']?.[0]?.['total-space']) > 0);
    assert.ok((await plugin.handle('EXEC', { action: 'getbenchmark' }))?.['bench']);
    assert.is(await plugin.handle('EXEC', { action: 'x' }), undefined);
    assert.is(await plugin.handle('CONFIG', { action: 'getsysinfo' }), undefined);
  });
});
