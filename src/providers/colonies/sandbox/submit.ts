import { hashText } from '../client/keys.ts';
import { cpuOf, memoryOf, memoryText, type Amount } from '../rules/quantities.ts';
import { refuse } from './handler.ts';
import { NEVER, seconds } from './instant.ts';
import { executorWithId } from './members.ts';
import { WAITING, type FuncSpec, type ProcessRow } from './models.ts';
import { ENV } from './shown.ts';
import type { World } from './world.ts';

/** Whose work it is; both are empty for a child that was added while its workflow ran. */
export interface Initiator {
  readonly initiatorid: string;
  readonly initiatorname: string;
}

/** The name behind an id: that of an executor of any colony, or of a user of this one. */
export function initiatorNamed(world: World, colonyname: string, id: string): string | undefined {
  return executorWithId(world, id)?.executorname ?? world.userById(`${colonyname}:${id}`)[0]?.name;
}

/** Throws Refusal 500. */
export function initiatorOf(world: World, colonyname: string, id: string): Initiator {
  const initiatorname = initiatorNamed(world, colonyname, id) ?? refuse(500, 'Could not derive InitiatorName');
  return { initiatorid: id, initiatorname };
}

const DAY = 86_400_000_000_000n;

/** A process that waits, as it is put into the queue; nothing is changed yet. `place` is its place in a workflow. */
export function draft(
  world: World,
  spec: FuncSpec,
  {
    initiator,
    ...place
  }: { readonly initiator: Initiator } & Partial<Pick<ProcessRow, 'processgraphid' | 'waitforparents' | 'parents' | 'in'>>,
): ProcessRow {
  return {
    processid: world.id(),
    ...initiator,
    assignedexecutorid: '',
    isassigned: false,
    state: WAITING,
    prioritytime: 0n,
    submissiontime: NEVER,
    starttime: NEVER,
    endtime: NEVER,
    waitdeadline: NEVER,
    execdeadline: NEVER,
    retries: 0,
    spec,
    waitforparents: false,
    parents: [],
    children: [],
    processgraphid: '',
    in: [],
    out: [],
    errors: [],
    ...place,
  };
}

/** Puts a draft into the queue and says so, if it need not wait for others. Throws Refusal 400 for amounts that cannot be read. */
export function addProcess(world: World, { ...drafted }: ProcessRow): ProcessRow {
  const spec = stored(drafted.spec);
  const at = world.now();
  const row: ProcessRow = {
    ...drafted,
    spec,
    submissiontime: at,
    prioritytime: at - BigInt(spec.priority) * DAY,
    waitdeadline: spec.maxwaittime > 0 ? at + seconds(spec.maxwaittime) : NEVER,
  };
  world.processes.put(row.processid, row);
  for (const [key, value] of Object.entries(drafted.spec.env ?? {})) {
    const attributeid = hashText(`${row.processid}${key}${ENV}`);
    const target = { targetid: row.processid, targetcolonyname: spec.conditions.colonyname, targetprocessgraphid: row.processgraphid };
    world.attributes.put(attributeid, { attributeid, ...target, state: WAITING, attributetype: ENV, key, value });
  }
  if (!row.waitforparents) announce(world, row);
  return row;
}

/** Tells whoever waits for processes, once what it tells is on disk. */
export const announce = (world: World, row: ProcessRow): void => world.keep.afterwards(() => world.events.signal(row));

/** A spec as the server's database has it: amounts in one unit, and no nulls but one. Its environment goes into attributes. */
function stored(spec: FuncSpec): FuncSpec {
  const { conditions } = spec;
  const { gpu } = conditions;
  return {
    ...spec,
    args: spec.args ?? [],
    kwargs: spec.kwargs ?? {},
    env: {},
    conditions: {
      ...conditions,
      dependencies: conditions.dependencies ?? [],
      cpu: `${String(amountOf(cpuOf(conditions.cpu)))}m`,
      mem: memoryText(amountOf(memoryOf(conditions.mem))),
      storage: memoryText(amountOf(memoryOf(conditions.storage))),
      // The database has no column for how many nodes need one.
      gpu: { ...gpu, mem: memoryText(amountOf(memoryOf(gpu.mem))), nodecount: 0 },
    },
  };
}

const amountOf = (read: Amount): bigint => ('problem' in read ? refuse(400, read.problem) : read.amount);
