import { list } from '../codec.ts';
import { channelEntry, process, type Int64 } from '../models/index.ts';
import { fields, type InColony, type Table } from './message.ts';

/** Requests of the WebSocket `/pubsub`, which are answered again and again. `timeout` is in seconds; the server hangs up after it. */
export const subscriptions = {
  subscribeprocessmsg: {
    signer: 'anybody',
    effect: 'reads',
    reply: process,
    /** `executortype` has to be that of the process, or empty. Only `state` itself is told, no other. */
    fields: fields<
      InColony & { readonly processid: string; readonly executortype?: string; readonly state: number; readonly timeout: number }
    >(),
  },
  subscribeprocessesmsg: {
    signer: 'executor',
    effect: 'reads',
    reply: process,
    fields: fields<InColony & { readonly executortype: string; readonly state: number; readonly timeout: number }>(),
  },
  subscribechannelmsg: {
    signer: 'party',
    effect: 'reads',
    reply: list(channelEntry),
    fields: fields<{ readonly processid: string; readonly name: string; readonly afterseq: Int64; readonly timeout: number }>(),
  },
} as const satisfies Table;
