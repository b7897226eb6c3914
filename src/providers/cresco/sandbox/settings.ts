import { Fault } from '../../../core/diagnostic.ts';
import { isFields, isList } from '../../../core/value.ts';
import type { Fields } from '../../../core/value.ts';

/** The key that a sandbox takes unless told otherwise. It guards nothing: a sandbox listens on loopback alone. */
export const SANDBOX_KEY = 'sandbox';

/** What kind of fabric a sandbox stands in for. */
export interface Settings {
  /** Server 1.2 (2) or 1.3 (3): order of replies, certificate, compression, CEP removal, executor. */
  readonly generation: 2 | 3;
  readonly serviceKey: string;
  /** The node that serves wsapi, which is the global controller as well. */
  readonly region: string;
  readonly agent: string;
  /** The other agents, as `region/agent`. */
  readonly agents: readonly { readonly region: string; readonly agent: string }[];
  /** How long the server waits for an answer that never comes, in milliseconds. */
  readonly voidMs: number;
  /** Executors run commands on this machine. */
  readonly allowCommands: boolean;
  /** Folders of this machine, besides its own, in which clients may have files read and written (filerepo). */
  readonly allowFolders: readonly string[];
  /** 0.1: everything that takes time takes a tenth of it. */
  readonly pace: number;
}

/** The longest a name may be without the common name of the certificate exceeding X.520's 64 characters. */
const LONGEST_IDENTITY = 64;

/**
 * The settings of a sandbox, from a target's options: those below `sandbox` win over those beside it, because a target's own
 * options (its key, its certificate) are meant for the real system. Throws Fault SANDBOX_OPTION.
 */
export function settingsOf(options: Fields): Settings {
  const own = options['sandbox'];
  const all: Fields = isFields(own) ? { ...options, ...own } : options;
  const region = name(all, 'region', 'global-region');
  const agent = name(all, 'agent', 'global-controller');
  const generation = all['generation'] ?? 3;
  if (generation !== 2 && generation !== 3) throw wrong('generation', '2 or 3');
  return {
    generation,
    // A target's own key is a reference to a secret, which no sandbox needs to know.
    serviceKey: typeof all['serviceKey'] === 'string' && all['serviceKey'] !== '' ? all['serviceKey'] : SANDBOX_KEY,
    region,
    agent,
    agents: texts(all, 'agents').map(agentOf),
    voidMs: amount(all, 'voidMs', 30_000),
    allowCommands: all['allowCommands'] === true,
    allowFolders: texts(all, 'allowFolders'),
    pace: amount(all, 'pace', 1),
  };
}

function name(options: Fields, field: string, otherwise: string): string {
  const given = options[field] ?? otherwise;
  // An underscore would split the identity in the certificate of generation 2 at the wrong place.
  if (typeof given !== 'string' || !/^[A-Za-z0-9-][A-Za-z0-9.-]*$/.test(given) || given.length > LONGEST_IDENTITY / 3) {
    throw wrong(field, `a name of letters, digits, points and dashes, at most ${Math.floor(LONGEST_IDENTITY / 3)} of them`);
  }
  return given;
}

function agentOf(given: string): { readonly region: string; readonly agent: string } {
  const [region = '', agent = '', ...more] = given.split('/');
  // They name folders, so no `..`.
  if (more.length > 0 || ![region, agent].every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part))) {
    throw wrong('agents', 'a list of region/agent');
  }
  return { region, agent };
}

function texts(options: Fields, field: string): readonly string[] {
  const given = options[field] ?? [];
  if (!isList(given) || !given.every((item): item is string => typeof item === 'string')) throw wrong(field, 'a list of texts');
  return given;
}

function amount(options: Fields, field: string, otherwise: number): number {
  const given = options[field] ?? otherwise;
  if (typeof given !== 'number' || !(given >= 0) || !Number.isFinite(given)) throw wrong(field, 'a number that is not negative');
  return given;
}

const wrong = (field: string, wanted: string): Fault =>
  new Fault({
    code: 'SANDBOX_OPTION',
    summary: `the option ${field} of a Cresco sandbox is ${wanted}`,
    detail: 'The sandbox was not started.',
    hint: `Correct spec.options.sandbox.${field} of the Target.`,
  });
