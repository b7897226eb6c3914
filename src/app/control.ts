import { createServer } from 'node:http';
import { join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { Value } from '../core/value.ts';
import { removeDurably, writeDurably } from '../disk/index.ts';
import type { Sandbox } from '../providers/contract.ts';
import type { Engine } from './engine.ts';
import { inputsOf, unknownWord } from './inputs.ts';
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
    if (provider) targets.set(manifest.name, await startSandbox(manifest, provider, { folder, files: engine.files }));
  }
  const server = createServer((request, response) => {
    void answer(targets, { method: request.method, url: request.url ?? '/' }).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const control = `http://127.0.0.1:${port}`;
  const standIns = Object.fromEntries(
    [...targets].map(([name, { address, options }]) => [name, { address, ...(options ? { options } : {}) }]),
  );
  const file = join(folder, 'running.json');
  await writeDurably(file, `${JSON.stringify({ pid: process.pid, control, targets: standIns })}\n`);
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
async function answer(
  targets: ReadonlyMap<string, Sandbox>,
  { method, url }: { readonly method: string | undefined; readonly url: string },
): Promise<{ readonly status: number; readonly body: unknown }> {
  const asked = partsOf(url);
  if (!asked) {
    const detail = 'A switch is worked by POST /TARGET/VERB?name=value. Nothing was done.';
    return { status: 400, body: { code: 'SWITCH_UNKNOWN', summary: 'the address cannot be read', detail } };
  }
  const {
    path: [target = '', verb],
    searchParams,
  } = asked;
  if (target === '') {
    return { status: 200, body: Object.fromEntries([...targets].map(([name, { controls }]) => [name, controls])) };
  }
  const sandbox = targets.get(target);
  if (method !== 'POST' || !sandbox || !sandbox.controls.some(({ name }) => name === verb)) {
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

/** Undefined for what is no address: anybody on this machine may send anything. */
function partsOf(url: string): { readonly path: readonly string[]; readonly searchParams: URLSearchParams } | undefined {
  try {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    return { path: pathname.slice(1).split('/').map(decodeURIComponent), searchParams };
  } catch (error) {
    if (error instanceof TypeError || error instanceof URIError) return undefined;
    throw error;
  }
}

/** The switches of one target's sandbox. */
export type Switches = Sandbox['controls'];

/** The sandboxes that run for an environment, from another process. */
export interface Control {
  /** By target. */
  readonly switches: ReadonlyMap<string, Switches>;
  /** Throws Fault TARGET_UNKNOWN. */
  switchesOf(target: string): Switches;
  /** Throws Fault TARGET_UNKNOWN, SWITCH_UNKNOWN, INPUT_UNKNOWN, or what the switch says. */
  work(options: { readonly target: string; readonly verb: string; readonly words: readonly string[] }): Promise<Value>;
}

/** Throws Fault SANDBOX_NOT_RUNNING. */
export async function openControl(engine: Engine): Promise<Control> {
  const running = runningSandbox(sandboxFolder(engine));
  if (!running) throw notRunning();
  const ask = async (path: string, method: 'GET' | 'POST'): Promise<Value> => {
    const response = await fetch(`${running.control}/${path}`, { method }).catch((cause: unknown) => {
      throw notRunning(cause);
    });
    const body = (await response.json()) as Value;
    if (!response.ok) throw new Fault(body as unknown as ConstructorParameters<typeof Fault>[0]);
    return body;
  };
  const switches = new Map(Object.entries((await ask('', 'GET')) as unknown as Readonly<Record<string, Switches>>));
  const switchesOf = (target: string): Switches => {
    const found = switches.get(target);
    if (found) return found;
    throw unknownWord({
      code: 'TARGET_UNKNOWN',
      summary: `no sandbox runs for a target called "${target}"`,
      word: target,
      known: [...switches.keys()],
      hint: 'setpoint sandbox ctl lists the targets that have one.',
    });
  };
  return {
    switches,
    switchesOf,
    async work({ target, verb, words }) {
      const inputs = switchNamed({ switches: switchesOf(target), target, verb }).inputs.map((name) => ({ name }));
      const input = inputsOf({ name: verb, inputs, typed: `setpoint sandbox ctl ${target} ${verb}` }, words);
      return ask(`${encodeURIComponent(target)}/${encodeURIComponent(verb)}?${new URLSearchParams(input).toString()}`, 'POST');
    },
  };
}

function switchNamed(options: { readonly switches: Switches; readonly target: string; readonly verb: string }): Switches[number] {
  const { switches, target, verb } = options;
  const found = switches.find(({ name }) => name === verb);
  if (found) return found;
  throw unknownWord({
    code: 'SWITCH_UNKNOWN',
    summary: `${target} has no switch called "${verb}"`,
    word: verb,
    known: switches.map(({ name }) => name),
    hint: `setpoint sandbox ctl ${target} says what each of them does.`,
  });
}

const notRunning = (cause?: unknown): Fault =>
  new Fault(
    {
      code: 'SANDBOX_NOT_RUNNING',
      summary: 'no sandbox of this environment is running',
      detail: 'Its switches are worked through the process that runs it, so nothing was done.',
      hint: 'Start one in another terminal: setpoint sandbox.',
    },
    cause === undefined ? {} : { cause },
  );
