import { secretMark } from '../../../../src/core/mark.ts';
import type { Resource } from '../../../../src/core/resource.ts';
import type { Fields } from '../../../../src/core/value.ts';
import type { AnyKind, Kind, Known, Sighting, Work } from '../../../../src/providers/contract.ts';
import { hashText, idOf } from '../../../../src/providers/colonies/client/index.ts';
import { colonies, type Colony } from '../../../../src/providers/colonies/index.ts';
import { colony } from '../../../../src/providers/colonies/kinds/colony.ts';
import { executor } from '../../../../src/providers/colonies/kinds/executor.ts';
import { colonyFunction } from '../../../../src/providers/colonies/kinds/function.ts';
import { user } from '../../../../src/providers/colonies/kinds/user.ts';
import type { Round } from '../../../kit/laws.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, engine, keyOf, openBench, type BenchOptions, type ColonyBench } from './bench.ts';

const idFor = (name: string): string => idOf(keyOf(name));
/** A secret as a spec that is asked about has it: its source, and the id that belongs to it once there is one. */
const markOf = (name: string): string => secretMark({ file: name }, undefined, idFor(name)) as unknown as string;
const unmade = secretMark({ generate: 'secp256k1' }) as unknown as string;

const withBench =
  (test: (bench: ColonyBench) => Promise<void>, options: BenchOptions = {}): (() => Promise<void>) =>
  async () => {
    const bench = await openBench(options);
    try {
      await test(bench);
    } finally {
      await bench.close();
    }
  };

type Seen = Exclude<Sighting<Fields>, { readonly seen: 'end' }>;
type Asked = Omit<Known, 'id'>;

/** The one answer about one resource. */
async function see(kind: AnyKind, bench: ColonyBench, asked: Asked, session: Colony = bench.session): Promise<Seen> {
  const known = [{ id: 'plant/it', ...asked }];
  for await (const page of kind.observe(session.read, { scope: '', known, strangers: false }, bench.call())) {
    for (const sighting of page) if (sighting.seen !== 'end') return sighting as Seen;
  }
  throw new Error('there was no answer');
}

async function strangers(kind: AnyKind, bench: ColonyBench): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of kind.observe(bench.session.read, { scope: '', known: [], strangers: true }, bench.call())) {
    for (const sighting of page) if (sighting.seen === 'live') found.push(sighting.key ?? '');
  }
  return found.sort();
}

const faultIn = (sighting: Seen): { readonly code: string; readonly detail?: string; readonly hint?: string; readonly deferred?: true } => {
  if (sighting.seen !== 'unknown') throw new Error(`it is ${sighting.seen}`);
  return { ...sighting.fault, ...(sighting.deferred ? { deferred: true } : {}) };
};

const workOf = <S>(verb: Work<S>['verb'], name: string, want: S): Work<S> => ({
  id: `plant/colonies/It/${name}`,
  verb,
  intent: 'i',
  want,
  differences: [],
});
const make = <S extends object>(kind: Kind<Colony, S>, bench: ColonyBench, name: string, want: S, session: Colony = bench.session) =>
  kind.make(session, workOf('create', name, want), bench.call());

const cook = { executortype: 'cook', key: keyOf('cook'), approved: true } as const;

group('a fresh server: nobody may read the colony', (test) => {
  const empty = { options: { serverKey: 'of the target' } };

  test(
    'the colony and the user of the target are missing, and the rest waits',
    withBench(async (bench) => {
      assert.is((await see(colony, bench, { key: COLONY, want: {} })).seen, 'absent');
      assert.is((await see(user, bench, { key: 'setpoint', want: {} })).seen, 'absent');
      for (const [kind, want] of [
        [user, { userid: idFor('alice') }],
        [executor, { executortype: 'cook', key: markOf('cook') }],
        [colonyFunction, { executor: 'x' }],
      ] as const) {
        const fault = faultIn(await see(kind, bench, { key: 'x', want: want as Fields }));
        assert.is(fault.code, 'COLONIES_NO_COLONY');
        assert.is(fault.deferred, true);
      }
    }, empty),
  );

  test(
    'a colony without a member is read by nobody: the key of the target is told by its id',
    withBench(async (bench) => {
      await make(colony, bench, COLONY, {});
      assert.is((await see(colony, bench, { key: COLONY, want: {} })).seen, 'live');
      assert.is((await see(user, bench, { key: 'setpoint', want: {} })).seen, 'absent');
      const fault = faultIn(await see(executor, bench, { key: 'cook', want: { ...cook, key: markOf('cook') } }));
      assert.is(fault.code, 'COLONIES_NOT_MEMBER');
      assert.is(fault.deferred, true);
      assert.ok(fault.hint?.includes(idOf(bench.keys.member)), fault.hint);
      await make(user, bench, 'setpoint', {});
      assert.is((await see(user, bench, { key: 'setpoint', want: {} })).seen, 'live');
      assert.is((await see(executor, bench, { key: 'cook', want: { ...cook, key: markOf('cook') } })).seen, 'absent');
    }, empty),
  );

  test(
    "keys that are yet to be made are in nobody's way",
    withBench(async (bench) => {
      const fresh = bench.session2({ server: bench.keys.server });
      assert.is(await colonies.identify(fresh.read, bench.call()), undefined);
      assert.is((await see(colony, bench, { key: COLONY, want: {} }, fresh)).seen, 'absent');
      assert.is((await see(user, bench, { key: 'setpoint', want: {} }, fresh)).seen, 'absent');
    }, empty),
  );
});

group('which colony it is', (test) => {
  const identify = (bench: ColonyBench, session: Colony): Promise<string | undefined> => colonies.identify(session.read, bench.call());

  test(
    'its name and id, by whichever key may have them: colonies of one owner are two',
    withBench(async (bench) => {
      const { keys, session2 } = bench;
      const id = `${COLONY}:${idOf(keys.owner)}`;
      await bench.hand('addcolonymsg', { colony: { name: 'other', colonyid: idOf(keys.owner) } }, keys.server);
      assert.is(await identify(bench, session2({ server: keys.server }, { colony: 'other' })), `other:${idOf(keys.owner)}`);
      assert.is(await identify(bench, session2({ member: keys.member })), id);
      assert.is(await identify(bench, session2({ server: keys.server })), id);
      assert.is(await identify(bench, session2({ owner: keys.owner })), id);
      assert.is(await identify(bench, session2({ owner: keys.owner, member: keyOf('nobody') })), id);
      assert.is(await identify(bench, session2({ member: keys.member }, { colony: 'none' })), undefined);
    }),
  );

  test(
    'a key that may not is told what to do',
    withBench(async (bench) => {
      const nobody = await faultOf(identify(bench, bench.session2({ member: keyOf('nobody') })));
      assert.is(nobody.code, 'COLONIES_NO_IDENTITY');
      assert.ok(nobody.diagnostic.hint?.includes(idFor('nobody')));
      const other = await faultOf(identify(bench, bench.session2({ owner: keyOf('nobody') })));
      assert.is(other.code, 'COLONIES_OTHER_OWNER');
      assert.ok(other.diagnostic.detail?.includes(idFor('nobody')));
    }),
  );
});

group('names that somebody else has', (test) => {
  const names = (fault: { readonly detail?: string }, ...ids: readonly string[]): void => {
    for (const id of ids) assert.ok(fault.detail?.includes(id), `${fault.detail} does not name ${id}`);
  };

  test(
    'a user, looked at and made',
    withBench(async (bench) => {
      await bench.control('add-user', { name: 'alice', userid: idFor('somebody') });
      const seen = faultIn(await see(user, bench, { key: 'alice', want: { userid: idFor('alice') } }));
      assert.is(seen.code, 'COLONIES_NAME_TAKEN');
      names(seen, idFor('somebody'), idFor('alice'));
      const made = await faultOf(make(user, bench, 'alice', { key: keyOf('alice') }));
      assert.is(made.code, 'COLONIES_NAME_TAKEN');
      names(made.diagnostic, idFor('somebody'), idFor('alice'));
      assert.is(faultIn(await see(user, bench, { key: 'alice', want: { key: unmade } })).code, 'COLONIES_NAME_TAKEN');
    }),
  );

  test(
    'the user of the target, who may not even read whose it is',
    withBench(async (bench) => {
      const stranger = bench.session2({ owner: bench.keys.owner, member: keyOf('setpoint') });
      await bench.control('add-user', { name: 'setpoint', userid: idFor('somebody') });
      const fault = await faultOf(make(user, bench, 'setpoint', {}, stranger));
      assert.is(fault.code, 'COLONIES_NAME_TAKEN');
      names(fault.diagnostic, idFor('setpoint'));
    }),
  );

  test(
    'a key is not given a second name',
    withBench(async (bench) => {
      const seen = faultIn(await see(user, bench, { key: 'setpoint', want: {} }));
      assert.is(seen.code, 'COLONIES_OTHER_NAME');
      await make(executor, bench, 'cook', cook);
      const want = { ...cook, key: markOf('cook') };
      assert.is(faultIn(await see(executor, bench, { key: 'chef', want })).code, 'COLONIES_OTHER_NAME');
      // Nor when its first one was removed: the server would bring both back together.
      await bench.hand('removeexecutormsg', { colonyname: COLONY, executorname: 'cook' });
      assert.is(faultIn(await see(executor, bench, { key: 'chef', want })).code, 'COLONIES_OTHER_NAME');
    }),
  );

  test(
    'an executor and a colony',
    withBench(async (bench) => {
      await bench.control('add-executor', { name: 'cook', executorid: idFor('somebody'), type: 'cook' });
      names(faultIn(await see(executor, bench, { key: 'cook', want: { ...cook, key: markOf('cook') } })), idFor('somebody'), idFor('cook'));
      const made = await faultOf(make(executor, bench, 'cook', cook));
      assert.is(made.code, 'COLONIES_NAME_TAKEN');
      names(made.diagnostic, idFor('somebody'), idFor('cook'));
      const other = bench.session2({ server: bench.keys.server, owner: keyOf('owner') });
      names(faultIn(await see(colony, bench, { key: COLONY, want: {} }, other)), idOf(bench.keys.owner), idFor('owner'));
      assert.is((await faultOf(make(colony, bench, COLONY, {}, other))).code, 'COLONIES_NAME_TAKEN');
    }),
  );

  test(
    'the name of a removed executor is its own for ever, unless the server lets go of it',
    withBench(async (bench) => {
      await bench.control('add-executor', { name: 'cook', executorid: idFor('somebody'), type: 'cook' });
      await bench.hand('removeexecutormsg', { colonyname: COLONY, executorname: 'cook' });
      assert.equal(await strangers(executor, bench), []);
      const want = { ...cook, key: markOf('cook') };
      const seen = faultIn(await see(executor, bench, { key: 'cook', want }));
      assert.is(seen.code, 'COLONIES_NAME_GONE');
      names(seen, idFor('somebody'), idFor('cook'));
      assert.is((await faultOf(make(executor, bench, 'cook', cook))).code, 'COLONIES_NAME_GONE');
      // With its own key it comes back.
      const theirs = { ...cook, key: markOf('somebody') };
      assert.is((await see(executor, bench, { key: 'cook', want: theirs })).seen, 'absent');
      await make(executor, bench, 'cook', { ...cook, key: keyOf('somebody') });
      assert.is((await see(executor, bench, { key: 'cook', want: theirs })).seen, 'live');
    }),
  );

  test(
    'where the server allows it, a removed name is free',
    withBench(
      async (bench) => {
        await bench.control('add-executor', { name: 'cook', executorid: idFor('somebody'), type: 'cook' });
        await bench.hand('removeexecutormsg', { colonyname: COLONY, executorname: 'cook' });
        assert.is((await see(executor, bench, { key: 'cook', want: { ...cook, key: markOf('cook') } })).seen, 'absent');
        const { handle } = await make(executor, bench, 'cook', cook);
        assert.is(handle, idFor('cook'));
        assert.is((await see(executor, bench, { key: 'cook', want: { ...cook, key: markOf('cook') } })).seen, 'live');
      },
      { options: { reregister: true }, reregister: true },
    ),
  );
});

/** The engine over a bench, with what tests of it need. */
async function planning(bench: ColonyBench): Promise<{
  readonly round: Round;
  of(kind: string, name: string, spec: Fields, more?: Partial<Resource>): Resource;
  /** Plans and applies; how many requests wrote. */
  apply(...resources: readonly Resource[]): Promise<number>;
}> {
  const round = await engine(bench);
  return {
    round,
    of: (kind, name, spec, more = {}) => ({
      id: `${round.target}/colonies/${kind}/${name}`,
      kind: `colonies/${kind}`,
      version: 'v1',
      target: round.target,
      name,
      spec,
      needs: [],
      lifecycle: {},
      labels: {},
      hasSecrets: true,
      was: [],
      origin: { file: 'people.yaml', line: 1, document: 0 },
      ...more,
    }),
    async apply(...resources) {
      const before = round.mutations();
      const { failed, skipped, unknown } = await round.apply(await round.plan(resources));
      assert.equal({ failed, skipped, unknown }, { failed: 0, skipped: 0, unknown: 0 });
      return round.mutations() - before;
    },
  };
}

group('executors on bad days', (test) => {
  const spec = (round: Round): Fields => ({ ...cook, key: round.secret(keyOf('cook')), functions: [{ name: 'boil' }, { name: 'stir' }] });
  const namesOf = async ({ hand, keys }: ColonyBench): Promise<readonly string[]> =>
    (await hand('getfunctionsmsg', { colonyname: COLONY, executorname: 'cook' }, keys.member)).map(({ funcname }) => funcname).sort();

  test(
    'rejected by hand, it drifts and is approved again; nothing else is written',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      const it = of('Executor', 'cook', spec(round));
      await apply(it);
      await bench.control('reject', { executor: 'cook' });
      const plan = await round.plan([it]);
      assert.equal(
        plan.changes.flatMap(({ differences }) => differences.map(({ path, before, after, cause }) => [path, before, after, cause])),
        [['/approved', false, true, 'drifted']],
      );
      assert.is(await apply(it), 1);
      assert.equal((await round.plan([it])).steps, []);
    }),
  );

  test(
    'unregistered by the server, it is approved again with its functions, and the plan says since when it was silent',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      const it = of('Executor', 'cook', spec(round));
      await apply(it);
      await bench.hand('assignprocessmsg', { colonyname: COLONY, timeout: -1 }, keyOf('cook')).catch(() => undefined);
      await bench.control('unregister', { executor: 'cook' });
      assert.equal(await namesOf(bench), []);
      const [change] = (await round.plan([it])).changes;
      assert.match(
        change?.remarks?.[0]?.message ?? '',
        /^the server unregistered it, having had no request for work since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\. /,
      );
      assert.is(await apply(it), 3);
      assert.equal(await namesOf(bench), ['boil', 'stir']);
      assert.equal((await round.plan([it])).steps, []);
    }),
  );

  test(
    'a function that is registered twice is told, and one of the two is ours',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      const it = of('Executor', 'cook', spec(round));
      await apply(it);
      await bench.control('add-function', { executor: 'cook', name: 'boil' });
      const plan = await round.plan([it]);
      assert.equal(plan.steps, []);
      assert.equal(
        plan.changes.flatMap(({ remarks = [] }) => remarks.map(({ message }) => message)),
        ['boil is registered 2 times'],
      );
      // Whatever next changes that function leaves one of it.
      await apply(of('Executor', 'cook', { ...spec(round), functions: [{ name: 'boil', description: 'Boils.' }, { name: 'stir' }] }));
      assert.equal(await namesOf(bench), ['boil', 'stir']);
    }),
  );

  test(
    'what cannot change in place is told while planning, for its name could not be used again',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      await apply(of('Executor', 'cook', spec(round)));
      for (const [field, value] of [
        ['executortype', 'baker'],
        ['locationname', 'hall'],
        ['key', round.secret(keyOf('another'))],
      ] as const) {
        const plan = await round.plan([of('Executor', 'cook', { ...spec(round), [field]: value })]);
        assert.equal(plan.steps, []);
        const [fault] = plan.changes.map((change) => change.fault);
        assert.is(fault?.code, 'COLONIES_FIXED');
        assert.ok(fault?.summary.startsWith(field), fault?.summary);
      }
      // Under another name and with another key the new one takes its place.
      const next = { ...spec(round), name: 'cook-2', executortype: 'baker', key: round.secret(keyOf('cook-2')) };
      await apply(of('Executor', 'cook', next));
      assert.equal(await strangers(executor, bench), ['cook-2']);
    }),
  );

  test(
    'where the server lets names be used again, a new one takes the place of the old one',
    withBench(
      async (bench) => {
        const { round, of, apply } = await planning(bench);
        await apply(of('Executor', 'cook', spec(round)));
        const next = of('Executor', 'cook', { ...spec(round), executortype: 'baker', key: round.secret(keyOf('another')) });
        await apply(next);
        assert.equal((await round.plan([next])).steps, []);
        assert.equal(await namesOf(bench), ['boil', 'stir']);
      },
      { options: { reregister: true }, reregister: true },
    ),
  );

  test(
    'a place that the manifest no longer names is told as well',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      await apply(of('Executor', 'cook', { ...spec(round), locationname: 'hall' }));
      const plan = await round.plan([of('Executor', 'cook', spec(round))]);
      assert.equal(plan.steps, []);
      assert.is(plan.changes[0]?.fault?.code, 'COLONIES_FIXED');
    }),
  );

  test(
    'an id in the place of its key, or the other way round, is the same executor',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      const is: Fields = { executortype: 'cook', approved: true };
      const byKey = of('Executor', 'cook', { ...is, key: round.secret(keyOf('cook')) });
      const byId = of('Executor', 'cook', { ...is, executorid: idFor('cook') });
      await apply(byId);
      for (const it of [byKey, byId]) {
        assert.is(await apply(it), 0);
        assert.equal((await round.plan([it])).steps, []);
      }
    }),
  );

  test(
    'what failed after it was added is found, and finished by the next apply',
    withBench(async (bench) => {
      for (const type of ['approveexecutormsg', 'addfunctionmsg']) {
        const name = `cook-${type}`;
        const { round, of, apply } = await planning(bench);
        const it = of('Executor', name, { ...spec(round), key: round.secret(keyOf(name)) });
        await bench.control('refuse', { type, status: '500', message: 'the database is down' });
        const { failed, done } = await round.apply(await round.plan([it]));
        assert.equal([done, failed], [0, 1]);
        await apply(it);
        assert.equal((await round.plan([it])).steps, []);
      }
    }),
  );

  test(
    'one whose addition lost its reply is approved and gets its functions all the same',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      const it = of('Executor', 'cook', { ...spec(round), key: round.secret(keyOf('cook')) });
      await bench.control('lose-reply', { type: 'addexecutormsg' });
      await apply(it);
      assert.equal((await round.plan([it])).steps, []);
    }),
  );

  test(
    'an object that is there is adopted by the id of its key, without a state key or a record',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      await make(executor, bench, 'cook', { ...cook, functions: [{ name: 'boil' }, { name: 'stir' }] });
      const it = of('Executor', 'cook', spec(round), { lifecycle: { adopt: true } });
      assert.is(await apply(it), 0);
      assert.equal((await round.plan([it])).steps, []);
    }),
  );
});

group('functions', (test) => {
  const spec: Fields = { executor: 'cook', key: markOf('cook') };

  test(
    'that go with their executor are gone, and removing them is quiet, also without the key',
    withBench(async (bench) => {
      await make(executor, bench, 'cook', cook);
      const { handle, key = '' } = await make(colonyFunction, bench, 'boil', { executor: 'cook', key: keyOf('cook') });
      const gone = (want: Fields): Promise<void> =>
        colonyFunction.remove(bench.session, { ...workOf('delete', 'boil', want as never), recorded: { handle } as never }, bench.call());
      const fault = await faultOf(gone(spec));
      assert.is(fault.code, 'COLONIES_EXECUTOR_KEY');
      await bench.control('unregister', { executor: 'cook' });
      assert.is((await see(colonyFunction, bench, { handle, key, want: spec })).seen, 'absent');
      await gone({ ...spec, key: keyOf('cook') });
      await gone(spec);
    }),
  );

  test(
    'of an executor that is not approved are refused in words',
    withBench(async (bench) => {
      await make(executor, bench, 'cook', { ...cook, approved: false });
      const fault = await faultOf(make(colonyFunction, bench, 'boil', { executor: 'cook', key: keyOf('cook') }));
      assert.is(fault.code, 'COLONIES_NOT_APPROVED');
      assert.ok(!JSON.stringify(fault.diagnostic).includes(keyOf('cook')));
    }),
  );

  test(
    'registered twice: the recorded one is ours, and the plan tells of the other',
    withBench(async (bench) => {
      await make(executor, bench, 'cook', cook);
      await bench.control('add-function', { executor: 'cook', name: 'boil', description: 'by its program' });
      const { handle, key = '' } = await make(colonyFunction, bench, 'boil', { executor: 'cook', key: keyOf('cook') });
      const seen = await see(colonyFunction, bench, { handle, key, want: spec });
      assert.is(seen.seen === 'live' ? seen.handle : '', handle);
      assert.is(seen.seen === 'live' ? seen.remarks?.length : 0, 1);
    }),
  );
});

group('functions that change their names', (test) => {
  test(
    'another one that is to have the name is made beside them, and takes nothing over',
    withBench(async (bench) => {
      await make(executor, bench, 'cook', cook);
      const { round, of, apply } = await planning(bench);
      const key = round.secret(keyOf('cook'));
      await apply(of('Function', 'one', { executor: 'cook', name: 'boil', key }));
      const all = [
        of('Function', 'one', { executor: 'cook', name: 'fry', key }),
        of('Function', 'two', { executor: 'cook', name: 'boil', key }),
      ];
      await apply(...all);
      assert.equal((await round.plan(all)).changes, []);
    }),
  );
});

group('a removal whose reply is lost', (test) => {
  for (const [kind, type, spec] of [
    ['User', 'removeusermsg', { userid: idFor('alice') }],
    ['Executor', 'removeexecutormsg', { executortype: 'waiter', executorid: idFor('waiter'), approved: true }],
    ['Function', 'removefunctionmsg', { executor: 'cook' }],
    ['Colony', 'removecolonymsg', { name: 'cellar' }],
  ] as const) {
    test(
      `is found to be done: ${kind}`,
      withBench(async (bench) => {
        await make(executor, bench, 'cook', cook);
        const { round, of, apply } = await planning(bench);
        const key =
          kind === 'Function' ? { key: round.secret(keyOf('cook')) } : kind === 'Colony' ? { key: round.secret(keyOf('cellar')) } : {};
        await apply(of(kind, 'it', { ...spec, ...key }));
        await bench.control('lose-reply', { type });
        assert.is(await apply(), 1);
        assert.equal((await round.plan([])).changes, []);
      }),
    );
  }
});

group('looking is a handful of lists', (test) => {
  test(
    'however many executors, functions and users there are',
    withBench(async (bench) => {
      for (let n = 0; n < 20; n += 1) {
        await bench.control('add-executor', { name: `e-${n}`, executorid: hashText(`e ${n}`), type: 'cook' });
        await bench.control('add-user', { name: `u-${n}`, userid: hashText(`u ${n}`) });
        for (let f = 0; f < 10; f += 1) await bench.control('add-function', { executor: `e-${n}`, name: `f-${f}` });
      }
      await bench.control('reset-counts');
      const ask = async (kind: AnyKind, known: readonly Known[]): Promise<number> => {
        let live = 0;
        for await (const page of kind.observe(bench.session.read, { scope: '', known, strangers: false }, bench.call())) {
          live += page.filter(({ seen }) => seen === 'live').length;
        }
        return live;
      };
      const all = Array.from({ length: 20 }, (_, n) => n);
      const [executors, users, functions] = await Promise.all([
        ask(
          executor,
          all.map((n) => ({ id: `e${n}`, key: `e-${n}`, want: { executortype: 'cook', executorid: hashText(`e ${n}`) } })),
        ),
        ask(
          user,
          all.map((n) => ({ id: `u${n}`, key: `u-${n}`, want: { userid: hashText(`u ${n}`) } })),
        ),
        ask(
          colonyFunction,
          all.flatMap((n) => all.slice(0, 10).map((f) => ({ id: `f${n}${f}`, key: `e-${n}/f-${f}`, want: {} }))),
        ),
      ]);
      assert.equal([executors, users, functions], [20, 20, 200]);
      const { types } = (await bench.control('counts')) as unknown as { readonly types: Readonly<Record<string, number>> };
      assert.equal(types, { getcolonymsg: 1, getexecutorsmsg: 1, getfunctionsmsg: 1, getusersmsg: 1 });
    }),
  );
});
