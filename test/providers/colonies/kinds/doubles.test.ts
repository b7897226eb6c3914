import { secretMark } from '../../../../src/core/mark.ts';
import type { Fields } from '../../../../src/core/value.ts';
import { colonyFunction } from '../../../../src/providers/colonies/kinds/function.ts';
import type { Round } from '../../../kit/laws.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, keyOf, type ColonyBench } from './bench.ts';
import { cook, planning, see, withBench } from './people.ts';

const spec = (round: Round): Fields => ({ ...cook, key: round.secret(keyOf('cook')), functions: [{ name: 'boil' }, { name: 'stir' }] });
const rows = ({ hand, keys }: ColonyBench) => hand('getfunctionsmsg', { colonyname: COLONY, executorname: 'cook' }, keys.member);
const namesOf = async (bench: ColonyBench): Promise<readonly string[]> => (await rows(bench)).map(({ funcname }) => funcname).sort();
const boils = async (bench: ColonyBench): Promise<readonly string[]> =>
  (await rows(bench)).filter(({ funcname }) => funcname === 'boil').map(({ functionid }) => functionid);

group('functions that are registered more than once', (test) => {
  test(
    'a function that is registered twice: the one too many is removed, and no other',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      const it = of('Executor', 'cook', spec(round));
      await apply(it);
      const [ours] = await boils(bench);
      await bench.control('add-function', { executor: 'cook', name: 'boil' });
      const extra = (await boils(bench)).find((id) => id !== ours) ?? '';
      const [change] = (await round.plan([it])).changes;
      assert.equal(
        [change?.action, change?.remarks?.map(({ message }) => message), change?.effects],
        ['update', ['boil is registered 2 times'], [`the boil that is one too many is removed (${extra.slice(0, 12)})`]],
      );
      assert.is(await apply(it), 1);
      assert.equal(await boils(bench), [ours]);
      assert.equal((await round.plan([it])).changes, []);
      // One that is not as it should be goes, also where it was there first.
      const boiling = of('Executor', 'cook', { ...spec(round), functions: [{ name: 'boil', description: 'Boils.' }, { name: 'stir' }] });
      await bench.hand(
        'addfunctionmsg',
        { fun: { colonyname: COLONY, executorname: 'cook', funcname: 'boil', description: 'Boils.' } },
        keyOf('cook'),
      );
      assert.is(await apply(boiling), 1);
      assert.equal(await namesOf(bench), ['boil', 'stir']);
      assert.not.equal(await boils(bench), [ours]);
      assert.equal((await round.plan([boiling])).changes, []);
    }),
  );

  test(
    'a third one that came after the plan makes it stale, and nothing is removed',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      const it = of('Executor', 'cook', spec(round));
      await apply(it);
      await bench.control('add-function', { executor: 'cook', name: 'boil' });
      const plan = await round.plan([it]);
      await bench.control('add-function', { executor: 'cook', name: 'boil' });
      const before = bench.counts.mutations;
      const { failed } = await round.apply(plan);
      assert.equal([failed, bench.counts.mutations - before], [1, 0]);
      assert.is((await boils(bench)).length, 3);
      assert.is(await apply(it), 2);
      assert.is((await boils(bench)).length, 1);
    }),
  );

  test(
    'of a Function that is registered twice the other one goes; without the key of its executor it is told',
    withBench(async (bench) => {
      const { round, of, apply } = await planning(bench);
      const cooks = of('Executor', 'cook', { executortype: 'cook', key: round.secret(keyOf('cook')), approved: true });
      const ref = { kind: 'colonies/Executor', by: 'name', wait: 'ready', onReplace: 'recreate', onRemove: 'cascades' } as const;
      const boil = of(
        'Function',
        'boil',
        { executor: { 'setpoint:ref': cooks.id, by: 'name' }, key: cooks.spec['key'] ?? '' },
        { needs: [{ id: cooks.id, at: '/executor', ref }] },
      );
      await apply(cooks, boil);
      const [ours] = await boils(bench);
      await bench.control('add-function', { executor: 'cook', name: 'boil' });
      const extra = (await boils(bench)).find((id) => id !== ours) ?? '';
      const keyless = { executor: 'cook', key: secretMark({ file: 'lost' }) as unknown as string };
      const asked = { handle: ours ?? '', key: 'cook/boil', want: keyless as unknown as Fields };
      const sighting = await see(colonyFunction, bench, asked);
      assert.equal(sighting.seen === 'live' && sighting.remarks, [
        { class: 'ineffective', message: 'boil is registered 2 times, and only its executor can take one back' },
      ]);
      const { changes } = await round.plan([cooks, boil]);
      assert.equal(
        changes.map(({ id, action, effects }) => [id, action, effects]),
        [[boil.id, 'update', [`the boil that is one too many is removed (${extra.slice(0, 12)})`]]],
      );
      assert.is(await apply(cooks, boil), 1);
      assert.equal(await boils(bench), [ours]);
      assert.equal((await round.plan([cooks, boil])).changes, []);
    }),
  );
});
