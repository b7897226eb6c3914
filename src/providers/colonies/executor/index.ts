/** Running an executor: part of `setpoint/colonies`. */
export { runExecutor } from './run-executor.ts';
export type { ExecutorOptions } from './options.ts';
export type { DescribedFunction, Functions, Handler, Task } from './task.ts';
export type { Channel, ChannelMessage } from './channel.ts';
export type { ExecutorEvent, Outcome, Tell } from './events.ts';
export type { Tally } from './jobs.ts';
export { interrupts, type Signalled } from './interrupts.ts';
export { keptKey } from './kept-key.ts';
