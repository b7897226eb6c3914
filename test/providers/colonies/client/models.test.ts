import fc from 'fast-check';
import { messages, parseJson, type Json, type MessageType } from '../../../../src/providers/colonies/client/index.ts';
import { int64, open, time, Unfit } from '../../../../src/providers/colonies/client/codec.ts';
import { assert, group } from '../../../kit/group.ts';
import { vectors } from './vectors.ts';

/** Which reply each sample was taken from. */
const SAMPLES: Readonly<Record<string, MessageType>> = {
  process_waiting: 'submitfuncspecmsg',
  process_running_as_assigned: 'assignprocessmsg',
  attribute: 'getattributemsg',
  channel_entries: 'channelreadmsg',
  process_successful: 'getprocessmsg',
  logs: 'getlogsmsg',
  process_failed: 'getprocessmsg',
  processgraph_submit_reply: 'submitworkflowspecmsg',
  processgraph_waiting: 'getprocessgraphmsg',
  workflow_child_process_waiting: 'getprocessmsg',
  workflow_child_process_assigned: 'assignprocessmsg',
  processgraph_successful: 'getprocessgraphmsg',
  executor: 'getexecutormsg',
  function: 'addfunctionmsg',
  executor_full_pending: 'addexecutormsg',
  executor_unregistered_after_remove: 'getexecutormsg',
  cron_just_added: 'addcronmsg',
  cron_scheduled: 'getcronmsg',
  generator_just_added: 'addgeneratormsg',
  generator_after_pack: 'getgeneratormsg',
  blueprintdefinition: 'getblueprintdefinitionmsg',
  blueprint_added: 'addblueprintmsg',
  blueprint_after_update_and_status: 'getblueprintmsg',
  blueprint_history: 'getblueprinthistorymsg',
  blueprint_reconcile_process: 'reconcileblueprintmsg',
  blueprint_auto_cron: 'getcronmsg',
  file: 'addfilemsg',
  filedata: 'getfilesmsg',
  filelabels: 'getfilelabelsmsg',
  snapshot: 'getsnapshotmsg',
  location: 'getlocationmsg',
  user: 'getusermsg',
  colony: 'getcolonymsg',
  colony_statistics: 'getcolonystatsmsg',
  cluster: 'getclustermsg',
  pause_status: 'getpausestatusmsg',
};
/** Not a reply: what a client sends. */
const SENT = ['workflow_spec'];

/** What the server answers with null when there is nothing, and files besides. */
const LISTS = [
  'getcoloniesmsg',
  'getusersmsg',
  'getexecutorsmsg',
  'getfunctionsmsg',
  'getprocessesmsg',
  'getprocesshistmsg',
  'getprocessgraphsmsg',
  'getcronsmsg',
  'getgeneratorsmsg',
  'getlogsmsg',
  'searchlogsmsg',
  'channelreadmsg',
  'getblueprintsmsg',
  'getblueprintdefinitionsmsg',
  'getblueprinthistorymsg',
  'getfilemsg',
  'getfilesmsg',
  'getfilelabelsmsg',
  'getsnapshotsmsg',
  'getlocationsmsg',
] as const satisfies readonly MessageType[];

const ZERO = /^000[01]-/;

/** Every leaf of the sample that says something is in the model: under the same name, and of the same value. */
function kept(raw: Json, model: unknown, at: string): void {
  if (raw === null || raw === '' || raw === 0 || raw === false || (typeof raw === 'string' && ZERO.test(raw))) return;
  if (Array.isArray(raw)) {
    assert.is((model as readonly unknown[]).length, raw.length, at);
    raw.forEach((one: Json, i) => kept(one, (model as readonly unknown[])[i], `${at}[${i}]`));
  } else if (typeof raw === 'object') {
    for (const [name, one] of Object.entries(raw))
      if (name !== 'msgtype') kept(one, (model as Record<string, unknown>)[name], `${at}.${name}`);
  } else if (typeof model === 'bigint') assert.is(model, BigInt(raw as number), at);
  else assert.is(model, raw, at);
}

group('colonies: models', (test) => {
  test('every recorded object is read, with nothing of it lost', () => {
    assert.equal(Object.keys(vectors.samples).sort(), [...Object.keys(SAMPLES), ...SENT].sort());
    for (const [name, type] of Object.entries(SAMPLES)) {
      const raw = vectors.samples[name] as Json;
      kept(raw, messages[type].reply.read(raw, name), name);
    }
  });

  test('times that are not set are not there, in every time zone', () => {
    for (const zero of Object.values(vectors.derivations.zero_time_by_server_TZ)) assert.is(time.read(zero, 'at'), undefined);
    const west = ['0000-12-31T19:03:58-04:56', '0000-12-31T16:07:02-07:52', '0000-12-31T12:13:26-11:46', '', null];
    for (const zero of west) assert.is(time.read(zero, 'at'), undefined);
    for (const set of [
      '2026-11-22T04:34:00.822138+01:00',
      '2026-11-22T03:52:14.039813117Z',
      '1970-01-01T00:00:00Z',
      '0002-01-01T00:00:00Z',
    ]) {
      assert.is(time.read(set, 'at'), set);
    }
    for (const wrong of ['yesterday', 1763776440, {}])
      assert.throws(
        () => time.read(wrong, 'at'),
        (error: unknown) => error instanceof Unfit,
      );
    const set = messages.getprocessmsg.reply.read(
      { ...(vectors.samples['process_successful'] as object), starttime: '0001-01-01T00:53:28+00:53' },
      'p',
    );
    assert.is('starttime' in set, false);
  });

  test('lists and maps that are null or not there are empty', () => {
    const nulled = (value: Json): Json =>
      Array.isArray(value)
        ? null
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, nulled(one)]))
          : value;
    const process = messages.getprocessmsg.reply.read(nulled(vectors.samples['process_successful'] as Json), 'p');
    assert.equal([process.attributes, process.in, process.out, process.errors, process.parents], [[], [], [], [], []]);
    assert.equal([process.spec.args, process.spec.conditions.dependencies, process.spec.conditions.executornames], [[], [], []]);
    const bare = messages.getprocessmsg.reply.read({ processid: 'p' }, 'p');
    assert.equal([bare.attributes, bare.spec.kwargs, bare.spec.env, bare.spec.fs.dirs, bare.prioritytime], [[], {}, {}, [], 0n]);
    for (const type of LISTS) assert.equal(messages[type].reply.read(null, 'p') as unknown, [], type);
    assert.throws(
      () => messages.getusermsg.reply.read(null, 'p'),
      (error: unknown) => error instanceof Unfit,
    );
  });

  test('values of the user are what a float64 makes of them, and members have any name', () => {
    const odd = parseJson('{"__proto__":{"a":9007199254740993},"n":[1.5,null,true,18446744073709551615]}');
    const read = open.read(odd, 'x') as Record<string, unknown>;
    assert.equal(Object.keys(read), ['__proto__', 'n']);
    assert.equal(JSON.stringify(read), '{"__proto__":{"a":9007199254740992},"n":[1.5,null,true,18446744073709552000]}');
    const env = messages.getprocessmsg.reply.read(parseJson('{"processid":"p","spec":{"env":{"__proto__":"x","constructor":"y"}}}'), 'p')
      .spec.env;
    assert.equal(Object.entries(env), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  test('64-bit integers are bigints, and nothing beyond is one', () => {
    fc.assert(fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => assert.is(int64.read(parseJson(String(value)), 'x'), value)));
    for (const wrong of [2n ** 63n, 1.5, '1', true])
      assert.throws(
        () => int64.read(wrong, 'x'),
        (error: unknown) => error instanceof Unfit,
      );
  });

  test('a reply of another shape is told with the place in it', () => {
    const wrong: readonly (readonly [Json, string])[] = [
      [{ processid: 7 }, 'p.processid is not a string'],
      [{}, 'p.processid is not there'],
      [{ processid: 'x', state: '1' }, 'p.state is not an integer'],
      [{ processid: 'x', attributes: {} }, 'p.attributes is not a list'],
      [{ processid: 'x', attributes: [{ attributeid: 'a' }, { attributeid: 'b', state: 1.5 }] }, 'p.attributes[1].state is not an integer'],
      [{ processid: 'x', spec: [] }, 'p.spec is not an object'],
      [{ processid: 'x', isassigned: 'yes' }, 'p.isassigned is not true or false'],
      ['x', 'p is not an object'],
    ];
    for (const [reply, message] of wrong) {
      assert.throws(
        () => messages.getprocessmsg.reply.read(reply, 'p'),
        (error: unknown) => error instanceof Unfit && error.message === message,
      );
    }
  });
});
