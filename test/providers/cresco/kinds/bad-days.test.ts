import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '../../../../src/core/diagnostic.ts';
import type { Plan } from '../../../../src/core/plan.ts';
import type { Resource } from '../../../../src/core/resource.ts';
import type { Fields } from '../../../../src/core/value.ts';
import type { Sighting, Work } from '../../../../src/providers/contract.ts';
import { cepQuery } from '../../../../src/providers/cresco/kinds/cep-query.ts';
import { pipeline } from '../../../../src/providers/cresco/kinds/pipeline.ts';
import { plugin } from '../../../../src/providers/cresco/kinds/plugin.ts';
import { pluginPackage } from '../../../../src/providers/cresco/kinds/plugin-package.ts';
import type { CepQuerySpec, PipelineSpec, PluginSpec } from '../../../../src/providers/cresco/types.ts';
import { assert, group } from '../../../kit/group.ts';
import type { Round } from '../../../kit/laws.ts';
import type { BenchOptions, FabricBench } from './bench.ts';
import { engine, handles, openBench, PI_1, PI_2, settle } from './bench.ts';
import { jar } from './jar.ts';

const TARGET = 'bench';
const resource = (kind: string, name: string, spec: object): Resource => ({
  id: `${TARGET}/cresco/${kind}/${name}`,
  kind: `cresco/${kind}`,
  version: 'v1',
  target: TARGET,
  name,
  spec: spec as Fields,
  needs: [],
  lifecycle: {},
  labels: {},
  was: [],
  origin: { file: 'edge.yaml', line: 1, document: 0 },
});
const watcher: PluginSpec = { plugin: handles.reader, agent: PI_1, running: true };
const telemetry: PipelineSpec = {
  nodes: [
    { name: 'source', plugin: handles.reader, agent: PI_1, params: { rate: '10' }, running: true },
    { name: 'sink', plugin: handles.writer, agent: PI_2, running: true },
  ],
  edges: [{ from: 'source', to: 'sink' }],
};
const faster: PipelineSpec = {
  ...telemetry,
  nodes: telemetry.nodes.map((node) => (node.name === 'source' ? { ...node, params: { rate: '20' } } : node)),
};

async function on(body: (bench: FabricBench, round: Round) => Promise<void>, options: BenchOptions = {}): Promise<void> {
  const bench = await openBench(options);
  try {
    await body(bench, await engine(bench));
  } finally {
    await bench.close();
  }
}
async function applied(round: Round, ...resources: readonly Resource[]): Promise<Plan> {
  const plan = await round.plan(resources);
  const { failed, unknown } = await round.apply(plan);
  assert.equal([failed, unknown], [0, 0]);
  return plan;
}
const shown = ({ changes }: Plan): readonly unknown[] =>
  changes.map(({ action, reason, differences }) => [action, reason, differences.map(({ path, before, after }) => [path, before, after])]);
const fault = async (promise: Promise<unknown>): Promise<Fault> => {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Fault)) throw new Error(`a Fault was expected, and not ${String(thrown)}`);
  return thrown;
};
const handleIn = (plan: Plan, verb: string): string | undefined =>
  plan.steps.flatMap((step) => (step.verb === verb && 'handle' in step ? [step.handle] : []))[0];
async function look<S>(seen: AsyncIterable<readonly Sighting<S>[]>): Promise<readonly Sighting<S>[]> {
  const all: Sighting<S>[] = [];
  for await (const page of seen) all.push(...page);
  return all.filter((one) => one.seen !== 'end');
}
const work = <S>(want: S, more: Partial<Work<S>> = {}): Work<S> => ({
  id: `${TARGET}/cresco/Plugin/watcher`,
  verb: 'create',
  intent: 'run.1',
  want,
  differences: [],
  ...more,
});

/** Somebody puts a plugin of our name on the other agent; resolves when the session hears of it: lists lag, and are believed. */
async function elsewhere({ control, session, call }: FabricBench): Promise<void> {
  await control('add-plugin', { agent: 'dp/pi-2', pluginname: 'io.example.writer', id: 'watcher' });
  const listed = async (): Promise<boolean> =>
    (await session.read.whereabouts('watcher', call().signal)).some(({ agent }) => agent === PI_2.agent);
  while (!(await listed())) await new Promise((resolve) => setTimeout(resolve, 2));
}

group('bad days on a fabric', (test) => {
  test('a plugin that has died is a difference, and is started anew under its id', () =>
    on(async (bench, round) => {
      const wanted = resource('Plugin', 'watcher', watcher);
      await applied(round, wanted);
      await bench.control('kill-plugin', { plugin: 'watcher' });
      const plan = await applied(round, wanted);
      assert.equal(shown(plan), [['replace', 'immutable', [['/running', false, true]]]]);
      assert.equal(
        plan.steps.map(({ verb }) => verb),
        ['delete', 'create'],
      );
      assert.equal((await round.plan([wanted])).steps, []);
    }));

  test('a node that has died is told by its name; a new pipeline comes up before the old one goes', () =>
    on(async (bench, round) => {
      const wanted = resource('Pipeline', 'telemetry', telemetry);
      await applied(round, wanted);
      await settle(bench);
      const [old] = await bench.hand.global.pipelines();
      const seen = old && (await bench.hand.global.pipeline(old.id));
      const sink = seen?.nodes.find(({ name }) => name === 'sink')?.placed?.plugin ?? '';
      await bench.control('kill-plugin', { plugin: sink });
      const plan = await applied(round, wanted);
      assert.equal(shown(plan), [['replace', 'immutable', [['/nodes/["sink"]/running', false, true]]]]);
      assert.equal(
        plan.steps.map(({ verb }) => verb),
        ['create', 'delete'],
      );
      assert.is(handleIn(plan, 'delete'), old?.id);
      const left = await bench.hand.global.pipelines();
      assert.equal([left.length, left[0]?.id === old?.id], [1, false]);
    }));

  test('the old pipeline stays when the new one never leaves 40', () =>
    on(async (bench, round) => {
      await applied(round, resource('Pipeline', 'telemetry', telemetry));
      await settle(bench);
      const [old] = await bench.hand.global.pipelines();
      await bench.control('stick-pipeline', { at: '40' });
      const changed = resource('Pipeline', 'telemetry', faster);
      const outcome = await round.apply(await round.plan([changed]));
      assert.ok(outcome.failed + outcome.skipped > 0, 'it did not come up, and the run says so');
      assert.ok((await bench.hand.global.pipelines()).some(({ id, statusCode }) => id === old?.id && statusCode === 10));
      // The next run makes it anew, and takes both others away.
      await applied(round, changed);
      const left = await bench.hand.global.pipelines();
      assert.equal(
        left.map(({ statusCode }) => statusCode),
        [10],
      );
      assert.equal((await round.plan([changed])).steps, []);
    }));

  test('what is on a lost agent is unknown, and nothing is planned for it', () =>
    on(async (bench, round) => {
      const wanted = [resource('Plugin', 'watcher', watcher), resource('Pipeline', 'telemetry', telemetry)];
      await applied(round, ...wanted);
      await settle(bench);
      await bench.control('lose-agent', { agent: 'dp/pi-1' });
      // What the client has heard of the agents is believed for three seconds.
      await new Promise((resolve) => setTimeout(resolve, 3_100));
      for (const resources of [wanted, []]) {
        const { steps, changes } = await round.plan(resources);
        assert.equal(steps, []);
        assert.equal(
          changes.map(({ reason, fault: why }) => [reason, why?.code]),
          [
            ['unobserved', 'CRESCO_AGENT_UNKNOWN'],
            ['unobserved', 'CRESCO_AGENT_UNKNOWN'],
          ],
        );
      }
    }));

  test('an agent that nobody knows fails the plan, with the name that was meant, also where the old one could still be removed', () =>
    on(async (_, round) => {
      const wrong = { region: 'dp', agent: 'pi-11' };
      const fresh = [
        resource('Plugin', 'watcher', { ...watcher, agent: wrong }),
        resource('Pipeline', 'telemetry', { ...telemetry, nodes: telemetry.nodes.map((node) => ({ ...node, agent: wrong })) }),
        resource('CepQuery', 'hot', { ...query, agent: wrong }),
      ];
      const plan = await round.plan(fresh);
      assert.equal(plan.steps, []);
      for (const { fault: why } of plan.changes) assert.match(why?.hint ?? '', /Did you mean dp\/pi-1\?/);
      await applied(round, resource('Plugin', 'watcher', watcher), resource('Pipeline', 'telemetry', telemetry));
      const moved = await round.plan(fresh.slice(0, 2));
      assert.equal([moved.steps, moved.changes.map(({ reason }) => reason)], [[], ['unobserved', 'unobserved']]);
    }));

  test('two who remove one pipeline are both done, and one that is stuck says where', () =>
    on(async (bench) => {
      const { session, call } = bench;
      const make = (name: string) => pipeline.make(session, work(telemetry, { id: `${TARGET}/cresco/Pipeline/${name}` }), call());
      const { handle } = await make('twice');
      await settle(bench);
      const gone = { recorded: { handle } } as Partial<Work<PipelineSpec>>;
      const remove = (more: Partial<Work<PipelineSpec>>) => pipeline.remove(session, work(telemetry, { verb: 'delete', ...more }), call());
      await Promise.all([remove(gone), remove(gone), bench.hand.global.removePipeline(handle)]);
      await remove(gone);
      assert.equal(await bench.hand.global.pipelines(), []);

      const stuck = await make('stuck');
      await settle(bench);
      await bench.control('stick-pipeline', { pipeline: 'stuck', at: '9' });
      // Its time is over as soon as it is looked at.
      let now = Date.now();
      const hurried = { ...call(), now: () => (now += 60_000) };
      const more = { recorded: { handle: stuck.handle } } as Partial<Work<PipelineSpec>>;
      const said = await fault(pipeline.remove(session, work(telemetry, { verb: 'delete', ...more }), hurried));
      assert.is(said.code, 'CRESCO_REMOVAL');
      assert.match(said.diagnostic.detail ?? '', /source \(9\), sink \(9\)/);
    }));

  test('an id in use is never added again, except to find that it was this very call', () =>
    on(async ({ session, call, control, hand }, round) => {
      await control('add-plugin', { agent: 'dp/pi-1', pluginname: 'io.example.reader', id: 'watcher' });
      const [change] = (await round.plan([resource('Plugin', 'watcher', watcher)])).changes;
      assert.is(change?.blocked?.code, 'ADOPT_REQUIRED');
      assert.is((await fault(plugin.make(session, work(watcher), call()))).code, 'CRESCO_PLUGIN_ID_TAKEN');
      await control('remove-plugin', { plugin: 'watcher' });
      const first = await plugin.make(session, work(watcher), call());
      assert.equal(await plugin.make(session, work(watcher), call()), first);
      assert.is((await fault(plugin.make(session, work(watcher, { intent: 'run.2' }), call()))).code, 'CRESCO_PLUGIN_ID_TAKEN');
      assert.is((await hand.agents.plugins(PI_1)).filter((one) => one.plugin === 'watcher').length, 1);
    }));

  test('many plugins are looked at with one list an agent', () =>
    on(async (bench, round) => {
      const many = Array.from({ length: 30 }, (_, n) => resource('Plugin', `p${n}`, { ...watcher, agent: n % 2 === 0 ? PI_1 : PI_2 }));
      await applied(round, ...many);
      await bench.control('reset-counts');
      assert.equal((await round.plan(many)).steps, []);
      const counts = JSON.stringify(await bench.control('counts'));
      assert.match(counts, /"pluginlist":2\b/);
      assert.ok(!counts.includes('pluginstatus'), counts);
    }));

  test('a plugin whose start says no fails its step, is taken away again, and is made by the next run', () =>
    on(async (bench, round) => {
      const wanted = resource('Plugin', 'watcher', watcher);
      await bench.control('fail-start', { pluginname: 'io.example.reader' });
      const { failed } = await round.apply(await round.plan([wanted]));
      assert.is(failed, 1);
      const ids = async () => (await bench.hand.agents.plugins(PI_1)).map(({ plugin: id }) => id);
      assert.not.ok((await ids()).includes('watcher'));
      await applied(round, wanted);
      assert.ok((await ids()).includes('watcher'));

      await bench.control('fail-start', { pluginname: 'io.example.reader' });
      const why = await fault(plugin.make(bench.session, work(watcher, { id: `${TARGET}/cresco/Plugin/other` }), bench.call()));
      assert.equal([why.code, why.sent], ['CRESCO_PLUGIN_FAILED', 'answered']);
      assert.match(why.diagnostic.hint ?? '', /setpoint run TARGET logs dp\/pi-1/);
    }));

  test('what is wrong with a plugin or a node is told in words', () =>
    on(async (bench, round) => {
      await applied(round, resource('Plugin', 'watcher', watcher), resource('Pipeline', 'telemetry', telemetry));
      await settle(bench);
      const [{ id = '' } = {}] = await bench.hand.global.pipelines();
      const sink = (await bench.hand.global.pipeline(id))?.nodes.find(({ name }) => name === 'sink')?.placed?.plugin ?? '';
      await bench.control('kill-plugin', { plugin: 'watcher', code: '7' });
      await bench.control('remove-plugin', { plugin: sink });
      const { read } = bench.session;
      const [dead] = await look(plugin.observe(read, { scope: 'dp/pi-1', known: [], strangers: true }, bench.call()));
      assert.match(JSON.stringify(dead), /"failed","message":"the plugin has status 7 [^"]*its own start said no/);
      const [lame] = await look(pipeline.observe(read, { scope: '', known: [], strangers: true }, bench.call()));
      assert.match(JSON.stringify(lame), /"failed","message":"node sink has lost its plugin: dp\/pi-2 does not have it any more"/);
    }));

  test('an id in use on another agent is told by the plan, and nothing is sent', () =>
    on(async (bench, round) => {
      const wanted = resource('Plugin', 'watcher', watcher);
      await elsewhere(bench);
      const [change] = (await round.plan([wanted])).changes;
      assert.is(change?.blocked?.code, 'ADOPT_REQUIRED');
      assert.ok(
        change?.differences.some(({ path }) => path.startsWith('/agent')),
        'it says where the other one is',
      );
      await bench.control('reset-counts');
      const why = await fault(plugin.make(bench.session, work(watcher), bench.call()));
      assert.equal([why.code, why.sent], ['CRESCO_PLUGIN_ID_TAKEN', 'no']);
      assert.match(why.diagnostic.summary, /dp\/pi-2/);
      assert.ok(!JSON.stringify(await bench.control('counts')).includes('pluginadd'));
    }));

  test('what stands under our id on another agent is not ours to take away', () =>
    on(async (bench, round) => {
      const wanted = resource('Plugin', 'watcher', watcher);
      await applied(round, wanted);
      await bench.control('remove-plugin', { plugin: 'watcher' });
      await elsewhere(bench);
      const plan = await round.plan([wanted]);
      assert.equal([plan.steps, plan.changes.map(({ fault: why }) => why?.code)], [[], ['CRESCO_PLUGIN_ID_TAKEN']]);
    }));

  test('one agent that is silent hides nothing that is elsewhere', () =>
    on(
      async (bench, round) => {
        const here: PipelineSpec = { nodes: [{ name: 'one', plugin: handles.writer, agent: PI_2, running: true }] };
        const wanted = [resource('Pipeline', 'far', telemetry), resource('Pipeline', 'near', here)];
        await applied(round, ...wanted);
        await settle(bench);
        await bench.control('lose-agent', { agent: 'dp/pi-1', noticed: 'false' });
        const plan = await round.plan(wanted);
        assert.equal(
          plan.changes.map(({ id, reason }) => [id, reason]),
          [[wanted[0]?.id, 'unobserved']],
        );
        await bench.control('find-agent', { agent: 'dp/pi-1' });
      },
      { sandbox: { voidMs: 20_000 } },
    ));

  test("what is secret is nobody's to print, also where no manifest says so any more", () =>
    on(async ({ session, call, hand }) => {
      const spec = { ...watcher, params: { user: 'ann' }, secrets: { password: 'sesame-open' } };
      await plugin.make(session, work(spec), call());
      const ask = { scope: 'dp/pi-1', known: [], strangers: true };
      const [one] = await look(plugin.observe(session.read, ask, call()));
      assert.is(one?.seen, 'live');
      if (one?.seen !== 'live') return;
      assert.equal([one.spec.params, one.spec.secrets], [{ user: 'ann' }, { password: 'sesame-open' }]);
      const [told] = (await hand.agents.plugins(PI_1)).filter((other) => other.plugin === 'watcher');
      assert.is(told?.config['password'], 'sesame-open', 'the plugin has it');
    }));

  test('a query is taken away where the server can, and left with a reason where it cannot', async () => {
    for (const generation of [2, 3] as const) {
      await on(
        async ({ session, call }) => {
          const { handle } = await cepQuery.make(session, work(query), call());
          const removing = cepQuery.remove(session, work(query, { verb: 'delete', recorded: { handle } as never }), call());
          if (generation === 3) await removing;
          else assert.is((await fault(removing)).code, 'CRESCO_CEP_STAYS');
        },
        { generation },
      );
    }
  });

  test('a package is fetched only to be uploaded, and only if it is the one that was meant', async () => {
    const bytes = jar({ name: 'io.example.far', version: '3.0.0' });
    const hash = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/far.jar`;
    const spec = { url, name: 'io.example.far', version: '3.0.0', md5: hash('md5'), sha256: hash('sha256') };
    try {
      await on(async ({ session, call, hand }) => {
        const id = `${TARGET}/cresco/PluginPackage/far`;
        const forged = await fault(pluginPackage.make(session, work({ ...spec, sha256: '0'.repeat(64) }, { id }), call()));
        assert.equal([forged.code, forged.sent], ['PACKAGE_DIGEST', 'no']);
        await pluginPackage.make(session, work(spec, { id }), call());
        await pluginPackage.make(session, work(spec, { id }), call());
        assert.is(asked, 2, 'what is there is not fetched again');
        assert.ok((await hand.global.repositoryJars()).some(({ md5 }) => md5 === spec.md5));
        const nowhere = { name: spec.name, version: spec.version, md5: '0'.repeat(32) };
        assert.is((await fault(pluginPackage.make(session, work(nowhere, { id }), call()))).code, 'PACKAGE_SOURCE');
      });
    } finally {
      server.close();
    }
  });
});

const query: CepQuerySpec = {
  agent: PI_1,
  input: { stream: 'temp', attributes: 'source string, value double' },
  output: { stream: 'alarms', attributes: 'source string, value double' },
  query: 'from temp[value > 30] select source, value insert into alarms',
};
