import type { Fields } from '../../../../src/core/value.ts';
import { colonies } from '../../../../src/providers/colonies/index.ts';
import { cron } from '../../../../src/providers/colonies/kinds/cron.ts';
import { generator } from '../../../../src/providers/colonies/kinds/generator.ts';
import { workflow } from '../../../../src/providers/colonies/kinds/workflow.ts';
import type { CronSpec, FuncSpec, GeneratorSpec, WorkflowSpec } from '../../../../src/providers/colonies/types.ts';
import { systemClock } from '../../../../src/providers/transport/clock.ts';
import { kindLaws } from '../../../kit/laws.ts';
import { canOf, COLONY, engine, openBench, type ColonyBench } from './bench.ts';
import { funcSpecs } from './func-specs.ts';
import { cook } from './work.ts';

const options = { colony: COLONY };
const open = (): Promise<ColonyBench> => openBench({ options: { sandbox: { cronPeriodMs: 5, generatorPeriodMs: 5 } } });

const node = (nodename: string, more: Partial<FuncSpec> = {}): FuncSpec => ({
  nodename,
  funcname: nodename,
  conditions: { executortype: 'cook' },
  ...more,
});
const after = (...dependencies: string[]): FuncSpec['conditions'] => ({ executortype: 'cook', dependencies });
const workflowText = (spec: Fields): string => JSON.stringify({ colonyname: COLONY, functionspecs: spec['functionspecs'] ?? [] });

/** Until the server has looked at every cron. */
async function cronsSet({ hand, keys }: ColonyBench): Promise<void> {
  for (;;) {
    const crons = await hand('getcronsmsg', { colonyname: COLONY, count: 1000 }, keys.member);
    if (crons.every(({ nextrun }) => nextrun !== undefined)) return;
    await systemClock.sleep(2);
  }
}

const cronSamples: readonly [CronSpec, CronSpec, ...CronSpec[]] = [
  { cronexpression: '0 0 3 * * *', functionspecs: [node('boil')] },
  {
    name: 'renamed',
    interval: 86_400,
    waitforprevprocessgraph: true,
    functionspecs: [
      node('chop', { args: ['leek', 2.5, null, { deep: [] }], kwargs: { n: 0 }, maxexectime: 60, maxretries: 3, label: 'soup' }),
      node('boil', { conditions: { ...after('chop'), mem: '2Gi', cpu: '500m', executornames: ['cook-1'] }, env: { POT: '2' } }),
    ],
  },
  {
    cronexpression: 'TZ=Europe/Stockholm  @every 36h',
    functionspecs: [
      node('boil', { maxwaittime: 0, maxexectime: -1, kwargs: {}, conditions: { executortype: 'cook', gpu: { count: 1, mem: '80Gi' } } }),
    ],
  },
];

kindLaws({
  name: 'colonies/Cron',
  provider: colonies,
  kind: cron,
  open,
  options,
  samples: cronSamples,
  nth: (n) => ({ interval: 86_400 + n, functionspecs: [node('boil')] }),
  arbitrary: funcSpecs.map((functionspecs) => ({ interval: 60, functionspecs })),
  can: canOf('addcronmsg', {
    settle: cronsSet,
    async makeByHand(bench, name, spec) {
      const { hand, keys } = bench;
      const { interval = -1, cronexpression = '' } = spec as { readonly interval?: number; readonly cronexpression?: string };
      const toAdd = { name, colonyname: COLONY, interval, cronexpression, workflowspec: workflowText(spec) };
      const { cronid } = await hand('addcronmsg', { cron: toAdd }, keys.member);
      await cronsSet(bench);
      return cronid;
    },
  }),
  engine,
});

const generatorSamples: readonly [GeneratorSpec, GeneratorSpec, ...GeneratorSpec[]] = [
  { trigger: 5, functionspecs: [node('serve')] },
  { name: 'renamed', trigger: 1, timeout: 60, functionspecs: [node('a'), node('b', { conditions: after('a') })] },
  { trigger: 2, timeout: 0, functionspecs: [node('serve', { conditions: { executortype: 'cook', storage: '10240Ki' } })] },
];

kindLaws({
  name: 'colonies/Generator',
  provider: colonies,
  kind: generator,
  open,
  options,
  samples: generatorSamples,
  nth: (n) => ({ trigger: n + 1, functionspecs: [node('serve')] }),
  arbitrary: funcSpecs.map((functionspecs) => ({ trigger: 1, functionspecs })),
  can: canOf('addgeneratormsg', {
    async makeByHand({ hand, keys }, name, spec) {
      const trigger = Number(spec['trigger']);
      const toAdd = { name, colonyname: COLONY, trigger, timeout: Number(spec['timeout'] ?? -1), workflowspec: workflowText(spec) };
      return (await hand('addgeneratormsg', { generator: toAdd }, keys.member)).generatorid;
    },
  }),
  engine,
});

const workflowSamples: readonly [WorkflowSpec, WorkflowSpec, ...WorkflowSpec[]] = [
  { functionspecs: [node('chop'), node('boil', { conditions: after('chop') })] },
  { functionspecs: [node('chop', { label: 'mine' })] },
  { functionspecs: [node('chop')], retry: 2 },
];

kindLaws({
  name: 'colonies/Workflow',
  provider: colonies,
  kind: workflow,
  open,
  options,
  samples: workflowSamples,
  nth: (n) => ({ functionspecs: [node(`chop-${n}`)] }),
  arbitrary: funcSpecs.map((functionspecs) => ({ functionspecs })),
  can: canOf('submitworkflowspecmsg', { settle: cook }),
  engine,
});
