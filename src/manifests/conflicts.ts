import type { ResourceId } from '../core/id.ts';
import type { Pointer } from '../core/pointer.ts';
import { byText } from '../core/value.ts';
import type { Claim } from '../providers/contract.ts';

/** Two resources that want one place of a live system, the earlier one first. */
export interface Conflict {
  readonly first: ResourceId;
  readonly second: ResourceId;
  readonly path: string;
  /** Where in the second one's spec the claim comes from, if its kind told. */
  readonly at?: Pointer;
}

/** What the resources of one target own, in the order in which they were written. */
export class Claims {
  readonly #leaves = new Map<string, { readonly id: ResourceId; readonly order: number; readonly at?: Pointer }>();
  readonly #subtrees = new Map<string, { readonly id: ResourceId; readonly order: number; readonly at?: Pointer }>();
  readonly #conflicts: Conflict[] = [];
  #order = 0;

  add(id: ResourceId, claims: readonly Claim[]): void {
    this.#order += 1;
    for (const claim of claims) {
      const owners = claim.subtree ? this.#subtrees : this.#leaves;
      const before = owners.get(claim.path);
      if (before === undefined) owners.set(claim.path, { id, order: this.#order, ...(claim.at === undefined ? {} : { at: claim.at }) });
      else if (before.id !== id) this.#conflicts.push(conflict(before.id, { id, claim }));
    }
  }

  /**
   * Every place that two resources own. A subtree owns all paths that begin with its own: sorted by text these follow it
   * directly, so one pass with the open subtrees on a stack finds them.
   */
  conflicts(): readonly Conflict[] {
    if (this.#subtrees.size === 0) return this.#conflicts;
    const found = [...this.#conflicts];
    const all = [
      ...[...this.#subtrees].map(([path, owner]) => ({ path, ...owner, subtree: true })),
      ...[...this.#leaves].map(([path, owner]) => ({ path, ...owner, subtree: false })),
    ].sort((a, b) => byText(a.path, b.path) || Number(b.subtree) - Number(a.subtree));
    const open: typeof all = [];
    for (const one of all) {
      while (open.length > 0 && !one.path.startsWith(open.at(-1)?.path ?? '')) open.pop();
      for (const outer of open) {
        if (outer.id === one.id) continue;
        const [first, second] = outer.order < one.order ? [outer, one] : [one, outer];
        found.push({ first: first.id, second: second.id, path: one.path, ...(second.at === undefined ? {} : { at: second.at }) });
      }
      if (one.subtree) open.push(one);
    }
    return found;
  }
}

const conflict = (first: ResourceId, second: { readonly id: ResourceId; readonly claim: Claim }): Conflict => ({
  first,
  second: second.id,
  path: second.claim.path,
  ...(second.claim.at === undefined ? {} : { at: second.claim.at }),
});
