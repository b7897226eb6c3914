import { flag, id, int, int64, list, map, optional, optionalText, real, record, text, time, type Of } from '../codec.ts';

/** States of an executor. `unregistered`: removed, by a hand or after a silence; its name stays taken. */
export const executorState = { pending: 0, approved: 1, rejected: 2, unregistered: 3 } as const;

export const colony = record({ colonyid: id, name: text });
export type Colony = Of<typeof colony>;

export const user = record({ colonyname: text, userid: id, name: text, email: text, phone: text });
export type User = Of<typeof user>;

const hardware = record({
  model: text,
  nodes: int,
  cpu: text,
  cores: int,
  mem: text,
  storage: text,
  gpu: record({ name: text, mem: text, count: int, nodecount: int }),
  platform: text,
  architecture: text,
  network: list(text),
});
export type Hardware = Of<typeof hardware>;

const software = record({ name: text, type: text, version: text });
export type Software = Of<typeof software>;

const capabilities = record({ hardware: list(hardware), software: list(software) });
export type Capabilities = Of<typeof capabilities>;

const project = record({
  allocatedcpu: int64,
  usedcpu: int64,
  allocatedgpu: int64,
  usedgpu: int64,
  allocatedstorage: int64,
  usedstorage: int64,
});
const allocations = record({ projects: map(project) });
export type Allocations = Of<typeof allocations>;

export const executor = record({
  executorid: id,
  executortype: text,
  executorname: text,
  colonyname: text,
  /** One of executorState. */
  state: int,
  /** Stored, and enforced nowhere. */
  requirefuncreg: flag,
  commissiontime: time,
  /** Only `assign` moves it; not set before the first one. */
  lastheardfromtime: time,
  locationname: optionalText,
  capabilities,
  allocations,
  blueprintid: optionalText,
  blueprintgen: int64,
});
export type Executor = Of<typeof executor>;

const functionArg = record({ name: text, type: text, description: optionalText, required: flag, enum: list(text) });
export type FunctionArg = Of<typeof functionArg>;

/** A function that an executor says it has. Times are seconds, over the processes it closed successfully. */
export const colonyFunction = record({
  functionid: id,
  executorname: text,
  executortype: text,
  colonyname: text,
  funcname: text,
  description: optionalText,
  args: list(functionArg),
  counter: int,
  minwaittime: real,
  maxwaittime: real,
  minexectime: real,
  maxexectime: real,
  avgwaittime: real,
  avgexectime: real,
  locationname: optionalText,
});
export type ColonyFunction = Of<typeof colonyFunction>;

export const location = record({ locationid: id, name: text, colonyname: text, description: text, long: real, lat: real });
export type Location = Of<typeof location>;

export const statistics = record({
  colonies: int,
  /** Unregistered ones included. */
  executors: int,
  activeexecutors: int,
  unregisteredexecutors: int,
  waitingprocesses: int,
  runningprocesses: int,
  successfulprocesses: int,
  failedprocesses: int,
  cancelledprocesses: int,
  waitingworkflows: int,
  runningworkflows: int,
  successfulworkflows: int,
  failedworkflows: int,
  cancelledworkflows: int,
});
export type Statistics = Of<typeof statistics>;

export const pauseStatus = record({ colonyname: text, ispaused: flag });
export type PauseStatus = Of<typeof pauseStatus>;

export const version = record({ buildversion: text, buildtime: text });
export type Version = Of<typeof version>;

/** `backends` are what the server's environment says, not what it listens on. */
export const serverInfo = record({
  buildversion: text,
  buildtime: text,
  backends: list(record({ type: text, port: int, host: optionalText, tls: flag, insecure: flag })),
});
export type ServerInfo = Of<typeof serverInfo>;

/** `port` is that of the etcd client. */
const node = record({ name: text, host: text, port: int, peerport: int, relayport: int, apiport: int });
export const cluster = record({ nodes: list(node), leader: optional(node) });
export type Cluster = Of<typeof cluster>;
