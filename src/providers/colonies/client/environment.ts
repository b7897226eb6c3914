import { Fault } from '../../../core/diagnostic.ts';
import type { S3Options } from '../../transport/s3.ts';
import { idOf } from './keys.ts';
import { storageIn } from './storage-environment.ts';

/** What the variables of ColonyOS say, under our own names. `key` is that of a user or executor. */
export interface Environment {
  readonly address: string;
  readonly colony?: string;
  readonly executor?: string;
  readonly executorType?: string;
  readonly key?: string;
  readonly colonyKey?: string;
  readonly serverKey?: string;
  /** Where the bytes of files are: for `openStore`. */
  readonly storage?: S3Options;
}

/** The names that the CLI and pycolonies share (pkg/cli of Colonies 1.9.12, `colonies_client()` of pycolonies 1.0.25). */
const VARIABLES = {
  colony: 'COLONIES_COLONY_NAME',
  executor: 'COLONIES_EXECUTOR_NAME',
  executorType: 'COLONIES_EXECUTOR_TYPE',
  key: 'COLONIES_PRVKEY',
  colonyKey: 'COLONIES_COLONY_PRVKEY',
  serverKey: 'COLONIES_SERVER_PRVKEY',
} as const;
const KEYS = ['key', 'colonyKey', 'serverKey'] as const;
type Name = keyof typeof VARIABLES;
type Needed = Name | 'storage';

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The address and what else is set; `needs` names what has to be. Empty is the same as not set. Throws Fault COLONIES_ENVIRONMENT with
 * everything that is missing or contradictory. Values of keys never stand in it.
 */
export function coloniesEnvironment<const N extends Needed = never>(
  env: Env,
  needs: readonly N[] = [],
): Environment & Required<Pick<Environment, N>> {
  const problems: string[] = [];
  const set: Env = Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, value?.trim() || undefined]));
  const found: Partial<Record<Name, string>> = {};
  for (const [name, variable] of Object.entries(VARIABLES) as [Name, string][]) {
    const value = set[variable];
    if (value !== undefined) found[name] = value;
    else if ((needs as readonly Needed[]).includes(name)) problems.push(`${variable} is not set`);
  }
  for (const name of KEYS) if (found[name] !== undefined && !isKey(found[name])) problems.push(`${VARIABLES[name]} is no private key`);
  const address = addressOf(set, problems);
  const storage = storageIn(set, { isNeeded: (needs as readonly Needed[]).includes('storage'), problems });
  if (problems.length > 0) throw unusable(problems);
  return { address, ...found, ...(storage === undefined ? {} : { storage }) } as Environment & Required<Pick<Environment, N>>;
}

function addressOf(set: Env, problems: string[]): string {
  const host = set['COLONIES_SERVER_HOST'];
  // The CLI and the server go by the first where it is set, and pycolonies knows the second alone.
  const port = set['COLONIES_SERVER_HTTP_PORT'] ?? set['COLONIES_SERVER_PORT'];
  const tls = tlsOf(set, problems);
  if (host === undefined) problems.push('COLONIES_SERVER_HOST is not set');
  else if (!/^(\[[0-9a-fA-F:.]+\]|[^\s/:@?#[\]]+)$/.test(host)) problems.push('COLONIES_SERVER_HOST is no bare host name or address');
  if (port === undefined) problems.push('COLONIES_SERVER_PORT is not set');
  else if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) problems.push(`the port "${port}" is none from 1 to 65535`);
  return `${tls ? 'https' : 'http'}://${host}:${port}`;
}

/** Nobody guesses: without any of the two the CLI takes https, and pycolonies http. */
function tlsOf(set: Env, problems: string[]): boolean {
  const said = ['COLONIES_TLS', 'COLONIES_SERVER_TLS'].flatMap((variable) => {
    const value = set[variable]?.toLowerCase();
    if (value === undefined) return [];
    if (value !== 'true' && value !== 'false') problems.push(`${variable} is neither true nor false`);
    return [value === 'true'];
  });
  if (said.length === 0)
    problems.push('neither COLONIES_TLS (which the CLI reads) nor COLONIES_SERVER_TLS (which pycolonies reads) is set');
  if (said.length === 2 && said[0] !== said[1]) problems.push('COLONIES_TLS and COLONIES_SERVER_TLS contradict each other');
  return said[0] ?? false;
}

function isKey(text: string): boolean {
  try {
    idOf(text);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

const unusable = (problems: readonly string[]): Fault =>
  new Fault(
    {
      code: 'COLONIES_ENVIRONMENT',
      summary: 'the environment does not say how to reach the Colonies server or its store',
      detail: `${problems.join('; ')}. Nothing was sent.`,
      hint: 'For a server on this machine: COLONIES_SERVER_HOST=127.0.0.1 COLONIES_SERVER_PORT=50080 COLONIES_TLS=false',
    },
    { sent: 'no' },
  );
