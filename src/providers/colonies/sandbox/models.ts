import type { Value } from '../../../core/value.ts';
import { flag, free, instant, lazy, list, long, map, pointer, real, struct, text, whole, type Of, type Shape } from './shape.ts';

/** The server's types with their fields in the order in which it writes them (sheet 4; pkg/core of v1.9.12). */

export const colony = struct({ colonyid: text, name: text });
export type Colony = Of<typeof colony>;

export const user = struct({ colonyname: text, userid: text, name: text, email: text, phone: text });
export type User = Of<typeof user>;

const gpu = struct({ name: text, mem: text, count: whole, nodecount: whole });
const hardware = struct({
  model: text,
  nodes: whole,
  cpu: text,
  cores: whole,
  mem: text,
  storage: text,
  gpu,
  platform: text,
  architecture: text,
  network: list(text),
});
const software = struct({ name: text, type: text, version: text });
export const capabilities = struct({ hardware: list(hardware), software: list(software) });
const project = struct({
  allocatedcpu: long,
  usedcpu: long,
  allocatedgpu: long,
  usedgpu: long,
  allocatedstorage: long,
  usedstorage: long,
});
export const allocations = struct({ projects: map(project) });

export const PENDING = 0;
export const APPROVED = 1;
export const REJECTED = 2;
export const UNREGISTERED = 3;

export const executor = struct(
  {
    executorid: text,
    executortype: text,
    executorname: text,
    colonyname: text,
    state: whole,
    requirefuncreg: flag,
    commissiontime: instant,
    lastheardfromtime: instant,
    locationname: text,
    capabilities,
    allocations,
    blueprintid: text,
    blueprintgen: long,
  },
  ['locationname', 'blueprintid', 'blueprintgen'],
);
export type Executor = Of<typeof executor>;

const functionArg = struct({ name: text, type: text, description: text, required: flag, enum: list(text) }, [
  'description',
  'required',
  'enum',
]);
export const func = struct(
  {
    functionid: text,
    executorname: text,
    executortype: text,
    colonyname: text,
    funcname: text,
    description: text,
    args: list(pointer(functionArg)),
    counter: whole,
    minwaittime: real,
    maxwaittime: real,
    minexectime: real,
    maxexectime: real,
    avgwaittime: real,
    avgexectime: real,
    locationname: text,
  },
  ['description', 'args', 'locationname'],
);
export type Func = Of<typeof func>;

export const attribute = struct({
  attributeid: text,
  targetid: text,
  targetcolonyname: text,
  targetprocessgraphid: text,
  state: whole,
  attributetype: whole,
  key: text,
  value: text,
});
export type Attribute = Of<typeof attribute>;

const logFields = { processid: text, colonyname: text, executorname: text, message: text, timestamp: long };
export const logLine = struct(logFields);
/** As it is kept: the id is no client's business. */
export const logRow = struct({ logid: text, ...logFields });
export type LogRow = Of<typeof logRow>;

const s3object = struct({
  server: text,
  port: whole,
  tls: flag,
  accesskey: text,
  secretkey: text,
  region: text,
  encryptionkey: text,
  encryptionalg: text,
  object: text,
  bucket: text,
});
export const file = struct({
  fileid: text,
  colonyname: text,
  label: text,
  name: text,
  size: long,
  sequencenr: long,
  checksum: text,
  checksumalg: text,
  ref: struct({ protocol: text, s3object }),
  added: instant,
});
export type File = Of<typeof file>;

export const fileData = struct({ name: text, checksum: text, size: long, s3filename: text });
export const fileLabel = struct({ name: text, files: whole });

export const snapshot = struct({ snapshotid: text, colonyname: text, label: text, name: text, fileids: list(text), added: instant });
export type Snapshot = Of<typeof snapshot>;

export const location = struct({ locationid: text, name: text, colonyname: text, description: text, long: real, lat: real });
export type Location = Of<typeof location>;

export const statistics = struct({
  colonies: whole,
  executors: whole,
  activeexecutors: whole,
  unregisteredexecutors: whole,
  waitingprocesses: whole,
  runningprocesses: whole,
  successfulprocesses: whole,
  failedprocesses: whole,
  cancelledprocesses: whole,
  waitingworkflows: whole,
  runningworkflows: whole,
  successfulworkflows: whole,
  failedworkflows: whole,
  cancelledworkflows: whole,
});
export type Statistics = Of<typeof statistics>;

const conditions = struct(
  {
    colonyname: text,
    executornames: list(text),
    executortype: text,
    locationname: text,
    dependencies: list(text),
    nodes: whole,
    cpu: text,
    processes: whole,
    processespernode: whole,
    mem: text,
    storage: text,
    gpu,
    walltime: long,
  },
  ['locationname'],
);
const snapshotMount = struct({ snapshotid: text, label: text, dir: text, keepfiles: flag, keepsnapshot: flag });
const keepLocal = struct({ keeplocal: flag });
const dirMount = struct({ label: text, dir: text, keepfiles: flag, onconflicts: struct({ onstart: keepLocal, onclose: keepLocal }) });
export const funcSpec = struct(
  {
    nodename: text,
    funcname: text,
    args: list(free),
    kwargs: map(free),
    priority: whole,
    maxwaittime: whole,
    maxexectime: whole,
    maxretries: whole,
    conditions,
    label: text,
    fs: struct({ mount: text, snapshots: list(snapshotMount), dirs: list(dirMount) }),
    env: map(text),
    channels: list(text),
  },
  ['channels'],
);
export type FuncSpec = Of<typeof funcSpec>;
export const workflowSpec = struct({ colonyname: text, functionspecs: list(funcSpec) });
export type WorkflowSpec = Of<typeof workflowSpec>;

export const WAITING = 0;
export const RUNNING = 1;
export const SUCCESS = 2;
export const FAILED = 3;
export const CANCELLED = 4;

const processHead = {
  processid: text,
  initiatorid: text,
  initiatorname: text,
  assignedexecutorid: text,
  isassigned: flag,
  state: whole,
  prioritytime: long,
  submissiontime: instant,
  starttime: instant,
  endtime: instant,
  waitdeadline: instant,
  execdeadline: instant,
  retries: whole,
};
const processTail = {
  spec: funcSpec,
  waitforparents: flag,
  parents: list(text),
  children: list(text),
  processgraphid: text,
  in: list(free),
  out: list(free),
  errors: list(text),
};
/** As it is kept: its attributes are rows of their own. */
export const processRow = struct({ ...processHead, ...processTail });
export type ProcessRow = Of<typeof processRow>;
export const process = struct({ ...processHead, attributes: list(attribute), ...processTail });
export type Process = Of<typeof process>;

const graphHead = {
  processgraphid: text,
  initiatorid: text,
  initiatorname: text,
  colonyname: text,
  rootprocessids: list(text),
  state: whole,
  submissiontime: instant,
  starttime: instant,
  endtime: instant,
};
/** As it is kept: its members know it, and the picture is drawn from them. */
export const graphRow = struct(graphHead);
export type GraphRow = Of<typeof graphRow>;
const graphNode = struct({
  id: text,
  data: struct({ label: text }),
  position: struct({ x: whole, y: whole }),
  type: text,
  style: struct({ color: text, background: text }),
});
const graphEdge = struct({ id: text, source: text, target: text, animated: flag });
export const graph = struct({ ...graphHead, processids: list(text), nodes: list(graphNode), edges: list(graphEdge) });
export type Graph = Of<typeof graph>;

export const cron = struct({
  cronid: text,
  initiatorid: text,
  initiatorname: text,
  colonyname: text,
  name: text,
  cronexpression: text,
  interval: whole,
  random: flag,
  nextrun: instant,
  lastrun: instant,
  workflowspec: text,
  prevprocessgraphid: text,
  waitforprevprocessgraph: flag,
  checkerperiod: whole,
});
export type Cron = Of<typeof cron>;

export const generator = struct({
  generatorid: text,
  initiatorid: text,
  initiatorname: text,
  colonyname: text,
  name: text,
  workflowspec: text,
  trigger: whole,
  timeout: whole,
  firstpack: instant,
  lastrun: instant,
  queuesize: whole,
  checkerperiod: whole,
});
export type Generator = Of<typeof generator>;
/** An argument that waits in a generator's queue. */
export const packed = struct({ argid: text, generatorid: text, colonyname: text, arg: text });
export type Packed = Of<typeof packed>;

const blueprintMetadata = struct(
  {
    name: text,
    colonyname: text,
    locationname: text,
    labels: map(text),
    annotations: map(text),
    generation: long,
    createdAt: instant,
    updatedAt: instant,
    lastReconciliationProcess: text,
    lastReconciliationTime: instant,
  },
  ['locationname', 'labels', 'annotations', 'generation', 'lastReconciliationProcess'],
);
export const blueprint = struct({ blueprintid: text, kind: text, metadata: blueprintMetadata, spec: map(free), status: map(free) }, [
  'status',
]);
export type Blueprint = Of<typeof blueprint>;

export interface SchemaProperty {
  readonly type: string;
  readonly description: string;
  readonly enum: readonly Value[] | null;
  readonly default: Value;
  readonly properties: Readonly<Record<string, SchemaProperty>> | null;
  readonly items: SchemaProperty | null;
}
const property: Shape<SchemaProperty> = lazy(
  { type: '', description: '', enum: null, default: null, properties: null, items: null },
  () => propertyFields,
);
const propertyFields: Shape<SchemaProperty> = struct(
  { type: text, description: text, enum: list(free), default: free, properties: map(property), items: pointer(property) },
  ['type', 'description', 'enum', 'default', 'properties', 'items'],
);
const validationSchema = struct({ type: text, properties: map(property), required: list(text) }, ['type', 'properties', 'required']);
export const definition = struct({
  blueprintdefinitionid: text,
  kind: text,
  metadata: blueprintMetadata,
  spec: struct(
    {
      group: text,
      version: text,
      names: struct({ kind: text, listKind: text, singular: text, plural: text, shortNames: list(text) }, ['shortNames']),
      scope: text,
      schema: pointer(validationSchema),
      handler: struct({ executorType: text, functionName: text, reconcileInterval: whole }, ['reconcileInterval']),
    },
    ['schema'],
  ),
});
export type Definition = Of<typeof definition>;

export const blueprintHistory = struct(
  {
    historyid: text,
    blueprintid: text,
    kind: text,
    namespace: text,
    name: text,
    generation: long,
    spec: map(free),
    status: map(free),
    timestamp: instant,
    changedby: text,
    changetype: text,
  },
  ['status'],
);
export type BlueprintHistory = Of<typeof blueprintHistory>;
