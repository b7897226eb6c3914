import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root, writeFiles } from '../../kit/binary.ts';
import { owed, scratchFolder } from '../kit/debts.ts';
import { Missing } from '../kit/stage.ts';

/** `setpoint sandbox`, running. */
export interface OurSandbox {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  said(): string;
  /** As Ctrl-C does. Gives the exit code. */
  stop(): Promise<number | null>;
}

const main = join(root, 'dist/cli/main.js');
const STARTED_WITHIN_MS = 30_000;
const PROJECT = `apiVersion: setpoint/v1
kind: Project
metadata: { name: interop }
spec:
  manifests: manifests
  state: { folder: .setpoint/state }
`;
/** With a server key, so that it begins as empty as the real one. */
const TARGET = `apiVersion: setpoint/v1
kind: Target
metadata: { name: colonies }
spec:
  provider: colonies
  address: http://colonies.example.org:50080
  options:
    colony: dev
    serverKey: { env: COLONIES_SERVER_PRVKEY }
`;

/** Starts the built program with one empty Colonies server. Throws Missing where it was not built. */
export async function startSandbox(): Promise<OurSandbox> {
  if (!existsSync(main)) throw new Missing('the program was not built (npm run build)');
  const { folder, remove } = scratchFolder('setpoint-interop-sandbox');
  writeFiles(folder, { 'setpoint.yaml': PROJECT, 'manifests/targets.yaml': TARGET });
  const child = spawn(process.execPath, [main, 'sandbox'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let code: number | null | undefined;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      code = null;
      resolve();
    });
    child.once('close', (number) => {
      code = number;
      resolve();
    });
  });
  const undo = owed(async () => {
    child.kill('SIGINT');
    const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(hard);
  });
  const stop = async (): Promise<number | null> => {
    await undo();
    await remove();
    return code ?? null;
  };
  // It says where its switches are when everything listens.
  for (const until = Date.now() + STARTED_WITHIN_MS; !/switches: .*http:/.test(said); await wait(20)) {
    if (code === undefined && Date.now() < until) continue;
    await stop();
    throw new Error(`setpoint sandbox did not start:\n${said}`);
  }
  const running = JSON.parse(readFileSync(join(folder, '.setpoint/sandbox/default/running.json'), 'utf8')) as Running;
  const { address } = running.targets.colonies;
  const { hostname: host, port } = new URL(address);
  return { host, port: Number(port), address, said: () => said, stop };
}

interface Running {
  readonly targets: { readonly colonies: { readonly address: string } };
}
