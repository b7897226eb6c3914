import { Fault } from '../../../core/diagnostic.ts';
import type { Call, Operation } from '../../contract.ts';
import { needed, wrongInput, type Words } from '../../words.ts';
import { colonIn } from '../kinds/names.ts';
import type { Colony, ColonyRead } from '../session.ts';

export { choiceIn, countIn, flagIn, needed, tableOf, wrongInput, type Words } from '../../words.ts';

export type Input = Operation<Colony>['inputs'][number];

/** As many crons and generators as there are: the server lists as many as it is asked for. */
export const ALL = 1_000_000;
/** Of processes and workflows it lists no more of a state. */
export const MOST = 100;
/** Of a log it gives no more at once. */
export const MOST_LINES = 500;

type Complete = NonNullable<Input['complete']>;
const named =
  <T>(list: (read: ColonyRead, signal: AbortSignal) => Promise<readonly T[]>, nameOf: (one: T) => string): Complete =>
  async (read, { signal }) => [...new Set((await list(read, signal)).map(nameOf))];

const inColony = ({ colony }: ColonyRead): { readonly colonyname: string } => ({ colonyname: colony });

export const EXECUTOR: Input = {
  name: 'executor',
  summary: 'the name of an executor',
  complete: named(
    (read, signal) => read.executors(signal),
    ({ executorname }) => executorname,
  ),
};
export const FUNCTION: Input = {
  name: 'function',
  summary: 'the name of a function',
  complete: named(
    (read, signal) => read.functions(signal),
    ({ funcname }) => funcname,
  ),
};
export const TYPE: Input = {
  name: 'type',
  summary: 'a type of executors',
  complete: named(
    (read, signal) => read.executors(signal),
    ({ executortype }) => executortype,
  ),
};
export const USER: Input = {
  name: 'user',
  summary: 'the name of a user',
  complete: named(
    (read, signal) => read.users(signal),
    ({ name }) => name,
  ),
};
export const CRON: Input = {
  name: 'cron',
  summary: 'the name of a cron',
  required: true,
  complete: named(cronsOf, ({ name }) => name),
};
export const GENERATOR: Input = {
  name: 'generator',
  summary: 'the name of a generator',
  required: true,
  complete: named(generatorsOf, ({ name }) => name),
};
export const BLUEPRINT: Input = {
  name: 'blueprint',
  summary: 'the name of a blueprint',
  required: true,
  complete: named(
    (read, signal) => read.ask('getblueprintsmsg', { namespace: read.colony }, signal),
    ({ metadata }) => metadata.name,
  ),
};
export const LABEL: Input = {
  name: 'label',
  summary: 'the label of files: /recipes',
  complete: named(labelsOf, ({ name }) => name),
};
export const SNAPSHOT: Input = {
  name: 'snapshot',
  summary: 'the name of a snapshot',
  complete: named(
    (read, signal) => read.ask('getsnapshotsmsg', inColony(read), signal),
    ({ name }) => name,
  ),
};

export const LINES: Input = { name: 'lines', summary: 'ends after so many lines' };
export const SECONDS: Input = { name: 'seconds', summary: 'ends after so many seconds' };
export const WAIT: Input = { name: 'wait', summary: 'waits until it has ended, and prints what it put out', flag: true };
export const FOLLOW: Input = { name: 'follow', summary: 'waits, and prints what is logged meanwhile', flag: true };

export function cronsOf(read: ColonyRead, signal: AbortSignal) {
  return read.ask('getcronsmsg', { ...inColony(read), count: ALL }, signal);
}
export function generatorsOf(read: ColonyRead, signal: AbortSignal) {
  return read.ask('getgeneratorsmsg', { ...inColony(read), count: ALL }, signal);
}
export function labelsOf(read: ColonyRead, signal: AbortSignal) {
  return read.ask('getfilelabelsmsg', { ...inColony(read), name: '', exact: false }, signal);
}

/** The one of a list that is called so. Throws Fault INPUT_MISSING, and INPUT_VALUE with the nearest name that there is. */
export async function oneNamed<T>(
  {
    words,
    name,
    what,
    nameOf,
  }: { readonly words: Words; readonly name: string; readonly what: string; readonly nameOf: (one: T) => string },
  list: Promise<readonly T[]>,
): Promise<T> {
  const text = needed(words, name);
  const all = await list;
  const found = all.find((one) => nameOf(one) === text);
  if (found !== undefined) return found;
  throw wrongInput(name, text, { takes: `the name of ${what} of the colony, and there is none of that name`, known: all.map(nameOf) });
}

/** Throws Fault INPUT_VALUE for an executor that was never there; one that is unregistered is there. */
export const executorIn = (words: Words, { read }: Pick<Colony, 'read'>, { signal }: Call) =>
  oneNamed({ words, name: EXECUTOR.name, what: 'an executor', nameOf: ({ executorname }) => executorname }, read.executors(signal));

/** Seconds, or -1 for no limit. Throws Fault INPUT_VALUE. */
export function limitIn(words: Words, name: string): number | undefined {
  const text = words[name];
  if (text === undefined) return undefined;
  if (text === '-1' || (/^\d{1,9}$/.test(text) && Number(text) > 0)) return Number(text);
  throw wrongInput(name, text, { takes: 'seconds above 0, or -1 for no limit' });
}

/** A whole number within limits. Throws Fault INPUT_VALUE. */
export function numberIn(words: Words, name: string, { from, to }: { readonly from: number; readonly to: number }): number | undefined {
  const text = words[name];
  if (text === undefined) return undefined;
  if (/^-?\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text);
  throw wrongInput(name, text, { takes: `a whole number from ${from} to ${to}` });
}

/** What is later does not fit into the nanoseconds of the server. */
const LAST_MS = Number(2n ** 63n / 1_000_000n);
const UNITS = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 } as const;

/** A moment in Unix nanoseconds: so long ago (`10m`, `2h`, `3d`), or RFC 3339. Throws Fault INPUT_VALUE. */
export function sinceIn(words: Words, name: string, now: number): bigint | undefined {
  const text = words[name];
  if (text === undefined) return undefined;
  const [, amount, unit] = /^(\d{1,6})(s|m|min|h|d)$/.exec(text) ?? [];
  const at = amount === undefined ? Date.parse(text) : now - Number(amount) * UNITS[unit as keyof typeof UNITS] * 1000;
  if (!(at < LAST_MS) || (amount === undefined && !/^\d{4}-\d\d-\d\d/.test(text))) {
    throw wrongInput(name, text, { takes: 'how long ago (30s, 10m, 2h, 3d), or a time like 2026-11-22T06:30:00Z' });
  }
  return BigInt(Math.trunc(at)) * 1_000_000n;
}

/** A name that the server could not take apart again is refused before it is sent. Throws Fault COLONIES_NAME. */
export function safeName(words: Words, name: string, what: string): string {
  const text = needed(words, name);
  const [bad] = colonIn(text, what, '');
  if (bad === undefined) return text;
  const { code, summary, detail, hint } = bad;
  throw new Fault({ code, summary, ...(detail === undefined ? {} : { detail }), ...(hint === undefined ? {} : { hint }) }, { sent: 'no' });
}
