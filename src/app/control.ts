import { createServer } from 'node:http';
import { join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { Value } from '../core/value.ts';
import { removeDurably, writeDurably } from '../disk/index.ts';
import type { Sandbox } from '../providers/contract.ts';
import type { Engine } from './engine.ts';
import { runningSandbox, sandboxFolder, startSandbox } from './sandboxes.ts';

/** The sandboxes of an environment, running: the real wire on one port, their switches on a second one. */
export interface Running {
  readonly control: string;
  readonly targets: ReadonlyMap<string, Sandbox>;
  close(): Promise<void>;
}

/** Starts one sandbox a target and the control port, both on loopback. Throws Fault SANDBOX_RUNNING when there is one already. */
export async function startSandboxes(engine: Engine): Promise<Running> {
  const folder = sandboxFolder(engine);
  const other = runningSandbox(folder);
  if (other) {
    throw new Fault({
      code: 'SANDBOX_RUNNING',
      summary: `a sandbox of this environment is running (process ${other.pid})`,
      detail: 'Two would write to the same folders.',
      hint: 'Use it with --sandbox, or stop it first.',
    });
  }
  const desired = await engine.desired();
  const { kinds } = await engine.context(desired);
  const targets = new Map<string, Sandbox>();
  for (const manifest of desired.targets.values()) {
    const provider = await kinds.provider(manifest.provider);
    if (provider) targets.set(manifest.name, await startSandbox(manifest, provider, folder));
  }
  const server = createServer((request, response) => {
    void answer(targets, request.url ?? '/').then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const control = `http://127.0.0.1:${port}`;
  const addresses = Object.fromEntries([...targets].map(([name, { address }]) => [name, address]));
  const file = join(folder, 'running.json');
  await writeDurably(file, `${JSON.stringify({ pid: process.pid, control, targets: addresses })}\n`);
  return {
    control,
    targets,
    async close() {
      await removeDurably(file);
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([...targets.values()].map((sandbox) => sandbox.close()));
    },
  };
}

/** `GET /` lists the switches; `POST /TARGET/VERB?name=value` works one. */
async function answer(targets: ReadonlyMap<string, Sandbox>, url: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [target = '', verb] = pathname.slice(1).split('/').map(decodeURIComponent);
  if (target === '') {
    return { status: 200, body: Object.fromEntries([...targets].map(([name, { controls }]) => [name, controls])) };
  }
  const sandbox = targets.get(target);
  if (!sandbox || !sandbox.controls.some(({ name }) => name === verb)) {
    return {
      status: 404,
      body: {
        code: 'SWITCH_UNKNOWN',
        summary: `${target} has no switch called "${verb ?? ''}"`,
        detail: `There is ${(sandbox?.controls ?? []).map(({ name }) => name).join(', ') || 'none: no sandbox of that target is running'}. Nothing was done.`,
        hint: 'setpoint sandbox ctl lists the switches of every target.',
      },
    };
  }
  try {
    return { status: 200, body: await sandbox.control(verb as string, Object.fromEntries(searchParams)) };
  } catch (error) {
    if (error instanceof Fault) return { status: 409, body: error.diagnostic };
    return {
      status: 500,
      body: { code: 'BUG', summary: String(error), hint: 'This is a bug in setpoint: report it, with what the sandbox printed.' },
    };
  }
}

/** Works a switch of the sandbox that is running for this environment. Throws Fault SANDBOX_NOT_RUNNING, or what the switch says. */
export async function workSwitch(
  engine: Engine,
  { target, verb, input }: { readonly target: string; readonly verb: string; readonly input: Readonly<Record<string, string>> },
): Promise<Value> {
  const running = runningSandbox(sandboxFolder(engine));
  if (!running) {
    throw new Fault({
      code: 'SANDBOX_NOT_RUNNING',
      summary: 'no sandbox of this environment is running',
      detail: 'Its switches are worked through the process that runs it, so nothing was done.',
      hint: 'Start one in another terminal: setpoint sandbox.',
    });
  }
  const path = [target, verb]
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join('/');
  const response = await fetch(`${running.control}/${path}?${new URLSearchParams(input).toString()}`, {
    method: path === '' ? 'GET' : 'POST',
  });
  const body = (await response.json()) as Value;
  if (!response.ok) throw new Fault(body as unknown as ConstructorParameters<typeof Fault>[0]);
  return body;
}
