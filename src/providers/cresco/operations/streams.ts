import { Fault } from '../../../core/diagnostic.ts';
import type { Operation, Output } from '../../contract.ts';
import { stopIfAborted } from '../../transport/interrupted.ts';
import type { DataPlaneMessage, Subscription } from '../client/index.ts';
import type { Fabric, FabricWrite } from '../session.ts';
import { follow, GAP } from './following.ts';
import { countIn, LINES, needed, SECONDS, wrongInput, type Words } from './inputs.ts';

const NAME = { name: 'stream', summary: 'what the property stream_name is: the name of a process, of the stream of a query' } as const;

/** How long a message may take to come back to whoever sent it. */
const ECHO_SECONDS = 5;

/** The data plane: listening to it, and sending over it. */
export const streams: readonly Operation<Fabric>[] = [
  {
    name: 'stream',
    summary: 'prints what comes over the data plane, until Ctrl-C or until one of the limits',
    mutates: false,
    inputs: [
      NAME,
      { name: 'selector', summary: "or any condition on properties: filerepo_name='x' AND broadcast. One that is wrong matches nothing" },
      LINES,
      SECONDS,
    ],
    async *run({ read, write }, words, { signal }) {
      const selector = selectorIn(words);
      const followed = follow<DataPlaneMessage, Subscription>({
        open: (options) => read.subscribe({ selector }, options),
        most: countIn(words, LINES.name),
        seconds: countIn(words, SECONDS.name),
        signal,
        pause: (ms, until) => write.pause(ms, until),
      });
      for await (const one of followed) yield 'gap' in one ? GAP : { line: messageText(one.item) };
    },
  },
  {
    name: 'send',
    summary: 'sends a text over the data plane: to the input of a process, or as one event',
    mutates: true,
    inputs: [
      { ...NAME, required: true },
      { name: 'text', summary: 'the text', required: true },
      { name: 'type', summary: 'what the property type is: input, output or error (default: input)' },
    ],
    async *run({ write }, words, { signal }) {
      const stream = needed(words, NAME.name);
      yield await sent({ write, stream, text: needed(words, 'text'), type: words['type'] ?? 'input', signal });
    },
  },
];

/** Throws Fault INPUT_MISSING, INPUT_VALUE. */
function selectorIn(words: Words): string {
  const { stream, selector } = words;
  if (stream === undefined) return needed(words, 'selector', 'Write stream=NAME, or a condition on properties: selector="type=\'error\'".');
  if (selector !== undefined) throw wrongInput('selector', selector, { takes: 'nothing where stream is given' });
  return named(stream);
}

/** The selector of what has this name. */
export const named = (stream: string): string => `stream_name='${stream.replaceAll("'", "''")}'`;

/** A message as one line; bytes as their number and the first of them. */
export function messageText(message: DataPlaneMessage): string {
  if ('text' in message) return message.text;
  const { bytes } = message;
  const shown = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex');
  return `${bytes.length} bytes: ${shown}${bytes.length > SHOWN_BYTES ? '…' : ''}`;
}
const SHOWN_BYTES = 24;

export interface Sending {
  readonly write: FabricWrite;
  readonly stream: string;
  readonly text: string;
  readonly type: string;
  readonly signal: AbortSignal;
}

/**
 * Sends over the data plane, which confirms nothing: but a sender hears what has the name of its stream, its own messages as well, and
 * that one came back says that the fabric has it.
 */
export async function sent({ write, stream, text, type, signal }: Sending): Promise<Output> {
  const heard = follow<DataPlaneMessage, Awaited<ReturnType<FabricWrite['dataPlane']>>>({
    open: (options) => write.dataPlane({ identKey: 'stream_name', identId: stream, inputId: type }, options),
    onActive: (plane) => plane.send(text),
    seconds: ECHO_SECONDS,
    signal,
    pause: (ms, until) => write.pause(ms, until),
  });
  for await (const one of heard) {
    if ('item' in one && 'text' in one.item && one.item.text === text) return { line: `Sent to ${stream}: the data plane carries it.` };
  }
  stopIfAborted(signal, 'maybe');
  throw unheard(stream);
}

const unheard = (stream: string): Fault =>
  new Fault(
    {
      code: 'CRESCO_UNHEARD',
      summary: 'what was sent did not come back',
      detail: `It left this machine for the stream ${stream}, and within ${ECHO_SECONDS} s the data plane did not deliver it back, as it does to senders. Whether anybody has it is not known.`,
      hint: 'doctor looks at the data plane; sending again may deliver it twice.',
    },
    { sent: 'maybe' },
  );
