import type { Value } from '../../../core/value.ts';
import { graphFlaws } from '../rules/graph.ts';
import { drawn, setState } from './graphs.ts';
import { handler, refuse, Refusal, tell, tellAll, type Handlers } from './handler.ts';
import { NEVER } from './instant.ts';
import { needColonyOwner, needMember } from './members.ts';
import {
  CANCELLED,
  graph,
  RUNNING,
  WAITING,
  workflowSpec,
  type Graph,
  type GraphRow,
  type ProcessRow,
  type WorkflowSpec,
} from './models.ts';
import { ANY_STATE, checkCount, removeProcess } from './process-lists.ts';
import { pointer, text, whole } from './shape.ts';
import { addProcess, draft, initiatorOf } from './submit.ts';
import { markCancelled } from './transitions.ts';
import { walk } from './walk.ts';
import type { World } from './world.ts';

const UNKNOWN_DEPENDENCY = 'Failed to submit workflow, invalid dependencies, are you depending on a nodename that does not exits?';

/** Throws Refusal 400 for a workflow that a cron or a generator must not have; names and cycles are not looked at. */
export function checkDependencies({ functionspecs }: WorkflowSpec): void {
  const names = new Set((functionspecs ?? []).map(({ nodename }) => nodename));
  const known = (functionspecs ?? []).every(({ conditions }) => (conditions.dependencies ?? []).every((name) => names.has(name)));
  if (!known) refuse(400, UNKNOWN_DEPENDENCY);
}

export interface Submission {
  readonly spec: WorkflowSpec;
  readonly initiatorid: string;
  /** Take the place of those of the roots: what a generator has collected. */
  readonly args?: readonly Value[];
  /** What the roots get as input: what the run before of a cron has left. */
  readonly input?: readonly Value[];
}

/**
 * Puts a workflow into the queue: one process a node, those with dependencies waiting for them. As in the server, an unknown
 * dependency is found when the graph is there already, and the graph stays, without a member. Throws Refusal 500.
 */
export function submitWorkflow(world: World, { spec, initiatorid, args = [], input = [] }: Submission): Graph {
  const initiator = initiatorOf(world, spec.colonyname, initiatorid);
  if (world.settings.strict) checkStrictly(spec);
  const processgraphid = world.id();
  const nodes = new Map<string, ProcessRow>();
  for (const node of spec.functionspecs ?? []) {
    if (node.nodename === '') refuse(500, 'Nodename is missing, check function spec for errors');
    const root = (node.conditions.dependencies ?? []).length === 0;
    const own = {
      ...node,
      maxexectime: node.maxexectime === 0 ? -1 : node.maxexectime,
      conditions: { ...node.conditions, colonyname: spec.colonyname },
      ...(root && args.length > 0 ? { args, kwargs: {} } : {}),
    };
    if (nodes.has(node.nodename)) refuse(500, `Duplicate nodename: ${node.nodename}`);
    const place = { processgraphid, waitforparents: !root, ...(root && input.length > 0 ? { in: input } : {}) };
    nodes.set(node.nodename, draft(world, own, { initiator, ...place }));
  }
  const members = [...nodes.values()];
  const roots = members.filter(({ waitforparents }) => !waitforparents).map(({ processid }) => processid);
  const row: GraphRow = {
    processgraphid,
    ...initiator,
    colonyname: spec.colonyname,
    rootprocessids: roots.length === 0 ? null : roots,
    state: WAITING,
    submissiontime: world.now(),
    starttime: NEVER,
    endtime: NEVER,
  };
  world.graphs.put(processgraphid, row);
  for (const member of tied(nodes)) addMember(world, member);
  // The reply is the graph as it was made in memory: the time of its submission is the database's.
  const processids = members.length === 0 ? null : members.map(({ processid }) => processid);
  return { ...row, submissiontime: NEVER, processids, nodes: [], edges: [] };
}

/** The nodes with their parents, in the order of the dependencies, and their children. */
function tied(nodes: ReadonlyMap<string, ProcessRow>): readonly ProcessRow[] {
  const children = new Map<string, string[]>([...nodes.keys()].map((name) => [name, []]));
  const parented = [...nodes.values()].map((node) => ({
    ...node,
    parents: (node.spec.conditions.dependencies ?? []).map((name) => {
      (children.get(name) ?? refuse(500, UNKNOWN_DEPENDENCY)).push(node.processid);
      return (nodes.get(name) as ProcessRow).processid;
    }),
  }));
  return parented.map((node) => ({ ...node, children: children.get(node.spec.nodename) ?? [] }));
}

function addMember(world: World, member: ProcessRow): void {
  try {
    addProcess(world, member);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(500, 'Failed to submit workflow, failed to add process') : error;
  }
}

function checkStrictly({ functionspecs }: WorkflowSpec): void {
  const nodes = (functionspecs ?? []).map(({ nodename, conditions }) => ({ name: nodename, needs: conditions.dependencies ?? [] }));
  for (const { flaw } of graphFlaws(nodes)) {
    if (flaw === 'unknown') refuse(500, UNKNOWN_DEPENDENCY);
    if (flaw === 'cycle') refuse(500, 'Failed to submit workflow, the dependencies form a cycle');
  }
}

/** Workflows (sheet 3.7). */
export const workflowHandlers: Handlers = {
  submitworkflowspecmsg: handler(
    'Failed to submit workkflow',
    { spec: pointer(workflowSpec) },
    (world, { message: { spec }, signer }) => {
      if (spec === null) refuse(400, 'Failed to submit workflow, msg.WorkflowSpec is nil');
      needMember(world, signer, spec.colonyname);
      return tell(world, graph, submitWorkflow(world, { spec, initiatorid: signer }));
    },
    { mismatch: 'Failed to submit workflow' },
  ),

  getprocessgraphmsg: handler('Failed to get processgraph', { processgraphid: text }, (world, { message, signer }) => {
    const { row, visits } = graphFor(world, message.processgraphid, 'Failed to get processgraph');
    needMember(world, signer, row.colonyname);
    return tell(world, graph, drawn(row, visits));
  }),

  getprocessgraphsmsg: handler(
    'Failed to get processgraphs',
    { colonyname: text, count: whole, state: whole },
    (world, { message: { colonyname, count, state }, signer }) => {
      needMember(world, signer, colonyname);
      if (state < WAITING || state > CANCELLED) refuse(400, 'invalid msg.State');
      checkCount(count);
      const rows = world.graphsOf(colonyname).filter((row) => row.state === state);
      const newest = [...rows].sort((a, b) => Number(b.submissiontime - a.submissiontime)).slice(0, count);
      const listed = newest.map((row) => {
        const processids = membersOf(world, row).map((visit) => visit.row.processid);
        return { ...row, processids, nodes: [], edges: [] };
      });
      return tellAll(world, graph, listed);
    },
  ),

  cancelprocessgraphmsg: handler('Failed to cancel processgraph', { processgraphid: text }, (world, { message, signer }) => {
    const { row, visits } = graphFor(world, message.processgraphid, 'Failed to cancel processgraph');
    needMember(world, signer, row.colonyname);
    // Nobody who waits for one of them is told.
    for (const member of visits) if (member.row.state === WAITING || member.row.state === RUNNING) markCancelled(world, member.row);
    setState(world, row, CANCELLED);
    return undefined;
  }),

  removeprocessgraphmsg: handler('Failed to remove processgraph', { processgraphid: text }, (world, { message, signer }) => {
    const { row } = graphFor(world, message.processgraphid, 'Failed to remove processgraph');
    needMember(world, signer, row.colonyname);
    if (row.state === RUNNING) refuse(400, 'Failed to remove processgraph, cannot remove a running processgraph');
    world.graphs.drop(row.processgraphid);
    for (const member of world.processesIn(row.processgraphid)) removeProcess(world, member);
    return undefined;
  }),

  removeallprocessgraphsmsg: handler(
    'Failed to remove all processgraphs',
    { colonyname: text, state: whole },
    (world, { message: { colonyname, state }, signer }) => {
      needColonyOwner(world, signer, colonyname);
      if (state === RUNNING) refuse(400, 'not possible to remove running processgraphs');
      if (state < ANY_STATE || state > CANCELLED) refuse(400, 'invalid state when deleting all processgraphs');
      const gone = (row: { readonly state: number }): boolean => state === ANY_STATE || row.state === state;
      for (const row of world.graphsOf(colonyname)) if (gone(row)) world.graphs.drop(row.processgraphid);
      // By their own state, whatever that of their graph: the server leaves graphs behind that have lost members.
      for (const row of world.processesOf(colonyname)) if (row.processgraphid !== '' && gone(row)) removeProcess(world, row);
      return undefined;
    },
  ),
};

/** Throws Refusal 400 for a graph that has lost a member. */
function membersOf(world: World, row: GraphRow): Exclude<ReturnType<typeof walk>, string> {
  const visits = walk(world, row);
  return typeof visits === 'string' ? refuse(400, visits) : visits;
}

function graphFor(world: World, id: string, failed: string): { readonly row: GraphRow; readonly visits: ReturnType<typeof membersOf> } {
  const row = world.graphs.get(id) ?? refuse(500, `${failed}, graph is nil`);
  return { row, visits: membersOf(world, row) };
}
