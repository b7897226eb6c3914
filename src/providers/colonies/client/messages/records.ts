import { list, nothing } from '../codec.ts';
import { attribute, channelEntry, log, type AttributeDraft, type Int64 } from '../models/index.ts';
import { fields, type InColony, type Table } from './message.ts';

export interface OfChannel {
  readonly processid: string;
  readonly name: string;
}

/** What processes leave behind: attributes, logs, and the messages of their channels. */
export const recordMessages = {
  addattributemsg: { signer: 'assignee', effect: 'once', reply: attribute, fields: fields<{ readonly attribute: AttributeDraft }>() },
  getattributemsg: { signer: 'member', effect: 'reads', reply: attribute, fields: fields<{ readonly attributeid: string }>() },
  addlogmsg: {
    signer: 'assignee',
    effect: 'once',
    reply: nothing,
    fields: fields<{ readonly processid: string; readonly message: string }>(),
  },
  addexecutorlogmsg: {
    signer: 'self',
    effect: 'once',
    reply: nothing,
    fields: fields<InColony & { readonly executorname: string; readonly message: string }>(),
  },
  getlogsmsg: {
    signer: 'member',
    effect: 'reads',
    reply: list(log),
    /** Later than `since` (Unix nanoseconds), `count` (500 at most) of the oldest, or with `latest` of the newest; oldest first. */
    fields: fields<
      InColony & {
        readonly processid?: string;
        /** Wins over `processid`. */
        readonly executorname?: string;
        readonly count: number;
        readonly since?: Int64;
        readonly latest?: boolean;
      }
    >(),
  },
  searchlogsmsg: {
    signer: 'member',
    effect: 'reads',
    reply: list(log),
    /** `days` 30 and `count` 100 at most. `%` and `_` in the text stand for anything. Not in order. */
    fields: fields<InColony & { readonly text: string; readonly days: number; readonly count: number }>(),
  },
  channelappendmsg: {
    signer: 'party',
    effect: 'once',
    reply: nothing,
    /** `payload` is base64; `payloadtype` one of `data`, `end`, `error`. */
    fields: fields<
      OfChannel & {
        readonly sequence: Int64;
        readonly inreplyto?: Int64;
        readonly payload: string;
        readonly payloadtype?: '' | 'data' | 'end' | 'error';
      }
    >(),
  },
  channelreadmsg: {
    signer: 'party',
    effect: 'reads',
    reply: list(channelEntry),
    /** `afterseq` counts the entries that were read before; `limit` 0: all. */
    fields: fields<OfChannel & { readonly afterseq: Int64; readonly limit?: number }>(),
  },
} as const satisfies Table;
