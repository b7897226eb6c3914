import { hostname } from 'node:os';
import { readFileSync, readlinkSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Fault } from '../../../core/diagnostic.ts';
import { createExclusively, diskFault, errnoOf, processRuns, readIfThere, removeDurably } from '../../../disk/index.ts';
import { interrupted } from '../../transport/interrupted.ts';
import { parseObject } from './files.ts';

/** Who is writing: `lock.json`. Times are ISO 8601 in UTC. */
export interface LockRecord {
  readonly owner: string;
  readonly pid: number;
  readonly host: string;
  /** The machine's boot and the space in which `pid` means something: only there can a dead process be told from a live one. */
  readonly life: string;
  readonly sessionId: string;
  /** The datastore's generation when it was taken. */
  readonly generation: number;
  readonly takenAt: string;
  readonly expiresAt: string;
}

export interface LockOptions {
  readonly path: string;
  readonly owner: string;
  readonly sessionId: string;
  readonly generation: number;
  readonly holdMs: number;
  /** How long to wait for somebody else to finish. */
  readonly waitMs: number;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

export interface Lock {
  readonly record: LockRecord;
  /** Throws Fault CONFIG_LOCK_LOST when the lock has run out or somebody else took it over. */
  check(): Promise<void>;
  release(): Promise<void>;
}

const POLL_MS = 25;

/**
 * Takes the lock, waiting for its holder to finish. A lock that has run out, or whose process is dead, is taken over. The lock
 * keeps writers from working in vain; that nothing is lost does not rest on it but on commit files, which are made exclusively.
 * Throws Fault CONFIG_LOCKED, which may be tried again.
 */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const { path, now } = options;
  const deadline = now() + options.waitMs;
  for (;;) {
    const taken = now();
    const record: LockRecord = {
      owner: options.owner,
      pid: process.pid,
      host: hostname(),
      life: life(),
      sessionId: options.sessionId,
      generation: options.generation,
      takenAt: new Date(taken).toISOString(),
      expiresAt: new Date(taken + options.holdMs).toISOString(),
    };
    if (await createExclusively(path, `${JSON.stringify(record, undefined, 2)}\n`)) return lockOf(record, options);
    const holder = await readLock(path);
    if (holder === undefined) continue;
    if (isOver(holder, now())) {
      await takeAway(path, holder);
      continue;
    }
    if (options.signal?.aborted) throw interrupted(options.signal, 'no');
    if (now() >= deadline) throw locked(holder);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The record of whoever holds the lock. */
export async function readLock(path: string): Promise<LockRecord | undefined> {
  const text = await readIfThere(path);
  return text === undefined ? undefined : (parseObject(path, text) as unknown as LockRecord);
}

function lockOf(record: LockRecord, { path, now }: LockOptions): Lock {
  const isMine = async (): Promise<boolean> => (await readLock(path))?.sessionId === record.sessionId;
  return {
    record,
    async check() {
      if (now() < Date.parse(record.expiresAt) && (await isMine())) return;
      throw new Fault(
        {
          code: 'CONFIG_LOCK_LOST',
          summary: 'the lock on the datastore ran out before the commit was made',
          detail: 'Somebody else may be writing now, so nothing was committed.',
          hint: 'Run the same command again.',
        },
        { retry: { afterMs: 0 }, sent: 'no' },
      );
    },
    async release() {
      if (await isMine()) await removeDurably(path);
    },
  };
}

function isOver(holder: LockRecord, now: number): boolean {
  if (!(Date.parse(holder.expiresAt) > now)) return true;
  return holder.host === hostname() && holder.life === life() && !processRuns(holder.pid);
}

/** Moves a dead lock out of the way. Of many who try, one gets to move it; a live lock moved by mistake is put back. */
async function takeAway(path: string, seen: LockRecord): Promise<void> {
  const aside = `${path}.${seen.sessionId}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw diskFault(error, path, 'write');
  }
  const text = await readIfThere(aside);
  if (text !== undefined && (parseObject(aside, text) as unknown as LockRecord).sessionId !== seen.sessionId)
    await createExclusively(path, text);
  await removeDurably(aside);
}

let known: string | undefined;

/** Linux tells the boot and the process-id namespace; elsewhere a lock of a dead process runs out by its time. */
function life(): string {
  if (known !== undefined) return known;
  try {
    known = `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    known = `unknown ${process.pid}`;
  }
  return known;
}

const locked = (holder: LockRecord): Fault =>
  new Fault(
    {
      code: 'CONFIG_LOCKED',
      summary: `${holder.owner} is writing to the datastore`,
      detail: `Process ${holder.pid} on ${holder.host} holds the lock since ${holder.takenAt}. If it dies, the lock runs out at ${holder.expiresAt}.`,
      hint: 'Wait for it to finish and run the same command again.',
    },
    { retry: { afterMs: 250 }, sent: 'no' },
  );
