import { spawn } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { owed } from './debts.ts';
import { Missing } from './stage.ts';

/** Somebody else's server on loopback. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** What it printed so far, to show with a failed check. */
  said(): string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly program: string;
  /** Gets the port that it is to listen on. */
  readonly words: (port: number) => readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** As whom it runs, where this process may choose. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Default: one that is free. */
  readonly port?: number;
  /** What ends it in good order. Default: SIGTERM. */
  readonly signal?: NodeJS.Signals;
  /** Until it takes connections. Default: 30. */
  readonly seconds?: number;
}

const HOST = '127.0.0.1';

/** Ports that nobody listens on now, each another one. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const probe of probes) {
    await new Promise<void>((resolve, reject) => probe.on('error', reject).listen(0, HOST, resolve));
    ports.push((probe.address() as AddressInfo).port);
  }
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** Starts a server and waits until it takes connections. Throws Missing if it ends before that or takes too long. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { program, words, cwd, env = {}, user = {}, signal = 'SIGTERM', seconds = 30 } = options;
  const port = options.port ?? (await freePorts(1))[0] ?? 0;
  const child = spawn(program, words(port), {
    ...(cwd === undefined ? {} : { cwd }),
    ...user,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let isOver = false;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      resolve();
    });
    child.once('close', () => resolve());
  }).then(() => {
    isOver = true;
  });
  const stop = owed(async () => {
    child.kill(signal);
    const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(hard);
  });
  const server: Server = { host: HOST, port, said: () => said, stop };
  for (const until = Date.now() + seconds * 1000; !isOver && Date.now() < until; await wait(50)) if (await answers(port)) return server;
  await stop();
  throw new Missing(`${program} did not come up on port ${port}:\n${said.slice(-2000)}`);
}
