import { nextRun, parseSchedule } from '../rules/schedule.ts';
import { handler, refuse, Refusal, tell, type Handlers } from './handler.ts';
import { NEVER, seconds, type Instant } from './instant.ts';
import { needMember } from './members.ts';
import { cron, FAILED, SUCCESS, workflowSpec, type Cron } from './models.ts';
import { list, Mismatch, pointer, readText, text, whole } from './shape.ts';
import { initiatorOf } from './submit.ts';
import { walk } from './walk.ts';
import { checkDependencies, submitWorkflow } from './workflows.ts';
import type { World } from './world.ts';

/** Crons (sheet 3.9 and 5.5). */
export const cronHandlers: Handlers = {
  addcronmsg: handler('Failed to add cron', { cron: pointer(cron) }, (world, { message: { cron: wanted }, signer }) => {
    if (wanted === null) refuse(400, 'Failed to add cron, msg.Cron is nil');
    needMember(world, signer, wanted.colonyname);
    const spec = readWorkflow(wanted.workflowspec);
    checkDependencies(spec);
    if (wanted.interval === 0) refuse(400, 'Cron interval must be -1 (disabled) or larger than 0');
    if (wanted.interval === -1) {
      const schedule = parseSchedule(wanted.cronexpression);
      if ('problem' in schedule) refuse(400, schedule.problem);
      if (wanted.random) refuse(400, 'Random cron is only supported when specifying intervals');
    }
    // The colony of the workflow, not that of the cron.
    const initiator = initiatorOf(world, spec.colonyname, signer);
    return tell(world, cron, addCron(world, { ...wanted, ...initiator, cronid: world.id() }));
  }),

  getcronmsg: handler('Failed to get cron', { cronid: text }, (world, { message: { cronid }, signer }) => {
    const row = world.crons.get(cronid) ?? refuse(500, 'Failed to get cron, cron is nil');
    needMember(world, signer, row.colonyname);
    return tell(world, cron, { ...row, checkerperiod: world.settings.cronPeriodMs });
  }),

  getcronsmsg: handler('Failed to get crons', { colonyname: text, count: whole }, (world, { message: { colonyname, count }, signer }) => {
    needMember(world, signer, colonyname);
    if (count < 0) refuse(400, 'pq: LIMIT must not be negative');
    return tell(world, list(cron), world.cronsOf(colonyname).slice(0, count));
  }),

  runcronmsg: handler('Failed to run cron', { cronid: text }, (world, { message: { cronid }, signer }) => {
    const row = world.crons.get(cronid) ?? refuse(400, 'cron not found');
    // The server runs it before it asks who wants that.
    if (world.settings.strict) needMember(world, signer, row.colonyname);
    if (!row.waitforprevprocessgraph || isOver(world, row)) start(world, row);
    needMember(world, signer, row.colonyname);
    return tell(world, cron, row);
  }),

  removecronmsg: handler('Failed to remove cron', { cronid: text }, (world, { message: { cronid }, signer }) => {
    const row = world.crons.get(cronid) ?? refuse(500, 'Failed to remove cron, cron is nil');
    needMember(world, signer, row.colonyname);
    world.crons.drop(cronid);
    return undefined;
  }),
};

/** Throws Refusal 400 for text that is no workflow, in the words of Go's decoder where they are about the whole of it. */
export function readWorkflow(json: string): ReturnType<typeof workflowSpec.read> {
  try {
    return readText(workflowSpec, json);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    if (isCutShort(json, error)) return refuse(400, 'unexpected end of JSON input');
    const other = /^\s*(\[|")/.exec(json)?.[1];
    if (other === undefined) return refuse(400, `json: ${error.message}`);
    return refuse(400, `json: cannot unmarshal ${other === '[' ? 'array' : 'string'} into Go value of type core.WorkflowSpec`);
  }
}

/** Whether the text ends before its JSON does: where the error is said to be is its end. */
function isCutShort(json: string, { message }: Mismatch): boolean {
  const position = /position (\d+)/.exec(message)?.[1];
  return json.trim() === '' || /^unexpected end/i.test(message) || Number(position ?? -1) >= json.trimEnd().length;
}

/** Throws Refusal 400 where the name is taken. */
export function addCron(world: World, wanted: Cron): Cron {
  const { colonyname, name } = wanted;
  if (cronNamed(world, colonyname, name) !== undefined) refuse(400, `Cron with name <${name}> in Colony <${colonyname}> already exists`);
  const row = { ...wanted, checkerperiod: 0 };
  world.crons.put(row.cronid, row);
  return row;
}

export const cronNamed = (world: World, colonyname: string, name: string): Cron | undefined =>
  world.cronsOf(colonyname).find((row) => row.name === name);

/** One that is no longer there counts as over. One that was cancelled never is. */
function isOver(world: World, row: Cron): boolean {
  const previous = world.graphs.get(row.prevprocessgraphid);
  return previous === undefined || previous.state === SUCCESS || previous.state === FAILED;
}

/** A first visit only finds out when it is time; after that it fires when that time has passed. */
export function triggerCrons(world: World): void {
  const now = world.now();
  for (const row of [...world.crons.rows()]) {
    if (isZero(row.nextrun)) world.crons.put(row.cronid, { ...row, nextrun: nextOf(world, row), lastrun: NEVER, prevprocessgraphid: '' });
    else if (now > row.nextrun && (!row.waitforprevprocessgraph || isOver(world, row))) start(world, row);
  }
}

/**
 * Submits the workflow in the name of who made the cron, with the outputs of the leaves of the run before as the input of its roots.
 * Where the server cannot, it leaves everything as it is and tries again the next time.
 */
function start(world: World, row: Cron): void {
  try {
    const spec = readWorkflow(row.workflowspec);
    const graph = submitWorkflow(world, { spec, initiatorid: row.initiatorid, input: leftBy(world, row.prevprocessgraphid) });
    world.crons.put(row.cronid, { ...row, nextrun: nextOf(world, row), lastrun: world.now(), prevprocessgraphid: graph.processgraphid });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function leftBy(world: World, graphid: string): ReturnType<typeof outputs> {
  const graph = world.graphs.get(graphid);
  return graph === undefined ? [] : outputs(walk(world, graph));
}

const outputs = (visits: ReturnType<typeof walk>) =>
  typeof visits === 'string' ? [] : visits.flatMap(({ row }) => (row.children?.length === 0 ? (row.out ?? []) : []));

const NANOSECONDS_PER_MS = 1_000_000n;

/** Go's zero time where it never fires. `random` has no effect. */
function nextOf(world: World, row: Cron): Instant {
  const now = world.now();
  if (row.interval > 0) return now + seconds(row.interval);
  const schedule = parseSchedule(row.cronexpression);
  const next = 'problem' in schedule ? undefined : nextRun(schedule, Number(now / NANOSECONDS_PER_MS), world.settings.timezone);
  return next === undefined ? NEVER : BigInt(next) * NANOSECONDS_PER_MS;
}

/** Two times of the same second are the same one to the server here. */
const isZero = (at: Instant): boolean => at >= NEVER && at < NEVER + seconds(1);
