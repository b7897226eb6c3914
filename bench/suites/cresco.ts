import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Event } from '../../src/core/event.ts';
import type { CrescoOptions } from '../../src/providers/cresco/client/index.ts';
import { crescoModule } from '../built.ts';
import { peak, timed } from '../stopwatch.ts';
import type { Suite, Values } from '../suite.ts';
import { withFabric, writeFabric, type Fabric, type FabricSize } from '../worlds/fabric.ts';

const PLAN: FabricSize = { plugins: 2_000, agents: 50, parallel: 64, pace: 0.01 };
const APPLY: Omit<FabricSize, 'parallel'> = { plugins: 500, agents: 50, pace: 1 };
const AT_ONCE = [8, 32] as const;
/** How long the sandbox takes to start a plugin, in milliseconds. */
const START_MS = 300;

const PLANNED = 'plan in step';
const applied = (parallel: number): string => `apply, ${parallel} at once`;
const STREAM = 'stream, MiB';

/** What a fabric is asked and how much of the time is ours, over the sandbox and its real wire. */
export const crescoSuite: Suite = {
  name: 'cresco',
  title: 'a Cresco fabric, over its real wire',
  note: `lists: requests for the plugins of an agent, of which there are ${PLAN.agents}. in flight: steps at once, on average. floor: how long the plugins alone take to start, so many at once. A stream is read with pauses from a server that sends as fast as it may.`,
  growth: ['peak MiB'],
  // These are the sizes that mean something on a fabric, and the sandbox takes its time with each.
  jobs: () => [
    { name: PLANNED, size: PLAN.plugins },
    ...AT_ONCE.map((parallel) => ({ name: applied(parallel), size: APPLY.plugins })),
    { name: STREAM, size: 100 },
    { name: STREAM, size: 1_000 },
  ],
  async prepare({ name }, folder) {
    if (name === PLANNED) {
      writeFabric(folder, PLAN);
      await withFabric(folder, applyAll);
    }
    const parallel = AT_ONCE.find((one) => name === applied(one));
    if (parallel !== undefined) writeFabric(folder, { ...APPLY, parallel });
    return {};
  },
  async measure({ name, size }, folder) {
    if (name === STREAM) return stream(size);
    const parallel = AT_ONCE.find((one) => name === applied(one));
    return parallel === undefined ? withFabric(folder, planned) : appliedIn(folder, parallel);
  },
};

async function planned({ engine, resetCounts, counts }: Fabric): Promise<Values> {
  await resetCounts();
  const { result, spent } = await timed(async () => engine.plan(await engine.survey(await engine.desired())));
  if (result.steps.length > 0) throw new Error(`${result.steps.length} steps where all should be in step`);
  const { reads, writes, actions = {} } = await counts();
  return { requests: reads + writes, lists: actions['pluginlist'] ?? 0, writes, ...spentIn(spent), 'peak MiB': peak() };
}

/** From the first plugin's beginning to the last one's end: a fabric takes five seconds to see their package, whoever applies it. */
async function appliedIn(folder: string, parallel: number): Promise<Values> {
  const spans = new Map<string, { readonly begun: number; readonly done?: number }>();
  const onEvent = (event: Event): void => {
    if (event.type !== 'begin' && event.type !== 'done') return;
    if (!event.id.includes('/Plugin/')) return;
    const now = performance.now();
    spans.set(event.id, event.type === 'begin' ? { begun: now } : { begun: spans.get(event.id)?.begun ?? now, done: now });
  };
  return withFabric(
    folder,
    async (fabric) => {
      await fabric.resetCounts();
      const { spent } = await timed(() => applyAll(fabric));
      const { reads, writes, actions = {} } = await fabric.counts();
      const all = [...spans.values()];
      const wall = Math.max(...all.map(({ done = 0 }) => done)) - Math.min(...all.map(({ begun }) => begun));
      const inFlight = all.reduce((sum, { begun, done = begun }) => sum + done - begun, 0) / wall;
      const floor = (APPLY.plugins / parallel) * START_MS;
      return {
        requests: reads + writes,
        lists: actions['pluginlist'] ?? 0,
        writes,
        'cpu ms': spent.cpu,
        'wall ms': wall,
        'peak MiB': peak(),
        'in flight': inFlight,
        'floor ms': floor,
        '× floor': wall / floor,
      };
    },
    onEvent,
  );
}

const spentIn = ({ cpu, wall }: { readonly cpu: number; readonly wall: number }): Values => ({ 'cpu ms': cpu, 'wall ms': wall });

/** All of a project, planned and done, as one `setpoint apply`. */
async function applyAll({ engine }: Fabric): Promise<void> {
  const desired = await engine.desired();
  const survey = await engine.survey(desired);
  const plan = await engine.plan(survey);
  const { done } = await engine.apply(plan, { grant: plan.digest, desired, survey });
  if (done !== plan.total) throw new Error(`${done} of ${plan.total} steps were done`);
}

/** Reads so many MiB and stops for a moment now and then: what piles up meanwhile has to be somebody else's. */
async function stream(count: number): Promise<Values> {
  const torrent = fileURLToPath(new URL('../worlds/torrent.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', torrent, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  const { openCresco } = await crescoModule();
  const client = openCresco(JSON.parse(told.toString('utf8')) as CrescoOptions);
  try {
    const { spent } = await timed(async () => {
      let n = 0;
      for await (const item of await client.subscribe({ selector: 'a' })) {
        if (!('bytes' in item) || item.bytes.length !== 1024 * 1024) throw new Error('a message came in another shape');
        n += 1;
        if (n === count) break;
        if (n % (count / 10) === 0) await new Promise((resolve) => setTimeout(resolve, 300));
      }
    });
    return { ...spentIn(spent), 'peak MiB': peak() };
  } finally {
    await client.close();
    child.kill();
  }
}
