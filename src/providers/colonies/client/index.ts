/** `setpoint/colonies`: a client for Colonies servers 1.9, and what runs an executor with it. It knows no manifest. */
export { hashText, idOf, idOfPublicKey, newKey, publicKeyOf, signerOf, signText, type Recovered } from './keys.ts';
export { openColonies } from './open.ts';
export type * from './client.ts';
export { coloniesEnvironment, type Environment } from './environment.ts';
export { openColonyFiles, type ColonyFilesClient } from '../storage/open-colony-files.ts';
export type { S3Options } from '../../transport/s3.ts';
export { specOf, workflowOf } from './submit.ts';
export { hasEnded } from './wait.ts';
export {
  messages,
  subscriptions,
  type Effect,
  type Message,
  type MessageType,
  type Requests,
  type Signer,
  type SubscriptionType,
  type Subscriptions,
} from './messages/index.ts';
export { executorState, processState } from './models/index.ts';
export type * from './models/index.ts';
export { parseJson, writeJson, type Json, type Writable } from './json.ts';
export { Fault, type Diagnostic } from '../../../core/diagnostic.ts';
export * from '../executor/index.ts';
