import { assert, group } from '../../../kit/group.ts';
import { faultOf } from '../../../kit/fault.ts';
import { HOME, lines, NAMES, PI_1, PI_2, rows, withBench } from './bench.ts';

group('cresco/operations: what there is', (test) => {
  test('regions and agents, also those of one region', () =>
    withBench(async ({ run }) => {
      assert.equal(rows(await run('regions')), [
        ['global-region', 'local', '1'],
        ['dp', 'local', '2'],
      ]);
      assert.equal(
        rows(await run('agents')).map(([agent, mode]) => [agent, mode]),
        [
          [HOME, 'GLOBAL'],
          [PI_1, 'REGION_GLOBAL'],
          [PI_2, 'AGENT'],
        ],
      );
      assert.equal(
        rows(await run('agents', { region: 'dp' })).map(([agent]) => agent),
        [PI_1, PI_2],
      );
      assert.equal(lines(await run('agents', { region: 'nowhere' })), ['There is none.']);
    }));

  test('plugins of any status, whose they are, and which agent is silent about its own', () =>
    withBench(async ({ run, control, stock }) => {
      const md5 = await stock(NAMES.reader);
      const given = { pluginname: NAMES.reader.name, version: NAMES.reader.version, md5 };
      await control('add-plugin', { ...given, agent: PI_1, id: 'mine', params: '{"setpoint_id":"edge/cresco/Plugin/mine"}' });
      await control('add-plugin', { ...given, agent: PI_1, id: 'dead' });
      await control('kill-plugin', { plugin: 'dead' });
      assert.equal(
        rows(await run('plugins', { agent: PI_1 })).map(([, id, plugin, owner, status]) => [id, plugin, owner, status?.split(' ')[0]]),
        [
          ['dead', 'io.example.reader 1.0.0', '', '50'],
          ['mine', 'io.example.reader 1.0.0', 'edge/cresco/Plugin/mine', '10'],
          ['system-sysinfo-2', 'io.cresco.sysinfo 1.3.0.SNAPSHOT-20260703160835', 'the agent', '10'],
        ],
      );
      assert.is(rows(await run('plugins')).length, 4 + 3 + 1);
      assert.is((await faultOf(run('plugins', { agent: 'pi-1' }))).code, 'INPUT_VALUE');
      assert.is((await faultOf(run('plugins', { agent: 'dp/pi-7' }))).code, 'CRESCO_AGENT_UNKNOWN');
    }));

  test('the repository, and pipelines', () =>
    withBench(async ({ run, stock, session }) => {
      assert.equal(lines(await run('repository')), ['There is none.']);
      assert.equal(lines(await run('pipelines')), ['There is none.']);
      const md5 = await stock(NAMES.reader);
      assert.equal(rows(await run('repository')), [['io.example.reader', '1.0.0', md5, '1']]);
      const params = { pluginname: NAMES.reader.name, version: '1.0.0', md5, location_region: 'dp', location_agent: 'pi-1' };
      const nodes = [{ node_id: 0, node_name: 'one', type: 'dummy', params }];
      const { id } = await session.write.global.submitPipeline({ pipeline_name: 'telemetry', nodes, edges: [] });
      assert.equal(
        rows(await run('pipelines')).map(([name, handle]) => [name, handle]),
        [['telemetry', id]],
      );
    }));

  test('resources of all regions, of one, and of an agent', () =>
    withBench(async ({ run }) => {
      assert.equal(
        rows(await run('resources')).map(([region]) => region),
        ['global-region', 'dp'],
      );
      const [[region, cores, memory] = []] = rows(await run('resources', { of: 'dp' }));
      assert.is(region, 'dp');
      assert.match(`${cores} ${memory}`, /^\d+ [\d.]+ \w+ of [\d.]+ GiB$/);
      const told = new Map(rows(await run('resources', { of: PI_1 })).map(([what = '', value = '']) => [what, value]));
      assert.match(told.get('cores') ?? '', /^\d+, \d+ with threads$/);
      assert.match(told.get('memory free') ?? '', /GiB/);
      const unknown = await faultOf(run('resources', { of: 'dq' }));
      assert.equal([unknown.code, unknown.diagnostic.hint], ['INPUT_VALUE', 'Did you mean dp?']);
      assert.is((await faultOf(run('resources', { of: 'dp/pi-3' }))).diagnostic.hint, `Did you mean ${PI_1}?`);
    }));
});
