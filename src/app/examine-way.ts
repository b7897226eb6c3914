import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Fields } from '../core/value.ts';
import { attempt, type Check } from '../providers/checks.ts';
import type { AnyProvider } from '../providers/contract.ts';
import { interrupted } from '../providers/transport/interrupted.ts';
import { secretsOf } from '../reconcile/marks.ts';
import { callOf, type Run, type Secrets, type Stopped } from '../reconcile/opened.ts';

export interface Way extends Stopped {
  readonly target: string;
  /** As the manifest has it, where nothing else is known. */
  readonly address: string;
  readonly options: Fields;
  readonly provider: AnyProvider;
  readonly secrets: Secrets;
  readonly run: Run;
}

const STOPPED: Readonly<Record<Stopped['at'], string>> = {
  secrets: 'stopped when its secrets were looked up',
  connection: 'stopped before anything was sent',
  identity: 'stopped when it was asked who it is',
};

/**
 * A target that could not be reached: at which step, and what can be told all the same: each of its secrets, whether anybody is at the
 * address, the time by which certificates are judged here, and what its provider finds over the session, if there is one.
 */
export async function* examineWay(way: Way): AsyncGenerator<Check> {
  const { target, at, cause, address, session, provider, run } = way;
  const { summary, hint } = cause;
  yield { name: `target ${target}`, ok: false, message: `${STOPPED[at]}: ${summary}.${hint === undefined ? '' : ` ${hint}`}` };
  const named = (check: Check): Check => ({ ...check, name: `${target}: ${check.name}` });
  for await (const check of secretChecks(way)) yield named(check);
  const place = await addressCheck(address, run.signal);
  yield named(place);
  if (URL.canParse(address)) {
    const time = new Date(run.now()).toISOString();
    yield named({ name: 'clock', ok: true, message: `certificates are judged by ${time}, the time of this machine` });
  }
  if (!place.ok || session === undefined || !provider.examine) return;
  // What stopped us will stop the examination as well, and was said.
  for await (const check of provider.examine(session.read, callOf(run))) if (!check.message.startsWith(summary)) yield named(check);
}

/** Whether each secret is there, by the option that it stands in. */
async function* secretChecks({ options, secrets }: Way): AsyncGenerator<Check> {
  for (const [name, value] of Object.entries(options)) {
    for (const mark of secretsOf({ [name]: value })) {
      const source = Object.entries(mark['setpoint:secret']).map(
        ([kind, from]) => `${kind} ${typeof from === 'string' ? from : JSON.stringify(from)}`,
      );
      const looked = await attempt(name, () => secrets.peek(mark));
      if ('finding' in looked) yield looked.finding;
      else
        yield { name, ok: true, message: `${source.join(', ')}: ${looked.found === undefined ? 'the first apply makes it' : 'is there'}` };
    }
  }
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 };

/** Whether anything is at an address at all: a folder, or a port that somebody listens on. */
async function addressCheck(address: string, signal: AbortSignal): Promise<Check> {
  const wrong = URL.canParse(address) ? await knock(new URL(address), signal) : await missing(address);
  return { name: 'address', ok: wrong === undefined, message: `${address}: ${wrong ?? 'is there'}` };
}

const PATIENCE_MS = 5_000;

/** Connects and hangs up: why that cannot be done, if so. */
function knock({ protocol, hostname, port }: URL, signal: AbortSignal): Promise<string | undefined> {
  const number = Number(port) || PORTS[protocol];
  if (hostname === '' || number === undefined) return Promise.resolve('it names no host and port');
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port: number, signal });
    const hungUp = (wrong?: string): void => {
      socket.destroy();
      resolve(wrong);
    };
    socket.setTimeout(PATIENCE_MS, () => hungUp(REASONS.ETIMEDOUT));
    socket.once('connect', () => hungUp());
    socket.once('error', (error: NodeJS.ErrnoException) => (signal.aborted ? reject(interrupted(signal, 'no')) : hungUp(reasonOf(error))));
  });
}

const missing = async (folder: string): Promise<string | undefined> => {
  try {
    return (await stat(folder)).isDirectory() ? undefined : 'it is no folder';
  } catch (error) {
    return reasonOf(error as NodeJS.ErrnoException);
  }
};

const REASONS = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'no such host is known',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'nothing answers, as behind a firewall or on a machine that is off',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ENOENT: 'there is no such folder',
  EACCES: 'it may not be read',
} as const;

const reasonOf = ({ code = '', message }: NodeJS.ErrnoException): string => (REASONS as Readonly<Record<string, string>>)[code] ?? message;
