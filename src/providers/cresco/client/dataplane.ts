import type { Clock } from '../../transport/clock.ts';
import type { Dialling } from './dialling.ts';
import { streamSocket, type StreamSocket } from './stream-socket.ts';
import type { DataPlane, DataPlaneMessage, Selector, StreamName, StreamOptions, Subscription } from './streams.ts';

export interface StreamContext {
  readonly dialling: Dialling;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Listens to what a selector matches. Such a socket is read alone: the server drops what is sent over it, without a word. */
export function subscribe({ selector }: Selector, options: StreamOptions | undefined, context: StreamContext): Promise<Subscription> {
  return open(selector, options, context);
}

/** Opens a stream by name, for reading and writing. */
export function dataPlane(name: StreamName, options: StreamOptions | undefined, context: StreamContext): Promise<DataPlane> {
  const { identKey, identId, ioTypeKey = 'type', outputId = 'output', inputId = outputId } = name;
  const config = { ident_key: identKey, ident_id: identId, io_type_key: ioTypeKey, output_id: outputId, input_id: inputId };
  return open(JSON.stringify(config), options, context);
}

function open(hello: string, options: StreamOptions | undefined, context: StreamContext): Promise<StreamSocket<DataPlaneMessage>> {
  const { dialling, clock, random } = context;
  return streamSocket({
    line: `data plane of ${dialling.host}`,
    dial: (listeners) => dialling.dial('dataplane', listeners),
    hello,
    read: (message): DataPlaneMessage => (typeof message === 'string' ? { text: message } : { bytes: message }),
    options,
    closing: dialling.closing,
    clock,
    random,
  });
}

/** A binary message with what stands in front of its body. */
export interface Frame {
  /** From 0. */
  readonly sequence?: number;
  readonly body: Uint8Array;
}

const DIGITS = 6;

/**
 * Takes apart a binary message of a transfer (`streamfile` of filerepo): the server writes the transfer's id and a number in front of
 * the body, without saying how long they are. The id is known to whoever asked for the transfer; the number has six digits, and more
 * from 1,000,000 on, so that only who counts can tell: `next` is the number that is expected, 0 at first. Undefined for a message of
 * another transfer.
 */
export function frameOf(
  bytes: Uint8Array,
  { transferId, next }: { readonly transferId?: string; readonly next?: number },
): Frame | undefined {
  const id = Buffer.from(transferId ?? '', 'utf8');
  if (!id.equals(bytes.subarray(0, id.length))) return undefined;
  const rest = bytes.subarray(id.length);
  if (next === undefined) return { body: rest };
  const width = Math.max(DIGITS, String(next).length);
  const digits = Buffer.from(rest.subarray(0, width)).toString('latin1');
  return /^\d+$/.test(digits) && digits.length === width ? { sequence: Number(digits), body: rest.subarray(width) } : undefined;
}
