import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../../kit/binary.ts';
import { scratchFolder } from '../kit/debts.ts';
import { goProgram, run } from '../kit/programs.ts';
import { freePorts, startServer, type Server } from '../kit/server.ts';
import { Missing } from '../kit/stage.ts';
import { SAMPLE } from './keys.ts';
import { MOST_CONNECTIONS, startPostgres } from './postgres.ts';

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
}

export interface RealOptions {
  /** Its time zone. Default: UTC. */
  readonly timezone?: string;
  /** Settings beside those that it needs (`COLONIES_…`). */
  readonly env?: Readonly<Record<string, string>>;
}

/** The server and the command line of Colonies, built once and kept for the next run. Throws Missing. */
export const coloniesProgram = (): string => goProgram(join(root, 'node_modules/.cache/interop', `colonies-${COLONIES.version}`), COLONIES);

/** PostgreSQL and the server on it, empty, while the body runs. Throws Missing where one of them cannot be had. */
export async function onReal(program: string, body: (real: Real) => Promise<void>): Promise<void> {
  const bed = await startBed(program);
  try {
    const [node] = (await freeNodes(1)) as [Node];
    let server = await bed.start({ node });
    const { host, port } = server;
    await body({
      host,
      port,
      address: `http://${host}:${port}`,
      program,
      said: () => server.said(),
      async restart(options = {}) {
        await server.stop();
        server = await bed.start({ node, ...options });
      },
    });
  } finally {
    await bed.stop();
  }
}

/** One server of a cluster, by its ports. */
export interface Node {
  readonly name: string;
  readonly port: number;
  readonly client: number;
  readonly peer: number;
  readonly relay: number;
}

export async function freeNodes(count: number): Promise<readonly Node[]> {
  const ports = await freePorts(4 * count);
  return Array.from({ length: count }, (_, n) => {
    const [port = 0, client = 0, peer = 0, relay = 0] = ports.slice(4 * n);
    return { name: `s${n + 1}`, port, client, peer, relay };
  });
}

export interface NodeOptions extends RealOptions {
  readonly node: Node;
  /** All of them, this one included. Default: it is alone. */
  readonly cluster?: readonly Node[];
}

/** A database with the tables of Colonies, and the servers on it. */
export interface Bed {
  /** Until it says that it is well, which one of a cluster does when most of the others are there. `stop` is SIGKILL. */
  start(options: NodeOptions): Promise<Server>;
  /** Ends the servers, too. */
  stop(): Promise<void>;
}

export async function startBed(program: string): Promise<Bed> {
  const scratch = scratchFolder('setpoint-interop-colonies');
  const undo: (() => Promise<void>)[] = [scratch.remove];
  const stop = async (): Promise<void> => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    const database = await startPostgres(scratch.folder);
    undo.push(() => database.stop());
    const envOf = (port: number, { timezone = 'UTC', env = {} }: RealOptions): Readonly<Record<string, string>> => ({
      TZ: timezone,
      COLONIES_TLS: 'false',
      COLONIES_SERVER_HOST: HOST,
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
    const created = run(program, ['database', 'create'], { cwd: scratch.folder, env: envOf(0, {}) });
    if (created.code !== 0) throw new Missing(`colonies database create failed:\n${created.err || created.out}`);
    return {
      async start({ node, cluster = [node], ...own }) {
        const words = [
          ...['server', 'start', '--port', String(node.port), '--insecure', '--etcdname', node.name, '--etcdhost', HOST],
          ...['--etcdclientport', String(node.client), '--etcdpeerport', String(node.peer), '--relayport', String(node.relay)],
          ...['--etcddatadir', join(scratch.folder, node.name)],
          ...['--initial-cluster', cluster.map(({ name, peer, relay, port }) => `${name}=${HOST}:${peer}:${relay}:${port}`).join(',')],
        ];
        const { port } = node;
        const server = await startServer({
          program,
          words: () => words,
          port,
          cwd: scratch.folder,
          env: { ...envOf(port, own), ...share(cluster) },
          signal: 'SIGKILL',
        });
        undo.push(() => server.stop());
        await healthy(server);
        return server;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const HOST = '127.0.0.1';
/** A server that is alone may keep as many connections as it does by default; several share what the database has. */
const share = ({ length }: readonly Node[]): Readonly<Record<string, string>> =>
  length === 1 ? {} : { COLONIES_DB_MAX_OPEN_CONNS: String(Math.floor((MOST_CONNECTIONS - 10) / length)) };

async function healthy(server: Server): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; await wait(50)) {
    const answer = await fetch(`http://${server.host}:${server.port}/health`).catch(() => undefined);
    if (answer?.status === 200) return;
  }
  await server.stop();
  throw new Missing(`the Colonies server never said that it is well:\n${server.said().slice(-2000)}`);
}
