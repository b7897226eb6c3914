import type { Plan } from '../../../../src/core/plan.ts';
import type { Need } from '../../../../src/core/resource.ts';
import type { Fields } from '../../../../src/core/value.ts';
import { idOf } from '../../../../src/providers/colonies/client/index.ts';
import { colonies, type Colony } from '../../../../src/providers/colonies/index.ts';
import { colony } from '../../../../src/providers/colonies/kinds/colony.ts';
import { executor } from '../../../../src/providers/colonies/kinds/executor.ts';
import { colonyFunction } from '../../../../src/providers/colonies/kinds/function.ts';
import { user } from '../../../../src/providers/colonies/kinds/user.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, keyOf, type ColonyBench } from './bench.ts';
import { cook, faultIn, idFor, make, markOf, see, strangers, unmade, withBench } from './people.ts';
import { applied, on, resource } from './round.ts';

const BLOCKS = { by: 'handle', wait: 'exists', onReplace: 'rewrite', onRemove: 'blocks' } as const;

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

group('a colony that is to go', (test) => {
  test('stays while somebody in it is not ours, however often it is asked for, and so does the user who sees that', () =>
    on(
      async (bench, round) => {
        const dev = resource('Colony', COLONY, {});
        const rests: Need[] = [{ id: dev.id, at: '', ref: { ...BLOCKS, kind: 'colonies/Colony' } }];
        const me = resource('User', 'setpoint', {}, { needs: rests });
        const needs: Need[] = [...rests, { id: me.id, at: '', ref: { ...BLOCKS, kind: 'colonies/User' } }];
        const ours = resource('Executor', 'cook', { executortype: 'cook', executorid: idFor('cook'), approved: true }, { needs });
        const hers = resource(
          'Executor',
          'byhand',
          { executortype: 'cook', executorid: idFor('byhand') },
          { needs, lifecycle: { adopt: true } },
        );
        await applied(round, dev, me);
        await applied(round, dev, me, ours);
        const added = { colonyname: COLONY, executorname: 'byhand', executorid: idFor('byhand'), executortype: 'cook' };
        await bench.hand('addexecutormsg', { executor: added });
        await applied(round, dev, me, ours, hers);
        const blockedIn = (plan: Plan): unknown => plan.changes.flatMap(({ id, blocked }) => (blocked ? [[id, blocked.summary]] : []));

        const first = await round.plan([]);
        assert.equal(
          first.steps.map(({ verb, id }) => `${verb} ${id}`),
          [`forget ${hers.id}`, `delete ${ours.id}`],
        );
        assert.equal(blockedIn(first), [
          [dev.id, 'colonies/Colony/dev is still needed by colonies/Executor/byhand'],
          [me.id, 'colonies/User/setpoint is still needed by colonies/Executor/byhand'],
        ]);
        await round.apply(first);
        for (let again = 0; again < 2; again += 1) {
          const plan = await round.plan([]);
          assert.equal(plan.steps, []);
          assert.equal(blockedIn(plan), [
            [dev.id, 'colonies/Colony/dev cannot go while colonies/Executor/byhand is there'],
            [me.id, 'colonies/User/setpoint stays as long as colonies/Colony/dev does'],
          ]);
          await round.apply(plan);
        }
        await bench.hand('removeexecutormsg', { colonyname: COLONY, executorname: 'byhand' });
        await applied(round);
        assert.equal((await round.plan([])).changes, []);
      },
      { options: { serverKey: 'of the target' } },
    ));
});
