import { inspect } from 'node:util';
import { Fault } from '../../../src/core/diagnostic.ts';
import {
  idOf,
  messages,
  openColonies,
  type CallOptions,
  type ColoniesClient,
  type MessageType,
  type Requests,
} from '../../../src/providers/colonies/client/index.ts';
import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { lacking } from './faithful.ts';
import { keyOf, SAMPLE } from './keys.ts';
import { openRecorder, type Answered } from './recorder.ts';

const { serverKey, serverId, colonyKey, colonyId, userKey, userId } = SAMPLE;
const colonyname = 'ours';
const server = { key: serverKey };
const owner = { key: colonyKey };
const worker = { key: keyOf('ours-worker') };
const executortype = 'worker';

/** Our client sends every request that there is to a server without colonies, and loses nothing of what comes back. */
export async function playOurClient(at: { readonly host: string; readonly port: number }, check: Check): Promise<void> {
  const recorder = await openRecorder(at);
  const client = openColonies({ address: `http://${recorder.host}:${recorder.port}`, key: userKey });
  const sent = new Set<MessageType>();
  const call: Call = async (type, request, options) => {
    recorder.take();
    const reply = await client.call(type, request, options);
    sent.add(type);
    const came = recorder.take().find((one): one is Answered => 'reply' in one && one.asked === type);
    const { payload } = (came?.reply ?? {}) as { readonly payload?: unknown };
    if (reply !== undefined) assert.equal(lacking(payload, reply, type).filter(notOurs), []);
    return reply;
  };
  try {
    for (const [name, play] of Object.entries(PARTS)) await check(`our client: ${name}`, () => play(call, client));
    await check(`our client: that were all ${Object.keys(messages).length} requests`, () => {
      assert.equal(
        (Object.keys(messages) as MessageType[]).filter((type) => !sent.has(type)),
        [],
      );
      assert.is(sent.size, 96);
    });
  } finally {
    await client.close();
    await recorder.close();
  }
}

type Call = <T extends MessageType>(type: T, request: Requests[T]['request'], options?: CallOptions) => Promise<Requests[T]['reply']>;
type Part = (call: Call, client: ColoniesClient) => Promise<void>;

/** Replies say their own type, which the envelope has said. */
const notOurs = (place: string): boolean => !/^\w+\.msgtype: /.test(place);

const spec = (funcname: string, more: Readonly<Record<string, unknown>> = {}): Requests['submitfuncspecmsg']['request']['spec'] => ({
  funcname,
  maxexectime: -1,
  maxwaittime: -1,
  maxretries: 0,
  conditions: { colonyname, executortype },
  ...more,
});
const node = (nodename: string, ...dependencies: readonly string[]): Requests['submitfuncspecmsg']['request']['spec'] =>
  spec('work', { nodename, conditions: { colonyname, executortype, dependencies } });
const workflowspec = JSON.stringify({ colonyname, functionspecs: [node('only')] });

const PARTS: Readonly<Record<string, Part>> = {
  'the server': async (call) => {
    await call('versionmsg', {});
    assert.ok((await call('getserverinfomsg', {})).backends.length > 0);
    assert.is((await call('getstatisticsmsg', {}, server)).colonies, 0);
    assert.is((await call('getclustermsg', {}, server)).nodes.length, 1);
  },
  'a colony': async (call) => {
    assert.equal(await call('getcoloniesmsg', {}, server), []);
    assert.equal(await call('addcolonymsg', { colony: { colonyid: colonyId, name: colonyname } }, server), {
      colonyid: colonyId,
      name: colonyname,
    });
    assert.is((await call('getcoloniesmsg', {}, server)).length, 1);
    await call('changecolonyidmsg', { colonyname, colonyid: idOf(keyOf('next-owner')) }, owner);
    await call('changecolonyidmsg', { colonyname, colonyid: colonyId }, { key: keyOf('next-owner') });
  },
  users: async (call) => {
    const user = { colonyname, userid: userId, name: 'me', email: 'me@example.org', phone: '1' };
    assert.equal(await call('addusermsg', { user }, owner), user);
    assert.equal(await call('getusersmsg', { colonyname }), [user]);
    assert.equal(await call('getusermsg', { colonyname, name: 'me' }), user);
    assert.equal(await call('getuserbyidmsg', { colonyname, userid: userId }), user);
    await call('changeuseridmsg', { colonyname, userid: idOf(keyOf('me-2')) });
    await call('changeuseridmsg', { colonyname, userid: userId }, { key: keyOf('me-2') });
    await call('addusermsg', { user: { ...user, name: 'other', userid: idOf(keyOf('other')) } }, owner);
    await call('removeusermsg', { colonyname, name: 'other' }, owner);
    assert.is((await call('getcolonymsg', { colonyname })).colonyid, colonyId);
  },
  executors: async (call) => {
    const executorname = 'worker-1';
    const capabilities = {
      hardware: [
        {
          model: 'm',
          nodes: 2,
          cpu: '4000m',
          cores: 4,
          mem: '16Gi',
          storage: '1Ti',
          gpu: { name: 'g', mem: '4Gi', count: 1, nodecount: 1 },
          platform: 'linux',
          architecture: 'arm64',
          network: ['10.0.0.1'],
        },
      ],
      software: [{ name: 's', type: 't', version: '1' }],
    };
    const executor = { executorname, executorid: idOf(worker.key), colonyname, executortype, locationname: 'hall', capabilities };
    const added = await call('addexecutormsg', { executor }, owner);
    assert.equal([added.state, added.capabilities, added.lastheardfromtime], [0, capabilities, undefined]);
    await call('approveexecutormsg', { colonyname, executorname }, owner);
    assert.is((await call('getexecutormsg', { colonyname, executorname })).state, 1);
    assert.is((await call('getexecutorbyidmsg', { colonyname, executorid: idOf(worker.key) })).executorname, executorname);
    await call('updateexecutormsg', { colonyname, executorname, capabilities: { hardware: [], software: [] } }, worker);
    const used = { allocatedcpu: 9007199254740993n, usedcpu: 1n, allocatedgpu: 2n, usedgpu: 3n, allocatedstorage: 4n, usedstorage: 5n };
    await call('reportallocationmsg', { colonyname, executorname, allocations: { projects: { p: used } } }, worker);
    assert.equal((await call('getexecutormsg', { colonyname, executorname })).allocations, { projects: { p: used } });
    await call('changeexecutoridmsg', { colonyname, executorid: idOf(keyOf('worker-next')) }, worker);
    await call('changeexecutoridmsg', { colonyname, executorid: idOf(worker.key) }, { key: keyOf('worker-next') });
    await call(
      'addexecutormsg',
      { executor: { executorname: 'other', executorid: idOf(keyOf('other')), colonyname, executortype: 'other' } },
      owner,
    );
    await call('rejectexecutormsg', { colonyname, executorname: 'other' }, owner);
    await call('removeexecutormsg', { colonyname, executorname: 'other' }, owner);
    assert.equal((await call('getexecutorsmsg', { colonyname })).map((one) => [one.executorname, one.state]).sort(), [
      ['other', 3],
      ['worker-1', 1],
    ]);
  },
  functions: async (call) => {
    const args = [{ name: 'a', type: 'string', description: 'd', required: true, enum: ['x', 'y'] }];
    const made = await call(
      'addfunctionmsg',
      { fun: { executorname: 'worker-1', colonyname, funcname: 'work', description: 'works', args } },
      worker,
    );
    assert.equal([made.description, made.args, made.locationname], ['works', args, 'hall']);
    const spare = await call('addfunctionmsg', { fun: { executorname: 'worker-1', colonyname, funcname: 'work' } }, worker);
    assert.is((await call('getfunctionsmsg', { colonyname, executorname: '' })).length, 2);
    await call('removefunctionmsg', { functionid: spare.functionid }, worker);
  },
  locations: async (call) => {
    await call('addlocationmsg', { location: { name: 'hall', colonyname, description: 'the hall', long: 22.1, lat: 65.5 } }, owner);
    assert.is((await call('getlocationmsg', { colonyname, name: 'hall' })).lat, 65.5);
    assert.is((await call('getlocationsmsg', { colonyname })).length, 1);
    await call('removelocationmsg', { colonyname, name: 'hall' }, owner);
    assert.equal(await call('getlocationsmsg', { colonyname }), []);
  },
  processes: async (call) => {
    const full = spec('work', {
      args: ['a', 1, null, { deep: [1.5] }],
      kwargs: { k: { v: true } },
      env: { E: '1' },
      label: 'mine',
      priority: 1,
      channels: ['c'],
      conditions: { colonyname, executortype, mem: '1Gi', cpu: '500m', storage: '1Gi', gpu: { name: 'g', mem: '1Gi', count: 1 } },
      fs: {
        mount: '/m',
        dirs: [{ label: '/l', dir: '/d', keepfiles: true, onconflicts: { onstart: { keeplocal: true }, onclose: { keeplocal: false } } }],
        snapshots: [{ snapshotid: 'i', label: '/s', dir: '/e', keepfiles: false, keepsnapshot: true }],
      },
    });
    const { processid } = await call('submitfuncspecmsg', { spec: full });
    const waiting = await call('getprocessmsg', { processid });
    assert.equal([waiting.state, waiting.spec.conditions.mem, waiting.attributes.map(({ key }) => key)], [0, '1024Mi', ['E']]);
    assert.ok(waiting.prioritytime > 10n ** 18n);
    assert.is((await call('getprocessesmsg', { colonyname, count: 10, state: 0, label: 'mine' })).length, 1);
    const assigned = await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
    assert.is(assigned.processid, processid);
    await call('setoutputmsg', { processid, out: ['half'] }, worker);
    await call('addlogmsg', { processid, message: 'one\n' }, worker);
    await call('addexecutorlogmsg', { colonyname, executorname: 'worker-1', message: 'two\n' }, worker);
    const [first] = await call('getlogsmsg', { colonyname, processid, count: 10 });
    assert.equal(await call('getlogsmsg', { colonyname, processid, count: 10, since: first?.timestamp ?? 0 }), []);
    assert.is((await call('getlogsmsg', { colonyname, processid, count: 10, since: (first?.timestamp ?? 0n) - 1n })).length, 1);
    assert.is((await call('searchlogsmsg', { colonyname, text: 'tw', days: 1, count: 10 })).length, 1);
    const attribute = await call('addattributemsg', { attribute: { targetid: processid, key: 'k', value: 'v', attributetype: 1 } }, worker);
    assert.is((await call('getattributemsg', { attributeid: attribute.attributeid })).value, 'v');
    await call('channelappendmsg', { processid, name: 'c', sequence: 1n, payload: 'aGk=' });
    await call(
      'channelappendmsg',
      { processid, name: 'c', sequence: 9007199254740993n, inreplyto: 1n, payload: '', payloadtype: 'end' },
      worker,
    );
    const entries = await call('channelreadmsg', { processid, name: 'c', afterseq: 0 });
    assert.equal(
      entries.map(({ sequence, payload, type }) => [sequence, payload, type]),
      [
        [1n, 'aGk=', 'data'],
        [9007199254740993n, '', 'end'],
      ],
    );
    await call('closesuccessfulmsg', { processid, out: ['done', 1] }, worker);
    const closed = await call('getprocessmsg', { processid });
    assert.equal([closed.state, closed.out, closed.isassigned], [2, ['done', 1], true]);
    assert.is((await call('getprocesshistmsg', { colonyname, seconds: 600, state: 2 })).length, 1);
    assert.is((await call('getcolonystatsmsg', { colonyname })).successfulprocesses, 1);
  },
  'ends of processes': async (call) => {
    const submitted = async (): Promise<string> => (await call('submitfuncspecmsg', { spec: spec('work') })).processid;
    const failing = await submitted();
    await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
    await call('closefailedmsg', { processid: failing, errors: ['boom'] }, worker);
    assert.equal((await call('getprocessmsg', { processid: failing })).errors, ['boom']);
    const cancelled = await submitted();
    await call('cancelprocessmsg', { processid: cancelled });
    assert.is((await call('getprocessmsg', { processid: cancelled })).state, 4);
    await call('removeprocessmsg', { processid: cancelled });
    await call('pauseassignmentsmsg', { colonyname }, owner);
    assert.is((await call('getpausestatusmsg', { colonyname })).ispaused, true);
    await refused('COLONIES_PAUSED', call('assignprocessmsg', { colonyname, timeout: 1 }, worker));
    await call('resumeassignmentsmsg', { colonyname }, owner);
    await call('removeallprocessesmsg', { colonyname, state: -1 }, owner);
    await refused('COLONIES_NO_PROCESS', call('assignprocessmsg', { colonyname, timeout: -1 }, worker));
  },
  workflows: async (call) => {
    const { processgraphid, processids } = await call('submitworkflowspecmsg', {
      spec: { colonyname, functionspecs: [node('a'), node('b', 'a')] },
    });
    assert.is(processids.length, 2);
    const parent = await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
    const child = await call(
      'addchildmsg',
      { processgraphid, parentprocessid: parent.processid, childprocessid: '', spec: node('c'), insert: false },
      worker,
    );
    assert.equal(child.parents, [parent.processid]);
    await call('closesuccessfulmsg', { processid: parent.processid, out: ['from a'] }, worker);
    const graph = await call('getprocessgraphmsg', { processgraphid });
    assert.equal([graph.state, graph.nodes.length, graph.edges.length], [1, 3, 2]);
    assert.is((await call('getprocessgraphsmsg', { colonyname, count: 10, state: 1 })).length, 1);
    assert.equal((await call('assignprocessmsg', { colonyname, timeout: 5 }, worker)).in, ['from a']);
    await call('cancelprocessgraphmsg', { processgraphid });
    await call('removeprocessgraphmsg', { processgraphid });
    await call('submitworkflowspecmsg', { spec: { colonyname, functionspecs: [node('a')] } });
    await call('removeallprocessgraphsmsg', { colonyname, state: 0 }, owner);
    assert.equal(await call('getprocessgraphsmsg', { colonyname, count: 10, state: 0 }), []);
  },
  'crons and generators': async (call) => {
    const marked = JSON.stringify({ ...(JSON.parse(workflowspec) as object), 'x-setpoint-id': 'plant/Cron/c' });
    const cron = await call('addcronmsg', {
      cron: { name: 'c', colonyname, cronexpression: '0 0 0 1 1 *', interval: -1, workflowspec: marked },
    });
    assert.is((await call('getcronmsg', { cronid: cron.cronid })).workflowspec, marked);
    await call('runcronmsg', { cronid: cron.cronid });
    assert.is((await call('getcronsmsg', { colonyname, count: 10 })).length, 1);
    await call('removecronmsg', { cronid: cron.cronid });
    const { generatorid } = await call('addgeneratormsg', { generator: { name: 'g', colonyname, trigger: 10, timeout: -1, workflowspec } });
    await call('packgeneratormsg', { generatorid, arg: 'x' });
    assert.is((await call('getgeneratormsg', { generatorid })).queuesize, 1);
    assert.is((await call('resolvegeneratormsg', { colonyname, generatorname: 'g' })).generatorid, generatorid);
    assert.is((await call('getgeneratorsmsg', { colonyname, count: 10 })).length, 1);
    await call('removegeneratormsg', { generatorid });
    await call('removeallprocessgraphsmsg', { colonyname, state: -1 }, owner);
  },
  blueprints: async (call) => {
    const definition = {
      kind: 'BlueprintDefinition' as const,
      metadata: { name: 'pumps', colonyname, labels: { l: '1' }, annotations: { 'setpoint/id': 'x' } },
      spec: {
        group: 'example.org',
        version: 'v1',
        names: { kind: 'Pump', listKind: 'PumpList', singular: 'pump', plural: 'pumps', shortNames: ['p'] },
        scope: 'Namespaced',
        schema: { type: 'object', properties: { litres: { type: 'number' } }, required: ['litres'] },
        handler: { executorType: 'plumber', functionName: 'reconcile' },
      },
    };
    await call('addblueprintdefinitionmsg', { blueprintdefinition: definition }, owner);
    const kept = await call('getblueprintdefinitionmsg', { colonyname, name: 'pumps' });
    assert.equal([kept.spec.names, kept.metadata.annotations], [definition.spec.names, definition.metadata.annotations]);
    assert.is((await call('getblueprintdefinitionsmsg', { colonyname }, owner)).length, 1);
    const draft = {
      kind: 'Pump',
      metadata: { name: 'p-1', colonyname, generation: 1n, labels: { l: '1' } },
      spec: { litres: 1.5, deep: { a: [1, null] } },
    };
    const added = await call('addblueprintmsg', { blueprint: draft });
    assert.equal([added.metadata.generation, added.spec], [1n, draft.spec]);
    await call('updateblueprintstatusmsg', { colonyname, blueprintname: 'p-1', status: { ready: true } });
    const seen = await call('getblueprintmsg', { namespace: colonyname, name: 'p-1' });
    const updated = await call('updateblueprintmsg', { blueprint: { ...seen, spec: { litres: 2 } } });
    assert.equal([updated.metadata.generation, updated.status], [2n, { ready: true }]);
    assert.is((await call('getblueprintsmsg', { namespace: colonyname, kind: 'Pump' })).length, 1);
    assert.equal((await call('reconcileblueprintmsg', { namespace: colonyname, name: 'p-1', force: true })).spec.kwargs.force, true);
    assert.equal(
      (await call('getblueprinthistorymsg', { blueprintid: added.blueprintid, limit: 10 })).map((one) => one.changetype).sort(),
      ['create', 'update'],
    );
    await call('removeblueprintmsg', { namespace: colonyname, name: 'p-1' });
    await call('removeblueprintdefinitionmsg', { namespace: colonyname, name: 'pumps' }, owner);
  },
  files: async (call) => {
    const s3object = {
      server: 's',
      port: 9000,
      tls: true,
      accesskey: 'a',
      secretkey: 'b',
      region: 'c',
      encryptionkey: 'd',
      encryptionalg: 'e',
      object: 'o',
      bucket: 'f',
    };
    const file = {
      colonyname,
      label: '/data',
      name: 'a.txt',
      size: 5_000_000_000n,
      checksum: 'c',
      checksumalg: 'SHA256',
      ref: { protocol: 's3', s3object },
    };
    const added = await call('addfilemsg', { file });
    assert.equal((await call('getfilemsg', { colonyname, fileid: added.fileid }))[0]?.ref.s3object, s3object);
    assert.is((await call('getfilemsg', { colonyname, label: '/data', name: 'a.txt', latest: true })).length, 1);
    assert.is((await call('getfilesmsg', { colonyname, label: '/data' }))[0]?.name, 'a.txt');
    assert.is((await call('getfilelabelsmsg', { colonyname }))[0]?.name, '/data');
    const snapshot = await call('createsnapshotmsg', { colonyname, label: '/data', name: 's' });
    assert.equal((await call('getsnapshotmsg', { colonyname, name: 's' })).fileids, [added.fileid]);
    assert.is((await call('getsnapshotsmsg', { colonyname })).length, 1);
    await call('removesnapshotmsg', { colonyname, snapshotid: snapshot.snapshotid });
    await call('removeallsnapshotmsg', { colonyname });
    await call('removefilemsg', { colonyname, label: '/data', name: 'a.txt' });
    assert.equal(await call('getfilesmsg', { colonyname, label: '/data' }), []);
  },
  'and ends': async (call) => {
    await call('removecolonymsg', { colonyname }, server);
    assert.equal(await call('getcoloniesmsg', {}, server), []);
    await call('changeserveridmsg', { serverid: idOf(keyOf('next-server')) }, server);
    await call('changeserveridmsg', { serverid: serverId }, { key: keyOf('next-server') });
  },
};

/** It fails with this code. */
export async function refused(code: string, acting: Promise<unknown>): Promise<void> {
  const outcome = await acting.then(
    (value) => `it gave ${inspect(value)}`,
    (error: unknown) => {
      if (error instanceof Fault) return error.code;
      throw error;
    },
  );
  assert.is(outcome, code);
}
