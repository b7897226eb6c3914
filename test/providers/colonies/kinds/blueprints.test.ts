import type { Fields } from '../../../../src/core/value.ts';
import { blueprint } from '../../../../src/providers/colonies/kinds/blueprint.ts';
import { readinessIn } from '../../../../src/providers/colonies/kinds/blueprint-status.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, type ColonyBench } from './bench.ts';
import { applied, blueprintOf, idOfResource, on, resource } from './round.ts';
import { standing } from './work.ts';

const handler = { executorType: 'keeper', functionName: 'reconcile' };
const ovens = resource('BlueprintDefinition', 'ovens', { kind: 'Oven', handler });
const strictOvens = resource('BlueprintDefinition', 'ovens', {
  kind: 'Oven',
  handler,
  schema: { required: ['celsius'], properties: { celsius: { type: 'number' } } },
});
const oven = (name: string, celsius = 180) => blueprintOf(ovens, name, { celsius });

const named = async ({ hand, keys }: ColonyBench, name: string) => hand('getblueprintmsg', { namespace: COLONY, name }, keys.member);

group('blueprints and their definitions, on a server', (test) => {
  test('a changed definition takes its blueprints along, in the only order that the server accepts', () =>
    on(async (bench, round) => {
      const all = [ovens, oven('one'), oven('two')];
      await applied(round, ...all);
      assert.equal((await round.plan(all)).steps, []);
      const before = (await named(bench, 'one')).blueprintid;
      const changed = [strictOvens, oven('one'), oven('two')];
      const { steps, changes } = await applied(round, ...changed);
      assert.match(changes.find(({ id }) => id === oven('one').id)?.effects[0] ?? '', 'clean up what it has made of it, and then');
      assert.equal(
        steps.map(({ verb, kind }) => `${verb} ${kind.slice('colonies/'.length)}`),
        ['delete', 'delete', 'delete', 'create', 'create', 'create'].map(
          (verb, i) => `${verb} ${i === 2 || i === 3 ? 'BlueprintDefinition' : 'Blueprint'}`,
        ),
      );
      assert.is.not((await named(bench, 'one')).blueprintid, before);
      assert.equal((await round.plan(changed)).steps, []);
      await applied(round);
    }));

  test('blueprints that nobody here wrote down are in the way, by name, before anything is done', () =>
    on(async (bench, round) => {
      await applied(round, ovens, oven('one'));
      await bench.hand(
        'addblueprintmsg',
        { blueprint: { kind: 'Oven', metadata: { name: 'hers', colonyname: COLONY }, spec: {} } },
        bench.keys.member,
      );
      const changed = await round.plan([strictOvens, oven('one')]);
      assert.equal([changed.steps, changed.changes[0]?.blocked?.code], [[], 'OTHERS_INSIDE']);
      assert.is(
        changed.changes[0]?.blocked?.summary,
        'colonies/BlueprintDefinition/ovens cannot go while colonies/Blueprint/hers is there',
      );
      const gone = await round.plan([]);
      assert.equal(
        gone.steps.map(({ verb, id }) => [verb, id]),
        [['delete', oven('one').id]],
      );
      assert.equal(gone.changes.find(({ id }) => id === oven('one').id)?.effects, [
        'its reconciler is told to clean up what it has made of it',
      ]);
      assert.match(gone.changes.find(({ id }) => id === ovens.id)?.blocked?.summary ?? '', 'while colonies/Blueprint/hers is there');
    }));

  for (const manage of ['full', undefined] as const) {
    test(`one that was adopted and is as it was found is ${manage === 'full' ? 'made anew with' : 'what holds'} its definition`, () =>
      on(async (bench, round) => {
        await applied(round, ovens);
        await bench.hand(
          'addblueprintmsg',
          { blueprint: { kind: 'Oven', metadata: { name: 'hers', colonyname: COLONY }, spec: { celsius: 180 } } },
          bench.keys.member,
        );
        const hers = { ...oven('hers'), lifecycle: { adopt: true, ...(manage === undefined ? {} : { manage }) } };
        await applied(round, ovens, hers);
        const { steps, changes } = await round.plan([strictOvens, hers]);
        const definition = changes.find(({ id }) => id === ovens.id);
        if (manage === 'full') {
          assert.equal(
            steps.map(({ verb, id }) => `${verb} ${id.slice(id.lastIndexOf('/') + 1)}`),
            ['delete hers', 'delete ovens', 'create ovens', 'create hers'],
          );
          await applied(round, strictOvens, hers);
          assert.equal((await round.plan([strictOvens, hers])).steps, []);
        } else {
          assert.equal([steps, definition?.blocked?.code], [[], 'NEEDED']);
          assert.match(definition?.blocked?.detail ?? '', 'Blueprint/hers would have to be made anew with it, and may not be');
          assert.match(definition?.blocked?.hint ?? '', 'lifecycle.manage: full');
        }
      }));
  }

  test('an update leaves alone what others have written', () =>
    on(async (bench, round) => {
      await applied(round, ovens, oven('one'));
      const { metadata } = await named(bench, 'one');
      const put = (path: string, value: Fields | string) =>
        bench.control('change', { kind: 'blueprint', name: 'one', path, value: JSON.stringify(value) });
      await put('/status', { phase: 'Ready', celsius: 179 });
      await put('/metadata/labels', { room: 'kitchen' });
      await put('/metadata/annotations', { ...metadata.annotations, note: 'hot' });
      await applied(round, ovens, oven('one', 60));
      const after = await named(bench, 'one');
      assert.equal(
        [after.spec, after.status, after.metadata.labels],
        [{ celsius: 60 }, { phase: 'Ready', celsius: 179 }, { room: 'kitchen' }],
      );
      assert.equal([after.metadata.annotations['note'], after.metadata.generation], ['hot', 2n]);
      assert.equal((await round.plan([ovens, oven('one', 60)])).steps, []);
    }));

  test('who changed one is said beside what they changed', () =>
    on(async (bench, round) => {
      await applied(round, ovens, oven('one'));
      const now = await named(bench, 'one');
      await bench.hand('updateblueprintmsg', { blueprint: { ...now, spec: { celsius: 250 } } }, bench.keys.member);
      const [user] = await bench.hand('getusersmsg', { colonyname: COLONY }, bench.keys.member);
      const [change] = (await round.plan([ovens, oven('one')])).changes;
      assert.equal([change?.action, change?.reason, change?.author?.who], ['update', 'drifted', user?.name]);
    }));

  test('what outlived its colony is found, and not ours', () =>
    on(async (bench, round) => {
      const { hand, keys } = bench;
      const add = (name: string) =>
        hand('addblueprintmsg', { blueprint: { kind: 'Oven', metadata: { name, colonyname: COLONY }, spec: {} } }, keys.member);
      await hand('addblueprintdefinitionmsg', {
        blueprintdefinition: { metadata: { name: 'ovens', colonyname: COLONY }, spec: { names: { kind: 'Oven' }, handler } },
      });
      await add('one');
      const { steps, changes } = await round.plan([ovens, oven('one')]);
      assert.equal(
        [steps, changes.map(({ reason, blocked }) => [reason, blocked?.code])],
        [
          [],
          [
            ['found-unrecorded', 'ADOPT_REQUIRED'],
            ['found-unrecorded', 'ADOPT_REQUIRED'],
          ],
        ],
      );
    }));

  test('those of one kind and place are added one after the other: the real server makes a cron for the first one, and would make two', () =>
    on(async (bench) => {
      const definition = await standing(bench, 'Oven');
      let underWay = 0;
      let most = 0;
      const call: typeof bench.session.write.call = async (type, request, options) => {
        most = Math.max(most, (underWay += 1));
        try {
          return await bench.session.write.call(type, request, options);
        } finally {
          underWay -= 1;
        }
      };
      const session = { ...bench.session, write: { ...bench.session.write, call } };
      const make = (name: string) => {
        const work = {
          id: idOfResource('Blueprint', name),
          verb: 'create',
          intent: name,
          want: { definition, spec: {} },
          differences: [],
        } as const;
        return blueprint.make(session, work, bench.call());
      };
      await bench.control('refuse', { type: 'addblueprintmsg', status: '500', message: 'not this one' });
      const [refused, ...others] = await Promise.allSettled(['a', 'b', 'c', 'd'].map(make));
      assert.equal([refused?.status, others.map(({ status }) => status), most], ['rejected', ['fulfilled', 'fulfilled', 'fulfilled'], 1]);
    }));

  test('two definitions of one kind are told, since the server goes by either', () =>
    on(async (bench, round) => {
      await applied(round, ovens);
      const rival = { metadata: { name: 'stoves', colonyname: COLONY }, spec: { names: { kind: 'Oven' }, handler } };
      await bench.hand('addblueprintdefinitionmsg', { blueprintdefinition: rival });
      const [change] = (await round.plan([ovens])).changes;
      assert.match(change?.remarks?.[0]?.message ?? '', 'stoves is of the kind Oven as well');
    }));

  test('what a reconciler reports counts where it can be recognised', () => {
    assert.equal(readinessIn({}), { state: 'ready' });
    assert.equal(readinessIn({ phase: 'Ready' }), { state: 'ready' });
    assert.equal(readinessIn({ phase: 'Failed', message: 'no gas' }), {
      state: 'failed',
      message: 'its reconciler reports Failed: no gas',
    });
    assert.is(readinessIn({ phase: 'Pending' }).state, 'progressing');
    assert.equal(readinessIn({ runningInstances: 1, totalInstances: 3 }), {
      state: 'progressing',
      message: '1 of 3 instances are running',
    });
    assert.is(readinessIn({ runningInstances: 3, totalInstances: 3, phase: 'whatever' }).state, 'ready');
    assert.is(readinessIn({ ready: false }).state, 'progressing');
  });
});
