import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root, writeFiles } from '../../kit/binary.ts';
import { assert } from '../../kit/group.ts';
import { owed, scratchFolder } from './debts.ts';
import { Missing, type Check } from './stage.ts';

/** What one target of the sandbox is to its clients. */
export interface SandboxTarget {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  /** What a client needs beside the address: certificates, keys. They take the place of the target's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Works a switch, as `setpoint sandbox ctl` does; gives what that prints. */
  ctl(verb: string, input?: Readonly<Record<string, string>>): Promise<unknown>;
}

/** `setpoint sandbox`, running. */
export interface Sandbox {
  /** Throws where there is no target of that name. */
  target(name: string): SandboxTarget;
  /** All that it printed so far. */
  said(): string;
}

export interface SandboxOptions {
  /** YAML of the targets that it stands in for. */
  readonly targets: string;
  /** Where its project is put. Default: a folder that is gone afterwards. */
  readonly folder?: string;
}

const main = join(root, 'dist/cli/main.js');
const STARTED_WITHIN_MS = 30_000;
const ENDED_WITHIN_MS = 10_000;
const PROJECT = `apiVersion: setpoint/v1
kind: Project
metadata: { name: interop }
spec:
  manifests: manifests
  state: { folder: .setpoint/state }
`;

/**
 * The built program's sandbox while the body runs, ended afterwards as Ctrl-C does, however the body ends; that it lived until then and
 * ends in good order is a check of its own, which tells what it printed where it did not. Throws Missing where the program was not built.
 */
export async function onSandbox(options: SandboxOptions, check: Check, body: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const { stop, ...sandbox } = await start(options);
  try {
    await body(sandbox);
  } finally {
    const { early, code } = await stop();
    await check('setpoint sandbox ends when it is interrupted, and not before', () => {
      assert.not(early, `it ended by itself:\n${sandbox.said()}`);
      assert.is(code, 0, sandbox.said());
    });
  }
}

/** How it ended. `early`: before it was told to. */
interface End {
  readonly early: boolean;
  readonly code: number | null;
}

async function start({ targets, folder }: SandboxOptions): Promise<Sandbox & { readonly stop: () => Promise<End> }> {
  if (!existsSync(main)) throw new Missing('the program was not built (npm run build)');
  const scratch = folder === undefined ? scratchFolder('setpoint-interop-sandbox') : undefined;
  const project = folder ?? scratch?.folder ?? '';
  writeFiles(project, { 'setpoint.yaml': PROJECT, 'manifests/targets.yaml': targets });
  const child = spawn(process.execPath, [main, 'sandbox'], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let code: number | null | undefined;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => {
    const end = (number: number | null): void => {
      code ??= number;
      resolve();
    };
    child.once('error', (error) => {
      said += error.message;
      end(null);
    });
    child.once('close', end);
  });
  const undo = owed(async () => {
    child.kill('SIGINT');
    const hard = setTimeout(() => child.kill('SIGKILL'), ENDED_WITHIN_MS);
    await ended;
    clearTimeout(hard);
  });
  const stop = async (): Promise<End> => {
    const early = code !== undefined;
    await undo();
    await scratch?.remove();
    return { early, code: code ?? null };
  };
  // It says where its switches are when everything listens.
  for (const until = Date.now() + STARTED_WITHIN_MS; !/switches: .*http:/.test(said); await wait(20)) {
    if (code === undefined && Date.now() < until) continue;
    await stop();
    throw new Error(`setpoint sandbox did not start:\n${said}`);
  }
  const running = JSON.parse(readFileSync(join(project, '.setpoint/sandbox/default/running.json'), 'utf8')) as Running;
  return { target: (name) => targetOf(running, name), said: () => said, stop };
}

/** What it hands out, in its file. */
interface Running {
  readonly control: string;
  readonly targets: Readonly<Record<string, { readonly address: string; readonly options?: Readonly<Record<string, unknown>> }>>;
}

function targetOf({ control, targets }: Running, name: string): SandboxTarget {
  const found = targets[name];
  if (found === undefined) throw new Error(`the sandbox has no target ${name}, it has ${Object.keys(targets).join(', ')}`);
  const { address, options = {} } = found;
  const { hostname: host, port } = new URL(address);
  return {
    host,
    port: Number(port),
    address,
    options,
    async ctl(verb, input = {}) {
      const response = await fetch(`${control}/${name}/${verb}?${new URLSearchParams(input).toString()}`, { method: 'POST' });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`${verb}: ${JSON.stringify(body)}`);
      return body;
    },
  };
}
