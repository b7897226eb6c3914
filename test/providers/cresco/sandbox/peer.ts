import { gunzipSync, gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import type { Value } from '../../../../src/core/value.ts';
import type { Fields } from '../../../../src/core/value.ts';
import type { Sandbox } from '../../../../src/providers/contract.ts';
import { sandbox } from '../../../../src/providers/cresco/sandbox/index.ts';
import type { Clock } from '../../../../src/providers/transport/clock.ts';

/** A plain WebSocket client: what it sends and gets is exactly what is on the wire. */
export interface Peer {
  readonly socket: WebSocket;
  send(frame: string | Uint8Array): void;
  /** The next frame, in the order in which they came. Rejects when the socket ends before. */
  next(): Promise<string | Buffer>;
  /** The next frame as the JSON object of a reply. */
  reply(): Promise<Record<string, string>>;
  /** One request and its reply. */
  rpc(request: Request): Promise<Record<string, string>>;
  close(): void;
  readonly closed: Promise<number>;
}

export interface Request {
  readonly type?: string;
  readonly event?: 'EXEC' | 'CONFIG' | 'INFO';
  readonly info?: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

export const HOME = { dst_region: 'global-region', dst_agent: 'global-controller' };

/** The text of a request, to the global controller unless told otherwise. */
export const requestText = ({ type = 'global_controller_msgevent', event = 'EXEC', info = {}, payload }: Request): string =>
  JSON.stringify({ message_info: { message_type: type, message_event_type: event, is_rpc: true, ...info }, message_payload: payload });

/** A request to an agent, the home one unless told otherwise. */
export const toAgent = (
  event: 'EXEC' | 'CONFIG',
  payload: Readonly<Record<string, unknown>>,
  place: Readonly<Record<string, string>> = HOME,
): Request => ({
  type: 'global_agent_msgevent',
  event,
  info: place,
  payload,
});
export const toPlugin = (plugin: string, event: 'EXEC' | 'CONFIG', payload: Readonly<Record<string, unknown>>): Request => ({
  type: 'global_plugin_msgevent',
  event,
  info: { ...HOME, dst_plugin: plugin },
  payload,
});

export async function dial(address: string, path = '/api/apisocket', key: string | undefined = 'sandbox'): Promise<Peer> {
  const socket = new WebSocket(`${address}${path}`, {
    rejectUnauthorized: false,
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
    headers: key === undefined ? {} : { cresco_service_key: key },
  });
  const frames: (string | Buffer)[] = [];
  const waiting: { readonly resolve: (frame: string | Buffer) => void; readonly reject: (reason: Error) => void }[] = [];
  let over: number | undefined;
  socket.on('message', (data: Buffer, isBinary) => {
    const frame = isBinary ? data : data.toString('utf8');
    const first = waiting.shift();
    if (first) first.resolve(frame);
    else frames.push(frame);
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      over = code;
      for (const { reject } of waiting.splice(0)) reject(new Error(`closed with ${code}`));
      resolve(code);
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  // What goes wrong later is seen as its end.
  socket.on('error', () => socket.terminate());
  const next = (): Promise<string | Buffer> => {
    const frame = frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    if (over !== undefined) return Promise.reject(new Error(`closed with ${over}`));
    return new Promise((resolve, reject) => void waiting.push({ resolve, reject }));
  };
  const reply = async (): Promise<Record<string, string>> => JSON.parse(String(await next())) as Record<string, string>;
  return {
    socket,
    send: (frame) => socket.send(frame),
    next,
    reply,
    rpc(request) {
      socket.send(requestText(request));
      return reply();
    },
    close: () => socket.close(),
    closed,
  };
}

export const gz = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64');
export const ungz = (text: string | undefined): Value =>
  JSON.parse(gunzipSync(Buffer.from(text ?? '', 'base64')).toString('utf8')) as Value;

/** Time that moves only when a test says so. */
export interface ManualClock extends Clock {
  /** Lets so many milliseconds pass: who sleeps no longer wakes up in the order of their times. */
  pass(ms: number): void;
}

export function manualClock(): ManualClock {
  let time = Date.UTC(2026, 0, 1);
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) return void reject(signal.reason as Error);
        const one = { at: time + ms, wake: resolve };
        sleepers.push(one);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== one);
          reject(signal.reason as Error);
        });
      }),
    pass(ms) {
      time += ms;
      const due = sleepers.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at);
      sleepers = sleepers.filter(({ at }) => at > time);
      for (const { wake } of due) wake();
    },
  };
}

export interface Lab {
  readonly box: Sandbox;
  readonly api: Peer;
  /** Another socket of the same server. */
  dial(path?: string): Promise<Peer>;
  control(name: string, input?: Readonly<Record<string, string>>): Promise<Value>;
}

/**
 * A sandbox and a control socket to it, gone when the body has ended. Its time runs five hundred times as fast, and nobody waits
 * in vain: a missing answer would come after hours. Tests of those set `voidMs`, and those of time bring a clock.
 */
export async function lab(
  body: (lab: Lab) => Promise<void>,
  { options = {}, folder, clock }: { readonly options?: Fields; readonly folder?: string; readonly clock?: Clock } = {},
): Promise<void> {
  const settings = { pace: clock === undefined ? 0.002 : 1, voidMs: 1e9, ...options };
  const box = await sandbox({ options: settings, ...(folder === undefined ? {} : { folder }) }, ...(clock === undefined ? [] : [clock]));
  try {
    const { serviceKey } = box.options as { readonly serviceKey: string };
    const api = await dial(box.address, undefined, serviceKey);
    await body({ box, api, dial: (path) => dial(box.address, path, serviceKey), control: (name, input = {}) => box.control(name, input) });
  } finally {
    await box.close();
  }
}

/** Asks until the answer is right; time passes between, where there is a clock. */
export async function until(right: () => Promise<boolean>, between: () => void = () => undefined): Promise<void> {
  while (!(await right())) {
    between();
    await new Promise(setImmediate);
  }
}

/** A plugin without a jar worth the name: nobody opens it. */
export const WIDGET = { pluginname: 'io.example.widget', version: '1.0.0', md5: '9d2b1ad5bbc16c44d49116dc213c53f2' };
const WIDGET_JAR = Buffer.from('widget').toString('base64');

/** Puts the widget in the repository. */
export const saveWidget = (api: Peer): Promise<Record<string, string>> =>
  api.rpc({ event: 'CONFIG', payload: { action: 'savetorepo', configparams: gz(WIDGET), jardata: WIDGET_JAR } });

/** Puts the widget in an agent's own cache, where nothing has to be fetched from. */
export const uploadWidget = (api: Peer, place?: Readonly<Record<string, string>>): Promise<Record<string, string>> =>
  api.rpc(toAgent('CONFIG', { action: 'pluginupload', configparams: gz(WIDGET), jardata: WIDGET_JAR }, place));

export const addWidget = (
  api: Peer,
  more: Readonly<Record<string, unknown>> = {},
  place?: Readonly<Record<string, string>>,
): Promise<Record<string, string>> => api.rpc(toAgent('CONFIG', { action: 'pluginadd', configparams: gz({ ...WIDGET, ...more }) }, place));
