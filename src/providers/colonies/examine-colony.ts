import { count } from '../../core/count.ts';
import { Fault } from '../../core/diagnostic.ts';
import { byText } from '../../core/value.ts';
import type { Call } from '../contract.ts';
import { attempt, type Check } from '../checks.ts';
import type { Cron, Executor, Generator, Process } from './client/index.ts';
import { executorState, processState } from './client/index.ts';
import type { ColonyRead } from './session.ts';
import { remedies } from './stopped.ts';

/** The server removes executors that have not asked for work for this long, unless it is told otherwise. */
const STALE_S = 600;
/** From here on it is worth a word. */
const SILENT_S = 400;
/** A cron that is due is submitted within a period of the server's, which is a second unless it is told otherwise. */
const LATE_MS = 60_000;
const ALL = 1_000_000;
const MOST = 100;

/** What may go wrong in a colony without anybody being told, looked for with the key of a member. */
export async function* examineColony(read: ColonyRead, call: Call): AsyncGenerator<Check> {
  const { signal } = call;
  const inColony = { colonyname: read.colony };
  yield await paused(read, signal);
  const users = await listed('users', () => read.users(signal));
  const executors = await listed('executors', () => read.executors(signal));
  const snapshots = await listed('snapshots', () => read.ask('getsnapshotsmsg', inColony, signal));
  const locations = await listed('locations', () => read.ask('getlocationsmsg', inColony, signal));
  for (const one of [users, executors, snapshots, locations]) if ('finding' in one) yield one.finding;
  if ('found' in users) yield { name: 'users', ok: true, message: count(users.found.length, 'user') };
  if ('found' in executors) yield* examineExecutors(executors.found, call);

  const crons = await listed('crons', () => read.ask('getcronsmsg', { ...inColony, count: ALL }, signal));
  const generators = await listed('generators', () => read.ask('getgeneratorsmsg', { ...inColony, count: ALL }, signal));
  for (const one of [crons, generators]) if ('finding' in one) yield one.finding;
  if ('found' in users && 'found' in executors) {
    const known = new Set([...users.found.map(({ userid }) => userid), ...executors.found.map(({ executorid }) => executorid)]);
    if ('found' in crons) yield* examineCrons(crons.found, { known, now: call.now() });
    if ('found' in generators) yield* examineGenerators(generators.found, known);
  }
  const waiting = await listed('queue', () =>
    read.ask('getprocessesmsg', { ...inColony, count: MOST, state: processState.waiting }, signal),
  );
  if ('finding' in waiting) yield waiting.finding;
  else if ('found' in executors) yield queue(waiting.found, executors.found);
  yield await definitions(read, signal);
}

/** A list that one bad name has spoiled is a finding of its own: nobody can remove the name over the wire. */
async function listed<T>(
  name: string,
  list: () => Promise<readonly T[]>,
): Promise<{ readonly found: readonly T[] } | { readonly finding: Check }> {
  let spoiled = false;
  const looked = await attempt(name, () =>
    list().catch((error: unknown) => {
      spoiled = error instanceof Fault && /Failed to parse/.test(error.diagnostic.detail ?? '');
      throw error;
    }),
  );
  if (!spoiled || 'found' in looked) return looked;
  const message = `cannot be listed: one of them has a colon in its name, which the server takes and cannot take apart again. Only in its database can it be removed (${name.toUpperCase()}, a name with two colons)`;
  return { finding: { name, ok: false, message } };
}

async function paused(read: ColonyRead, signal: AbortSignal): Promise<Check> {
  const name = 'assignments';
  const status = await attempt(name, () => read.ask('getpausestatusmsg', { colonyname: read.colony }, signal));
  if ('finding' in status) return status.finding;
  return status.found.ispaused
    ? { name, ok: false, message: 'are paused: whatever is submitted waits. The operation resume lets it go' }
    : { name, ok: true, message: 'are not paused' };
}

function* examineExecutors(all: readonly Executor[], { now }: Call): IterableIterator<Check> {
  const there = all.filter(({ state }) => state !== executorState.unregistered);
  const named = (some: readonly Executor[]): string =>
    some
      .map(({ executorname }) => executorname)
      .sort(byText)
      .join(', ');
  const inState = (state: number): readonly Executor[] => all.filter((one) => one.state === state);
  const gone = inState(executorState.unregistered);
  yield {
    name: 'executors',
    ok: true,
    message: `${count(inState(executorState.approved).length, 'is approved', 'are approved')}, ${inState(executorState.pending).length} pending, ${inState(executorState.rejected).length} rejected, ${gone.length} unregistered${gone.length === 0 ? '' : ': those names are taken, unless the server lets them be registered again'}`,
  };
  const silent = inState(executorState.approved).filter(
    ({ lastheardfromtime }) => lastheardfromtime !== undefined && now() - Date.parse(lastheardfromtime) > SILENT_S * 1000,
  );
  if (silent.length > 0) {
    const message = `have not asked for work for more than ${SILENT_S} s, and are removed after ${STALE_S} s of that: ${named(silent)}. One that works on a long process looks the same: it has to ask meanwhile`;
    yield { name: 'silent executors', ok: false, message };
  }
  const byId = new Map<string, Executor[]>();
  for (const one of there) byId.set(one.executorid, [...(byId.get(one.executorid) ?? []), one]);
  for (const some of byId.values()) {
    if (some.length < 2) continue;
    yield { name: 'executors', ok: false, message: `${named(some)} have one key: the server lets them in by chance. Give each its own` };
  }
}

interface Around {
  /** Ids that the server knows. */
  readonly known: ReadonlySet<string>;
  readonly now: number;
}

function* examineCrons(all: readonly Cron[], { known, now }: Around): IterableIterator<Check> {
  const nobodys = all.filter(({ initiatorid }) => !known.has(initiatorid)).map(({ name }) => name);
  const late = all
    .filter(({ name, nextrun }) => !nobodys.includes(name) && nextrun !== undefined && now - Date.parse(nextrun) > LATE_MS)
    .map(({ name }) => name);
  yield { name: 'crons', ok: true, message: count(all.length, 'cron') };
  yield* neverRun('crons', nobodys);
  if (late.length > 0) {
    const message = `were to run more than a minute ago, and did not: ${late.join(', ')}. One that waits for its last run never runs again once that was cancelled: remove the cancelled workflow`;
    yield { name: 'crons', ok: false, message };
  }
}

function* examineGenerators(all: readonly Generator[], known: ReadonlySet<string>): IterableIterator<Check> {
  yield { name: 'generators', ok: true, message: count(all.length, 'generator') };
  const deadly = all.filter(({ trigger }) => trigger < 1).map(({ name }) => name);
  if (deadly.length > 0) {
    const message = `wait for no argument at all, and the first one kills the server, again after each restart: ${deadly.join(', ')}. Remove them`;
    yield { name: 'generators', ok: false, message };
  }
  const nobodys = all.filter(({ initiatorid }) => !known.has(initiatorid)).map(({ name }) => name);
  yield* neverRun('generators', nobodys);
}

const neverRun = (what: 'crons' | 'generators', names: readonly string[]): readonly Check[] =>
  remedies(what, names).map((line) => ({
    name: what,
    ok: false,
    message: `never run, since whoever made them is gone or has another key: ${line}`,
  }));

/** What waits for executors that nobody has. */
function queue(waiting: readonly Process[], executors: readonly Executor[]): Check {
  const types = new Set(executors.filter(({ state }) => state === executorState.approved).map(({ executortype }) => executortype));
  const lost = new Map<string, number>();
  for (const { spec, waitforparents } of waiting) {
    const { executortype } = spec.conditions;
    if (!types.has(executortype) && !waitforparents) lost.set(executortype, (lost.get(executortype) ?? 0) + 1);
  }
  const all = `${waiting.length}${waiting.length === MOST ? ' or more' : ''} wait`;
  if (lost.size === 0) return { name: 'queue', ok: true, message: all };
  const told = [...lost].map(([type, n]) => `${n} for "${type}"`).join(', ');
  return { name: 'queue', ok: false, message: `${all}, of these some for executors of a type that no approved one has: ${told}` };
}

async function definitions(read: ColonyRead, signal: AbortSignal): Promise<Check> {
  const name = 'blueprint definitions';
  const looked = await attempt(name, () => read.ask('getblueprintdefinitionsmsg', { colonyname: read.colony }, signal));
  if ('finding' in looked) return looked.finding;
  const names = new Map<string, string[]>();
  for (const { spec, metadata } of looked.found) names.set(spec.names.kind, [...(names.get(spec.names.kind) ?? []), metadata.name]);
  const twice = [...names].filter(([, some]) => some.length > 1);
  if (twice.length === 0) return { name, ok: true, message: count(looked.found.length, 'definition') };
  const told = twice.map(([kind, some]) => `${kind}: ${some.join(', ')}`).join('; ');
  return { name, ok: false, message: `several define one kind, and which of them counts is left to chance: ${told}. Remove all but one` };
}
