import type { AgentPlace } from './results.ts';

/** Told when a stream is cut and when it is back: what the fabric sent in between is lost, and nothing of it is sent again. */
export type StreamState = 'active' | 'lost';

export interface StreamOptions {
  readonly signal?: AbortSignal;
  readonly onState?: (state: StreamState) => void;
  /** How much may wait here for a slow reader before the sender is held back. Default: 4 MiB. */
  readonly bufferBytes?: number;
}

/**
 * Messages as they come: one reader, once. Iterating ends after `close()`, and throws a Fault when the stream cannot come back
 * (key or certificate refused, closed by the signal); until then it reconnects by itself.
 */
export interface Stream<T> extends AsyncIterable<T> {
  active(): boolean;
  close(): Promise<void>;
}

export type DataPlaneMessage = { readonly text: string } | { readonly bytes: Uint8Array };

/** Everything whose properties match: `stream_name='s' AND type='error'`. A selector that does not parse matches nothing, silently. */
export interface Selector {
  readonly selector: string;
}

/**
 * A stream that is written as well: receives what has the property `identKey` with the value `identId` (its own messages too), and
 * sends with that property and `ioTypeKey` = `inputId`.
 */
export interface StreamName {
  readonly identKey: string;
  readonly identId: string;
  readonly ioTypeKey?: string;
  readonly inputId?: string;
  readonly outputId?: string;
}

export type Subscription = Stream<DataPlaneMessage>;

export interface DataPlane extends Subscription {
  /** Resolves when it has left this machine: a slow network holds the caller back. Throws CONNECTION_LOST while the stream is cut. */
  send(message: string | Uint8Array): Promise<void>;
}

export type LogLevel = 'None' | 'Error' | 'Warn' | 'Info' | 'Debug' | 'Trace';

/** A line of an agent's log. What is not written like one has `text` alone. */
export interface LogLine {
  readonly text: string;
  readonly place?: AgentPlace;
  /** The id of a plugin, or `agent`. */
  readonly source?: string;
  readonly className?: string;
  readonly level?: LogLevel;
  readonly message?: string;
}

export interface LogWish extends AgentPlace {
  readonly level: LogLevel;
  /**
   * `default` (which counts only while no class was named), or what log ids begin with, in lower case: `agent:io.cresco`,
   * `plugin-…:io.example`.
   */
  readonly baseClass?: string;
}

export interface LogStreamer extends Stream<LogLine> {
  /**
   * Mirrors an agent's log from this level on. It changes the level of the agent's log file as well, and for good. Set again after
   * each reconnect. Throws CRESCO_REFUSED, TIMEOUT.
   */
  setLevel(wish: LogWish, options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<void>;
}
