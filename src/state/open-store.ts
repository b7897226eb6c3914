import { join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import { byText } from '../core/value.ts';
import { listFiles } from '../disk/index.ts';
import { refuseDamaged } from './damage.ts';
import { refuseOtherProject } from './other-project.ts';
import { listSegments, markOf, openJournal, pending, replay, type Journal, type Pending, type Segment } from './journal.ts';
import { safeId, safeTarget } from './layout.ts';
import type { LeaseContent, LeaseRegister } from './lease-register.ts';
import { mayTake, takeLease, type Held, type Taker } from './lease.ts';
import type { Medium } from './medium.ts';
import { readTarget, type ReadTarget } from './read-target.ts';
import { rewrite } from './rewrite.ts';
import type { Abandoned, Intent, Lease, Store } from './store.ts';

export interface StoreOptions {
  readonly medium: Medium;
  /** Folder of the journals, one folder a target below it. */
  readonly journals: string;
  readonly register: (target: string) => LeaseRegister;
  readonly taker: Taker;
  /** Name of the project whose state it is; undefined for a folder that is no project. */
  readonly project?: string | undefined;
}

/** A target as the holder of its lease has it. */
interface Writing {
  readonly lease: Held;
  readonly journal: Journal;
  readonly records: Map<ResourceId, Recorded>;
  readonly open: Map<string, Intent>;
  /** What the checkpoint does not hold yet. */
  readonly pending: Map<ResourceId, Pending>;
  instance: string | undefined;
  project: string | undefined;
  /** The journal binds it to what the checkpoint may not say. */
  rebound: boolean;
  /** Epochs of dead holders whose journals lie here: with the next checkpoint nobody needs their plans any more. */
  readonly replayed: ReadonlySet<number>;
  resolved: boolean;
}

/** A reader gives up after so many checkpoints that were made while it read. */
const READS = 20;
/** A writer gives up after so many others that were first. */
const WRITES = 20;

/** The store over any medium, journal folder and lease: what folder and git stores have in common, which is nearly everything. */
export function openStore({ medium, journals, register, taker, project }: StoreOptions): Store {
  const writing = new Map<string, Writing>();
  /** The last reading of each target: taking the lease just after a plan need not parse everything again. */
  const lastRead = new Map<string, { readonly key: string; readonly read: ReadTarget }>();
  let checkpointing: Promise<unknown> = Promise.resolve();

  const journalOf = (target: string): string => join(journals, safeTarget(target));

  /** Segments of this machine that still count, and those that others have made void by resolving what they left open. */
  const segmentsOf = async (target: string, lease: LeaseRegister): Promise<{ live: readonly Segment[]; void: readonly Segment[] }> => {
    const all = await listSegments(journalOf(target));
    if (!lease.apart || all.every((one) => one.lease !== lease.name)) return { live: all, void: [] };
    const content = (await lease.read(false))?.content;
    const epochs = new Set(content?.left.map((one) => one.epoch));
    if (content?.by) epochs.add(content.epoch);
    const counts = (one: Segment): boolean => one.lease !== lease.name || epochs.has(one.epoch);
    return { live: all.filter(counts), void: all.filter((one) => !counts(one)) };
  };

  /** Checkpoint and journal as of one moment, though a writer may be busy: read again when either changed meanwhile. */
  const read = async (target: string): Promise<ReadTarget> => {
    for (let i = 0; i < READS; i += 1) {
      const { live } = await segmentsOf(target, register(target));
      const snapshot = await medium.snapshot(target);
      const laid = await replay(live);
      const key = JSON.stringify([snapshot.version, live.map((one) => one.file)]);
      const last = lastRead.get(target);
      if (live.length === 0 && last?.key === key) return last.read;
      const result = await readTarget({ target, medium, snapshot, replay: laid });
      const after = await segmentsOf(target, register(target));
      if (key === JSON.stringify([(await medium.snapshot(target)).version, after.live.map((one) => one.file)])) {
        lastRead.set(target, { key, read: result });
        return result;
      }
    }
    throw busy(target);
  };

  const held = (target: string): Writing => {
    const found = writing.get(target);
    if (!found) throw new TypeError(`state of ${target} is written without its lease`);
    return found;
  };

  const start = async (
    target: string,
    { lease, leaseRegister, takeOver }: { readonly lease: Held; readonly leaseRegister: LeaseRegister; readonly takeOver: boolean },
  ): Promise<Writing> => {
    // What the last holder wrote is there since the lease was seen to be free.
    await medium.refresh(false);
    const { live, void: dead } = await segmentsOf(target, leaseRegister);
    const { state, pending: left, rebound } = await read(target);
    refuseDamaged(target, state.damage);
    if (!takeOver || project === undefined) refuseOtherProject(state, project);
    const journal = openJournal({ folder: journalOf(target), lease: leaseRegister.name, epoch: lease.epoch, left: live });
    await journal.remove(dead);
    return {
      lease,
      journal,
      records: new Map(state.records),
      open: new Map(state.open.map((intent) => [intent.intent, intent])),
      pending: new Map(left),
      instance: state.instance,
      project: state.project,
      rebound,
      replayed: new Set(live.filter((one) => one.lease === leaseRegister.name).map((one) => one.epoch)),
      resolved: false,
    };
  };

  const release = async (target: string, mine: Writing): Promise<void> => {
    if (writing.get(target) !== mine) return;
    writing.delete(target);
    await mine.journal.close();
    await mine.lease.release(mine.journal.inUse());
  };

  const checkpointNow = async ({ run, message }: { readonly run: string; readonly message: string }): Promise<void> => {
    const mine = [...writing].filter(([, one]) => one.journal.inUse() || one.resolved).sort(([a], [b]) => byText(a, b));
    if (mine.length === 0) return;
    for (const [, one] of mine) await one.lease.check(false);
    const parts = await Promise.all(
      mine.map(async ([target, one]) => {
        const due = await one.journal.rotate();
        const { instance, rebound } = one;
        return { target, one, due, changes: new Map(one.pending), open: new Map(one.open), instance, project: one.project, rebound };
      }),
    );
    const fence = async (): Promise<void> => {
      for (const { one } of parts) await one.lease.check(true);
    };
    for (let i = 0; ; i += 1) {
      const targets = [];
      for (const part of parts) targets.push(await rewrite(part, medium, await medium.snapshot(part.target)));
      const at = new Date(taker.clock.now()).toISOString();
      if ((await medium.write({ run, at, message, targets, fence })) === 'written') break;
      if (i === WRITES) throw busy(mine.map(([target]) => target).join(', '));
      await medium.refresh(true);
    }
    for (const { target, one, due, changes, ...bound } of parts) {
      if (one.instance === bound.instance && one.project === bound.project) one.rebound = false;
      for (const [id, change] of changes) if (one.pending.get(id) === change) one.pending.delete(id);
      await one.journal.remove(due);
      lastRead.delete(target);
      const done = (epoch: number): boolean => one.resolved || one.replayed.has(epoch);
      if (one.lease.content().left.some(({ epoch }) => done(epoch))) {
        await one.lease.change((content) => ({ ...content, left: content.left.filter(({ epoch }) => !done(epoch)) }));
      }
      one.resolved = false;
    }
  };

  return {
    ...(project === undefined ? {} : { project }),

    async load(target) {
      safeTarget(target);
      await medium.refresh(false);
      return (await read(target)).state;
    },

    async targets() {
      await medium.refresh(false);
      const journaled: string[] = [];
      for (const name of await listFiles(journals)) {
        const target = name.slice(0, -1);
        if (name.endsWith('/') && !name.startsWith('.') && (await segmentsOf(target, register(target))).live.length > 0)
          journaled.push(target);
      }
      return [...new Set([...(await medium.targets()), ...journaled])].sort(byText);
    },

    async lease({ target, run, plan, longestRequestMs, takeOver = false }): Promise<Lease> {
      const leaseRegister = register(safeTarget(target));
      const lease = await takeLease({ register: leaseRegister, taker, target, run, plan, longestRequestMs });
      let mine: Writing;
      try {
        mine = await start(target, { lease, leaseRegister, takeOver });
      } catch (error) {
        // What was left behind by earlier holders stays with the lease.
        await lease.release(false);
        throw error;
      }
      writing.set(target, mine);
      const { by, epoch } = lease.content();
      if (!by) throw new TypeError(`a lease of ${target} without a holder`);
      return {
        holder: by.holder,
        run: by.run,
        epoch,
        takenAt: by.takenAt,
        expiresAt: by.expiresAt,
        stopAt: lease.stopAt,
        resolved() {
          mine.resolved = true;
          return Promise.resolve();
        },
        release: () => release(target, mine),
      };
    },

    async begin(target, intents) {
      const mine = held(target);
      for (const { id } of intents) safeId(id, target);
      await mine.lease.check(false);
      await mine.journal.write({ begin: intents }, () => {
        for (const intent of intents) mine.open.set(intent.intent, intent);
      });
    },

    // What happened is written down even when the lease has run out: a fact in our own epoch can hurt nobody.
    async end(target, ends) {
      const mine = held(target);
      for (const { id } of ends) safeId(id, target);
      const marked = ends.map((end) => {
        if (end.recorded && end.recorded.id !== end.id) throw new TypeError(`the record of ${end.recorded.id} cannot be kept as ${end.id}`);
        return end.recorded === undefined ? end : { ...end, was: markOf(mine.records.get(end.id)) };
      });
      await mine.journal.write({ end: marked }, () => {
        for (const end of marked) {
          if (end.intent !== undefined) mine.open.delete(end.intent);
          if (end.recorded === undefined) continue;
          mine.pending.set(end.id, pending(mine.pending.get(end.id), end.recorded, 'was' in end ? end.was : undefined));
          if (end.recorded === null) mine.records.delete(end.id);
          else mine.records.set(end.id, end.recorded);
        }
      });
    },

    async bind(target, instance) {
      const mine = held(target);
      const next = { instance: instance ?? mine.instance, project: project ?? mine.project };
      if (next.instance === mine.instance && next.project === mine.project) return;
      await mine.lease.check(false);
      await mine.journal.write({ bind: next.instance, project: next.project }, () => Object.assign(mine, next, { rebound: true }));
    },

    checkpoint(options) {
      const mine = checkpointing.then(() => checkpointNow(options));
      checkpointing = mine.catch(() => undefined);
      return mine;
    },

    async abandoned(target) {
      await medium.refresh(false);
      const leaseRegister = register(safeTarget(target));
      const content = (await leaseRegister.read(false))?.content;
      if (!leaseRegister.apart || !content) return [];
      const here = new Set(
        (await listSegments(journalOf(target))).filter((one) => one.lease === leaseRegister.name).map((one) => one.epoch),
      );
      return abandonedIn(content, { now: taker.clock.now(), mine: writing.has(target) }).filter(({ holder }) => !here.has(holder.epoch));
    },

    history: () => medium.history(),

    async close() {
      await checkpointing;
      const released = await Promise.allSettled([...writing].map(([target, mine]) => release(target, mine)));
      await medium.close();
      for (const one of released) if (one.status === 'rejected') throw one.reason;
    },
  };
}

/** Dead holders with their plans: those whom later holders have not resolved, and one that nobody has followed yet. */
function abandonedIn(content: LeaseContent, { now, mine }: { readonly now: number; readonly mine: boolean }): readonly Abandoned[] {
  const dead = !mine && content.by && mayTake(content.by, now) ? [{ epoch: content.epoch, by: content.by, plan: content.plan }] : [];
  return [...content.left, ...dead].flatMap(({ epoch, by, plan }) => {
    const { holder, run, takenAt, expiresAt } = by;
    return plan ? [{ holder: { holder, run, epoch, takenAt, expiresAt }, plan }] : [];
  });
}

const busy = (target: string): Fault =>
  new Fault(
    {
      code: 'STATE_BUSY',
      summary: `the state of ${target} is being written too often to be read or written in between`,
      detail: 'Others were first every time. Nothing of theirs or ours is lost.',
      hint: 'Run the same command again.',
    },
    { sent: 'no', retry: { afterMs: 1000 } },
  );
