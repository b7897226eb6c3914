import { createHash } from 'node:crypto';
import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import type { Peer } from './peer.ts';
import { addWidget, gz, lab, manualClock, requestText, saveWidget, toAgent, toPlugin, ungz, until, uploadWidget, WIDGET } from './peer.ts';

const NO_ANSWER = '{"error":"Cresco rpc response was null"}';
const PI = { dst_region: 'dp', dst_agent: 'pi-1' };
const twoAgents = { agents: ['dp/pi-1'] };

const status = (api: Peer, pluginid: string, place?: typeof PI): Promise<Record<string, string>> =>
  api.rpc(toAgent('CONFIG', { action: 'pluginstatus', pluginid }, place));
const remove = (api: Peer, pluginid?: string): Promise<Record<string, string>> =>
  api.rpc(toAgent('CONFIG', { action: 'pluginremove', ...(pluginid === undefined ? {} : { pluginid }) }));
const listed = async (api: Peer, place?: typeof PI): Promise<readonly Fields[]> =>
  ungz((await api.rpc(toAgent('CONFIG', { action: 'pluginlist' }, place)))['plugin_list']) as readonly Fields[];
/** Ids that the global controller lists. */
const known = async (api: Peer): Promise<readonly string[]> => {
  const list = ungz((await api.rpc({ payload: { action: 'listplugins' } }))['pluginslist']) as { readonly plugins: readonly Fields[] };
  return list.plugins.map(({ name }) => String(name)).filter((id) => !id.startsWith('system-'));
};

group('plugins', (test) => {
  test('are added from the repository, keep what they were given, and go', () =>
    lab(async ({ api }) => {
      assert.is((await saveWidget(api))['is_saved'], 'true');
      const added = await addWidget(api, { inode_id: 'mine', answer: 42, yes: true });
      assert.equal([added['status_code'], added['status_desc'], added['pluginid']], ['10', 'Plugin Active', 'mine']);
      const item = (await listed(api)).find(({ plugin_id: id }) => id === 'mine');
      assert.is(item?.['watchdog_period'], '0');
      const config = JSON.parse(String(item?.['configparams'])) as Fields;
      assert.match(String(config['jarfile']), new RegExp(`agent-repo-cache/${WIDGET.md5}$`));
      assert.equal(
        { ...config, jarfile: '' },
        { ...WIDGET, inode_id: 'mine', answer: '42', yes: 'true', persistence_code: '0', jarstatus: 'localcache', jarfile: '' },
      );
      assert.equal(ungz((await status(api, 'mine'))['plugin_status']), {
        status_code: '10',
        status_desc: 'Plugin Active',
        isactive: 'true',
      });
      assert.equal((await remove(api, 'mine'))['status_code'], '7');
      const gone = await status(api, 'mine');
      assert.equal([gone['status_code'], gone['plugin_status']], ['9', undefined]);
    }));

  test('a removal of what is not there succeeds, one of nothing does not', () =>
    lab(async ({ api }) => {
      assert.is((await remove(api, 'nobody'))['status_desc'], 'Plugin Removed');
      assert.equal((await remove(api))['status_desc'], 'Plugin NULL');
    }));

  test('without a jar, without a map, with a null: each says its own', () =>
    lab(async ({ api }) => {
      const add = async (configparams: string | undefined): Promise<readonly (string | undefined)[]> => {
        const reply = await api.rpc(toAgent('CONFIG', { action: 'pluginadd', ...(configparams === undefined ? {} : { configparams }) }));
        return [reply['status_code'], reply['status_desc'], reply['pluginid']];
      };
      assert.equal(await add(gz(WIDGET)), ['9', 'Plugin Bundle could not be installed or started!', undefined]);
      const failed = ['9', 'Plugin Could Not Be Added Exception', undefined];
      for (const bad of [
        undefined,
        'hello',
        gz([1]),
        gz({ ...WIDGET, a: null }),
        gz({ ...WIDGET, a: { b: 1 } }),
        gz({ ...WIDGET, inode_id: 'x'.repeat(44) }),
      ]) {
        assert.equal(await add(bad), failed, bad);
      }
    }));

  test('an id in use is never answered, wherever on the fabric it is', () =>
    lab(
      async ({ api, control }) => {
        await control('add-plugin', { pluginname: WIDGET.pluginname, id: 'a' });
        for (const place of [undefined, PI]) {
          api.send(requestText(toAgent('CONFIG', { action: 'pluginadd', configparams: gz({ ...WIDGET, inode_id: 'a' }) }, place)));
          assert.is(await api.next(), NO_ANSWER);
          assert.is((await listed(api, place)).filter(({ plugin_id: id }) => id === 'a').length, place === undefined ? 1 : 0);
        }
      },
      { options: { ...twoAgents, voidMs: 0 } },
    ));

  test('one that cannot be started is there with 7, one that starts late comes after the caller gave up', () => {
    const clock = manualClock();
    return lab(
      async ({ api, control, dial }) => {
        const second = await dial();
        await uploadWidget(api);
        await control('fail-start', {});
        const add = async (id: string, ms: number): Promise<string> => {
          api.send(requestText(toAgent('CONFIG', { action: 'pluginadd', configparams: gz({ ...WIDGET, inode_id: id }) })));
          await until(async () => (await listed(second)).some(({ plugin_id: plugin }) => plugin === id));
          clock.pass(ms);
          return String(await api.next());
        };
        assert.match(await add('a', 300), /"status_code":"7","status_desc":"Plugin instance could not be started","pluginid":"a"/);
        await control('slow-start', { ms: '40000', pluginname: WIDGET.pluginname });
        assert.is(await add('b', 30_000), NO_ANSWER);
        assert.is((await status(api, 'b'))['status_code'], '3');
        clock.pass(10_000);
        await until(async () => (await status(api, 'b'))['status_code'] === '10');
      },
      { clock, options: { voidMs: 30_000 } },
    );
  });

  test('the agent knows at once, the global controller with the next watchdog message', () => {
    const clock = manualClock();
    return lab(
      async ({ api, dial }) => {
        const second = await dial();
        await uploadWidget(api, PI);
        api.send(requestText(toAgent('CONFIG', { action: 'pluginadd', configparams: gz({ ...WIDGET, inode_id: 'far' }) }, PI)));
        await until(async () => (await listed(second, PI)).some(({ plugin_id: id }) => id === 'far'));
        clock.pass(300);
        assert.is((await api.reply())['status_code'], '10');
        assert.equal(await known(api), []);
        clock.pass(15_000);
        await until(async () => (await known(api)).includes('far'));
      },
      { clock, options: twoAgents },
    );
  });

  test('what outlives its agent leaves a ghost behind when it is removed by hand', () =>
    lab(async ({ api }) => {
      await uploadWidget(api);
      await addWidget(api, { inode_id: 'weak' });
      await addWidget(api, { inode_id: 'strong', persistence_code: '10' });
      assert.equal(await known(api), ['weak', 'strong']);
      await remove(api, 'weak');
      await remove(api, 'strong');
      assert.equal(await known(api), ['strong']);
      assert.ok(!(await listed(api)).some(({ plugin_id: id }) => id === 'strong'));
    }));

  test('a second one of a kind uses the bundle that runs, whatever digest it names', () =>
    lab(async ({ api }) => {
      await uploadWidget(api);
      await addWidget(api, { inode_id: 'one' });
      assert.is((await addWidget(api, { inode_id: 'two', md5: 'f'.repeat(32) }))['status_code'], '10');
      const two = (await listed(api)).find(({ plugin_id: id }) => id === 'two');
      const config = JSON.parse(String(two?.['configparams'])) as Fields;
      assert.equal([config['jarstatus'], config['md5'], typeof config['bundle_id']], ['bundle', 'f'.repeat(32), 'string']);
      await remove(api, 'one');
      await remove(api, 'two');
      assert.is((await addWidget(api, { inode_id: 'three', md5: 'f'.repeat(32) }))['status_code'], '9');
    }));

  test('a repository listing is five seconds old at most: what was just saved is missed once', () => {
    const clock = manualClock();
    return lab(
      async ({ api }) => {
        const pull = async (): Promise<unknown> =>
          ungz((await api.rpc(toAgent('CONFIG', { action: 'pluginrepopull', configparams: gz(WIDGET) })))['configparams']);
        // A jar that is nowhere is a null, and still "updated".
        assert.is(await pull(), null);
        await saveWidget(api);
        assert.is(await pull(), null);
        clock.pass(5_000);
        assert.is(((await pull()) as Fields)['jarstatus'], 'localcache');
      },
      { clock },
    );
  });

  test('a jar is saved when its digest is right, by MD5 or by the SHA-256 of newer clients', () =>
    lab(async ({ api }) => {
      const save = async (md5: string): Promise<Record<string, string>> =>
        api.rpc({
          event: 'CONFIG',
          payload: { action: 'savetorepo', configparams: gz({ ...WIDGET, md5 }), jardata: Buffer.from('widget').toString('base64') },
        });
      assert.is((await save('0'.repeat(32)))['is_saved'], 'false');
      assert.is((await save(createHash('sha256').update('widget').digest('hex')))['is_saved'], 'true');
      const saved = await save(WIDGET.md5);
      assert.equal(
        [saved['is_saved'], ungz(saved['configparams']), saved['jardata'], saved['status_code']],
        ['true', WIDGET, undefined, undefined],
      );
    }));

  test('an uploaded jar has a path on its agent, and no digest reaches outside of its folder', () =>
    lab(async ({ api }) => {
      const upload = (md5: string): Promise<Record<string, string>> =>
        api.rpc(toAgent('CONFIG', { action: 'pluginupload', configparams: gz({ ...WIDGET, md5 }), jardata: 'AAAA' }));
      assert.match((await upload('abc'))['jar_file_path'] ?? '', /agent-repo-cache[/\\]abc$/);
      for (const bad of ['../../x', '', '.', 'a/b']) assert.is((await upload(bad))['is_updated'], 'false');
    }));

  test('a dead plugin is listed with its code and answers nothing', () =>
    lab(
      async ({ api, control }) => {
        await control('kill-plugin', { plugin: 'system-repo-1', code: '40' });
        assert.is((await status(api, 'system-repo-1'))['status_code'], '40');
        api.send(requestText(toPlugin('system-repo-1', 'EXEC', { action: 'repolist' })));
        assert.is(await api.next(), NO_ANSWER);
        assert.equal(ungz((await api.rpc({ payload: { action: 'listpluginsrepo' } }))['listpluginsrepo']), { plugins: [] });
      },
      { options: { voidMs: 0 } },
    ));
});

group('agents', (test) => {
  const agents = async (api: Peer, region?: string): Promise<unknown> => {
    const reply = await api.rpc({ payload: { action: 'listagents', ...(region === undefined ? {} : { action_region: region }) } });
    const list = ungz(reply['agentslist']) as { readonly agents: readonly Fields[] } | null;
    return list && list.agents.map(({ region_id: at, agent_id: id }) => `${String(at)}/${String(id)}`);
  };

  test('are listed by region; a region that nobody knows is null', () =>
    lab(
      async ({ api }) => {
        assert.equal(await agents(api), ['global-region/global-controller', 'dp/pi-1', 'dp/pi-2']);
        assert.equal(await agents(api, 'dp'), ['dp/pi-1', 'dp/pi-2']);
        assert.is(await agents(api, 'nowhere'), null);
        const regions = ungz((await api.rpc({ payload: { action: 'listregions' } }))['regionslist']);
        assert.equal(regions, {
          regions: [
            { name: 'global-region', type: 'local', agents: '1' },
            { name: 'dp', type: 'local', agents: '2' },
          ],
        });
        const mode = async (name: string): Promise<string | undefined> =>
          (await api.rpc(toAgent('EXEC', { action: 'getcontrollerstatus' }, { dst_region: 'dp', dst_agent: name })))['controller_status'];
        assert.equal([await mode('pi-1'), await mode('pi-2')], ['REGION_GLOBAL', 'AGENT']);
      },
      { options: { agents: ['dp/pi-1', 'dp/pi-2'] } },
    ));

  test('a lost one is silent, out of the lists with its plugins, and back as it was', () =>
    lab(
      async ({ api, control }) => {
        await control('add-plugin', { agent: 'dp/pi-1', pluginname: 'io.example.widget', id: 'far' });
        await control('lose-agent', { agent: 'dp/pi-1', noticed: 'false' });
        assert.equal(await agents(api, 'dp'), ['dp/pi-1']);
        await control('lose-agent', { agent: 'dp/pi-1' });
        assert.equal(await agents(api, 'dp'), []);
        assert.equal(await known(api), []);
        api.send(requestText(toAgent('CONFIG', { action: 'pluginlist' }, PI)));
        assert.is(await api.next(), NO_ANSWER);
        await control('find-agent', { agent: 'dp/pi-1' });
        assert.equal(await agents(api, 'dp'), ['dp/pi-1']);
        assert.equal(await known(api), ['far']);
        assert.is((await status(api, 'far', PI))['status_code'], '10');
      },
      { options: { ...twoAgents, voidMs: 0 } },
    ));

  test('stopping a controller takes what does not outlive it; restarting brings the rest back', () =>
    lab(
      async ({ api, control }) => {
        for (const [id, params] of [
          ['weak', '{"persistence_code":"0"}'],
          ['strong', '{}'],
        ] as const) {
          await control('add-plugin', { agent: 'dp/pi-1', pluginname: 'io.example.widget', id, params });
        }
        const admin = (action: string): void => api.send(requestText({ ...toAgent('CONFIG', { action }), info: { ...PI, is_rpc: false } }));
        admin('stopcontroller');
        await until(async () => JSON.stringify(await agents(api, 'dp')) === '[]');
        await control('find-agent', { agent: 'dp/pi-1' });
        assert.equal(
          (await listed(api, PI)).map(({ plugin_id: id }) => id),
          ['system-sysinfo-2', 'strong'],
        );
        admin('restartcontroller');
        await until(async () => JSON.stringify(await agents(api, 'dp')) === '[]');
        await until(async () => JSON.stringify(await agents(api, 'dp')) !== '[]');
        assert.is((await status(api, 'strong', PI))['status_code'], '10');
      },
      { options: twoAgents },
    ));

  test('resources come from sysinfo, and are zeros for a region that nobody knows', () =>
    lab(async ({ api }) => {
      const info = async (payload: Fields): Promise<Fields> =>
        ungz((await api.rpc({ payload: { action: 'resourceinfo', ...payload } }))['resourceinfo']) as Fields;
      const place = { action_region: 'global-region', action_agent: 'global-controller' };
      const [agent] = (await info(place))['agentresourceinfo'] as readonly Fields[];
      assert.equal(Object.keys(JSON.parse(String(agent?.['perf'])) as Fields).slice(0, 3), ['os', 'cpu', 'mem']);
      const [region] = (await info({ action_region: 'global-region' }))['regionresourceinfo'] as readonly Fields[];
      assert.ok(Number(region?.['mem_total']) > 0);
      const zeros = { cpu_core_count: '0', mem_available: '0', mem_total: '0', disk_available: '0', disk_total: '0' };
      assert.equal(await info({ action_region: 'nowhere' }), { regionresourceinfo: [zeros] });
      assert.equal(await info({ ...place, action_agent: 'nobody' }), { agentresourceinfo: [{}] });
    }));
});
