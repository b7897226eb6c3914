import {
  flag,
  id,
  int,
  int64,
  list,
  map,
  members,
  optional,
  optionalText,
  real,
  record,
  text,
  time,
  type Codec,
  type Members,
} from '../codec.ts';

/** States of an executor. `unregistered`: removed, by a hand or after a silence; its name stays taken. */
export const executorState = { pending: 0, approved: 1, rejected: 2, unregistered: 3 } as const;

const colonyMembers = members({ colonyid: id, name: text });
export interface Colony extends Members<typeof colonyMembers> {}
export const colony: Codec<Colony> = record(colonyMembers);

const userMembers = members({ colonyname: text, userid: id, name: text, email: text, phone: text });
export interface User extends Members<typeof userMembers> {}
export const user: Codec<User> = record(userMembers);

const hardwareMembers = members({
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
export interface Hardware extends Members<typeof hardwareMembers> {}
const hardware: Codec<Hardware> = record(hardwareMembers);

const softwareMembers = members({ name: text, type: text, version: text });
export interface Software extends Members<typeof softwareMembers> {}
const software: Codec<Software> = record(softwareMembers);

const capabilitiesMembers = members({ hardware: list(hardware), software: list(software) });
export interface Capabilities extends Members<typeof capabilitiesMembers> {}
const capabilities: Codec<Capabilities> = record(capabilitiesMembers);

const project = record({
  allocatedcpu: int64,
  usedcpu: int64,
  allocatedgpu: int64,
  usedgpu: int64,
  allocatedstorage: int64,
  usedstorage: int64,
});
const allocationsMembers = members({ projects: map(project) });
export interface Allocations extends Members<typeof allocationsMembers> {}
const allocations: Codec<Allocations> = record(allocationsMembers);

const executorMembers = members({
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
export interface Executor extends Members<typeof executorMembers> {}
export const executor: Codec<Executor> = record(executorMembers);

const functionArgMembers = members({ name: text, type: text, description: optionalText, required: flag, enum: list(text) });
export interface FunctionArg extends Members<typeof functionArgMembers> {}
const functionArg: Codec<FunctionArg> = record(functionArgMembers);

const colonyFunctionMembers = members({
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
/** A function that an executor says it has. Times are seconds, over the processes it closed successfully. */
export interface ColonyFunction extends Members<typeof colonyFunctionMembers> {}
export const colonyFunction: Codec<ColonyFunction> = record(colonyFunctionMembers);

const locationMembers = members({ locationid: id, name: text, colonyname: text, description: text, long: real, lat: real });
export interface Location extends Members<typeof locationMembers> {}
export const location: Codec<Location> = record(locationMembers);

const statisticsMembers = members({
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
export interface Statistics extends Members<typeof statisticsMembers> {}
export const statistics: Codec<Statistics> = record(statisticsMembers);

const pauseStatusMembers = members({ colonyname: text, ispaused: flag });
export interface PauseStatus extends Members<typeof pauseStatusMembers> {}
export const pauseStatus: Codec<PauseStatus> = record(pauseStatusMembers);

const versionMembers = members({ buildversion: text, buildtime: text });
export interface Version extends Members<typeof versionMembers> {}
export const version: Codec<Version> = record(versionMembers);

const serverInfoMembers = members({
  buildversion: text,
  buildtime: text,
  backends: list(record({ type: text, port: int, host: optionalText, tls: flag, insecure: flag })),
});
/** `backends` are what the server's environment says, not what it listens on. */
export interface ServerInfo extends Members<typeof serverInfoMembers> {}
export const serverInfo: Codec<ServerInfo> = record(serverInfoMembers);

/** `port` is that of the etcd client. */
const node = record({ name: text, host: text, port: int, peerport: int, relayport: int, apiport: int });
const clusterMembers = members({ nodes: list(node), leader: optional(node) });
export interface Cluster extends Members<typeof clusterMembers> {}
export const cluster: Codec<Cluster> = record(clusterMembers);
