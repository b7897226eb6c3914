import type { Bus } from './bus.ts';

export type Params = Readonly<Record<string, string>>;

/** What a running plugin instance gets from its agent. */
export interface PluginContext {
  readonly region: string;
  readonly agent: string;
  readonly pluginId: string;
  /** configparams as stored, with pluginID. */
  readonly config: Params;
  readonly bus: Bus;
  /** Sends a message to a plugin (or, without `plugin`, to an agent's controller) anywhere on the fabric; undefined: no answer. */
  rpc(
    to: { readonly region: string; readonly agent: string; readonly plugin?: string },
    event: 'EXEC' | 'CONFIG',
    params: Params,
  ): Promise<Params | undefined>;
  log(level: 'Error' | 'Warn' | 'Info' | 'Debug' | 'Trace', className: string, message: string): void;
  /** Limits for plugins that run commands or touch files. */
  readonly limits: { readonly commands: boolean; readonly seconds: number; readonly outputBytes: number };
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
}

/** A stock plugin. `start` false: status 7. */
export interface PluginInstance {
  start(): Promise<boolean>;
  stop(): Promise<void>;
  /** The whole reply: the request's members, but for those that its action takes out, and its results. Undefined: none comes. */
  handle(event: 'EXEC' | 'CONFIG', params: Params): Promise<Params | undefined>;
}

export type PluginMaker = (context: PluginContext) => PluginInstance;
