import type { Jar, RequestOptions } from './calls.ts';
import type { AgentResources, JarName, Params, PluginPlace, RepoFile, Repository, Tunnel, TunnelEnds } from './results.ts';

/** The plugins that come with Cresco. Each is addressed by its place; one that is not there says nothing (CRESCO_NO_ANSWER). */
export interface Process extends PluginPlace {
  /** Names the process inside its plugin, and its lines on the data plane. */
  readonly stream: string;
}

/** `io.cresco.executor` */
export interface ExecutorRead {
  /** Undefined: nothing is configured under this name. What it runs cannot be read. */
  status(at: Process, options?: RequestOptions): Promise<{ readonly running: boolean } | undefined>;
}
export interface ExecutorWrite {
  configure(what: Process & { readonly command: string; readonly metrics?: boolean }, options?: RequestOptions): Promise<void>;
  start(at: Process, options?: RequestOptions): Promise<void>;
  /** The same, by EXEC; refused while it runs. */
  run(at: Process, options?: RequestOptions): Promise<void>;
  /** Generation 3 forgets the process as well. False: there was none of this name. */
  end(at: Process, options?: RequestOptions): Promise<boolean>;
  reset(at: PluginPlace, options?: RequestOptions): Promise<void>;
}

/** `io.cresco.filerepo` */
export interface FileRepoRead {
  files(at: PluginPlace & { readonly name: string }, options?: RequestOptions): Promise<readonly RepoFile[]>;
  /** Undefined where the plugin scans nothing: it receives. */
  scanFolder(at: PluginPlace, options?: RequestOptions): Promise<string | undefined>;
  /** A whole file; undefined where it is not catalogued. */
  file(at: PluginPlace & { readonly path: string }, options?: RequestOptions): Promise<Uint8Array | undefined>;
}
export interface FileRepoWrite {
  /** Sends catalogued files to another filerepo plugin; resolves when that has been asked for. */
  send(
    what: PluginPlace & { readonly name: string; readonly paths: readonly string[]; readonly to: PluginPlace },
    options?: RequestOptions,
  ): Promise<void>;
  /** False: there was no such file. */
  remove(what: PluginPlace & { readonly name: string; readonly file: string }, options?: RequestOptions): Promise<boolean>;
  clear(at: PluginPlace & { readonly name: string }, options?: RequestOptions): Promise<void>;
}

/** `io.cresco.repo` */
export interface RepositoryRead {
  list(at: PluginPlace, options?: RequestOptions): Promise<Repository>;
  /** Undefined where it has none of that name and md5. */
  jar(at: PluginPlace & { readonly jar: Pick<JarName, 'pluginName' | 'md5'> }, options?: RequestOptions): Promise<Uint8Array | undefined>;
}
export interface RepositoryWrite {
  put(what: PluginPlace & { readonly jar: Jar }, options?: RequestOptions): Promise<void>;
}

/** `io.cresco.sysinfo` */
export interface SysinfoRead {
  measure(at: PluginPlace, options?: RequestOptions): Promise<AgentResources>;
  benchmark(at: PluginPlace, options?: RequestOptions): Promise<Params>;
}

/** `io.cresco.stunnel` */
export interface TunnelsRead {
  list(at: PluginPlace, options?: RequestOptions): Promise<readonly Tunnel[]>;
  status(at: PluginPlace & { readonly id: string }, options?: RequestOptions): Promise<string | undefined>;
  config(at: PluginPlace & { readonly id: string }, options?: RequestOptions): Promise<Params | undefined>;
}
export interface TunnelsWrite {
  open(what: PluginPlace & { readonly tunnel: TunnelEnds }, options?: RequestOptions): Promise<{ readonly id: string }>;
  /** `end`: at which of its two plugins it is taken away. False: there was none. */
  remove(what: PluginPlace & { readonly id: string; readonly end: 'source' | 'destination' }, options?: RequestOptions): Promise<boolean>;
}
