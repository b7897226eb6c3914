/**
 * What a Cresco fabric tells, with its types: on the wire every value is a string, and some strings are JSON in JSON. Codes are
 * those of the server (`3` starting, `7` instance not started, `9` not installed or being removed, `10` active, `40` stale, `50`
 * lost, …): which of them means what depends on the thing they are told about.
 */

/** A flat map of strings: what plugins and nodes are configured with. */
export type Params = Readonly<Record<string, string>>;

export interface AgentPlace {
  readonly region: string;
  readonly agent: string;
}
export interface PluginPlace extends AgentPlace {
  readonly plugin: string;
}

/** The plugin that serves the WebSocket API, as the server's certificate names it. A part that cannot be told is left out. */
export interface Identity {
  /** 2: wsapi 1.2, one request at a time on a socket. 3: wsapi 1.3, replies in any order. */
  readonly generation: 2 | 3;
  readonly region?: string;
  readonly agent?: string;
  readonly plugin?: string;
}

/** Listed only while it is healthy (status 10). A region that is bridged is told once more for each bridge. */
export interface Region {
  readonly region: string;
  readonly type: string;
  readonly agents: number;
  readonly bridgedAgent?: string;
}

/** Listed only while it is healthy (status 10). */
export interface Agent extends AgentPlace {
  /** How many plugins it has, healthy or not. */
  readonly plugins: number;
  /** Free text. */
  readonly statusDescription: string;
  readonly location?: string;
  readonly platform?: string;
  readonly environment?: string;
}

/** How the server says where something stands. */
export interface Standing {
  readonly statusCode: number;
  readonly statusDescription: string;
}

/** A plugin as its own agent has it in memory, whatever its status. */
export interface AgentPlugin extends PluginPlace, Standing {
  readonly pluginName: string;
  readonly version?: string;
  readonly md5?: string;
  readonly jarFile?: string;
  /** Up to 9: gone with a restart; 10: started again with its agent; 20: part of the system. */
  readonly persistence: number;
  /** As it was given, and what the server adds to it. */
  readonly config: Params;
}

export interface PluginStatus extends PluginPlace, Standing {
  readonly active: boolean;
}

/** A plugin in the global controller's table: only healthy ones, and up to 15 s behind their agents. */
export interface ListedPlugin extends PluginPlace {
  readonly pluginName: string;
  readonly version?: string;
  readonly md5?: string;
  readonly config: Params;
}

/** What names a JAR on a fabric. */
export interface JarName {
  readonly pluginName: string;
  readonly version: string;
  /** Hex. The newest Python client puts a SHA-256 under the same name. */
  readonly md5: string;
}

export interface RepositoryJar extends JarName {
  readonly jarFile: string;
}

/** What a repository plugin holds, and which one it is. */
export interface Repository {
  readonly jars: readonly RepositoryJar[];
  readonly places: readonly PluginPlace[];
}

export interface PipelineSummary extends Standing {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
}

export interface PipelineNode {
  /** `inode-<uuid>`, which is the id of its plugin as well. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly isSource: boolean;
  /** Everything the server keeps there: what was submitted, where it went, how it stands. */
  readonly params: Params;
  /** How placing it ended. It does not change afterwards, even when the plugin dies. */
  readonly standing?: Standing;
  /** Its plugin, once there is one. */
  readonly placed?: PluginPlace;
}

export interface PipelineEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly params: Params;
}

export interface Pipeline extends Standing {
  readonly id: string;
  readonly name: string;
  /** In the order in which they were submitted. */
  readonly nodes: readonly PipelineNode[];
  readonly edges: readonly PipelineEdge[];
}

/** A node by itself: `getinodestatus`. */
export interface NodeStatus extends Standing {
  readonly id: string;
  readonly pipeline: string;
  readonly placed?: PluginPlace;
  readonly params: Params;
}

/** Bytes, and whole cores. An unknown region has nothing but zeros. */
export interface RegionResources {
  readonly cpuCores: number;
  readonly memoryTotal: number;
  readonly memoryAvailable: number;
  readonly diskTotal: number;
  readonly diskAvailable: number;
}

export interface FileSystem {
  readonly name: string;
  readonly mount: string;
  readonly type: string;
  /** Bytes. */
  readonly total: number;
  readonly available: number;
}

export interface NetworkInterface {
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** What the sysinfo plugin of an agent measures; parts it did not tell are left out. Sizes in bytes, loads in percent. */
export interface AgentResources {
  readonly os?: { readonly name: string; readonly family: string; readonly uptimeSeconds?: number; readonly processes?: number };
  readonly cpu?: {
    readonly model: string;
    readonly logical: number;
    readonly physical: number;
    readonly user: number;
    readonly nice: number;
    readonly system: number;
    readonly idle: number;
  };
  readonly memory?: { readonly total: number; readonly available: number; readonly swapTotal: number; readonly swapUsed: number };
  readonly fileSystems: readonly FileSystem[];
  readonly interfaces: readonly NetworkInterface[];
  /** All of it, as it was told. */
  readonly sections: Readonly<Record<string, readonly Params[]>>;
}

/** `7`: the plugin is there, and its start said no. */
export interface AddedPlugin extends PluginPlace, Standing {}

/** What was pulled; undefined `jar`: no repository has it, although the server says that it updated something. */
export interface PulledJar {
  readonly jar?: JarName & { readonly jarFile?: string };
}

export interface FileInfo {
  readonly md5: string;
  /** Bytes. */
  readonly size: number;
}

/** A file that a filerepo plugin has catalogued. */
export interface RepoFile {
  readonly path: string;
  readonly md5: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Bytes. */
  readonly size: number;
}

/** A Siddhi query: attribute lists like `source string, value double`, and the query over the two names. */
export interface CepQuery {
  readonly inputStream: string;
  readonly inputAttributes: string;
  readonly outputStream: string;
  readonly outputAttributes: string;
  readonly query: string;
}

/** A pipeline as it is written: CADL, in its own words. Values of params are strings on the fabric. */
export interface Cadl {
  readonly pipeline_id?: string;
  readonly pipeline_name: string;
  readonly nodes: readonly CadlNode[];
  readonly edges: readonly CadlEdge[];
}
export interface CadlNode {
  readonly node_id: string | number;
  readonly node_name: string;
  readonly type: string;
  readonly isSource?: boolean;
  readonly workloadUtil?: number;
  /** With `pluginname`, `version`, `md5`, `location_region` and `location_agent`. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
}
export interface CadlEdge {
  readonly edge_id?: string | number;
  readonly node_from: string | number;
  readonly node_to: string | number;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/** An edge as the agent's `pluginadd` takes it. */
export interface PluginEdge {
  readonly edge_id: string;
  readonly node_from: string;
  readonly node_to: string;
  readonly params?: Params;
  readonly params_to?: Params;
  readonly params_from?: Params;
}

export interface Tunnel {
  readonly id: string;
  readonly status: string;
}

/** Where a tunnel listens (`source`) and what it leads to. */
export interface TunnelEnds {
  readonly id: string;
  readonly sourcePort: number;
  readonly destination: PluginPlace & { readonly host: string; readonly port: number };
  /** Bytes. */
  readonly bufferSize?: number;
}
