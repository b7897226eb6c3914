import { spawn } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
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
  /** Until it takes connections. Default: 30. */
  readonly seconds?: number;
}

const HOST = '127.0.0.1';

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, HOST, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
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
export async function startServer({ program, words, cwd, env = {}, seconds = 30 }: ServerOptions): Promise<Server> {
  const port = await freePort();
  const child = spawn(program, words(port), {
    ...(cwd === undefined ? {} : { cwd }),
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
  const server: Server = {
    host: HOST,
    port,
    said: () => said,
    async stop() {
      child.kill();
      const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(hard);
    },
  };
  for (const until = Date.now() + seconds * 1000; !isOver && Date.now() < until; await wait(50)) if (await answers(port)) return server;
  await server.stop();
  throw new Missing(`${program} did not come up on port ${port}:\n${said.slice(-2000)}`);
}
