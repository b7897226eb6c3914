import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../../kit/binary.ts';
import { scratchFolder } from '../kit/debts.ts';
import { goProgram, run } from '../kit/programs.ts';
import { freePorts, startServer, type Server } from '../kit/server.ts';
import { Missing } from '../kit/stage.ts';
import { SAMPLE } from './keys.ts';
import { startPostgres } from './postgres.ts';

export const COLONIES = {
  path: 'github.com/colonyos/colonies',
  version: 'v1.9.12',
  sum: 'h1:6Jrtl1FW0CN8tm9i4vHssH1SmRGY5XbrvhrclsZI/1s=',
  main: './cmd',
  name: 'colonies',
  go: [1, 24],
} as const;

/** The real server on a database of its own. */
export interface Real {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  /** `colonies`, which is its command line as well. */
  readonly program: string;
  said(): string;
  /** Ends the server in the middle of whatever it does and starts it again on the same port; the database stays. */
  restart(options?: RealOptions): Promise<void>;
  stop(): Promise<void>;
}

export interface RealOptions {
  /** Its time zone. Default: UTC. */
  readonly timezone?: string;
  /** Settings beside those that it needs (`COLONIES_…`). */
  readonly env?: Readonly<Record<string, string>>;
}

/** The server and the command line of Colonies, built once and kept for the next run. Throws Missing. */
export const coloniesProgram = (): string => goProgram(join(root, 'node_modules/.cache/interop', `colonies-${COLONIES.version}`), COLONIES);

/** Starts PostgreSQL and the server on it, empty. Throws Missing where one of them cannot be had. */
export async function startReal(program: string, options: RealOptions = {}): Promise<Real> {
  const scratch = scratchFolder('setpoint-interop-colonies');
  const undo: (() => Promise<void>)[] = [scratch.remove];
  const stop = async (): Promise<void> => {
    for (const one of undo.reverse()) await one();
  };
  try {
    const database = await startPostgres(scratch.folder);
    undo.push(() => database.stop());
    const [port = 0, client = 0, peer = 0, relay = 0] = await freePorts(4);
    const envOf = ({ timezone = 'UTC', env = {} }: RealOptions): Readonly<Record<string, string>> => ({
      TZ: timezone,
      COLONIES_TLS: 'false',
      COLONIES_SERVER_HOST: '127.0.0.1',
      COLONIES_SERVER_PORT: String(port),
      COLONIES_DB_HOST: database.host,
      COLONIES_DB_PORT: String(database.port),
      COLONIES_DB_USER: 'postgres',
      COLONIES_DB_PASSWORD: 'none',
      COLONIES_SERVER_PRVKEY: SAMPLE.serverKey,
      COLONIES_SERVER_ID: SAMPLE.serverId,
      // The command refuses to start a server without a colony and a key in its environment, and does nothing with them.
      COLONIES_COLONY_NAME: 'none',
      COLONIES_PRVKEY: SAMPLE.userKey,
      ...env,
    });
    const created = run(program, ['database', 'create'], { cwd: scratch.folder, env: envOf(options) });
    if (created.code !== 0) throw new Missing(`colonies database create failed:\n${created.err || created.out}`);
    const words = [
      ...['server', 'start', '--port', String(port), '--insecure', '--etcdname', 's1', '--etcdhost', '127.0.0.1'],
      ...['--etcdclientport', String(client), '--etcdpeerport', String(peer), '--relayport', String(relay)],
      ...['--etcddatadir', join(scratch.folder, 'etcd')],
    ];
    const start = async (own: RealOptions): Promise<Server> => {
      const server = await startServer({ program, words: () => words, port, cwd: scratch.folder, env: envOf(own), signal: 'SIGKILL' });
      await healthy(server);
      return server;
    };
    let server = await start(options);
    undo.push(() => server.stop());
    return {
      host: server.host,
      port,
      address: `http://${server.host}:${port}`,
      program,
      said: () => server.said(),
      async restart(own = options) {
        await server.stop();
        server = await start(own);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function healthy(server: Server): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; await wait(50)) {
    const answer = await fetch(`http://${server.host}:${server.port}/health`).catch(() => undefined);
    if (answer?.status === 200) return;
  }
  await server.stop();
  throw new Missing(`the Colonies server never said that it is well:\n${server.said().slice(-2000)}`);
}
