import type { Operation, Output } from '../../contract.ts';
import { processState, type Process } from '../client/index.ts';
import type { Colony } from '../session.ts';
import { inWorkflow } from './faults.ts';
import { awaitProcess, awaitWorkflow, hasEnded, membersOf } from './following.ts';
import {
  choiceIn,
  countIn,
  EXECUTOR,
  flagIn,
  FOLLOW,
  FUNCTION,
  MOST,
  needed,
  tableOf,
  TYPE,
  USER,
  type Input,
  type Words,
} from './inputs.ts';
import { newer, search } from './process-search.ts';
import { PROCESS_STATES, processStateText, shortIdOf, timeText, workText } from './texts.ts';
import { printable } from './values.ts';
import { PROCESS, processIn, recentGraphs, WORKFLOW, workflowIn } from './work-ids.ts';

const SHOWN = 20;
const STATES = ['open', 'all', ...PROCESS_STATES] as const;
const STATE: Input = {
  name: 'state',
  summary: `open (waiting or running), all, or one of ${PROCESS_STATES.join(', ')} (default: open)`,
  complete: () => Promise.resolve(STATES),
};
const LAST: Input = { name: 'last', summary: `how many, the newest first (default: ${SHOWN})` };
const EITHER = 'One of process=… and workflow=… says what is meant.';

/** Processes and workflows: what there is, one of them, waiting for one, ending one. */
export const processes: readonly Operation<Colony>[] = [
  {
    name: 'processes',
    summary: 'lists processes, the newest first',
    mutates: false,
    inputs: [
      STATE,
      TYPE,
      { ...EXECUTOR, summary: 'only those that this executor has or had' },
      { ...FUNCTION, summary: 'only those of this function' },
      { name: 'label', summary: 'only those with this label' },
      { ...USER, name: 'initiator', summary: 'only those that this user or executor submitted' },
      LAST,
    ],
    async *run({ read }, words, call) {
      const { signal } = call;
      const last = countIn(words, 'last') ?? SHOWN;
      const { found, cut } = await search(read, words, { states: statesIn(words), call });
      const names = new Map((await read.executors(signal)).map(({ executorid, executorname }) => [executorid, executorname]));
      yield processTable(found.slice(0, last), names);
      if (found.length > last) yield { line: `${found.length - last} older ones are not shown: last=${found.length} shows them.` };
      if (cut)
        yield {
          line: `The server lists no more than ${MOST} of a state, or as many as fit into one answer: older ones were not looked at.`,
        };
    },
  },
  {
    name: 'process',
    summary: 'prints all that the server has of one process',
    mutates: false,
    inputs: [{ ...PROCESS, required: true }],
    async *run({ read }, words, call) {
      const processid = await processIn(words, read, call);
      yield { value: printable(await read.ask('getprocessmsg', { processid }, call.signal)) };
    },
  },
  {
    name: 'workflows',
    summary: 'lists workflows, the newest first',
    mutates: false,
    inputs: [STATE, LAST],
    async *run({ read }, words, { signal }) {
      const last = countIn(words, 'last') ?? SHOWN;
      const found = [...(await recentGraphs(read, signal, statesIn(words)))].sort((a, b) => newer(a, b));
      const rows = found
        .slice(0, last)
        .map((graph) => [
          shortIdOf(graph.processgraphid),
          processStateText(graph.state),
          String(graph.processids.length),
          graph.initiatorname,
          timeText(graph.submissiontime),
          timeText(graph.endtime),
        ]);
      yield tableOf(['workflow', 'state', 'processes', 'by', 'submitted (UTC)', 'ended (UTC)'], rows);
      if (found.length > last) yield { line: `${found.length - last} older ones are not shown: last=${found.length} shows them.` };
    },
  },
  {
    name: 'workflow',
    summary: 'lists the processes of one workflow',
    mutates: false,
    inputs: [{ ...WORKFLOW, required: true }],
    async *run({ read }, words, call) {
      const processgraphid = await workflowIn(words, read, call);
      const graph = await read.ask('getprocessgraphmsg', { processgraphid }, call.signal);
      const members = await membersOf(read, graph, call.signal);
      const names = new Map(members.map(({ processid, spec }) => [processid, spec.nodename]));
      const rows = members.map(({ processid, spec, state, parents, errors }) => [
        spec.nodename,
        spec.funcname,
        processStateText(state),
        parents.map((parent) => names.get(parent) ?? shortIdOf(parent)).join(', '),
        shortIdOf(processid),
        errors.join(' '),
      ]);
      yield { line: `${graph.processgraphid}: ${processStateText(graph.state)}` };
      yield tableOf(['node', 'function', 'state', 'after', 'process', 'errors'], rows);
    },
  },
  {
    name: 'wait',
    summary: 'waits until a process or a workflow has ended, and prints what it put out; one that failed fails the command',
    mutates: false,
    inputs: [PROCESS, WORKFLOW, { ...FOLLOW, summary: 'prints what it logs meanwhile' }],
    async *run({ read }, words, call) {
      const how = { follow: flagIn(words, FOLLOW.name), call };
      if (words[WORKFLOW.name] !== undefined) yield* awaitWorkflow(read, await workflowIn(words, read, call), how);
      else yield* awaitProcess(read, await processIn(eitherIn(words), read, call), how);
    },
  },
  {
    name: 'cancel',
    summary: 'cancels a process, or a workflow with all of its processes that wait or run',
    mutates: true,
    inputs: [PROCESS, WORKFLOW],
    async *run({ read, write }, words, call) {
      const { signal } = call;
      if (words[WORKFLOW.name] !== undefined) {
        const processgraphid = await workflowIn(words, read, call);
        await write.call('cancelprocessgraphmsg', { processgraphid }, { signal });
        yield { line: `Workflow ${shortIdOf(processgraphid)} is cancelled. What had ended before stays as it ended.` };
        return;
      }
      const processid = await processIn(eitherIn(words), read, call);
      const { processgraphid, state } = await read.ask('getprocessmsg', { processid }, signal);
      if (hasEnded(state)) {
        yield { line: `Process ${shortIdOf(processid)} had ended before (${processStateText(state)}). Nothing was done.` };
        return;
      }
      if (processgraphid !== '') throw inWorkflow(processgraphid);
      await write.call('cancelprocessmsg', { processid }, { signal });
      yield {
        line: `Process ${shortIdOf(processid)} is cancelled. An executor that has it learns of it when it closes it, and is refused.`,
      };
    },
  },
];

/** Words that name a process. Throws Fault INPUT_MISSING. */
function eitherIn(words: Words): Words {
  needed(words, PROCESS.name, EITHER);
  return words;
}

function statesIn(words: Words): readonly number[] {
  const state = choiceIn(words, STATE.name, { of: STATES, otherwise: 'open' });
  if (state === 'open') return [processState.waiting, processState.running];
  return state === 'all' ? Object.values(processState) : [processState[state]];
}

function processTable(all: readonly Process[], names: ReadonlyMap<string, string>): Output {
  const rows = all.map((one) => [
    shortIdOf(one.processid),
    processStateText(one.state),
    workText(one),
    one.spec.conditions.executortype,
    names.get(one.assignedexecutorid) ?? shortIdOf(one.assignedexecutorid),
    one.initiatorname,
    one.spec.label,
    timeText(one.submissiontime),
    one.retries === 0 ? '' : String(one.retries),
  ]);
  return tableOf(['process', 'state', 'function', 'type', 'executor', 'by', 'label', 'submitted (UTC)', 'retries'], rows);
}
