import { Fault } from '../../../core/diagnostic.ts';
import type { Call, Output } from '../../contract.ts';
import { systemClock } from '../../transport/clock.ts';
import { interrupted } from '../../transport/interrupted.ts';
import { processState, type Log, type Process, type ProcessGraph } from '../client/index.ts';
import type { ColonyRead } from '../session.ts';
import { processFailed, workflowFailed } from './faults.ts';
import { linesOf, processStateText, shortIdOf } from './texts.ts';

const LOOK_MS = 1_000;
const { success, failed, cancelled } = processState;
export const hasEnded = (state: number): boolean => state === success || state === failed || state === cancelled;

/** Waits for a process, with its log where `follow` is set, and tells what it put out. Throws Fault COLONIES_PROCESS where it did not succeed. */
export async function* awaitProcess(
  read: ColonyRead,
  processid: string,
  { follow, call: { signal } }: { readonly follow: boolean; readonly call: Call },
): AsyncGenerator<Output> {
  try {
    if (follow) for await (const log of read.logs({ processid }, { signal })) yield* asLines(log);
    const process = await read.ended(processid, signal);
    if (process.state !== success) throw processFailed(process);
    yield { value: process.out };
  } catch (error) {
    yield* parting(error, `process=${shortIdOf(processid)}`);
    throw error;
  }
}

/** The same for a workflow: what its leaves put out, by the names of their nodes. */
export async function* awaitWorkflow(
  read: ColonyRead,
  processgraphid: string,
  { follow, call: { signal } }: { readonly follow: boolean; readonly call: Call },
): AsyncGenerator<Output> {
  const told = new Map<string, { state: number; since: bigint }>();
  try {
    for (;;) {
      const graph = await read.ask('getprocessgraphmsg', { processgraphid }, signal);
      const over = hasEnded(graph.state);
      if (follow || over) {
        const members = await membersOf(read, graph, signal);
        if (follow) yield* news(read, members, { told, signal });
        if (over && graph.state !== success) throw workflowFailed(graph, members);
        if (over) return yield { value: Object.fromEntries(members.filter(isLeaf).map(({ spec, out }) => [spec.nodename, out])) };
      }
      await systemClock.sleep(LOOK_MS, signal).catch((error: unknown) => {
        throw signal.aborted ? interrupted(signal, 'no') : error;
      });
    }
  } catch (error) {
    yield* parting(error, `workflow=${shortIdOf(processgraphid)}`);
    throw error;
  }
}

/** The processes of a workflow, in the order in which it has them. */
export const membersOf = (read: ColonyRead, { processids }: ProcessGraph, signal: AbortSignal): Promise<readonly Process[]> =>
  Promise.all(processids.map((processid) => read.ask('getprocessmsg', { processid }, signal)));

const isLeaf = ({ children }: Process): boolean => children.length === 0;

/** What the processes logged since the last look, and which of them changed. */
async function* news(
  read: ColonyRead,
  members: readonly Process[],
  { told, signal }: { readonly told: Map<string, { state: number; since: bigint }>; readonly signal: AbortSignal },
): AsyncGenerator<Output> {
  for (const { processid, state, spec } of members) {
    const before = told.get(processid) ?? { state: processState.waiting, since: 0n };
    let { since } = before;
    const isOver = hasEnded(state);
    const changed = { line: `${spec.nodename}: ${processStateText(state)}` };
    if (state !== before.state && !isOver) yield changed;
    // What has not run has logged nothing, and what had ended at the last look logs nothing more.
    if (state !== processState.waiting && !hasEnded(before.state)) {
      const logs = await read.ask('getlogsmsg', { colonyname: read.colony, processid, count: 500, since }, signal);
      for (const log of logs) for (const line of linesOf(log.message)) yield { line: `${spec.nodename}: ${line}` };
      since = logs.at(-1)?.timestamp ?? since;
    }
    if (state !== before.state && isOver) yield changed;
    told.set(processid, { state, since });
  }
}

export function* asLines({ message }: Log): Generator<Output> {
  for (const line of linesOf(message)) yield { line };
}

/** Nobody waits for it any more, and it goes on: submitting it again would be a second one. */
function* parting(error: unknown, work: string): Generator<Output> {
  if (isInterrupt(error)) yield { line: `(It goes on: cancel ${work} ends it.)` };
  else if (error instanceof Fault && error.retry !== false) yield { line: `(It goes on without us: wait ${work} waits for it again.)` };
}

export const isInterrupt = (error: unknown): boolean => error instanceof Fault && error.code === 'INTERRUPTED';
