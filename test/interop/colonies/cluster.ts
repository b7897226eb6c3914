import { setTimeout as wait } from 'node:timers/promises';
import {
  idOf,
  openColonies,
  runExecutor,
  type ColoniesClient,
  type Process,
  type Task,
} from '../../../src/providers/colonies/client/index.ts';
import { assert } from '../../kit/group.ts';
import type { Server } from '../kit/server.ts';
import type { Check } from '../kit/stage.ts';
import { censusOf, everythingOnce, WHOLE } from './census.ts';
import { commandLine } from './command-line.ts';
import { keyOf, SAMPLE } from './keys.ts';
import { inKitchen, says } from './kitchen.ts';
import { refused } from './our-client.ts';
import { freeNodes, startBed, type Node } from './server.ts';

const { serverKey, colonyKey, userKey, userId } = SAMPLE;
const colonyname = 'cluster';
const executortype = 'worker';
const BATCH = 20;
const ELECTED_WITHIN_MS = 20_000;

/**
 * Three servers on one database, which assign exclusively: then the leader alone assigns, and the others pass on to it what they are
 * asked, as it came.
 */
export async function playCluster(program: string, check: Check): Promise<void> {
  const say: Check = (name, body) => check(`a cluster of three: ${name}`, body);
  const bed = await startBed(program);
  try {
    const cluster = await freeNodes(3);
    const start = (node: Node): Promise<Server> => bed.start({ node, cluster, env: { COLONIES_EXCLUSIVE_ASSIGN: 'true' } });
    const servers = new Map(await Promise.all(cluster.map(async (node) => [node.name, await start(node)] as const)));
    const clients = new Map(cluster.map(({ name, port }) => [name, openColonies({ address: addressOf(port), key: userKey })]));
    const ask = (name: string): ColoniesClient => clients.get(name) as ColoniesClient;
    try {
      const leader = await leaderOf(ask('s1'));
      const [follower = '', other = ''] = cluster.map(({ name }) => name).filter((name) => name !== leader);
      const crew: Crew = { follower: ask(follower), leader: ask(leader), done: [] };
      await say('whichever is asked, the answer is the same, a refusal that was passed on too', () => everywhere(crew));
      const stop = new AbortController();
      const running = [leader, follower].map((name) => {
        const who = {
          address: ask(name).address,
          colony: colonyname,
          name: `at-${name}`,
          type: executortype,
          key: keyOf(`at-${name}`),
          colonyKey,
        };
        const count = async ({ args }: Task): Promise<void> => {
          await wait(20);
          crew.done.push(Number(args[0]));
        };
        return runExecutor({ ...who, functions: { count }, concurrency: 2 }, stop.signal);
      });
      try {
        await say('two of our executors, one at the leader and one at another, do all work once', () =>
          work(crew, { from: 0, through: ['leader', 'follower'] }),
        );
        await say('the leader dies with work under way: another one leads, and nothing is lost or done twice', async () => {
          const before = await submit(crew, { from: BATCH, through: ['follower'] });
          await servers.get(leader)?.stop();
          assert.is.not(await leaderOf(ask(follower), leader), leader);
          const node = cluster.find(({ name }) => name === leader) as Node;
          const after = await submit(crew, { from: 2 * BATCH, through: ['follower'] });
          servers.set(leader, await start(node));
          await allDone(ask(other), [...before, ...after]);
          doneOnce(crew, 3 * BATCH);
        });
      } finally {
        stop.abort();
        await Promise.all(running);
      }
      await say('what is applied at one is in step at another', async () => {
        const [at, elsewhere] = [follower, other].map((name) => servers.get(name)) as [Server, Server];
        await inKitchen({ at, program }, async (kitchen) => {
          await says(kitchen.run(['apply', '--yes']), 0, []);
          kitchen.edit('manifests/targets.yaml', /127\.0\.0\.1:\d+/, `${elsewhere.host}:${elsewhere.port}`);
          await everythingOnce(kitchen);
          assert.equal(await censusOf(commandLine(program, { host: elsewhere.host, port: elsewhere.port, colony: kitchen.colony })), WHOLE);
        });
      });
    } finally {
      await Promise.all([...clients.values()].map((client) => client.close()));
    }
  } finally {
    await bed.stop();
  }
}

interface Crew {
  readonly leader: ColoniesClient;
  readonly follower: ColoniesClient;
  /** Numbers of the work that was done. */
  readonly done: number[];
}

const addressOf = (port: number): string => `http://127.0.0.1:${port}`;

/** Who leads, as soon as it is not the one that is gone. */
async function leaderOf({ call }: ColoniesClient, gone?: string): Promise<string> {
  for (const until = Date.now() + ELECTED_WITHIN_MS; Date.now() < until; await wait(100)) {
    const { leader } = await call('getclustermsg', {}, { key: serverKey });
    if (leader !== undefined && leader.name !== '' && leader.name !== gone) return leader.name;
  }
  throw new Error('nobody leads the cluster');
}

async function everywhere({ leader, follower }: Crew): Promise<void> {
  const owner = { key: colonyKey };
  await leader.call('addcolonymsg', { colony: { colonyid: SAMPLE.colonyId, name: colonyname } }, { key: serverKey });
  await follower.call('addusermsg', { user: { colonyname, userid: userId, name: 'me' } }, owner);
  assert.equal(await leader.call('getusersmsg', { colonyname }), await follower.call('getusersmsg', { colonyname }));
  const worker = { key: keyOf('cluster-worker') };
  const executor = { executorname: 'idle', executorid: idOf(worker.key), colonyname, executortype: 'idle' };
  await follower.call('addexecutormsg', { executor }, owner);
  for (const { call } of [leader, follower])
    await refused('COLONIES_NOT_MEMBER', call('assignprocessmsg', { colonyname, timeout: 1 }, worker));
  await leader.call('approveexecutormsg', { colonyname, executorname: 'idle' }, owner);
  for (const { call } of [leader, follower]) {
    for (const timeout of [-1, 1]) await refused('COLONIES_NO_PROCESS', call('assignprocessmsg', { colonyname, timeout }, worker));
  }
}

interface Batch {
  readonly from: number;
  /** Where the work is handed in, in turn. */
  readonly through: readonly ('leader' | 'follower')[];
}

async function submit(crew: Crew, { from, through }: Batch): Promise<readonly Process[]> {
  const all: Process[] = [];
  for (let n = 0; n < BATCH; n += 1) {
    const client = crew[through[n % through.length] ?? 'leader'];
    all.push(await client.submit({ funcname: 'count', args: [from + n], conditions: { colonyname, executortype } }));
  }
  return all;
}

async function work(crew: Crew, batch: Batch): Promise<void> {
  await allDone(crew.follower, await submit(crew, batch));
  doneOnce(crew, batch.from + BATCH);
}

async function allDone(client: ColoniesClient, submitted: readonly Process[]): Promise<void> {
  const ended = await Promise.all(submitted.map((one) => client.waitForProcess(one, { timeoutMs: 40_000 })));
  assert.equal(
    ended.map(({ state }) => state),
    submitted.map(() => 2),
  );
}

function doneOnce({ done }: Crew, count: number): void {
  assert.equal(
    [...done].sort((a, b) => a - b),
    Array.from({ length: count }, (_, n) => n),
  );
}
