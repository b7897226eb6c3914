import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { coloniesModule } from '../built.ts';
import { peak, timed } from '../stopwatch.ts';
import type { Suite, Values } from '../suite.ts';
import { withFabric, type Fabric } from '../worlds/fabric.ts';
import { writeKitchen, type KitchenSize } from '../worlds/kitchen.ts';

const PLAN: KitchenSize = { executors: 500, functions: 5_000 };
const AT_ONCE = [1, 8] as const;
const REQUESTS = 1_000;

const SIGN = 'sign';
const VERIFY = 'verify';
const PLANNED = 'plan in step';
const asked = (where: Where): string => `requests, ${where}`;
const ran = (where: Where, parallel: number): string => `executor, ${parallel} at once, ${where}`;

type Where = 'sandbox' | 'real server';
interface Colony {
  readonly address: string;
  readonly colony: string;
  readonly key: string;
  readonly colonyKey: string;
}

/** The real server is measured as well where the environment says how to reach it, as the colonies program wants it said. */
const places = (): readonly Where[] => (process.env['COLONIES_SERVER_HOST'] === undefined ? ['sandbox'] : ['sandbox', 'real server']);

/** What signatures cost, what a server and an executor get done, and what a plan asks for. */
export const coloniesSuite: Suite = {
  name: 'colonies',
  title: 'a colony of ColonyOS, over its real wire',
  note: `Every request is signed here and verified there. requests: ${REQUESTS} reads of one process, 8 at once. executor: processes that do nothing, submitted before; each takes an assignment and a close. plan: ${PLAN.functions} functions on ${PLAN.executors} executors; lists: requests for whole lists of them. A server whose address is in the environment (COLONIES_SERVER_HOST, …, COLONIES_COLONY_PRVKEY) is measured beside the sandbox.`,
  growth: [],
  // These are the sizes that mean something here; all of it is linear.
  jobs: () => [
    { name: SIGN, size: 2_000 },
    { name: VERIFY, size: 2_000 },
    ...places().flatMap((where) => [
      { name: asked(where), size: REQUESTS },
      ...AT_ONCE.map((parallel) => ({ name: ran(where, parallel), size: 1_000 })),
    ]),
    { name: PLANNED, size: PLAN.functions },
  ],
  async prepare({ name }, folder) {
    if (name === PLANNED) {
      writeKitchen(folder, PLAN);
      await withFabric(folder, applyAll);
    }
    return {};
  },
  async measure({ name, size }, folder) {
    if (name === PLANNED) return withFabric(folder, planned);
    if (name === SIGN || name === VERIFY) return signatures(name, size);
    const where = places().find((one) => name.endsWith(one)) ?? 'sandbox';
    const parallel = AT_ONCE.find((one) => name === ran(where, one));
    return inColony(where, (colony) => (parallel === undefined ? requests(colony, size) : executor(colony, size, parallel)));
  },
};

async function signatures(what: typeof SIGN | typeof VERIFY, size: number): Promise<Values> {
  const { newKey, signerOf, signText } = await coloniesModule();
  const key = newKey();
  const texts = Array.from({ length: size }, (_, n) => `a payload of the usual length, which is some hundred characters, and number ${n}`);
  const signed = texts.map((text) => (what === VERIFY ? signText(text, key) : ''));
  const { spent } = await timed(() => {
    for (const [n, text] of texts.entries()) {
      if (what === SIGN) signText(text, key);
      else signerOf(text, signed[n] ?? '');
    }
  });
  return rate(size, spent);
}

/** Many at once, so that what is measured is what the server gets done. */
async function requests({ address, colony, key }: Colony, size: number): Promise<Values> {
  const { openColonies, specOf } = await coloniesModule();
  const client = openColonies({ address, key });
  try {
    const spec = specOf({ funcname: 'f', conditions: { colonyname: colony, executortype: `nobody-${process.pid}` } });
    const { processid } = await client.call('submitfuncspecmsg', { spec });
    let left = size;
    const ask = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await client.call('getprocessmsg', { processid });
      }
    };
    const { spent } = await timed(() => Promise.all(Array.from({ length: 8 }, ask)));
    await client.call('removeprocessmsg', { processid });
    return rate(size, spent);
  } finally {
    await client.close();
  }
}

/** From its first request to the last process that it closed. */
async function executor({ address, colony, key, colonyKey }: Colony, size: number, concurrency: number): Promise<Values> {
  const { newKey, openColonies, runExecutor, specOf } = await coloniesModule();
  const client = openColonies({ address, key });
  const own = newKey();
  const name = `bench-${own.slice(0, 8)}`;
  const spec = specOf({ funcname: 'nothing', conditions: { colonyname: colony, executortype: name } });
  const stop = new AbortController();
  let ended = 0;
  try {
    for (let n = 0; n < size; n += 8) await Promise.all(Array.from({ length: 8 }, () => client.call('submitfuncspecmsg', { spec })));
    const { result, spent } = await timed(() =>
      runExecutor(
        {
          address,
          colony,
          name,
          type: name,
          key: own,
          colonyKey,
          concurrency,
          functions: { nothing: () => undefined },
          tell: ({ type }) => {
            if (type === 'ended' && ++ended === size) stop.abort();
          },
        },
        stop.signal,
      ),
    );
    if (result.succeeded !== size) throw new Error(`${result.succeeded} of ${size} processes were done`);
    return { ...rate(size, spent), 'peak MiB': peak() };
  } finally {
    await client.close();
  }
}

async function planned({ engine, resetCounts, counts }: Fabric): Promise<Values> {
  await resetCounts();
  const { result, spent } = await timed(async () => engine.plan(await engine.survey(await engine.desired())));
  if (result.steps.length > 0) throw new Error(`${result.steps.length} steps where all should be in step`);
  const { reads, writes, types = {} } = await counts();
  const lists = Object.entries(types).reduce((sum, [type, count]) => sum + (/^get\w+smsg$/.test(type) ? count : 0), 0);
  return { 'cpu ms': spent.cpu, 'wall ms': spent.wall, 'peak MiB': peak(), requests: reads + writes, lists, writes };
}

const rate = (size: number, { cpu, wall }: { readonly cpu: number; readonly wall: number }): Values => ({
  'per s': size / (wall / 1000),
  'cpu ms': cpu,
  'wall ms': wall,
});

/** All of a project, planned and done, as one `setpoint apply`. */
async function applyAll({ engine }: Fabric): Promise<void> {
  const desired = await engine.desired();
  const survey = await engine.survey(desired);
  const plan = await engine.plan(survey);
  const { done } = await engine.apply(plan, { grant: plan.digest, desired, survey });
  if (done !== plan.total) throw new Error(`${done} of ${plan.total} steps were done`);
}

async function inColony(where: Where, use: (colony: Colony) => Promise<Values>): Promise<Values> {
  if (where === 'real server') {
    const { coloniesEnvironment } = await coloniesModule();
    return use(coloniesEnvironment(process.env, ['colony', 'key', 'colonyKey']));
  }
  const program = fileURLToPath(new URL('../worlds/colony.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [told] = (await once(child.stdout, 'data')) as [Buffer];
    return await use(JSON.parse(told.toString('utf8')) as Colony);
  } finally {
    child.kill();
  }
}
