import type { ColoniesClient } from '../client/client.ts';
import type { ChannelEntry, Process } from '../client/models/index.ts';

export interface ChannelMessage {
  /** Counts the messages of its sender. */
  readonly sequence: bigint;
  /** The sequence of our message that it answers; absent: none. */
  readonly inReplyTo?: bigint;
  readonly sender: string;
  readonly type: 'data' | 'end' | 'error';
  readonly bytes: Uint8Array;
  /** The bytes as UTF-8. */
  text(): string;
}

/**
 * A list of messages between a process and whoever submitted it. The server keeps it in memory until the process is closed. It takes
 * 10 MiB a message, 10,000 messages a channel, and 100 a second for each process after a burst of 500.
 */
export interface Channel {
  /** Gives the message's sequence. */
  send(message: string | Uint8Array, options?: { readonly inReplyTo?: bigint; readonly type?: 'data' | 'end' | 'error' }): Promise<bigint>;
  /** Messages of both sides, without the first `skip`. */
  read(skip?: number): Promise<readonly ChannelMessage[]>;
  /** What the other side sends, from its first message on, as it comes; ends with the task. */
  received(): AsyncIterable<ChannelMessage>;
}

interface ChannelOptions {
  readonly client: ColoniesClient;
  readonly process: Process;
  readonly name: string;
  /** The executor's id: our own messages are those of this sender. */
  readonly self: string;
  readonly signal: AbortSignal;
}

/** Seconds that one subscription lasts. */
const SUBSCRIBED = 30;

export function channel({ client, process, name, self, signal }: ChannelOptions): Channel {
  const about = { processid: process.processid, name };
  const read = (afterseq: number): Promise<readonly ChannelEntry[]> => client.call('channelreadmsg', { ...about, afterseq }, { signal });
  // Entries are sorted by sender and sequence, and an earlier run of the process may have left some of ours.
  let last: Promise<bigint> | undefined;
  const begin = async (): Promise<bigint> =>
    (await read(0)).reduce((most, { senderid, sequence }) => (senderid === self && sequence > most ? sequence : most), 0n);

  return {
    async send(message, { inReplyTo, type = 'data' } = {}) {
      const mine = (last ?? begin()).then((before) => before + 1n);
      last = mine;
      const sequence = await mine;
      const payload = Buffer.from(message).toString('base64');
      const answers = inReplyTo === undefined ? {} : { inreplyto: inReplyTo };
      await client.call('channelappendmsg', { ...about, sequence, ...answers, payload, payloadtype: type }, { signal });
      return sequence;
    },
    read: async (skip = 0) => (await read(skip)).map(messageOf),
    async *received() {
      for (let seen = 0; !signal.aborted;) {
        // What is pushed only says that there is something: an entry that comes just when a subscription begins is pushed twice.
        const request = { ...about, afterseq: seen, timeout: SUBSCRIBED };
        for await (const pushed of client.subscribe('subscribechannelmsg', request, { signal })) {
          const entries = await read(seen);
          seen += entries.length;
          for (const entry of entries) if (entry.senderid !== self) yield messageOf(entry);
          // An empty list says that the subscription is over, although its socket stays open.
          if (pushed.length === 0) break;
        }
      }
    },
  };
}

function messageOf({ sequence, inreplyto, senderid, type, payload }: ChannelEntry): ChannelMessage {
  const bytes = Buffer.from(payload, 'base64');
  return {
    sequence,
    ...(inreplyto === 0n ? {} : { inReplyTo: inreplyto }),
    sender: senderid,
    type: type === 'end' || type === 'error' ? type : 'data',
    bytes,
    text: () => bytes.toString('utf8'),
  };
}
