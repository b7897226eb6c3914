import type { SubscriptionType, Subscriptions } from './messages/index.ts';
import type { ChannelEntry } from './models/index.ts';

/** Where a subscription stands, so that it can be made again behind the last entry that was handed on. */
export interface Place<T extends SubscriptionType> {
  /** The request to send next. */
  readonly request: () => Subscriptions[T]['request'];
  /** What of a frame is new; undefined if nothing is. */
  readonly take: (reply: Subscriptions[T]['reply']) => Subscriptions[T]['reply'] | undefined;
}

export function placeOf<T extends SubscriptionType>(type: T, request: Subscriptions[T]['request']): Place<T> {
  if (type !== 'subscribechannelmsg') return { request: () => request, take: (reply) => reply };
  return channelPlace(request as Subscriptions['subscribechannelmsg']['request']) as unknown as Place<T>;
}

/**
 * Channels are read by index. The server first listens and then reads what is there, so that an entry which comes in between is told
 * twice: in the first frame and by itself.
 */
function channelPlace(request: Subscriptions['subscribechannelmsg']['request']): Place<'subscribechannelmsg'> {
  let read = BigInt(request.afterseq);
  let first = new Set<string>();
  let fresh = true;
  return {
    request() {
      first = new Set();
      fresh = true;
      return { ...request, afterseq: read };
    },
    take(entries) {
      const unseen = entries.filter((entry) => !first.has(nameOf(entry)));
      if (fresh) first = new Set(entries.map(nameOf));
      fresh = false;
      read += BigInt(unseen.length);
      return unseen.length === 0 ? undefined : unseen;
    },
  };
}

const nameOf = ({ senderid, sequence, timestamp }: ChannelEntry): string => `${senderid} ${sequence} ${timestamp ?? ''}`;
