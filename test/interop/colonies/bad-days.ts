import { setTimeout as wait } from 'node:timers/promises';
import {
  idOf,
  openColonies,
  runExecutor,
  type ColoniesClient,
  type FuncSpecDraft,
  type Process,
} from '../../../src/providers/colonies/client/index.ts';
import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { keyOf, SAMPLE } from './keys.ts';
import { refused } from './our-client.ts';
import type { Real } from './server.ts';

const { serverKey, colonyKey, colonyId, userKey, userId } = SAMPLE;
const colonyname = 'bad-days';
const owner = { key: colonyKey };
const worker = { key: keyOf('bad-days-worker') };
const late = { key: keyOf('bad-days-late') };
const stranger = { key: keyOf('stranger') };
const executortype = 'worker';
const spec = (more: Partial<FuncSpecDraft> = {}): FuncSpecDraft => ({
  funcname: 'work',
  conditions: { colonyname, executortype },
  ...more,
});

/** The real server on bad days, and what our client makes of it. */
export async function playBadDays(real: Real, check: Check): Promise<void> {
  const client = openColonies({ address: real.address, key: userKey });
  const say = (name: string, body: () => Promise<void>): Promise<void> => check(`bad days: ${name}`, body);
  const { call } = client;
  try {
    await call('addcolonymsg', { colony: { colonyid: colonyId, name: colonyname } }, { key: serverKey });
    await say('nobody may read a fresh colony, its owner neither', async () => {
      await refused('COLONIES_NOT_MEMBER', call('getcolonymsg', { colonyname }));
      await refused('COLONIES_NOT_MEMBER', call('getusersmsg', { colonyname }, owner));
      assert.equal(await call('getblueprintdefinitionsmsg', { colonyname }, owner), []);
    });
    await call('addusermsg', { user: { colonyname, userid: userId, name: 'me' } }, owner);
    await executor(client, 'worker-1', worker.key);
    await say('null lists are empty ones', () => nullLists(client));
    await say('the empty answer to a stranger', async () => {
      await refused('COLONIES_NOT_MEMBER', call('getcolonystatsmsg', { colonyname }, stranger));
      await refused('COLONIES_NOT_MEMBER', call('getprocesshistmsg', { colonyname, seconds: 1, state: 0 }, stranger));
    });
    await say('a key that is not the one that is needed', async () => {
      await refused('COLONIES_NOT_OWNER', call('getcoloniesmsg', {}));
      await refused('COLONIES_NOT_OWNER', call('removeusermsg', { colonyname, name: 'me' }));
      await refused('COLONIES_NO_COLONY', call('getcolonymsg', { colonyname: 'nowhere' }));
    });
    await say('an approved executor that is rejected', () => rejected(client));
    await say('a name is never given away again', () => nameTaken(client));
    await say('subscriptions: the state that is asked for, and no other', () => subscriptions(client));
    await say('a process that fails ends the wait, and a graph that fails its members too', () => waits(client));
    await say('a channel is followed', () => channel(client));
    await say('the log is followed line by line', () => logs(client));
    await say('the server dies while an executor waits for work', () => dies(client, real));
    await say('our executor lives through the death of the server, and no process is lost or done twice', () => lives(client, real));
    await say('zero dates in Stockholm', () => stockholm(client, real));
    await say('a silent executor is removed by the server, and approving brings it back', () => silent(client, real));
    await real.restart();
    await call('removecolonymsg', { colonyname }, { key: serverKey });
  } finally {
    await client.close();
  }
}

async function executor({ call }: ColoniesClient, executorname: string, key: string): Promise<void> {
  await call('addexecutormsg', { executor: { executorname, executorid: idOf(key), colonyname, executortype } }, owner);
  await call('approveexecutormsg', { colonyname, executorname }, owner);
}

async function nullLists({ call }: ColoniesClient): Promise<void> {
  const lists = [
    await call('getfunctionsmsg', { colonyname, executorname: '' }),
    await call('getprocessesmsg', { colonyname, count: 10, state: 0 }),
    await call('getprocesshistmsg', { colonyname, seconds: 10, state: 0 }),
    await call('getprocessgraphsmsg', { colonyname, count: 10, state: 0 }),
    await call('getcronsmsg', { colonyname, count: 10 }),
    await call('getgeneratorsmsg', { colonyname, count: 10 }),
    await call('getblueprintsmsg', { namespace: colonyname }),
    await call('getlocationsmsg', { colonyname }),
    await call('getfilesmsg', { colonyname, label: '/' }),
    await call('getfilelabelsmsg', { colonyname }),
    await call('getsnapshotsmsg', { colonyname }),
    await call('searchlogsmsg', { colonyname, text: 'x', days: 1, count: 10 }),
  ];
  assert.equal(
    lists,
    lists.map(() => []),
  );
}

async function rejected(client: ColoniesClient): Promise<void> {
  const { call } = client;
  await executor(client, 'late-1', late.key);
  await refused('COLONIES_NO_PROCESS', call('assignprocessmsg', { colonyname, timeout: -1 }, late));
  await call('rejectexecutormsg', { colonyname, executorname: 'late-1' }, owner);
  await refused('COLONIES_NOT_MEMBER', call('assignprocessmsg', { colonyname, timeout: 1 }, late));
  assert.is((await call('getexecutorsmsg', { colonyname }, late)).length, 2);
}

async function nameTaken({ call }: ColoniesClient): Promise<void> {
  await call('removeexecutormsg', { colonyname, executorname: 'late-1' }, owner);
  const again = { executorname: 'late-1', executorid: idOf(keyOf('other')), colonyname, executortype };
  await refused('COLONIES_EXISTS', call('addexecutormsg', { executor: again }, owner));
}

async function subscriptions(client: ColoniesClient): Promise<void> {
  const { call } = client;
  const { processid } = await client.submit(spec());
  const failing = async (): Promise<void> => {
    await wait(200);
    await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
    await call('closefailedmsg', { processid, errors: ['boom'] }, worker);
  };
  const states = async (state: number, timeout: number): Promise<readonly number[]> => {
    const told: number[] = [];
    for await (const one of client.subscribe('subscribeprocessmsg', { colonyname, processid, state, timeout })) {
      told.push(one.state);
      break;
    }
    return told;
  };
  const [successful, failed] = await Promise.all([states(2, 2), states(3, 10), failing()]);
  assert.equal([successful, failed], [[], [3]]);
  const news = (async () => {
    for await (const one of client.subscribe('subscribeprocessesmsg', { colonyname, executortype, state: 0, timeout: 10 }, worker))
      return one;
    return undefined;
  })();
  await wait(300);
  const submitted = await client.submit(spec());
  assert.is((await news)?.processid, submitted.processid);
  await call('removeallprocessesmsg', { colonyname, state: -1 }, owner);
}

async function waits(client: ColoniesClient): Promise<void> {
  const { call } = client;
  const graph = await client.submitWorkflow({
    colonyname,
    functionspecs: [
      { ...spec(), nodename: 'a' },
      { ...spec(), nodename: 'b', conditions: { colonyname, executortype, dependencies: ['a'] } },
    ],
  });
  const parent = await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
  const child = graph.processids.find((one) => one !== parent.processid) ?? '';
  const both = Promise.all([parent, { processid: child }].map((one) => client.waitForProcess(one, { timeoutMs: 30_000 })));
  await wait(300);
  await call('closefailedmsg', { processid: parent.processid, errors: ['boom'] }, worker);
  assert.equal(
    (await both).map(({ state, errors }) => [state, errors]),
    [
      [3, ['boom']],
      [3, []],
    ],
  );
  await call('removeallprocessgraphsmsg', { colonyname, state: -1 }, owner);
}

async function channel(client: ColoniesClient): Promise<void> {
  const { call } = client;
  const { processid } = await client.submit(spec({ channels: ['c'] }));
  await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
  const said = (async () => {
    const payloads: string[] = [];
    for await (const entries of client.subscribe('subscribechannelmsg', { processid, name: 'c', afterseq: 0, timeout: 10 })) {
      payloads.push(...entries.map(({ payload }) => Buffer.from(payload, 'base64').toString()));
      if (payloads.length === 2) break;
    }
    return payloads;
  })();
  for (const [n, word] of ['one', 'two'].entries()) {
    await call('channelappendmsg', { processid, name: 'c', sequence: n + 1, payload: Buffer.from(word).toString('base64') }, worker);
    await wait(100);
  }
  assert.equal(await said, ['one', 'two']);
  await call('closesuccessfulmsg', { processid, out: [] }, worker);
}

async function logs(client: ColoniesClient): Promise<void> {
  const { call } = client;
  const { processid } = await client.submit(spec());
  await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
  const lines = (async () => {
    const all: string[] = [];
    for await (const { message } of client.followLogs({ colonyname, processid }, { pollMs: 50 })) all.push(message);
    return all;
  })();
  for (let n = 0; n < 20; n += 1) await call('addlogmsg', { processid, message: `line ${n}` }, worker);
  await call('closesuccessfulmsg', { processid, out: [] }, worker);
  assert.equal(
    await lines,
    Array.from({ length: 20 }, (_, n) => `line ${n}`),
  );
}

/** PostgreSQL stays, so nothing that was answered is lost. */
async function dies(client: ColoniesClient, real: Real): Promise<void> {
  const { call } = client;
  const before = await client.submit(spec({ conditions: { colonyname, executortype: 'other' } }));
  const poll = refused('CONNECTION_LOST', call('assignprocessmsg', { colonyname, timeout: 30 }, worker));
  await wait(300);
  await real.restart();
  await poll;
  assert.is((await call('getprocessmsg', { processid: before.processid })).state, 0);
  const { processid } = await client.submit(spec());
  assert.is((await call('assignprocessmsg', { colonyname, timeout: 5 }, worker)).processid, processid);
  await call('closesuccessfulmsg', { processid, out: [] }, worker);
  await call('removeallprocessesmsg', { colonyname, state: -1 }, owner);
}

async function lives(client: ColoniesClient, real: Real): Promise<void> {
  const stop = new AbortController();
  const done: number[] = [];
  const count = async ({ args }: { readonly args: readonly unknown[] }): Promise<void> => {
    await wait(20);
    done.push(Number(args[0]));
  };
  const who = { address: real.address, colony: colonyname, name: 'steady-1', type: 'steady', key: keyOf('steady'), colonyKey };
  const running = runExecutor({ ...who, functions: { count }, concurrency: 4 }, stop.signal);
  const submit = async (from: number): Promise<readonly Process[]> => {
    const all: Process[] = [];
    for (let n = from; n < from + 10; n += 1) {
      all.push(await client.submit({ funcname: 'count', args: [n], conditions: { colonyname, executortype: 'steady' } }));
    }
    return all;
  };
  const before = await submit(0);
  await Promise.all(before.map((one) => client.waitForProcess(one, { timeoutMs: 20_000 })));
  await real.restart();
  const after = await submit(10);
  const ended = await Promise.all(after.map((one) => client.waitForProcess(one, { timeoutMs: 30_000 })));
  stop.abort();
  const tally = await running;
  assert.equal(
    [ended.every(({ state }) => state === 2), [...done].sort((a, b) => a - b), tally.succeeded],
    [true, Array.from({ length: 20 }, (_, n) => n), 20],
  );
}

/** Go writes a time that is not set in the offset of the year 1, which had seconds and is told without them. */
async function stockholm(client: ColoniesClient, real: Real): Promise<void> {
  await real.restart({ timezone: 'Europe/Stockholm' });
  const { call } = client;
  const { processid } = await client.submit(spec());
  const waiting = await call('getprocessmsg', { processid });
  const unset: readonly (keyof Process)[] = ['starttime', 'endtime', 'execdeadline', 'waitdeadline'];
  assert.equal(
    unset.map((name) => waiting[name]),
    unset.map(() => undefined),
  );
  assert.match(waiting.submissiontime ?? '', /[+-]0[12]:00$/);
  assert.ok(Math.abs(Date.parse(waiting.submissiontime ?? '') - Date.now()) < 60_000);
  const assigned = await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
  assert.ok(Math.abs(Date.parse(assigned.starttime ?? '') - Date.now()) < 60_000);
  await call('closesuccessfulmsg', { processid, out: [] }, worker);
  const silentOnes = (await call('getexecutorsmsg', { colonyname })).filter(({ executorname }) => executorname !== 'late-1');
  assert.ok(silentOnes.every(({ lastheardfromtime }) => lastheardfromtime !== undefined));
  await call('removeallprocessesmsg', { colonyname, state: -1 }, owner);
}

async function silent(client: ColoniesClient, real: Real): Promise<void> {
  const { call } = client;
  await real.restart({ env: { COLONIES_STALE_EXECUTOR_DURATION: '1', COLONIES_CLEANUP_INTERVAL: '1' } });
  const stateOf = async (): Promise<number | undefined> =>
    (await call('getexecutorsmsg', { colonyname })).find(({ executorname }) => executorname === 'worker-1')?.state;
  for (const until = Date.now() + 20_000; (await stateOf()) !== 3 && Date.now() < until;) await wait(200);
  assert.is(await stateOf(), 3);
  await refused('COLONIES_NOT_MEMBER', call('assignprocessmsg', { colonyname, timeout: -1 }, worker));
  await real.restart();
  await call('approveexecutormsg', { colonyname, executorname: 'worker-1' }, owner);
  await refused('COLONIES_NO_PROCESS', call('assignprocessmsg', { colonyname, timeout: -1 }, worker));
  assert.is(await stateOf(), 1);
}
