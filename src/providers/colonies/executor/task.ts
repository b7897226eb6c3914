import type { Value } from '../../../core/value.ts';
import type { ColoniesClient } from '../client/client.ts';
import type { FuncSpecDraft, FunctionArg, Process } from '../client/models/index.ts';
import type { Channel } from './channel.ts';

/** One process as the function that carries it out sees it. */
export interface Task {
  /** As it was assigned: state, retries, workflow, who submitted it. */
  readonly process: Process;
  readonly args: readonly Value[];
  readonly kwargs: Readonly<Record<string, Value>>;
  /** In a workflow: the outputs of the processes before this one, one after another. */
  readonly in: readonly Value[];
  /**
   * Aborted when the work is for nothing: its time is over, it was cancelled or given to somebody else, or the executor is stopped at
   * once. The reason is a Fault: COLONIES_TIME_LIMIT, COLONIES_TAKEN_AWAY or COLONIES_STOPPED.
   */
  readonly signal: AbortSignal;
  /**
   * Adds lines to the process's log. They are sent in the background, in order, and all of them before the process is closed. Who has
   * much to say awaits it: it is kept waiting while too much is on its way. Never rejects.
   */
  log(text: string): Promise<void>;
  /** Text under a key that nobody may change any more. */
  attribute(key: string, value: string): Promise<void>;
  /** Output so far, for whoever looks meanwhile; what is returned at the end takes its place. */
  setOutput(...out: readonly Value[]): Promise<void>;
  /** One of the channels that the function spec names: messages to and from whoever submitted the process. */
  channel(name: string): Channel;
  /**
   * Adds a process to the workflow of this one, to run after it. `insert`: between this one and its children, which then wait for it;
   * `before`: a process that waits for it as well. What the spec leaves out is without limit.
   */
  addChild(spec: FuncSpecDraft, place?: { readonly insert?: boolean; readonly before?: string }): Promise<Process>;
  /** For everything else; signs with the executor's key. */
  readonly client: ColoniesClient;
}

/**
 * What carries a process out. What it returns is the output: a list as it is, any other value as a list of one, nothing as none. The
 * server keeps numbers as float64: return larger integers as text. What it throws fails the process with its message.
 */
export type Handler = (task: Task) => Returned | Promise<Returned>;
type Returned = Value | void;

/** A handler with what colleagues read in the list of functions. */
export interface DescribedFunction {
  readonly run: Handler;
  readonly description?: string;
  readonly args?: readonly (Pick<FunctionArg, 'name' | 'type'> & Partial<FunctionArg>)[];
}

/** By name: what an executor registers, and what it can be asked for. */
export type Functions = Readonly<Record<string, Handler | DescribedFunction>>;

export const described = (entry: Handler | DescribedFunction): DescribedFunction => (typeof entry === 'function' ? { run: entry } : entry);

/** What a handler gave back, as the list that the server stores. */
export const outputOf = (returned: Returned): readonly Value[] =>
  returned === undefined ? [] : Array.isArray(returned) ? (returned as readonly Value[]) : [returned as Value];
