import { idOf } from '../../../../src/providers/colonies/client/index.ts';
import { colonies } from '../../../../src/providers/colonies/index.ts';
import { colony } from '../../../../src/providers/colonies/kinds/colony.ts';
import { executor } from '../../../../src/providers/colonies/kinds/executor.ts';
import { colonyFunction } from '../../../../src/providers/colonies/kinds/function.ts';
import { user } from '../../../../src/providers/colonies/kinds/user.ts';
import type { ExecutorSpec } from '../../../../src/providers/colonies/types.ts';
import { kindLaws } from '../../../kit/laws.ts';
import type { ColonyBench } from './bench.ts';
import { canOf, COLONY, engine, keyOf, openBench } from './bench.ts';

const canary = (n: number): string => keyOf(`canary ${n}`);
const idFor = (name: string): string => idOf(keyOf(name));

kindLaws({
  name: 'colonies/Colony',
  provider: colonies,
  kind: colony,
  open: openBench,
  samples: [{ key: keyOf('brewery') }, { name: 'renamed', key: keyOf('cellar') }, { key: keyOf('shop') }],
  nth: (n) => ({ key: keyOf(`colony ${n}`) }),
  canary,
  can: canOf('addcolonymsg', {
    async makeByHand({ hand, keys }, name, spec) {
      const colonyid = idOf((spec as { readonly key: string }).key);
      await hand('addcolonymsg', { colony: { colonyid, name } }, keys.server);
      return colonyid;
    },
  }),
  engine,
});

kindLaws({
  name: 'colonies/User',
  provider: colonies,
  kind: user,
  open: openBench,
  samples: [
    { userid: idFor('alice'), email: 'alice@example.com', phone: '+46 70' },
    { name: 'bob', key: keyOf('bob') },
    { userid: idFor('carol'), email: '' },
  ],
  nth: (n) => ({ key: keyOf(`user ${n}`) }),
  canary,
  can: canOf('addusermsg', {
    async makeByHand({ hand }, name, spec) {
      const userid = idOf((spec as { readonly key: string }).key);
      await hand('addusermsg', { user: { colonyname: COLONY, userid, name } });
      return userid;
    },
  }),
  engine,
});

const samples: readonly [ExecutorSpec, ExecutorSpec, ...ExecutorSpec[]] = [
  {
    executortype: 'cook',
    key: keyOf('cook'),
    approved: true,
    functions: [{ name: 'boil', description: 'Boils.', args: [{ name: 'minutes', type: 'int' }] }, { name: 'stir' }],
  },
  {
    executortype: 'cook',
    key: keyOf('cook'),
    approved: true,
    capabilities: { hardware: [{ model: 'pi', nodes: 1, mem: '8Gi', gpu: { count: 0 } }], software: [{ name: 'python' }] },
    functions: [{ name: 'boil', args: [{ name: 'minutes', type: 'int', required: true, enum: ['3', '5'] }] }, { name: 'whirl' }],
  },
  { executortype: 'cook', key: keyOf('cook'), approved: false, capabilities: { software: [{ name: 'python', version: '3.12' }] } },
  { executortype: 'cook', key: keyOf('cook'), approved: true },
  {
    executortype: 'waiter',
    executorid: idFor('waiter'),
    approved: false,
    locationname: 'hall',
    capabilities: { software: [{ name: 'tray' }] },
  },
];
kindLaws({
  name: 'colonies/Executor',
  provider: colonies,
  kind: executor,
  open: openBench,
  samples,
  // An executor that was removed keeps its key.
  under: (name, { key, executorid, ...rest }) => ({
    ...rest,
    ...(key === undefined ? {} : { key: keyOf(name) }),
    ...(executorid === undefined ? {} : { executorid: idFor(name) }),
  }),
  nth: (n) => ({ executortype: 'cook', key: keyOf(`executor ${n}`), approved: true, functions: [{ name: `f-${n}` }] }),
  canary,
  // Its program registers a function by itself.
  elsewhere: { at: '/functions/["garnish"]', value: { name: 'garnish' } },
  can: canOf('addexecutormsg', {
    changeByHand: async ({ control }) => void (await control('add-function', { executor: 'one', name: 'garnish' })),
    async makeByHand({ hand }, executorname, spec) {
      const { executortype, key, functions = [] } = spec as unknown as ExecutorSpec;
      const executorid = idOf(String(key));
      await hand('addexecutormsg', { executor: { colonyname: COLONY, executorname, executorid, executortype } });
      await hand('approveexecutormsg', { colonyname: COLONY, executorname });
      for (const { name } of functions)
        await hand('addfunctionmsg', { fun: { colonyname: COLONY, executorname, funcname: name } }, String(key));
      return executorid;
    },
  }),
  engine,
});

/** The executor that the functions of a bench belong to: the owner adds it once. */
const cooks = new WeakMap<ColonyBench, Promise<string>>();
const cookOf = (bench: ColonyBench): Promise<string> => {
  const cook = cooks.get(bench) ?? addCook(bench);
  cooks.set(bench, cook);
  return cook;
};
async function addCook({ control }: ColonyBench): Promise<string> {
  await control('add-executor', { name: 'cook', executorid: idFor('cook'), type: 'cook' });
  return 'cook';
}

kindLaws({
  name: 'colonies/Function',
  provider: colonies,
  kind: colonyFunction,
  open: openBench,
  place: async (spec, bench) => ({ ...spec, executor: await cookOf(bench) }),
  samples: [
    { executor: '', key: keyOf('cook'), description: 'Boils water.', args: [{ name: 'minutes', type: 'int', required: true }] },
    { name: 'stir', executor: '', key: keyOf('cook') },
    { executor: '', key: keyOf('cook'), description: '', args: [] },
  ],
  nth: (n) => ({ executor: '', key: keyOf('cook'), description: `number ${n}` }),
  canary: () => keyOf('cook'),
  can: canOf('addfunctionmsg', {
    async makeByHand({ hand }, funcname, spec) {
      const { description } = spec as { readonly description?: string };
      const fun = { colonyname: COLONY, executorname: 'cook', funcname, ...(description === undefined ? {} : { description }) };
      return (await hand('addfunctionmsg', { fun }, keyOf('cook'))).functionid;
    },
  }),
  engine,
});
