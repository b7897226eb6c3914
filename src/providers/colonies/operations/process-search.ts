import { byText } from '../../../core/value.ts';
import type { Call } from '../../contract.ts';
import type { Process } from '../client/index.ts';
import type { ColonyRead } from '../session.ts';
import { EXECUTOR, executorIn, wrongInput, type Words } from './inputs.ts';
import { lastProcesses } from './last-processes.ts';

/** What was found, the newest first; `cut`: the server may have more, which it does not list. */
interface Found {
  readonly found: readonly Process[];
  readonly cut: boolean;
}

/**
 * Processes by type, executor, label, initiator and function, all at once. The server goes by one filter alone: it is given the
 * narrowest, and the others are applied here. Throws Fault INPUT_VALUE for a name that is none.
 */
export async function search(
  read: ColonyRead,
  words: Words,
  { states, call }: { readonly states: readonly number[]; readonly call: Call },
): Promise<Found> {
  const { signal } = call;
  const { type: executortype, initiator, label, function: funcname } = words;
  const executor = words[EXECUTOR.name] === undefined ? undefined : await executorIn(words, { read }, call);
  const filter = await narrowest(read, { initiator, label, executortype }, signal);
  const lists = await Promise.all(states.map((state) => lastProcesses(read, { state, filter }, signal)));
  const found = lists
    .flatMap(({ list }) => list)
    .filter(
      (one) =>
        (executortype === undefined || one.spec.conditions.executortype === executortype) &&
        (label === undefined || one.spec.label === label) &&
        (initiator === undefined || one.initiatorname === initiator) &&
        (funcname === undefined || one.spec.funcname === funcname) &&
        (executor === undefined || one.assignedexecutorid === executor.executorid),
    );
  return { found: found.sort(newer), cut: lists.some(({ cut }) => cut) };
}

type Filters = Readonly<Record<'initiator' | 'label' | 'executortype', string | undefined>>;
type Filter = { readonly [K in keyof Filters]?: string };

async function narrowest(read: ColonyRead, { initiator, label, executortype }: Filters, signal: AbortSignal): Promise<Filter> {
  if (initiator !== undefined && (await isUser(read, initiator, signal))) return { initiator };
  if (label !== undefined) return { label };
  return executortype === undefined ? {} : { executortype };
}

/** The server finds users by name, and nobody else; an executor may have submitted something as well. */
async function isUser(read: ColonyRead, initiator: string, signal: AbortSignal): Promise<boolean> {
  const [users, executors] = await Promise.all([read.users(signal), read.executors(signal)]);
  const userNames = users.map(({ name }) => name);
  const executorNames = executors.map(({ executorname }) => executorname);
  if (userNames.includes(initiator)) return true;
  if (executorNames.includes(initiator)) return false;
  throw wrongInput('initiator', initiator, {
    takes: 'the name of a user or an executor of the colony, and there is none of that name',
    known: [...userNames, ...executorNames],
  });
}

export const newer = (a: { readonly submissiontime?: string }, b: { readonly submissiontime?: string }): number =>
  Date.parse(b.submissiontime ?? '') - Date.parse(a.submissiontime ?? '') || byText(b.submissiontime ?? '', a.submissiontime ?? '');
