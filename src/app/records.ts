import { Faults } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import type { Recorded } from '../core/resource.ts';
import { byText } from '../core/value.ts';
import { Fault } from '../core/diagnostic.ts';
import type { End } from '../state/store.ts';
import type { Engine } from './engine.ts';

/** What is recorded, for the commands that look at it or mend it by hand. */
export interface Records {
  all(): ReadonlyMap<ResourceId, Recorded>;
  /** Under a lease, with a checkpoint under this message. */
  write(target: string, ends: readonly End[], message: string): Promise<void>;
  /** Binds a target's state to the system that answers now; resolves with its name. */
  rebind(target: string): Promise<string>;
}

/** Throws Faults for state that is damaged: what cannot be read cannot be mended by a command. */
export async function openRecords(engine: Engine): Promise<Records> {
  const { store, run } = engine;
  const targets = await store.targets();
  const states = await Promise.all(targets.map((target) => store.load(target)));
  const damage = states.flatMap((state) => state.damage);
  if (damage.length > 0) throw new Faults(damage);
  const records = new Map(states.flatMap((state) => [...state.records]).sort(([a], [b]) => byText(a, b)));
  const leased = async (target: string, message: string, body: () => Promise<void>): Promise<void> => {
    const lease = await store.lease({ target, run: run.id });
    try {
      await body();
      await store.checkpoint({ run: run.id, message });
    } finally {
      await lease.release();
    }
  };
  return {
    all: () => records,
    async write(target, ends, message) {
      await leased(target, message, () => store.end(target, ends));
      for (const { id, recorded } of ends) {
        if (recorded) records.set(id, recorded);
        else if (recorded === null) records.delete(id);
      }
    },
    async rebind(target) {
      const desired = await engine.desired();
      const { links } = await engine.context(desired);
      if (!desired.targets.has(target)) {
        throw new Fault({
          code: 'TARGET_UNKNOWN',
          summary: `there is no target called "${target}"`,
          detail: `There is ${[...desired.targets.keys()].join(', ') || 'none'}.`,
          hint: 'Correct the name, or describe the target in a manifest of kind Target.',
        });
      }
      const link = await links.get(target);
      if ('fault' in link) throw engine.redact.error(new Fault(link.fault));
      await leased(target, `bound ${target} to ${link.instance}`, () => store.bind(target, link.instance));
      return link.instance;
    },
  };
}
