import { flag, id, int, int64, list, map, open, optionalText, record, text, time, type Of } from '../codec.ts';

/** States of a process and of a graph. 4 is there since v1.9.12. */
export const processState = { waiting: 0, running: 1, success: 2, failed: 3, cancelled: 4 } as const;

const gpu = record({ name: text, mem: text, count: int, nodecount: int });
export type Gpu = Of<typeof gpu>;

/** Which executor may take it. Quantities are as the server stores them: cpu `1000m`, mem and storage `10Mi`. */
const conditions = record({
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
export type Conditions = Of<typeof conditions>;

const keepLocal = record({ keeplocal: flag });
const filesystem = record({
  mount: text,
  snapshots: list(record({ snapshotid: text, label: text, dir: text, keepfiles: flag, keepsnapshot: flag })),
  dirs: list(record({ label: text, dir: text, keepfiles: flag, onconflicts: record({ onstart: keepLocal, onclose: keepLocal }) })),
});
export type Filesystem = Of<typeof filesystem>;

/** What is to be run. Durations are seconds; -1 is no limit, and a `maxexectime` of 0 fails at once. */
export const funcSpec = record({
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
export type FuncSpec = Of<typeof funcSpec>;

/** Of a process. `attributetype`: 0 in, 1 out, 2 err, 3 env. */
export const attribute = record({
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
export type Attribute = Of<typeof attribute>;

export const process = record({
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
export type Process = Of<typeof process>;

/** A workflow that was submitted. `nodes` and `edges` are for drawing; lists of graphs come without them. */
export const processGraph = record({
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
export type ProcessGraph = Of<typeof processGraph>;

export const log = record({
  processid: text,
  colonyname: text,
  executorname: text,
  message: text,
  /** Unix nanoseconds. */
  timestamp: int64,
});
export type Log = Of<typeof log>;

export const channelEntry = record({
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
export type ChannelEntry = Of<typeof channelEntry>;
