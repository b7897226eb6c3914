import fc from 'fast-check';
import type { Resource } from '../../../../src/core/resource.ts';
import { idOf } from '../../../../src/providers/colonies/client/index.ts';
import { cron } from '../../../../src/providers/colonies/kinds/cron.ts';
import { initiated } from '../../../../src/providers/colonies/kinds/initiators.ts';
import type { ColonyRead } from '../../../../src/providers/colonies/session.ts';
import type { CronSpec } from '../../../../src/providers/colonies/types.ts';
import type { Sighting } from '../../../../src/providers/contract.ts';
import { atRest } from '../../../../src/providers/colonies/kinds/generator-rest.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, keyOf, type ColonyBench } from './bench.ts';
import { funcSpecs } from './func-specs.ts';
import { applied, idOfResource, on, resource } from './round.ts';

const chop = { nodename: 'chop', funcname: 'chop', conditions: { executortype: 'cook' } };
const nightly = { cronexpression: '0 0 3 * * *', functionspecs: [chop] };
const workflowspec = JSON.stringify({ colonyname: COLONY, functionspecs: [chop] });

type Seen = Extract<Sighting<CronSpec>, { readonly seen: 'live' }>;

/** The live crons that a look for this one shows. */
async function look({ session, call }: ColonyBench, name: string): Promise<readonly Seen[]> {
  const out: Sighting<CronSpec>[] = [];
  const known = [{ id: idOfResource('Cron', name), key: name }];
  for await (const page of cron.observe(session.read, { scope: '', known, strangers: true }, call())) out.push(...page);
  return out.filter((one): one is Seen => one.seen === 'live');
}

group('crons and generators', (test) => {
  test('whatever spelling a workflow has, what the server gives back is what was written', () =>
    on(async (_, round) => {
      const all: Resource[] = [];
      for (const [i, functionspecs] of fc.sample(funcSpecs, 60).entries()) {
        all.push(resource('Generator', `any-${i}`, { trigger: 1, functionspecs }));
      }
      await applied(round, ...all);
      const { steps, changes } = await round.plan(all);
      assert.equal([steps, changes], [[], []]);
    }));

  test('a generator that is about to run is let run before it goes: the real server would die of it', () =>
    on(async ({ hand, keys }, round) => {
      await applied(round, resource('Generator', 'trays', { trigger: 2, functionspecs: [chop] }));
      const [{ generatorid } = { generatorid: '' }] = (await hand(
        'getgeneratorsmsg',
        { colonyname: COLONY, count: 10 },
        keys.member,
      )) as readonly { readonly generatorid: string }[];
      for (const arg of ['soup', 'bread', 'cheese']) await hand('packgeneratormsg', { generatorid, arg }, keys.member);
      await applied(round);
      const graphs = await hand('getprocessgraphsmsg', { colonyname: COLONY, count: 10, state: 0 }, keys.member);
      assert.is((graphs as readonly unknown[]).length, 1);
      assert.equal(await hand('getgeneratorsmsg', { colonyname: COLONY, count: 10 }, keys.member), []);
    }));

  test('whether its time is near is judged by the clock of the server', () =>
    on(async ({ control, session }) => {
      await control('skew-clock', { seconds: '-3600' });
      let asked = 0;
      const ask = (): Promise<object> => {
        asked += 1;
        if (asked > 1) throw new Error('it has an hour, and is waited for');
        const firstpack = new Date(Date.now() - 3_600_000).toISOString();
        return Promise.resolve({ queuesize: 1, trigger: 5, timeout: 1800, firstpack, checkerperiod: 1000 });
      };
      await atRest({ address: session.read.address, ask } as unknown as ColonyRead, 'id', new AbortController().signal);
      assert.is(asked, 1);
    }));

  test('a cron that somebody made in other words is the same cron', () =>
    on(async ({ hand, keys }, round) => {
      const spec = {
        ...chop,
        args: null,
        maxwaittime: 0,
        maxexectime: -1,
        kwargs: {},
        conditions: { ...chop.conditions, mem: '0Mi', dependencies: [], gpu: {} },
      };
      const text = JSON.stringify({ functionspecs: [spec], colonyname: COLONY });
      await hand(
        'addcronmsg',
        { cron: { name: 'nightly', colonyname: COLONY, interval: -1, cronexpression: '0 0 3 * * *', workflowspec: text } },
        keys.member,
      );
      const mine = resource('Cron', 'nightly', nightly, { lifecycle: { adopt: true } });
      const plan = await applied(round, mine);
      assert.equal([plan.changes[0]?.action, plan.changes[0]?.differences], ['adopt', []]);
    }));

  test('one that nobody runs any more, and one that waits for ever, are told', () =>
    on(async (bench) => {
      const { hand, keys } = bench;
      const key = keyOf('leaver');
      await hand('addusermsg', { user: { colonyname: COLONY, userid: idOf(key), name: 'leaver' } });
      await hand('addcronmsg', { cron: { name: 'left', colonyname: COLONY, interval: 3600, workflowspec } }, key);
      assert.equal((await look(bench, 'left'))[0]?.remarks, undefined);
      await hand('removeusermsg', { colonyname: COLONY, name: 'leaver' });
      const [left] = (await look(bench, 'left'))[0]?.remarks ?? [];
      assert.match(left?.message ?? '', 'it never runs');
      assert.equal(left?.mend, { by: 'replace' });
      const stuck = { name: 'stuck', colonyname: COLONY, interval: 3600, workflowspec, waitforprevprocessgraph: true };
      const { cronid } = await hand('addcronmsg', { cron: stuck }, keys.member);
      await hand('runcronmsg', { cronid }, keys.member);
      const { prevprocessgraphid: processgraphid } = await hand('getcronmsg', { cronid }, keys.member);
      await hand('cancelprocessgraphmsg', { processgraphid }, keys.member);
      assert.match((await look(bench, 'stuck')).find(({ handle }) => handle === cronid)?.remarks?.[0]?.message ?? '', 'it waits for ever');
    }));

  test('whoever is to have the name that another one gives up waits for it', () =>
    on(async (_, round) => {
      const hourly = resource('Cron', 'hourly', { name: 'shift', interval: 3600, functionspecs: [chop] });
      await applied(round, hourly);
      const moved = resource('Cron', 'hourly', { ...hourly.spec, name: 'late-shift' });
      const heir = resource('Cron', 'heir', { name: 'shift', interval: 60, functionspecs: [chop] });
      const { changes } = await round.plan([heir, moved]);
      const about = new Map(changes.map(({ id, action, fault }) => [id, fault?.code ?? action]));
      assert.equal([about.get(heir.id), about.get(moved.id)], ['COLONIES_NAME_TAKEN', 'replace']);
      await applied(round, heir, moved);
      await applied(round, heir, moved);
      assert.equal((await round.plan([heir, moved])).changes, []);
    }));

  test('one whose maker is no member any more is made anew with the key of the target, once', () =>
    on(async (bench, round) => {
      const hourly = resource('Cron', 'hourly', { interval: 3600, functionspecs: [chop] });
      const trays = resource('Generator', 'trays', { trigger: 5, functionspecs: [chop] });
      await applied(round, hourly, trays);
      const { hand, keys, control } = bench;
      const [generator] = await hand('getgeneratorsmsg', { colonyname: COLONY, count: 10 }, keys.member);
      await hand('packgeneratormsg', { generatorid: generator?.generatorid ?? '', arg: 'one' }, keys.member);
      const nobody = JSON.stringify(idOf(keyOf('leaver')));
      await control('change', { kind: 'cron', name: 'hourly', path: '/initiatorid', value: nobody });
      await control('change', { kind: 'generator', name: 'trays', path: '/initiatorid', value: nobody });
      const { changes, steps } = await round.plan([hourly, trays]);
      assert.equal(
        changes.map(({ action, reason, differences, effects }) => [action, reason, differences, effects]),
        [
          ['replace', 'drifted', [], ['its next run is 3600 s after the new one is made']],
          ['replace', 'drifted', [], ['1 queued argument is lost']],
        ],
      );
      assert.ok(changes.every(({ remarks = [] }) => remarks[0]?.message.startsWith('it never runs: ') === true));
      assert.equal(steps.map(({ verb }) => verb).sort(), ['create', 'create', 'delete', 'delete']);
      await applied(round, hourly, trays);
      assert.equal((await round.plan([hourly, trays])).changes, []);
      const [cronNow] = await hand('getcronsmsg', { colonyname: COLONY, count: 10 }, keys.member);
      assert.is(cronNow?.initiatorid, idOf(keys.member));
    }));

  test('where the key of the target would not run it either, that is said and nothing is made anew', async () => {
    const nobody = { users: async () => [], executors: async () => [], ids: { member: 'mine' } } as unknown as ColonyRead;
    const { signal } = new AbortController();
    const remarks = await initiated(nobody, [{ initiatorid: 'theirs' }], signal);
    const [remark] = remarks({ initiatorid: 'theirs', initiatorname: 'bob' });
    assert.match(remark?.message ?? '', /\(bob\), and nobody with the key of this target .*made anew, it would not run either/);
    assert.is(remark?.mend, undefined);
  });

  test("crons that the server made for blueprints are nobody else's", () =>
    on(async (bench) => {
      const { hand, keys } = bench;
      for (const name of ['reconcile-Oven', 'by-hand']) {
        await hand('addcronmsg', { cron: { name, colonyname: COLONY, interval: 60, workflowspec } }, keys.member);
      }
      assert.is((await look(bench, 'mine')).length, 1);
    }));

  test('what a replacement costs is said: the next run, and arguments that wait', () =>
    on(async ({ hand, keys }, round) => {
      const hourly = resource('Cron', 'hourly', { interval: 3600, waitforprevprocessgraph: true, functionspecs: [chop] });
      const trays = resource('Generator', 'trays', { trigger: 5, functionspecs: [chop] });
      await applied(round, hourly, trays);
      const [generator] = await hand('getgeneratorsmsg', { colonyname: COLONY, count: 10 }, keys.member);
      for (const arg of ['one', 'two']) await hand('packgeneratormsg', { generatorid: generator?.generatorid ?? '', arg }, keys.member);
      const slower = resource('Cron', 'hourly', { ...hourly.spec, interval: 7200 });
      const more = resource('Generator', 'trays', { ...trays.spec, trigger: 6 });
      const { changes } = await round.plan([slower, more]);
      assert.equal(
        changes.map(({ action, effects }) => [action, effects]),
        [
          ['replace', ['its next run is 7200 s after the new one is made', 'a run that is under way is not waited for']],
          ['replace', ['2 queued arguments are lost']],
        ],
      );
      const gone = await round.plan([hourly]);
      assert.equal(gone.changes.find(({ id }) => id === trays.id)?.effects, ['2 queued arguments are lost']);
    }));
});
