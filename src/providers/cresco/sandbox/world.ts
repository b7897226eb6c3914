import type { Clock } from '../../transport/clock.ts';
import type { AgentLog } from './agent-log.ts';
import type { Bus } from './bus.ts';
import type { Texts } from './gson.ts';
import type { Keep } from './keep.ts';
import type { Pipeline } from './pipeline.ts';
import type { PluginInstance, PluginMaker } from './plugin.ts';
import type { Destination, EventType } from './routing.ts';
import type { Settings } from './settings.ts';
import type { AgentFiles, Cep } from './stock/index.ts';
import type { Troubles } from './troubles.ts';

/** A plugin as its agent has it in memory. */
export interface Plugin {
  readonly id: string;
  /** As stored: what the caller gave and what the agent added. */
  config: Texts;
  code: number;
  desc: string;
  /** What runs; undefined for a plugin that died. */
  instance: PluginInstance | undefined;
}

/** A jar in an agent's `agent-repo-cache`: what its name is, not what it holds. */
export interface CachedJar {
  readonly pluginname: string;
  readonly version: string;
  readonly md5: string;
  readonly path: string;
}

export interface Agent {
  readonly region: string;
  readonly name: string;
  readonly mode: 'GLOBAL' | 'REGION_GLOBAL' | 'AGENT';
  readonly plugins: Map<string, Plugin>;
  /** By the md5 that was given. */
  readonly jars: Map<string, CachedJar>;
  /** Bundles that are installed, by `name@version`, and how many plugins use each. */
  readonly bundles: Map<string, Bundle>;
  readonly log: AgentLog;
  /** Its queries are gone when the controller stops. */
  readonly cep: Cep;
  /** Lost: it runs, and no message reaches it. Down: its controller was stopped. */
  reach: 'up' | 'lost' | 'down';
  /** What the fabric thinks of it: 10 while it is listed, 40 stale, 50 lost. */
  code: number;
  /** The next word about its plugins to the global controller is due. */
  telling: boolean;
}

export interface Bundle {
  readonly id: number;
  readonly jarfile: string;
  readonly md5: string;
  users: number;
}

/** A row of the global controller's database: what it last heard of a plugin. */
export interface Row {
  readonly id: string;
  readonly region: string;
  readonly agent: string;
  readonly config: Texts;
  readonly code: number;
}

/** Everything there is between one start of the server and the next. */
export interface World {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly keep: Keep;
  /** Where agents and the repository keep their files. */
  readonly folder: string;
  readonly bus: Bus;
  /** The plugins that do something, by name. */
  readonly stock: Readonly<Record<string, PluginMaker>>;
  /** The files of its agents that a client may ask for. */
  readonly files: AgentFiles;
  /** By `region/agent`; the first is the node that serves wsapi. */
  readonly agents: ReadonlyMap<string, Agent>;
  readonly home: Agent;
  /** The global database's rows of plugins, by id. */
  readonly rows: Map<string, Row>;
  readonly pipelines: Map<string, Pipeline>;
  readonly troubles: Troubles;
  /** The sockets of log streamers, by session id. */
  readonly streams: Map<string, (line: string) => void>;
  /** Ends with the world: all that sleeps wakes up and stops. */
  readonly signal: AbortSignal;
  /** Waits on the fabric's clock; rejects when the world ends. */
  sleep(ms: number): Promise<void>;
  /** Work that nobody waits for: it ends with the world. */
  background(work: () => Promise<void>): void;
  /** Hands a message to whom it is for; undefined: no answer comes. */
  deliver(to: Destination, message: { readonly event: EventType; readonly params: Texts }): Promise<Texts | undefined>;
  /** Stops (and starts) the node of an agent: with the home node the server itself goes. */
  power(agent: Agent, deed: 'stop' | 'restart'): Promise<void>;
}

export const agentAt = (world: World, region: string, name: string): Agent | undefined => world.agents.get(`${region}/${name}`);

/** The id of the plugin that the sockets belong to. Short, so that the certificate's names stay within 64 characters. */
export const WSAPI_ID = 'system-wsapi-1';
