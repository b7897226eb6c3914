import type { Call } from '../../contract.ts';
import type { Process, ProcessGraph } from '../client/index.ts';
import { processState } from '../client/index.ts';
import type { ColonyRead } from '../session.ts';
import { MOST, needed, wrongInput, type Input, type Words } from './inputs.ts';
import { lastProcesses } from './last-processes.ts';
import { shortIdOf } from './texts.ts';

const WHOLE = /^[0-9a-f]{64}$/;
const STATES = Object.values(processState);

/** Of every state the last ones, as many as the server lists. */
export async function recentProcesses(
  read: ColonyRead,
  signal: AbortSignal,
  states: readonly number[] = STATES,
): Promise<readonly Process[]> {
  const lists = await Promise.all(states.map((state) => lastProcesses(read, { state }, signal)));
  return lists.flatMap(({ list }) => list);
}

export async function recentGraphs(
  read: ColonyRead,
  signal: AbortSignal,
  states: readonly number[] = STATES,
): Promise<readonly ProcessGraph[]> {
  const lists = states.map((state) => read.ask('getprocessgraphsmsg', { colonyname: read.colony, count: MOST, state }, signal));
  return (await Promise.all(lists)).flat();
}

const OPEN = [processState.waiting, processState.running];

export const PROCESS: Input = {
  name: 'process',
  summary: 'the id of a process, or how it begins',
  complete: async (read, { signal }) => (await recentProcesses(read, signal, OPEN)).map(({ processid }) => shortIdOf(processid)),
};
export const WORKFLOW: Input = {
  name: 'workflow',
  summary: 'the id of a workflow, or how it begins',
  complete: async (read, { signal }) => (await recentGraphs(read, signal, OPEN)).map(({ processgraphid }) => shortIdOf(processgraphid)),
};

/** The whole id. Throws Fault INPUT_MISSING, and INPUT_VALUE where none of the last ones begins so, or several do. */
export async function processIn(words: Words, read: ColonyRead, { signal }: Call): Promise<string> {
  const text = needed(words, PROCESS.name).toLowerCase();
  if (WHOLE.test(text)) return text;
  return only(PROCESS.name, text, async () => (await recentProcesses(read, signal)).map(({ processid }) => processid));
}

export async function workflowIn(words: Words, read: ColonyRead, { signal }: Call): Promise<string> {
  const text = needed(words, WORKFLOW.name).toLowerCase();
  if (WHOLE.test(text)) return text;
  return only(WORKFLOW.name, text, async () => (await recentGraphs(read, signal)).map(({ processgraphid }) => processgraphid));
}

async function only(name: string, text: string, list: () => Promise<readonly string[]>): Promise<string> {
  const found = /^[0-9a-f]{1,63}$/.test(text) ? (await list()).filter((id) => id.startsWith(text)) : [];
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw wrongInput(name, text, {
    takes: `an id of 64 hexadecimal digits, or the beginning of one of the last ${MOST} of each state`,
    hint:
      found.length > 1
        ? `${found.length} of them begin so: write more of it.`
        : `The operation ${name === PROCESS.name ? 'processes' : 'workflows'} lists them.`,
  });
}
