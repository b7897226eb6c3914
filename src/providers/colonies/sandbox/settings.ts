import { Fault } from '../../../core/diagnostic.ts';
import { isFields } from '../../../core/value.ts';
import type { Fields } from '../../../core/value.ts';

/** Published sample keys (sheet 7.5). They guard nothing: a sandbox listens on loopback alone. */
export const SAMPLE_SERVER_KEY = 'fcc79953d8a751bf41db661592dc34d30004b1a651ffa0725b03ac227641499d';
export const SAMPLE_COLONY_KEY = 'ba949fa134981372d6da62b6a56f336ab4d843b22c02a4257dcf7d0d73097514';
export const SAMPLE_USER_KEY = 'ddf7f7791208083b6a9ed975a72684f6406a269cfa36f1b1c32045c0a71fff05';

/** What kind of server a sandbox stands in for. */
export interface Settings {
  /** Whose id owns the server. */
  readonly serverKey: string;
  /** The colony that is there from the start; undefined where the manifests make it. */
  readonly colony: string | undefined;
  /** The sample user is a member of it. */
  readonly member: boolean;
  /** An executor that has not asked for work for so long is removed; the server looks that often. */
  readonly staleSeconds: number;
  readonly cleanupSeconds: number;
  /** The name of a removed executor may be used again (COLONIES_ALLOW_EXECUTOR_REREGISTER). */
  readonly reregister: boolean;
  /** COLONIES_EXCLUSIVE_ASSIGN. */
  readonly exclusive: boolean;
  /** Refuses what the real server should have (sheet 9.1) instead of doing as it does. */
  readonly strict: boolean;
  /** What succeeded longer ago than this is forgotten; undefined: never. */
  readonly retentionSeconds: number | undefined;
  /** How often crons and generators are looked at, in milliseconds. */
  readonly cronPeriodMs: number;
  readonly generatorPeriodMs: number;
  /** 0.1: everything that takes time takes a tenth of it, and the server's clock runs ahead. */
  readonly pace: number;
  /** Of the times that it writes and of its crons: an IANA name. */
  readonly timezone: string;
}

/**
 * The settings of a sandbox, from a target's options: those below `sandbox` win over those beside it, because a target's own
 * options (its keys) are meant for the real system. Throws Fault SANDBOX_OPTION.
 */
export function settingsOf(options: Fields): Settings {
  const own = options['sandbox'];
  const all: Fields = isFields(own) ? own : {};
  const makes = options['serverKey'] !== undefined;
  const colony = options['colony'] ?? 'dev';
  if (typeof colony !== 'string' || colony === '') throw wrong('colony', 'a name');
  return {
    serverKey: key(all, 'serverKey', SAMPLE_SERVER_KEY),
    colony: makes ? undefined : colony,
    member: options['colonyKey'] === undefined,
    staleSeconds: amount(all, 'staleSeconds', 600),
    cleanupSeconds: amount(all, 'cleanupSeconds', 60),
    // A target that may count on it needs a sandbox that does it.
    reregister: yes({ reregister: options['reregister'] ?? false, ...all }, 'reregister'),
    exclusive: yes(all, 'exclusive'),
    strict: yes(all, 'strict'),
    retentionSeconds: all['retentionSeconds'] === undefined ? undefined : amount(all, 'retentionSeconds', 0),
    cronPeriodMs: amount(all, 'cronPeriodMs', 1000),
    generatorPeriodMs: amount(all, 'generatorPeriodMs', 1000),
    pace: amount(all, 'pace', 1),
    timezone: zone(all['timezone'] ?? 'UTC'),
  };
}

function key(options: Fields, field: string, otherwise: string): string {
  const given = options[field] ?? otherwise;
  if (typeof given !== 'string' || !/^[0-9a-f]{64}$/i.test(given)) throw wrong(field, 'a private key: 64 hexadecimal digits');
  return given;
}

function yes(options: Fields, field: string): boolean {
  const given = options[field] ?? false;
  if (typeof given !== 'boolean') throw wrong(field, 'true or false');
  return given;
}

function amount(options: Fields, field: string, otherwise: number): number {
  const given = options[field] ?? otherwise;
  if (typeof given !== 'number' || !(given > 0) || !Number.isFinite(given)) throw wrong(field, 'a number above zero');
  return given;
}

function zone(given: unknown): string {
  if (typeof given !== 'string') throw wrong('timezone', 'the name of a time zone, such as Europe/Berlin');
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: given });
    return given;
  } catch (error) {
    if (error instanceof RangeError) throw wrong('timezone', 'the name of a time zone, such as Europe/Berlin');
    throw error;
  }
}

const wrong = (field: string, wanted: string): Fault =>
  new Fault({
    code: 'SANDBOX_OPTION',
    summary: `the option ${field} of a ColonyOS sandbox is ${wanted}`,
    detail: 'The sandbox was not started.',
    hint: `Correct spec.options.sandbox.${field} of the Target.`,
  });
