import { Fault } from '../../../core/diagnostic.ts';
import type { Operation, Output } from '../../contract.ts';
import type { AgentPlace, LogLevel, LogLine, LogStreamer, LogWish } from '../client/index.ts';
import type { Fabric, FabricRead } from '../session.ts';
import { follow, GAP } from './following.ts';
import { AGENT, agentIn, choiceIn, countIn, flagIn, LINES, SECONDS, type Words } from './inputs.ts';

const LEVELS: readonly LogLevel[] = ['Error', 'Warn', 'Info', 'Debug', 'Trace'];
/** What agents log unless told otherwise. */
const USUAL: LogLevel = 'Info';
const SHOWN = 20;
/** How long the way back to the usual level may take: somebody waits for a prompt. */
const BACK_MS = 5_000;

/** What agents log: what is in the file, and what comes. */
export const logs: readonly Operation<Fabric>[] = [
  {
    name: 'agent-log',
    summary: "prints an agent's whole log file",
    mutates: false,
    inputs: [AGENT],
    async *run({ read }, words, { signal }) {
      yield* asLines(await linesOf(read, agentIn(words), signal));
    },
  },
  {
    name: 'logs',
    summary: 'prints the end of the log of an agent, and with follow what it goes on to log',
    mutates: false,
    inputs: [
      AGENT,
      { name: 'follow', summary: 'goes on until Ctrl-C, or until one of the limits', flag: true },
      { name: 'last', summary: `how many lines of the log file come first (default: ${SHOWN}, with follow none)` },
      {
        name: 'level',
        summary: `with follow: ${LEVELS.join(', ')} (default: ${USUAL}). The log file takes it as well; afterwards it is ${USUAL} again`,
        complete: () => Promise.resolve(LEVELS),
      },
      { name: 'class', summary: 'with follow: only what begins so, in lower case: agent:io.cresco, or the id of a plugin' },
      LINES,
      SECONDS,
    ],
    async *run({ read, write }, words, { signal }) {
      const at = agentIn(words);
      const goesOn = flagIn(words, 'follow');
      const last = countIn(words, 'last') ?? (goesOn ? 0 : SHOWN);
      const wish = wishIn(words, at);
      const limits = { most: countIn(words, LINES.name), seconds: countIn(words, SECONDS.name) };
      if (last > 0) yield* asLines((await linesOf(read, at, signal)).slice(-last));
      if (!goesOn) return;
      const followed = follow<LogLine, LogStreamer>({
        open: (options) => write.logStreamer(options),
        onActive: (stream) => stream.setLevel(wish, { signal }),
        onEnd: (stream) => putBack(stream, wish),
        ...limits,
        signal,
        pause: (ms, until) => write.pause(ms, until),
      });
      for await (const one of followed) yield 'gap' in one ? GAP : { line: logText(one.item) };
    },
  },
];

function wishIn(words: Words, at: AgentPlace): LogWish {
  const level = choiceIn(words, 'level', { of: LEVELS, otherwise: USUAL });
  const baseClass = words['class'];
  return { ...at, level, ...(baseClass === undefined ? {} : { baseClass }) };
}

/** An agent at Trace would fill its disk. What its level was before cannot be read. */
async function putBack(stream: LogStreamer, wish: LogWish): Promise<void> {
  if (wish.level === USUAL || !stream.active()) return;
  try {
    await stream.setLevel({ ...wish, level: USUAL }, { timeoutMs: BACK_MS });
  } catch (error) {
    // Whatever kept it from being heard is told already, or is the end that was asked for.
    if (!(error instanceof Fault)) throw error;
  }
}

async function linesOf(read: FabricRead, at: AgentPlace, signal: AbortSignal): Promise<readonly string[]> {
  const text = await read.agents.log(at, { signal });
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function* asLines(lines: readonly string[]): Generator<Output> {
  for (const line of lines) yield { line };
}

/** `Info   agent:io.cresco.agent.core.agentservice  message` */
function logText({ text, level, source, className = '', message = '' }: LogLine): string {
  if (level === undefined) return text;
  return `${level.padEnd(5)}  ${source === undefined ? '' : `${source}:`}${className}  ${message}`;
}
