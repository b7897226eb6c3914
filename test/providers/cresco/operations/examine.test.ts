import type { Check } from '../../../../src/providers/checks.ts';
import { openCresco } from '../../../../src/providers/cresco/client/index.ts';
import { examine } from '../../../../src/providers/cresco/examine.ts';
import { fabricOf } from '../../../../src/providers/cresco/session.ts';
import { systemClock } from '../../../../src/providers/transport/clock.ts';
import { assert, group } from '../../../kit/group.ts';
import type { Bench } from './bench.ts';
import { HOME, NAMES, PI_1, PI_2, withBench } from './bench.ts';

async function checks({ session, call }: Pick<Bench, 'session' | 'call'>): Promise<readonly Check[]> {
  const found: Check[] = [];
  for await (const check of examine(session.read, call())) found.push(check);
  return found;
}

const wrong = (found: readonly Check[]): readonly string[] =>
  found.filter(({ ok }) => !ok).map(({ name, message }) => `${name}: ${message}`);

group('cresco: doctor', (test) => {
  for (const generation of [2, 3] as const) {
    test(`a fabric of generation ${generation} that is well`, () =>
      withBench(
        async (bench) => {
          const found = await checks(bench);
          assert.equal(wrong(found), []);
          assert.equal(
            found.map(({ name, message }) => `${name}: ${message}`),
            [
              'certificate: is the one that is pinned',
              `identity: global-region/global-controller/system-wsapi-1, a server of generation ${generation}`,
              'service key: is the one of the server',
              `global controller: ${HOME}`,
              'data plane: listens',
              'agents: 3 of 3 are active',
              'plugins: 6 of 6 are active',
              'repository: JARs: 0',
              'pipelines: there is none',
            ],
          );
        },
        { options: { generation } },
      ));
  }

  test('plugins that are dead, or were never started, and why', () =>
    withBench(async (bench) => {
      const { control, stock } = bench;
      const md5 = await stock(NAMES.reader);
      const reader = { pluginname: NAMES.reader.name, version: NAMES.reader.version, md5 };
      await control('add-plugin', { ...reader, agent: PI_1, id: 'lost' });
      await control('kill-plugin', { plugin: 'lost' });
      await control('fail-start', { pluginname: NAMES.reader.name });
      await control('add-plugin', { ...reader, agent: PI_2, id: 'refused' });
      await control('add-plugin', { ...reader, agent: PI_1, id: 'ours', params: '{"setpoint_id":"edge/cresco/Plugin/ours"}' });
      await control('kill-plugin', { plugin: 'ours', code: '9' });
      const gone = { ...reader, pluginname: 'io.example.gone', agent: PI_1, id: 'jarless' };
      await control('add-plugin', gone);
      await control('kill-plugin', { plugin: 'jarless', code: '9' });
      const found = [...wrong(await checks(bench))].sort();
      assert.is(found.length, 4, found.join('\n'));
      const [jarless = '', lost = '', ours = '', refused = ''] = found;
      assert.match(
        jarless,
        /^plugin dp\/pi-1\/jarless: it has status 9.* could not be installed.*io\.example\.gone\/1\.0\.0\/\w+ is in no repository: upload it\.$/,
      );
      assert.match(lost, /^plugin dp\/pi-1\/lost: it has status 50.*it is lost.*setpoint run TARGET restart-controller dp\/pi-1/);
      assert.match(ours, /It is edge\/cresco\/Plugin\/ours: apply makes it anew\.$/);
      assert.match(refused, /^plugin dp\/pi-2\/refused: it has status 7.*its own start said no.*setpoint run TARGET logs dp\/pi-2/);
    }));

  test('a pipeline whose plugin died, and one whose agent is lost, though the fabric calls both active', () =>
    withBench(async (bench) => {
      const { control, session, stock } = bench;
      const md5 = await stock(NAMES.reader);
      const submit = async (name: string, agent: string): Promise<string> => {
        const params = { pluginname: NAMES.reader.name, version: '1.0.0', md5, location_region: 'dp', location_agent: agent };
        const nodes = [{ node_id: 0, node_name: 'one', type: 'dummy', params }];
        const { id } = await session.write.global.submitPipeline({ pipeline_name: name, nodes, edges: [] });
        for (;;) {
          const pipeline = await session.read.global.pipeline(id);
          if (pipeline?.statusCode === 10) return pipeline.nodes[0]?.placed?.plugin ?? '';
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      await control('kill-plugin', { plugin: await submit('telemetry', 'pi-1') });
      await submit('cellar', 'pi-2');
      await control('lose-agent', { agent: PI_2 });
      const found = wrong(await checks(bench)).join('\n');
      assert.match(found, /^agent dp\/pi-2: is lost.*cellar needs it.*Bring it back/m);
      assert.match(found, /^plugin dp\/pi-1\/inode-\S+: it has status 50.*It is a node of a pipeline, which is told below\.$/m);
      assert.match(found, /^pipeline cellar: resource-\S+: node one is on dp\/pi-2, which does not answer\. Nothing is done to it until/m);
      assert.match(found, /^pipeline telemetry: resource-\S+: node one has status 50/m);
      assert.is(found.split('\n').length, 4);
    }));

  test('an agent that does not answer though it is listed, and the others all the same', () =>
    withBench(
      async (bench) => {
        await bench.control('lose-agent', { agent: PI_1, noticed: 'false' });
        const found = await checks(bench);
        assert.is(wrong(found).length, 1, wrong(found).join('\n'));
        assert.match(
          wrong(found)[0] ?? '',
          /^agent dp\/pi-1: the fabric calls it healthy, and it cannot be asked: nobody on the fabric answered getcontrollerstatus of dp\/pi-1\./,
        );
        assert.is(found.find(({ name }) => name === 'agents')?.message, '2 of 3 are active');
      },
      { options: { voidMs: 200_000 } },
    ));

  test('a list that cannot be read is a finding, and the rest is looked at', () =>
    withBench(async (bench) => {
      await bench.control('error-text-next', { action: 'listpluginsrepo' });
      await bench.control('error-text-next', { action: 'getgpipelinestatus', text: '{"error":"not today"}' });
      const found = await checks(bench);
      assert.equal(
        wrong(found).map((line) => line.split(':')[0]),
        ['repository', 'pipelines'],
      );
      assert.ok(found.some(({ name }) => name === 'plugins'));
    }));

  test('a key that is refused, a server that is gone, and a certificate that nobody checks', () =>
    withBench(async (bench) => {
      const { box, call } = bench;
      const { serviceKey, tls } = box.options as unknown as { readonly serviceKey: string; readonly tls: { readonly fingerprint: string } };
      const as = async (options: Parameters<typeof openCresco>[0]): Promise<readonly string[]> => {
        const session = fabricOf(openCresco(options), { clock: systemClock });
        try {
          return wrong(await checks({ session, call }));
        } finally {
          await session.close();
        }
      };
      const [key = '', ...more] = await as({ address: box.address, serviceKey: 'wrong', tls });
      assert.match(key, /^connection: the service key was refused\. Compare it with cresco_service_key/);
      assert.equal(more, []);
      const [open = ''] = await as({ address: box.address, serviceKey, tls: { insecure: true } });
      assert.match(open, new RegExp(`^certificate: nobody checks it.*Pin it.*"${tls.fingerprint}"`));
      const [unknown = ''] = await as({ address: box.address, serviceKey });
      assert.match(unknown, /^connection: the certificate of the server is not trusted.*tls\.fingerprint/);
      await box.close();
      assert.match((await as({ address: box.address, serviceKey, tls }))[0] ?? '', /^connection: /);
    }));
});
