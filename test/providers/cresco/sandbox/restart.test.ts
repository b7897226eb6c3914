import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fields, Value } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import type { Lab, Peer } from './peer.ts';
import { addWidget, gz, lab, manualClock, requestText, saveWidget, toAgent, ungz, until, WIDGET } from './peer.ts';

const PLACE = { location_region: 'global-region', location_agent: 'global-controller' };
const CADL = { pipeline_name: 'demo', nodes: [{ node_id: 0, params: { ...WIDGET, ...PLACE } }], edges: [] };

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'setpoint-cresco-test-'));
  try {
    await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const submit = async (api: Peer): Promise<string> =>
  (await api.rpc({ event: 'CONFIG', payload: { action: 'gpipelinesubmit', action_gpipeline: gz(CADL), action_tenantid: '0' } }))[
    'gpipeline_id'
  ] ?? '';
const removePipeline = (api: Peer, id: string): Promise<unknown> =>
  api.rpc({ event: 'CONFIG', payload: { action: 'gpipelineremove', action_pipelineid: id } });
const code = async (api: Peer, id: string): Promise<string> => {
  const reply = await api.rpc({ payload: { action: 'getgpipeline', action_pipelineid: id } });
  return reply['gpipeline'] === undefined ? 'gone' : String((ungz(reply['gpipeline']) as Fields)['status_code']);
};
const plugins = async (api: Peer): Promise<readonly string[]> =>
  (ungz((await api.rpc(toAgent('CONFIG', { action: 'pluginlist' })))['plugin_list']) as readonly Fields[])
    .filter(({ persistence_code: persistence }) => persistence !== '20')
    .map(({ plugin_id: id, status_code: status }) => `${String(id).slice(0, 6)} ${String(status)}`);
const jars = async (api: Peer): Promise<Value> => ungz((await api.rpc({ payload: { action: 'listpluginsrepo' } }))['listpluginsrepo']);

/** Puts one of everything on a fabric; what is to be there after a restart. */
async function furnish({ api }: Lab): Promise<string> {
  await saveWidget(api);
  await addWidget(api, { inode_id: 'strong', persistence_code: '10' });
  await addWidget(api, { inode_id: 'weak' });
  const id = await submit(api);
  await until(async () => (await code(api, id)) === '10');
  return id;
}

group('a fabric after a restart', (test) => {
  test('has its pipelines, jars and certificate, and the plugins that outlive their controller', () =>
    inFolder(async (folder) => {
      let id = '';
      let options: Value = null;
      await lab(
        async (own) => {
          id = await furnish(own);
          assert.equal(await plugins(own.api), ['strong 10', 'weak 10', 'inode- 10']);
          options = own.box.options ?? null;
        },
        { folder },
      );
      await lab(
        async ({ api, box }) => {
          assert.is(await code(api, id), '10');
          assert.equal(await plugins(api), ['strong 10', 'inode- 10']);
          assert.equal(
            ((await jars(api)) as { readonly plugins: readonly Fields[] }).plugins.map(({ md5 }) => md5),
            [WIDGET.md5],
          );
          assert.equal(box.options, options);
          // Its agent has the jar still: no repository is asked.
          assert.is((await addWidget(api))['status_code'], '10');
          await removePipeline(api, id);
          await until(async () => (await code(api, id)) === 'gone');
        },
        { folder },
      );
      await lab(async ({ api }) => assert.is(await code(api, id), 'gone'), { folder });
    }));

  test('goes on with what was under way, and makes nothing twice', () =>
    inFolder(async (folder) => {
      let id = '';
      await lab(
        async ({ api, control, dial }) => {
          await saveWidget(api);
          await control('slow-start', { ms: '2000000' });
          id = await submit(api);
          await until(async () => (await plugins(await dial())).length === 1);
          assert.is(await code(api, id), '4');
        },
        { folder, options: { pace: 0.01 } },
      );
      await lab(
        async ({ api }) => {
          await until(async () => (await code(api, id)) === '10');
          assert.equal(await plugins(api), ['inode- 10']);
          await removePipeline(api, id);
        },
        { folder },
      );
      await lab(
        async ({ api }) => {
          await until(async () => (await code(api, id)) === 'gone');
          assert.equal(await plugins(api), []);
        },
        { folder },
      );
    }));

  test('by its switch: sockets end, the same address answers, with a folder and without one', () =>
    inFolder(async (folder) => {
      for (const kept of [{ folder }, {}]) {
        await lab(async (own) => {
          const id = await furnish(own);
          await own.control('restart');
          assert.is(await own.api.closed, 1006);
          const api = await own.dial();
          assert.is(await code(api, id), '10');
          assert.equal(await plugins(api), ['strong 10', 'inode- 10']);
        }, kept);
      }
    }));

  test('by an admin call to the node of the API', () =>
    lab(async ({ api, dial, control }) => {
      api.send(
        requestText({
          ...toAgent('CONFIG', { action: 'restartcontroller' }),
          info: { dst_region: 'global-region', dst_agent: 'global-controller', is_rpc: 'false' },
        }),
      );
      await api.closed;
      const again = await dial();
      again.send(
        requestText({
          ...toAgent('CONFIG', { action: 'killjvm' }),
          info: { dst_region: 'global-region', dst_agent: 'global-controller', is_rpc: 'false' },
        }),
      );
      await again.closed;
      const error: unknown = await dial().catch((reason: unknown) => reason);
      assert.instance(error, Error);
      await control('find-agent', {});
      assert.is((await (await dial()).rpc({ payload: { action: 'ping' } }))['action'], 'pong');
    }));

  test('that ends while things are under way ends at once', async () => {
    const clock = manualClock();
    await lab(
      async ({ api, dial }) => {
        await saveWidget(api);
        await submit(api);
        api.send(requestText(toAgent('EXEC', { action: 'getbroadcastdiscovery' })));
        api.send(requestText(toAgent('EXEC', { action: 'nobody knows' })));
        await (await dial('/api/logstreamer')).next();
      },
      { clock },
    );
  });
});
