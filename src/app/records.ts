import { Fault, Faults } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts, shortId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import type { Value } from '../core/value.ts';
import { byText, equal } from '../core/value.ts';
import type { End } from '../state/store.ts';
import { NONE } from '../reconcile/instance.ts';
import type { Engine } from './engine.ts';

/** What is recorded, for the commands that look at it or mend it by hand. */
export interface Records {
  all(): ReadonlyMap<ResourceId, Recorded>;
  /** Ids with a call whose end nobody knows; not all of them have a record. */
  open(): readonly ResourceId[];
  /**
   * Under a lease, with a checkpoint under this message. A call of an earlier run whose end nobody knows is forgotten with its resource.
   * Throws Fault STATE_CONFLICT where the records are not those in `all` any more, INTENT_OPEN for a record that cannot be moved yet.
   */
  write(target: string, ends: readonly End[], message: string): Promise<void>;
  /**
   * Binds a target's state to this project and to the system that answers now, and forgets what that one does not have: it is made
   * anew there. State of a target that is not described any more is bound to the project alone. `from` is the project that it was
   * another one's.
   */
  rebind(target: string): Promise<Rebound>;
}

/** What a target's state is bound to from now on. */
export interface Rebound {
  readonly instance?: string;
  readonly from?: string;
  readonly forgotten: number;
}

/** Throws Faults for state that is damaged: what cannot be read cannot be mended by a command. */
export async function openRecords(engine: Engine): Promise<Records> {
  const { store, run } = engine;
  const targets = await store.targets();
  const states = await Promise.all(targets.map((target) => store.load(target)));
  const damage = states.flatMap((state) => state.damage);
  if (damage.length > 0) throw new Faults(damage);
  const records = new Map(states.flatMap((state) => [...state.records]).sort(([a], [b]) => byText(a, b)));
  const leased = async (
    { target, message, takeOver }: { readonly target: string; readonly message: string; readonly takeOver?: true },
    body: () => Promise<void>,
  ): Promise<void> => {
    const lease = await store.lease({ target, run: run.id, ...(takeOver ? { takeOver } : {}) });
    try {
      await body();
      await store.checkpoint({ run: run.id, message });
    } finally {
      await lease.release();
    }
  };
  const write = async (target: string, ends: readonly End[], message: string): Promise<void> => {
    await leased({ target, message }, async () => {
      const { records: now, open } = await store.load(target);
      const changed = ends.find(({ id }) => !same(records.get(id), now.get(id)));
      if (changed) throw conflict(changed.id);
      const lost = open.filter((intent) => ends.some(({ id }) => id === intent.id));
      const [first] = lost;
      if (first && ends.some(({ recorded }) => recorded)) throw unresolved(first.id);
      const forgotten = lost.map(({ intent, id }): End => ({ intent, id, outcome: 'failed', recorded: null }));
      await store.end(target, [...ends, ...forgotten]);
    });
    for (const { id, recorded } of ends) {
      if (recorded) records.set(id, recorded);
      else if (recorded === null) records.delete(id);
    }
  };
  return {
    all: () => records,
    open: () => states.flatMap((state) => state.open.map(({ id }) => id)),
    write,
    async rebind(target) {
      const desired = await engine.desired();
      const { links } = await engine.context(desired);
      const before = states.find((state) => state.target === target)?.project;
      const from = before === undefined || before === store.project ? {} : { from: before };
      if (!desired.targets.has(target) && 'from' in from) {
        const message = `bound ${target} to the project ${store.project ?? ''}`.trimEnd();
        await leased({ target, message, takeOver: true }, () => store.bind(target));
        return { ...from, forgotten: 0 };
      }
      if (!desired.targets.has(target)) {
        throw new Fault({
          code: 'TARGET_UNKNOWN',
          summary: `there is no target called "${target}"`,
          detail: `There is ${[...desired.targets.keys()].join(', ') || 'none'}.`,
          hint: 'Correct the name, or describe the target in a manifest of kind Target.',
        });
      }
      const link = await links.found(target);
      if ('fault' in link) throw engine.redact.error(new Fault(link.fault));
      const to = link.instance ?? target;
      await leased({ target, message: `bound ${target} to ${to}`, takeOver: true }, () => store.bind(target, link.instance ?? NONE));
      const mine = [...records.keys()].filter((id) => idParts(id).target === target);
      const { observed, facts } = (await engine.survey(desired, { only: new Set(mine) })).world;
      // What it does not have is no loss that a plan would have to be afraid of. Of what has run, the record is all there is.
      const gone = mine.filter((id) => observed.get(id)?.seen === 'absent' && facts(id)?.nature !== 'run');
      const ends = gone.map((id): End => ({ id, outcome: 'done', recorded: null }));
      if (ends.length > 0) await write(target, ends, `forgot ${ends.length} that ${to} does not have`);
      return { instance: to, ...from, forgotten: gone.length };
    },
  };
}

const same = (a: Recorded | undefined, b: Recorded | undefined): boolean => equal(a as Value | undefined, b as Value | undefined);

const conflict = (id: ResourceId): Fault =>
  new Fault({
    code: 'STATE_CONFLICT',
    summary: `the record of ${shortId(id)} was changed by another run meanwhile`,
    detail: 'What was to be written was made from the record as it was before. Nothing was changed.',
    hint: 'Look at it (setpoint state show) and run the same command again.',
    resource: id,
  });

const unresolved = (id: ResourceId): Fault =>
  new Fault({
    code: 'INTENT_OPEN',
    summary: `what an earlier run did to ${shortId(id)} is not known yet`,
    detail: 'A call left and its reply was lost. Once it is known, it is recorded under the id that the resource had then.',
    hint: 'setpoint apply finds out; run the same command after it.',
    resource: id,
  });
