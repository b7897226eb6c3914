import { compileSelector } from './selector.ts';

/** One message on the fabric's data plane. Properties are JMS properties. */
export interface BusMessage {
  readonly body: string | Uint8Array;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** The data plane of a fabric: every message goes to every subscriber whose selector it satisfies. */
export interface Bus {
  publish(message: BusMessage): void;
  /** A selector that does not parse never matches (the real server accepts it and delivers nothing). Returns the function that ends it. */
  subscribe(selector: string, listener: (message: BusMessage) => void): () => void;
}

interface Subscription {
  readonly selects: (properties: BusMessage['properties']) => boolean;
  readonly listener: (message: BusMessage) => void;
  live: boolean;
}

/**
 * A data plane within this process. Everybody sees messages in the order in which they were published, also those that a
 * listener publishes while it is being told of one; who subscribes later sees nothing of before.
 * A listener that throws keeps nobody else from the message; its error reaches the publisher once all have been told.
 */
export function openBus(): Bus {
  const subscriptions = new Set<Subscription>();
  const waiting: { readonly message: BusMessage; readonly to: readonly Subscription[] }[] = [];
  let delivering = false;

  return {
    publish(message) {
      const to = [...subscriptions].filter((one) => one.selects(message.properties));
      if (to.length > 0) waiting.push({ message, to });
      if (delivering) return;
      delivering = true;
      const failures: unknown[] = [];
      for (let at = 0; at < waiting.length; at += 1) {
        const next = waiting[at];
        for (const one of next?.to ?? []) {
          try {
            if (next !== undefined && one.live) one.listener(next.message);
          } catch (error) {
            failures.push(error);
          }
        }
      }
      waiting.length = 0;
      delivering = false;
      if (failures.length > 0)
        throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'listeners of the data plane failed');
    },
    subscribe(selector, listener) {
      const selects = compileSelector(selector);
      if (selects === undefined) return () => {};
      const subscription: Subscription = { selects, listener, live: true };
      subscriptions.add(subscription);
      return () => {
        subscription.live = false;
        subscriptions.delete(subscription);
      };
    },
  };
}
