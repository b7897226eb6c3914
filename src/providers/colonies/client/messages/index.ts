export { messages, type MessageType, type Requests, type SubscriptionType, type Subscriptions } from './messages.ts';
export { subscriptions } from './subscriptions.ts';
export type { Effect, Message, Signer } from './message.ts';
