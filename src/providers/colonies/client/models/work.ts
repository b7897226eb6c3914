import { flag, id, int, int64, list, map, members, open, optionalText, record, text, time, type Codec, type Members } from '../codec.ts';

/** States of a process and of a graph. 4 is there since v1.9.12. */
export const processState = { waiting: 0, running: 1, success: 2, failed: 3, cancelled: 4 } as const;

const gpuMembers = members({ name: text, mem: text, count: int, nodecount: int });
export interface Gpu extends Members<typeof gpuMembers> {}
const gpu: Codec<Gpu> = record(gpuMembers);

const conditionsMembers = members({
  colonyname: text,
  /** Empty: any of the type. */
  executornames: list(text),
  executortype: text,
  locationname: optionalText,
  /** Node names within the workflow. */
  dependencies: list(text),
  nodes: int,
  cpu: text,
  processes: int,
  processespernode: int,
  mem: text,
  storage: text,
  gpu,
  /** Seconds. */
  walltime: int64,
});
/** Which executor may take it. Quantities are as the server stores them: cpu `1000m`, mem and storage `10Mi`. */
export interface Conditions extends Members<typeof conditionsMembers> {}
const conditions: Codec<Conditions> = record(conditionsMembers);

const keepLocal = record({ keeplocal: flag });
const filesystemMembers = members({
  mount: text,
  snapshots: list(record({ snapshotid: text, label: text, dir: text, keepfiles: flag, keepsnapshot: flag })),
  dirs: list(record({ label: text, dir: text, keepfiles: flag, onconflicts: record({ onstart: keepLocal, onclose: keepLocal }) })),
});
export interface Filesystem extends Members<typeof filesystemMembers> {}
const filesystem: Codec<Filesystem> = record(filesystemMembers);

const funcSpecMembers = members({
  nodename: text,
  funcname: text,
  args: list(open),
  kwargs: map(open),
  priority: int,
  maxwaittime: int,
  maxexectime: int,
  maxretries: int,
  conditions,
  label: text,
  fs: filesystem,
  env: map(text),
  channels: list(text),
});
/** What is to be run. Durations are seconds; -1 is no limit, and a `maxexectime` of 0 fails at once. */
export interface FuncSpec extends Members<typeof funcSpecMembers> {}
export const funcSpec: Codec<FuncSpec> = record(funcSpecMembers);

const attributeMembers = members({
  attributeid: id,
  targetid: text,
  targetcolonyname: text,
  targetprocessgraphid: text,
  /** That of the process. */
  state: int,
  attributetype: int,
  key: text,
  value: text,
});
/** Of a process. `attributetype`: 0 in, 1 out, 2 err, 3 env. */
export interface Attribute extends Members<typeof attributeMembers> {}
export const attribute: Codec<Attribute> = record(attributeMembers);

const processMembers = members({
  processid: id,
  initiatorid: text,
  initiatorname: text,
  /** Empty while nobody has it; stays after it was closed. */
  assignedexecutorid: text,
  isassigned: flag,
  /** One of processState. */
  state: int,
  /** Unix nanoseconds of the submission, less a day for each point of priority: the lowest runs first. */
  prioritytime: int64,
  submissiontime: time,
  starttime: time,
  /** Also set when it went back to the queue after a time limit. */
  endtime: time,
  waitdeadline: time,
  execdeadline: time,
  retries: int,
  attributes: list(attribute),
  spec: funcSpec,
  waitforparents: flag,
  parents: list(text),
  children: list(text),
  /** Empty for a process that is in no workflow. */
  processgraphid: text,
  /** In a workflow: the outputs of the parents, one after another. */
  in: list(open),
  out: list(open),
  errors: list(text),
});
export interface Process extends Members<typeof processMembers> {}
export const process: Codec<Process> = record(processMembers);

const processGraphMembers = members({
  processgraphid: id,
  initiatorid: text,
  initiatorname: text,
  colonyname: text,
  rootprocessids: list(text),
  /** One of processState. */
  state: int,
  submissiontime: time,
  starttime: time,
  endtime: time,
  processids: list(text),
  nodes: list(
    record({
      id,
      data: record({ label: text }),
      position: record({ x: int, y: int }),
      type: text,
      style: record({ color: text, background: text }),
    }),
  ),
  edges: list(record({ id, source: text, target: text, animated: flag })),
});
/** A workflow that was submitted. `nodes` and `edges` are for drawing; lists of graphs come without them. */
export interface ProcessGraph extends Members<typeof processGraphMembers> {}
export const processGraph: Codec<ProcessGraph> = record(processGraphMembers);

const logMembers = members({
  processid: text,
  colonyname: text,
  executorname: text,
  message: text,
  /** Unix nanoseconds. */
  timestamp: int64,
});
export interface Log extends Members<typeof logMembers> {}
export const log: Codec<Log> = record(logMembers);

const channelEntryMembers = members({
  sequence: int64,
  /** The sequence of the other side's entry that this one answers; 0: none. */
  inreplyto: int64,
  timestamp: time,
  senderid: text,
  /** Base64. */
  payload: text,
  /** `data`, `end`, `error`, or empty. */
  type: text,
});
export interface ChannelEntry extends Members<typeof channelEntryMembers> {}
export const channelEntry: Codec<ChannelEntry> = record(channelEntryMembers);
