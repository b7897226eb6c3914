import type { ResourceId } from '../core/id.ts';
import type { Verb } from '../core/plan.ts';
import type { Replaced } from '../core/resource.ts';
import type { Context, Decisions } from './context.ts';
import type { Decision } from './decision.ts';

/** One call to come, before it has a number. */
export interface Act {
  readonly decision: Decision;
  readonly verb: Verb;
  readonly old?: true;
  /** What an earlier run replaced and did not come to delete. */
  readonly left?: Replaced;
  /** Numbers of acts that come before it. */
  readonly after: number[];
  /** Of those, the ones that have to be ready. */
  readonly ready: number[];
  /** Of those, the ones that make known a value which this one writes. */
  readonly told: number[];
}

/** The acts of one resource, by their part in it. */
interface Parts {
  move?: number;
  /** What everybody who needs it waits for. */
  main?: number;
  /** The old one of a replacement. */
  old?: number;
  /** Those that earlier replacements left. */
  left: number[];
}

const SETTLES: ReadonlySet<Verb> = new Set(['create', 'update', 'adopt']);

/**
 * Turns decisions into acts and draws who waits for whom. Making and changing follow what is *desired* to be needed; deleting
 * follows every act of whoever *recorded* a need.
 *
 *     create-first   make the new one → rewrite dependents → delete the old one
 *     delete-first   dependents that cannot outlive it go, others let go → delete the old one → make the new one → rewrite dependents
 */
export function actsOf(context: Context, decisions: Decisions): readonly Act[] {
  const acts: Act[] = [];
  const parts = new Map<ResourceId, Parts>();
  const add = (decision: Decision, verb: Verb, more: Pick<Act, 'old' | 'left'> = {}): number =>
    acts.push({ decision, verb, ...more, after: [], ready: [], told: [] }) - 1;
  for (const decision of decisions.values()) {
    const mine: Parts = { left: [] };
    const { act } = decision;
    if (decision.from !== undefined && (act !== 'none' || decision.action === 'move')) mine.main = mine.move = add(decision, 'move');
    if (act === 'replace') {
      mine.main = add(decision, 'create');
      if (!goesAlong(decision)) mine.old = add(decision, 'delete', { old: true });
    } else if (act !== 'none' && act !== 'discard') mine.main = add(decision, act);
    if (act !== 'none') {
      // Where the new one has gone, the old one may be what is found under the name, and is judged as such.
      const others = (decision.recorded?.replaced ?? []).filter(({ handle }) => handle !== decision.live?.handle);
      for (const left of others) mine.left.push(add(decision, 'delete', { old: true, left }));
    }
    if (mine.main !== undefined || mine.left.length > 0) parts.set(decision.id, mine);
  }
  const wait = (act: number | undefined, before: number | undefined, ready = false): void => {
    if (act === undefined || before === undefined || act === before) return;
    acts[act]!.after.push(before);
    if (ready) acts[act]!.ready.push(before);
  };
  for (const [id, mine] of parts) {
    const decision = decisions.get(id)!;
    if (mine.move !== mine.main) wait(mine.main, mine.move);
    if (mine.move !== mine.old) wait(mine.old, mine.move);
    const goes = decision.act === 'delete' || decision.act === 'forget';
    for (const left of mine.left) {
      // The record names what is left, so it stays as long as they do.
      if (goes) wait(mine.main, left);
      // What is left may be the only one that works: it goes as the old one of a replacement does.
      else wait(left, mine.main, comesFirst(decision) && mine.main !== undefined && SETTLES.has(acts[mine.main]!.verb));
    }
    for (const need of decision.resource?.needs ?? []) {
      const target = parts.get(need.id)?.main;
      if (mine.main === mine.move) continue;
      wait(mine.main, target, target !== undefined && need.ref.wait === 'ready' && SETTLES.has(acts[target]!.verb));
      if (target === undefined || mine.main === undefined || target === mine.main) continue;
      if (need.at !== '' && need.ref.by !== 'name' && acts[target]!.verb === 'create') acts[mine.main]!.told.push(target);
    }
    if (decision.act !== 'replace') continue;
    if (decision.replace === 'delete-first') {
      wait(mine.main, mine.old);
      // The old one stays until what the new one stands on is there: if that fails, nothing was lost.
      for (const { id: other, ref } of decision.resource?.needs ?? []) {
        if (standsAlone(decisions.get(other))) wait(mine.old, parts.get(other)?.main, ref.wait === 'ready');
      }
    } else wait(mine.old, mine.main, true);
  }
  waitForDependents(context, decisions, parts, wait);
  return acts;
}

const goesAlong = ({ oldGoesAlong, goneBefore, facts }: Decision): boolean =>
  goneBefore === true || (oldGoesAlong === true && facts?.removable !== true);

const comesFirst = ({ facts }: Decision): boolean => facts?.replace === 'create-first';

/** Made or changed without waiting for anybody, so that no circle can come of waiting for it. */
const standsAlone = (decision: Decision | undefined): boolean =>
  decision?.resource?.needs.length === 0 &&
  (decision.act === 'create' || (decision.act === 'replace' && decision.replace === 'create-first'));

function waitForDependents(
  { world, moves: { left } }: Context,
  decisions: Decisions,
  parts: ReadonlyMap<ResourceId, Parts>,
  wait: (act: number | undefined, before: number | undefined) => void,
): void {
  const going = new Set<ResourceId>();
  for (const { id, act, rule } of decisions.values())
    if (act === 'delete' || act === 'replace' || act === 'discard' || rule === 'gone-with-parent') going.add(id);
  if (going.size === 0) return;
  const dependents = new Map<ResourceId, Set<ResourceId>>();
  for (const recorded of world.recorded.values()) {
    const id = left.get(recorded.id) ?? recorded.id;
    if (!parts.has(id)) continue;
    for (const need of recorded.needs) {
      const target = left.get(need.id) ?? need.id;
      if (going.has(target) && target !== id) (dependents.get(target) ?? dependents.set(target, new Set()).get(target)!).add(id);
    }
  }
  for (const [id, those] of dependents) {
    const decision = decisions.get(id)!;
    const mine = parts.get(id);
    const removal = decision.act === 'replace' ? mine?.old : mine?.main;
    const removals = [removal, ...(mine?.left ?? [])];
    for (const other of those) {
      const theirs = parts.get(other)!;
      const along = decisions.get(other)!.rule === 'gone-with-parent';
      if (along) wait(theirs.main, removal);
      else if (decision.act === 'replace' && decision.replace === 'delete-first') {
        // What goes, goes first, and so does who lets go of it; whoever is rewritten needs the new one, which comes after this.
        wait(removal, theirs.old);
        const needsNew = decisions.get(other)!.resource?.needs.some((need) => need.id === id) === true;
        if (!needsNew) wait(removal, theirs.main);
      } else {
        for (const one of removals) {
          wait(one, theirs.main);
          wait(one, theirs.old);
        }
      }
    }
  }
}
