import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Value } from '../src/core/value.ts';
import { openColonies, specOf, type ColoniesClient, type FuncSpecDraft, type Process } from '../src/providers/colonies/client/index.ts';
import { sandbox } from '../src/providers/colonies/sandbox/index.ts';
import { SAMPLE_COLONY_KEY, SAMPLE_USER_KEY } from '../src/providers/colonies/sandbox/settings.ts';
import { inFolder, root } from './kit/binary.ts';
import { mortal } from './kit/children.ts';

/** An example that runs as the program that it is. */
export interface Program {
  readonly name: string;
  /** Resolves when it has said this. */
  says(text: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Its exit code; its words stand in the error of a test that fails. */
  readonly ended: Promise<number | null>;
  readonly said: () => string;
}

export interface Plant {
  readonly folder: string;
  readonly user: ColoniesClient;
  /** Starts `examples/executors/<example>.mjs` with the variables that the colonies program reads. */
  program(example: 'helloworld' | 'shell', options?: { readonly name?: string; readonly words?: readonly string[] }): Program;
  submit(executortype: string, spec: Omit<FuncSpecDraft, 'conditions'>): Promise<Process>;
  logsOf(process: Process): Promise<string>;
  control(name: string): Promise<Value>;
}

/** A colony `dev` on a sandbox and an empty folder; programs that still run at the end are killed. */
export const withPlant = (body: (plant: Plant) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const server = await sandbox({ options: {} });
    const user = openColonies({ address: server.address, key: SAMPLE_USER_KEY });
    const programs: Program[] = [];
    const { port } = new URL(server.address);
    try {
      await body({
        folder,
        user,
        control: (name) => server.control(name, {}),
        program(example, { name = example, words = [] } = {}) {
          const env = {
            PATH: process.env.PATH,
            COLONIES_SERVER_HOST: '127.0.0.1',
            COLONIES_SERVER_PORT: port,
            COLONIES_TLS: 'false',
            COLONIES_COLONY_NAME: 'dev',
            COLONIES_COLONY_PRVKEY: SAMPLE_COLONY_KEY,
            COLONIES_EXECUTOR_NAME: name,
          };
          const started = start(join(root, 'examples/executors', `${example}.mjs`), { name, words, folder, env });
          programs.push(started);
          return started;
        },
        submit: (executortype, spec) =>
          user.call('submitfuncspecmsg', { spec: specOf({ ...spec, conditions: { colonyname: 'dev', executortype } }) }),
        logsOf: async ({ processid }) =>
          (await user.call('getlogsmsg', { colonyname: 'dev', processid, count: 500 })).map(({ message }) => message).join(''),
      });
    } finally {
      for (const { signal } of programs) signal('SIGKILL');
      await Promise.all(programs.map(({ ended }) => ended));
      await user.close();
      await server.close();
    }
  });

interface Start {
  readonly name: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

function start(path: string, { name, words, folder, env }: Start): Program {
  const child = mortal(spawn(process.execPath, [path, ...words], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] }));
  let said = '';
  const waiting = new Set<() => void>();
  const look = (): void => waiting.forEach((one) => one());
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    look();
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  return {
    name,
    ended,
    said: () => said,
    signal: (signal) => void child.kill(signal),
    says: (text) =>
      new Promise((resolve, reject) => {
        const found = (): void => {
          if (!text.test(said)) return;
          waiting.delete(found);
          resolve();
        };
        waiting.add(found);
        found();
        ended.then(() => reject(new Error(`it ended without saying ${text.source}\n${said}`)), reject);
      }),
  };
}
