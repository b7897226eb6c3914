import type {
  AddedPlugin,
  Agent,
  AgentPlace,
  AgentPlugin,
  AgentResources,
  Cadl,
  CepQuery,
  FileInfo,
  Identity,
  JarName,
  ListedPlugin,
  NodeStatus,
  Params,
  Pipeline,
  PipelineSummary,
  PluginEdge,
  PluginPlace,
  PluginStatus,
  PulledJar,
  Region,
  RegionResources,
  RepositoryJar,
} from './results.ts';

/**
 * What can be asked of a fabric and done to it, reading apart from writing. Every function rejects with a Fault: those of the
 * socket, TIMEOUT, INTERRUPTED, CLOSED, CRESCO_NO_ANSWER, CRESCO_REFUSED, CRESCO_ANSWER, NOT_JSON, and for what is addressed to an
 * agent CRESCO_AGENT_UNKNOWN. `undefined` is an answer: the fabric says that there is no such thing.
 */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** From sending to the answer. Default: 8 s, or 35 s for what is known to take long. */
  readonly timeoutMs?: number;
}

/** The JAR of a plugin, read from its manifest and its bytes. */
export interface Jar extends JarName {
  readonly bytes: Uint8Array;
}

export interface AgentsRead {
  isControllerActive(at: AgentPlace, options?: RequestOptions): Promise<boolean>;
  /** `AGENT`, `GLOBAL`, `REGION_GLOBAL_INIT`, …: one of STANDALONE, AGENT, REGION, REGION_GLOBAL, GLOBAL and what leads there. */
  controllerStatus(at: AgentPlace, options?: RequestOptions): Promise<string>;
  /** All plugins of one agent, of any status. */
  plugins(at: AgentPlace, options?: RequestOptions): Promise<readonly AgentPlugin[]>;
  /** Undefined: the agent has no such plugin. */
  pluginStatus(at: PluginPlace, options?: RequestOptions): Promise<PluginStatus | undefined>;
  info(at: AgentPlace, options?: RequestOptions): Promise<{ readonly dataFolder: string }>;
  /** Its whole log file. */
  log(at: AgentPlace, options?: RequestOptions): Promise<string>;
  /** A file on the agent's machine; undefined where there is none. */
  fileInfo(at: AgentPlace & { readonly path: string }, options?: RequestOptions): Promise<FileInfo | undefined>;
  /** A piece of such a file. The server fills up with zeros behind its end: ask no further than `fileInfo` says. */
  fileData(
    at: AgentPlace & { readonly path: string; readonly skip: number; readonly size: number },
    options?: RequestOptions,
  ): Promise<Uint8Array>;
}

export interface AgentsWrite {
  /**
   * Starts a plugin and resolves when it has started (10) or would not (7). `config.inode_id` becomes its id; one that is taken is
   * refused here (CRESCO_PLUGIN_ID_TAKEN), since the server would spin on it for ever. Throws CRESCO_PLUGIN_FAILED where nothing was
   * made.
   */
  addPlugin(
    what: AgentPlace & { readonly config: Params; readonly edges?: readonly PluginEdge[] },
    options?: RequestOptions,
  ): Promise<AddedPlugin>;
  /** A plugin that is not there is gone already: the server makes no difference. */
  removePlugin(at: PluginPlace, options?: RequestOptions): Promise<void>;
  /** Puts a JAR into the agent's own cache; resolves with its path there. */
  uploadPlugin(what: AgentPlace & { readonly jar: Jar }, options?: RequestOptions): Promise<{ readonly path: string }>;
  /** Lets the agent fetch a JAR from the repositories of the fabric. */
  repoPullPlugin(what: AgentPlace & { readonly jar: JarName }, options?: RequestOptions): Promise<PulledJar>;
  /** Replaces the agent's own controller by the bundle at this path of its machine. Nothing is answered. */
  updateController(what: AgentPlace & { readonly path: string }, options?: RequestOptions): Promise<void>;
  /** Lets the agent scan its network for about 10 s. What it finds goes to its log alone. */
  broadcastDiscovery(at: AgentPlace, options?: RequestOptions): Promise<void>;
  /** Resolves with the id of the query, which no server can list later. It is given even where the query does not compile. */
  addCepQuery(what: AgentPlace & { readonly cep: CepQuery }, options?: RequestOptions): Promise<{ readonly id: string }>;
  /** Generation 3 only. */
  removeCepQuery(what: AgentPlace & { readonly id: string }, options?: RequestOptions): Promise<void>;
  /** Generation 3 only: one event for a query, as JSON text. */
  sendCepEvent(what: AgentPlace & { readonly inputStream: string; readonly event: string }, options?: RequestOptions): Promise<void>;
}

export interface GlobalRead {
  regions(options?: RequestOptions): Promise<readonly Region[]>;
  /** Of the whole fabric, or of one region: undefined where it is unknown. */
  agents(options?: RequestOptions): Promise<readonly Agent[]>;
  agentsOf(region: string, options?: RequestOptions): Promise<readonly Agent[] | undefined>;
  regionResources(region: string, options?: RequestOptions): Promise<RegionResources>;
  /** Undefined: no such agent, or none that measures itself. */
  agentResources(at: AgentPlace, options?: RequestOptions): Promise<AgentResources | undefined>;
  pipelines(options?: RequestOptions): Promise<readonly PipelineSummary[]>;
  /** Names are not unique. */
  pipelinesNamed(name: string, options?: RequestOptions): Promise<readonly PipelineSummary[]>;
  pipeline(id: string, options?: RequestOptions): Promise<Pipeline | undefined>;
  pipelineStatus(id: string, options?: RequestOptions): Promise<number | undefined>;
  /** As it was submitted, without what became of it. */
  exportPipeline(id: string, options?: RequestOptions): Promise<Pipeline | undefined>;
  node(id: string, options?: RequestOptions): Promise<NodeStatus | undefined>;
  plugins(where?: Partial<AgentPlace>, options?: RequestOptions): Promise<readonly ListedPlugin[]>;
  pluginConfig(at: PluginPlace, options?: RequestOptions): Promise<Params | undefined>;
  /** Of all repositories; one that several of them hold is told once for each. */
  repositoryJars(options?: RequestOptions): Promise<readonly RepositoryJar[]>;
  /** What an inode was given; servers of generation 2 do not answer (CRESCO_NO_ANSWER). */
  nodeAssignment(what: { readonly node: string; readonly pipeline: string }, options?: RequestOptions): Promise<Params>;
}

export interface GlobalWrite {
  /** Resolves once it is scheduled. Its id may be that of nothing: a failed insert is not told. Throws CRESCO_PIPELINE. */
  submitPipeline(cadl: Cadl, options?: RequestOptions & { readonly tenant?: string }): Promise<{ readonly id: string }>;
  /** Begins to remove it; it is gone when `pipeline` says undefined. `absent`: it was already. */
  removePipeline(id: string, options?: RequestOptions): Promise<'removing' | 'absent'>;
  /** Into every repository of the fabric. Throws CRESCO_REFUSED where none confirmed it. */
  uploadPlugin(jar: Jar, options?: RequestOptions): Promise<void>;
}

/** The node that serves the API, and the global controller behind it. */
export interface Api {
  identity(options?: RequestOptions): Promise<Identity>;
  region(options?: RequestOptions): Promise<string | undefined>;
  agent(options?: RequestOptions): Promise<string | undefined>;
  plugin(options?: RequestOptions): Promise<string | undefined>;
  /** Undefined while the node knows no global controller. */
  globalInfo(options?: RequestOptions): Promise<AgentPlace | undefined>;
  globalRegion(options?: RequestOptions): Promise<string | undefined>;
  globalAgent(options?: RequestOptions): Promise<string | undefined>;
}

/** Nothing is answered, and wrong names are silent; the agent must be one that the fabric knows. */
export interface Admin {
  /** The agent leaves the fabric, and nothing starts it again. */
  stopController(at: AgentPlace, options?: RequestOptions): Promise<void>;
  restartController(at: AgentPlace, options?: RequestOptions): Promise<void>;
  restartFramework(at: AgentPlace, options?: RequestOptions): Promise<void>;
  /** Ends the process with exit code 1: something outside has to start it again. */
  killJvm(at: AgentPlace, options?: RequestOptions): Promise<void>;
}

/** CONFIG and EXEC are what servers act upon; INFO is echoed. */
export type EventType = 'CONFIG' | 'DISCOVER' | 'ERROR' | 'EXEC' | 'GC' | 'INFO' | 'KPI' | 'LOG' | 'WATCHDOG';

export interface Message {
  readonly event: EventType;
  readonly payload: Params;
}
/** `reply: false` sends and forgets: the answer is undefined. */
export type MessageOptions = RequestOptions & { readonly reply?: boolean };

/** The eight ways a message can go, raw: payload out, payload back. */
export interface Messaging {
  globalController(message: Message & { readonly to?: AgentPlace }, options?: MessageOptions): Promise<Params | undefined>;
  regionalController(message: Message & { readonly to?: AgentPlace }, options?: MessageOptions): Promise<Params | undefined>;
  globalAgent(message: Message & AgentPlace, options?: MessageOptions): Promise<Params | undefined>;
  /** An agent in the region of the API's node. */
  regionalAgent(message: Message & { readonly agent: string }, options?: MessageOptions): Promise<Params | undefined>;
  /** The agent of the API's node. */
  agent(message: Message, options?: MessageOptions): Promise<Params | undefined>;
  globalPlugin(message: Message & PluginPlace, options?: MessageOptions): Promise<Params | undefined>;
  regionalPlugin(message: Message & Omit<PluginPlace, 'region'>, options?: MessageOptions): Promise<Params | undefined>;
  /** A plugin on the API's node. */
  plugin(message: Message & { readonly plugin: string }, options?: MessageOptions): Promise<Params | undefined>;
}
