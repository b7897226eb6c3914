import type { RetryOptions, RetryPolicy } from '../../transport/retry.ts';
import type { Clock } from '../../transport/clock.ts';
import type { PeerFacts, Trust } from '../../transport/socket.ts';
import type { Admin, AgentsRead, AgentsWrite, Api, GlobalRead, GlobalWrite, Messaging, RequestOptions } from './calls.ts';
import type {
  ExecutorRead,
  ExecutorWrite,
  FileRepoRead,
  FileRepoWrite,
  RepositoryRead,
  RepositoryWrite,
  SysinfoRead,
  TunnelsRead,
  TunnelsWrite,
} from './stock.ts';
import type { DataPlane, LogStreamer, Selector, StreamName, StreamOptions, Subscription } from './streams.ts';

export interface CrescoOptions {
  /** `wss://host:8282`, or `host` and `host:port`. */
  readonly address: string;
  /** Sent as the header `cresco_service_key` with each socket. */
  readonly serviceKey: string;
  /** Whom to believe. Without it, whoever the certificate authorities of this machine vouch for: rarely a fabric. */
  readonly tls?: Trust;
  /** Default: what the certificate says. */
  readonly generation?: 2 | 3;
  /** Defaults: 4 sockets for requests, 16 requests on each of generation 3, 256 MiB a message. */
  readonly limits?: { readonly sockets?: number; readonly inFlight?: number; readonly messageBytes?: number };
  /** Milliseconds. Defaults: 10 s to connect, 8 s for a request, 35 s for one that is known to take long. */
  readonly timeouts?: { readonly connect?: number; readonly request?: number; readonly long?: number };
  /** Default: every request is tried once, and its Fault says whether trying again can help. */
  readonly retry?: RetryPolicy & Pick<RetryOptions, 'onRetry'>;
  /** In [0, 1): request ids and jitter. */
  readonly random?: () => number;
  /** Takes known secrets out of what the server said before it is put in a Fault. */
  readonly redact?: (text: string) => string;
  readonly clock?: Clock;
}

/** What planning may use of a fabric: nothing of it writes. */
export interface CrescoRead {
  /** Connects now, and not with the first request. Throws what keeps it from working: address, network, certificate, key. */
  connect(options?: RequestOptions): Promise<PeerFacts>;
  connected(): boolean;
  readonly api: Api;
  readonly agents: AgentsRead;
  readonly global: GlobalRead;
  readonly executor: ExecutorRead;
  readonly fileRepo: FileRepoRead;
  readonly repository: RepositoryRead;
  readonly sysinfo: SysinfoRead;
  readonly tunnels: TunnelsRead;
  /** Resolves when the fabric says that it listens. */
  subscribe(what: Selector, options?: StreamOptions): Promise<Subscription>;
}

/** What applying and operations may use besides. */
export interface CrescoWrite {
  readonly admin: Admin;
  readonly agents: AgentsWrite;
  readonly global: GlobalWrite;
  readonly executor: ExecutorWrite;
  readonly fileRepo: FileRepoWrite;
  readonly repository: RepositoryWrite;
  readonly tunnels: TunnelsWrite;
  readonly messaging: Messaging;
  dataPlane(what: StreamName, options?: StreamOptions): Promise<DataPlane>;
  logStreamer(options?: StreamOptions): Promise<LogStreamer>;
}

/** A fabric behind one address, as the provider's kinds get it. */
export interface CrescoSession {
  readonly read: CrescoRead;
  readonly write: CrescoWrite;
  /** Ends what is under way with CLOSED, streams included. */
  close(): Promise<void>;
}

type Both<Name extends keyof CrescoRead & keyof CrescoWrite> = CrescoRead[Name] & CrescoWrite[Name];

/** The whole client in one object, for programs that are no provider. Nothing is connected before the first request. */
export interface CrescoClient extends CrescoSession {
  connect: CrescoRead['connect'];
  connected: CrescoRead['connected'];
  readonly api: Api;
  readonly admin: Admin;
  readonly agents: Both<'agents'>;
  readonly global: Both<'global'>;
  readonly executor: Both<'executor'>;
  readonly fileRepo: Both<'fileRepo'>;
  readonly repository: Both<'repository'>;
  readonly sysinfo: SysinfoRead;
  readonly tunnels: Both<'tunnels'>;
  readonly messaging: Messaging;
  subscribe: CrescoRead['subscribe'];
  dataPlane: CrescoWrite['dataPlane'];
  logStreamer: CrescoWrite['logStreamer'];
}
