import { Fault } from '../../../core/diagnostic.ts';
import type { Call, Operation } from '../../contract.ts';
import { systemClock } from '../../transport/clock.ts';
import type { Log } from '../client/index.ts';
import type { Colony, ColonyRead } from '../session.ts';
import { isInterrupt } from './following.ts';
import {
  countIn,
  EXECUTOR,
  executorIn,
  flagIn,
  LINES,
  MOST_LINES,
  needed,
  numberIn,
  SECONDS,
  sinceIn,
  type Input,
  type Words,
} from './inputs.ts';
import { linesOf, momentText, shortIdOf } from './texts.ts';
import { PROCESS, processIn } from './work-ids.ts';

const SHOWN = 20;
const SINCE: Input = { name: 'since', summary: 'only what was logged after: 30s, 10m, 2h, 3d ago, or 2026-11-22T06:30:00Z' };
const TIMES: Input = { name: 'times', summary: 'with the time of each line, in UTC', flag: true };
const MOST_DAYS = 30;
const MOST_FOUND = 100;

/** What processes and executors log. */
export const logs: readonly Operation<Colony>[] = [
  {
    name: 'logs',
    summary: 'prints what a process or an executor logged, and with follow what it goes on to log',
    mutates: false,
    inputs: [
      PROCESS,
      EXECUTOR,
      SINCE,
      { name: 'last', summary: `the last so many entries (default: ${SHOWN}; with since or follow all)` },
      { name: 'follow', summary: 'goes on until the process has ended, until Ctrl-C, or until one of the limits', flag: true },
      TIMES,
      LINES,
      SECONDS,
    ],
    async *run(session, words, call) {
      const of = await sourceIn(session, words, call);
      const since = sinceIn(words, SINCE.name, call.now());
      const last = numberIn(words, 'last', { from: 1, to: MOST_LINES });
      const [follow, times, lines] = [flagIn(words, 'follow'), flagIn(words, TIMES.name), countIn(words, LINES.name) ?? Infinity];
      const wish = { of, times, since, last, follow, seconds: countIn(words, SECONDS.name), call };
      let told = 0;
      for await (const log of wished(session.read, wish)) {
        for (const line of textOf(log, times)) {
          if (told >= lines) return;
          told += 1;
          yield { line };
        }
      }
    },
  },
  {
    name: 'search-logs',
    summary: 'prints the log entries of the whole colony that hold a text; % and _ in it stand for anything',
    mutates: false,
    inputs: [
      { name: 'text', summary: 'the text, in upper and lower case as it was logged', required: true },
      { name: 'days', summary: `of the last so many days, ${MOST_DAYS} at most (default: 1)` },
      { name: 'last', summary: `how many entries, ${MOST_FOUND} at most (default: ${MOST_FOUND})` },
    ],
    async *run({ read }, words, { signal }) {
      const days = numberIn(words, 'days', { from: 1, to: MOST_DAYS }) ?? 1;
      const count = numberIn(words, 'last', { from: 1, to: MOST_FOUND }) ?? MOST_FOUND;
      const found = await read.ask('searchlogsmsg', { colonyname: read.colony, text: needed(words, 'text'), days, count }, signal);
      // The server gives them in no order.
      for (const log of [...found].sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0))) {
        const where = log.processid === '' ? log.executorname : `${log.executorname} ${shortIdOf(log.processid)}`;
        for (const line of textOf(log, true)) yield { line: line.replace('  ', `  ${where}  `) };
      }
      if (found.length === 0) yield { line: 'There is none.' };
      if (found.length === count)
        yield { line: `There may be more: the server gives ${count} at once, and says of none whether it is the last.` };
    },
  },
];

type Source = { readonly processid: string } | { readonly executorname: string };

async function sourceIn(session: Colony, words: Words, call: Call): Promise<Source> {
  if (words[EXECUTOR.name] === undefined) {
    needed(words, PROCESS.name, 'One of process=… and executor=… says whose log is meant.');
    return { processid: await processIn(words, session.read, call) };
  }
  if (words[PROCESS.name] === undefined) return { executorname: (await executorIn(words, session, call)).executorname };
  throw new Fault(
    {
      code: 'INPUT_VALUE',
      summary: 'process and executor cannot both be given',
      detail: 'The server would go by the executor alone. Nothing was asked.',
      hint: 'Leave one of the two out.',
    },
    { sent: 'no' },
  );
}

interface Wish {
  readonly of: Source;
  readonly since: bigint | undefined;
  readonly last: number | undefined;
  readonly follow: boolean;
  readonly seconds: number | undefined;
  readonly call: Call;
}

/** The entries that are wanted, oldest first. Interrupting ends it as a limit does: whoever follows has seen enough. */
async function* wished(read: ColonyRead, { of, since, last, follow, seconds, call }: Wish): AsyncGenerator<Log> {
  const { signal } = call;
  const ask = { colonyname: read.colony, ...of };
  let from = since ?? 0n;
  const count = last ?? (since === undefined && !follow ? SHOWN : undefined);
  if (count !== undefined) {
    const page = await read.ask('getlogsmsg', { ...ask, count, since: from, latest: true }, signal);
    yield* page;
    from = page.at(-1)?.timestamp ?? from;
  }
  if (follow) yield* followed(read, { of, from, seconds, signal });
  else if (count === undefined) yield* all(read, { ask, from, signal });
}

/** Page by page: what comes meanwhile is not waited for. */
async function* all(
  read: ColonyRead,
  { ask, from, signal }: { readonly ask: Source & { readonly colonyname: string }; readonly from: bigint; readonly signal: AbortSignal },
): AsyncGenerator<Log> {
  for (let since = from; ;) {
    const page = await read.ask('getlogsmsg', { ...ask, count: MOST_LINES, since }, signal);
    yield* page;
    const end = page.at(-1)?.timestamp;
    if (end === undefined || page.length < MOST_LINES) return;
    since = end;
  }
}

async function* followed(
  read: ColonyRead,
  {
    of,
    from,
    seconds,
    signal,
  }: { readonly of: Source; readonly from: bigint; readonly seconds: number | undefined; readonly signal: AbortSignal },
): AsyncGenerator<Log> {
  const over = new AbortController();
  const enough = AbortSignal.any([signal, over.signal]);
  if (seconds !== undefined) {
    // Ended early, the pause is over as well; that it was is nobody's trouble.
    void systemClock.sleep(seconds * 1000, enough).then(
      () => over.abort(),
      () => undefined,
    );
  }
  try {
    yield* read.logs(of, { since: from, signal: enough });
  } catch (error) {
    if (!isInterrupt(error)) throw error;
  } finally {
    over.abort();
  }
}

const textOf = ({ message, timestamp }: Log, times: boolean): readonly string[] =>
  linesOf(message).map((line) => (times ? `${momentText(timestamp)}  ${line}` : line));
