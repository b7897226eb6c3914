import type { Fields, Value } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import type { Peer } from './peer.ts';
import { gz, lab, manualClock, toAgent, ungz, until, uploadWidget, WIDGET } from './peer.ts';

const PLACE = { location_region: 'global-region', location_agent: 'global-controller' };
const node = (id: number | string, params: Value = { ...WIDGET, ...PLACE }): Fields => ({
  type: 'dummy',
  node_name: `N${id}`,
  node_id: id,
  params,
});
const cadl = (nodes: readonly Value[], edges: readonly Value[] = []): Fields => ({ pipeline_id: '0', pipeline_name: 'demo', nodes, edges });

const submit = (api: Peer, action_gpipeline: string, action_tenantid: string | undefined = '0'): Promise<Record<string, string>> =>
  api.rpc({ event: 'CONFIG', payload: { action: 'gpipelinesubmit', action_gpipeline, action_tenantid } });
const info = async (api: Peer, id: string): Promise<Fields | undefined> => {
  const reply = await api.rpc({ payload: { action: 'getgpipeline', action_pipelineid: id } });
  return reply['gpipeline'] === undefined ? undefined : (ungz(reply['gpipeline']) as Fields);
};
const code = async (api: Peer, id: string): Promise<string> => String((await info(api, id))?.['status_code'] ?? 'gone');
const removePipeline = (api: Peer, id: string): Promise<Record<string, string>> =>
  api.rpc({ event: 'CONFIG', payload: { action: 'gpipelineremove', action_pipelineid: id } });
const nodes = async (api: Peer, id: string): Promise<readonly Fields[]> => ((await info(api, id))?.['nodes'] ?? []) as readonly Fields[];
const param = (one: Fields | undefined, name: string): Value | undefined => (one?.['params'] as Fields | undefined)?.[name];

group('pipelines', (test) => {
  test('4 when the reply is there, 10 two seconds later; then 9, and gone', () => {
    const clock = manualClock();
    return lab(
      async ({ api }) => {
        await uploadWidget(api);
        const reply = await submit(
          api,
          gz(
            cadl(
              [node(0), node('b')],
              [
                { edge_id: 1, node_from: 0, node_to: 'b', params: {} },
                { node_from: 'x', node_to: 'b' },
              ],
            ),
          ),
        );
        const id = reply['gpipeline_id'] ?? '';
        assert.match(id, /^resource-[0-9a-f-]{36}$/);
        assert.is(reply['action_gpipeline'], undefined);
        assert.is(await code(api, id), '4');
        assert.is(param((await nodes(api, id))[0], 'plugin_id'), undefined);
        clock.pass(999);
        assert.is(await code(api, id), '4');
        await until(
          async () => (await code(api, id)) === '10',
          () => clock.pass(1_000),
        );
        const [first, second] = await nodes(api, id);
        for (const one of [first, second]) {
          const inode = one?.['node_id'];
          assert.match(String(inode), /^inode-/);
          assert.equal(
            ['inode_id', 'plugin_id', 'resource_id', 'region_id', 'agent_id', 'status_code', 'status_desc', 'location_agent'].map((name) =>
              param(one, name),
            ),
            [inode, inode, id, 'global-region', 'global-controller', '10', 'iNode Active.', 'global-controller'],
          );
        }
        const edges = (await info(api, id))?.['edges'] as readonly Fields[];
        assert.match(String(edges[0]?.['edge_id']), /^edge=/);
        assert.equal(
          [edges[0]?.['node_from'], edges[0]?.['node_to'], edges[1]?.['node_from']],
          [first?.['node_id'], second?.['node_id'], 'x'],
        );
        const list = ungz((await api.rpc(toAgent('CONFIG', { action: 'pluginlist' })))['plugin_list']) as readonly Fields[];
        const config = JSON.parse(String(list.find(({ plugin_id: plugin }) => plugin === first?.['node_id'])?.['configparams'])) as Fields;
        assert.equal([config['persistence_code'], config['location_agent'], config['resource_id']], ['10', undefined, id]);
        assert.equal(
          (ungz(String(config['edges'])) as readonly Fields[]).map(({ params_to: to }) => to),
          [PLACE],
        );
        // The stored submission, whose status never moves.
        const stored = await api.rpc({ payload: { action: 'getgpipelineexport', action_pipelineid: id } });
        assert.is((ungz(stored['gpipeline']) as Fields)['status_code'], '3');

        assert.is((await removePipeline(api, id))['success'], 'true');
        assert.is(await code(api, id), '9');
        assert.is((await removePipeline(api, id))['success'], 'true');
        await until(
          async () => (await code(api, id)) === 'gone',
          () => clock.pass(500),
        );
        assert.is((await removePipeline(api, id))['error'], 'action_pipelineid does not exist');
        const after = ungz((await api.rpc({ payload: { action: 'listplugins' } }))['pluginslist']) as {
          readonly plugins: readonly Fields[];
        };
        assert.ok(!after.plugins.some(({ name }) => name === first?.['node_id']));
      },
      { clock },
    );
  });

  const refused: readonly (readonly [name: string, cadl: Value, code: string])[] = [
    ['without nodes', { edges: [] }, '1'],
    ['without edges', { nodes: [] }, '1'],
    ['with no node in it', cadl([]), '60'],
    ['on an agent that nobody knows', cadl([node(0, { ...WIDGET, ...PLACE, location_agent: 'x' })]), '60'],
    ['without a place', cadl([node(0, WIDGET)]), '60'],
    ['with a node without params', cadl([{ node_id: 0 }]), '40'],
  ];
  for (const [name, given, wanted] of refused) {
    test(`${name}: ${wanted} at once, and it can be removed`, () =>
      lab(async ({ api }) => {
        const id = (await submit(api, gz(given)))['gpipeline_id'] ?? '';
        assert.is(await code(api, id), wanted);
        await removePipeline(api, id);
        await until(async () => (await code(api, id)) === 'gone');
      }));
  }

  test('a node that ends as anything but 10 makes 50, and says what it ended as', () =>
    lab(async ({ api, control }) => {
      await uploadWidget(api);
      await control('fail-start', {});
      const id = (await submit(api, gz(cadl([node(0), node(1, { ...PLACE, pluginname: 'no.jar' })]))))['gpipeline_id'] ?? '';
      await until(async () => (await code(api, id)) === '50');
      const [seven, nine] = await nodes(api, id);
      assert.equal([param(seven, 'status_code'), param(nine, 'status_code'), param(nine, 'plugin_id')], ['7', '9', 'null']);
      await removePipeline(api, id);
      await until(async () => (await code(api, id)) === 'gone');
    }));

  test('a region that is wrong is seen only when nobody answers: 40 on the node, 50 on the pipeline', () =>
    lab(
      async ({ api }) => {
        const id = (await submit(api, gz(cadl([node(0, { ...WIDGET, ...PLACE, location_region: 'x' })]))))['gpipeline_id'] ?? '';
        await until(async () => (await code(api, id)) === '50');
        assert.equal([param((await nodes(api, id))[0], 'status_code'), param((await nodes(api, id))[0], 'plugin_id')], ['40', undefined]);
      },
      { options: { voidMs: 1 } },
    ));

  test('what cannot be read is said; a tenant or a name that breaks the insert gets an id for nothing', () =>
    lab(async ({ api }) => {
      assert.is((await submit(api, gz(cadl([])), undefined))['error'], undefined);
      assert.is(
        (await api.rpc({ event: 'CONFIG', payload: { action: 'gpipelinesubmit', action_gpipeline: gz(cadl([])) } }))['error'],
        'missing data in submission',
      );
      assert.is((await submit(api, 'hello'))['error'], 'unable to decode pipeline');
      for (const bad of ['hello world', null, { nodes: [{ params: { a: { b: 1 } } }] }]) {
        const reply = await submit(api, gz(bad));
        assert.match(reply['error'] ?? '', /null/);
        assert.is(reply['gpipeline_id'], undefined);
      }
      for (const [given, tenant] of [
        [cadl([]), '7'],
        [{ ...cadl([]), pipeline_name: "it's" }, '0'],
      ] as const) {
        const id = (await submit(api, gz(given), tenant))['gpipeline_id'] ?? '';
        assert.match(id, /^resource-/);
        assert.is(await code(api, id), 'gone');
      }
      assert.is((await api.rpc({ payload: { action: 'getgpipeline' } }))['error'], 'no action_pipelineid provided.');
      assert.is(
        (await api.rpc({ payload: { action: 'getgpipeline', action_pipelineid: 'x' } }))['error'],
        'action_pipelineid does not exist.',
      );
      const one = await api.rpc({ payload: { action: 'getgpipelinestatus', action_pipeline: 'x' } });
      assert.equal(ungz(one['pipelineinfo']), { pipelines: [{ pipeline_id: 'x' }] });
    }));

  test('stays at 10 although its plugin died', () =>
    lab(async ({ api, control }) => {
      await uploadWidget(api);
      const id = (await submit(api, gz(cadl([node(0)]))))['gpipeline_id'] ?? '';
      await until(async () => (await code(api, id)) === '10');
      const plugin = String(param((await nodes(api, id))[0], 'plugin_id'));
      await control('kill-plugin', { plugin });
      assert.is(await code(api, id), '10');
      assert.is((await api.rpc(toAgent('CONFIG', { action: 'pluginstatus', pluginid: plugin })))['status_code'], '50');
    }));

  test('can be made to stay where it is', () => {
    const clock = manualClock();
    return lab(
      async ({ api, control }) => {
        await uploadWidget(api);
        for (const at of ['4', '40'] as const) {
          await control('stick-pipeline', { at });
          const id = (await submit(api, gz(cadl([node(0)]))))['gpipeline_id'] ?? '';
          for (let n = 0; n < 5; n += 1) clock.pass(1_000);
          assert.is(await code(api, id), at);
          await control('stick-pipeline', { at: '9', pipeline: id });
          await removePipeline(api, id);
          for (let n = 0; n < 5; n += 1) clock.pass(500);
          assert.is(await code(api, id), '9');
        }
      },
      { clock },
    );
  });
});
