import type { Fields } from '../../../../src/core/value.ts';
import type { AnyKind, Known } from '../../../../src/providers/contract.ts';
import { hashText } from '../../../../src/providers/colonies/client/index.ts';
import { executor } from '../../../../src/providers/colonies/kinds/executor.ts';
import { colonyFunction } from '../../../../src/providers/colonies/kinds/function.ts';
import { user } from '../../../../src/providers/colonies/kinds/user.ts';
import type { Round } from '../../../kit/laws.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, keyOf, type ColonyBench } from './bench.ts';
import { cook, idFor, make, markOf, planning, see, strangers, withBench, workOf } from './people.ts';

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
