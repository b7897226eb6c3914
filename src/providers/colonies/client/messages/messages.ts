import { blueprintMessages } from './blueprints.ts';
import { fileMessages } from './files.ts';
import { memberMessages } from './members.ts';
import type { ReplyOf, RequestOf } from './message.ts';
import { recordMessages } from './records.ts';
import { scheduleMessages } from './schedules.ts';
import { serverMessages } from './server.ts';
import type { subscriptions } from './subscriptions.ts';
import { workMessages } from './work.ts';

/** Every request that a server of 1.9 serves, by its `payloadtype`: who has to sign it, what it does, and how its reply is read. */
export const messages = {
  ...serverMessages,
  ...memberMessages,
  ...workMessages,
  ...recordMessages,
  ...scheduleMessages,
  ...blueprintMessages,
  ...fileMessages,
};

type Typed<T> = { readonly [K in keyof T]: { readonly request: RequestOf<T[K]>; readonly reply: ReplyOf<T[K]> } };

/** `Requests['getprocessmsg']['reply']` is a Process. */
export type Requests = Typed<typeof messages>;
export type MessageType = keyof Requests;

export type Subscriptions = Typed<typeof subscriptions>;
export type SubscriptionType = keyof Subscriptions;
