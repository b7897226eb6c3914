import type { Difference } from '../../../core/plan.ts';
import { isMark } from '../../../core/mark.ts';
import { segments } from '../../../core/pointer.ts';
import type { Value } from '../../../core/value.ts';
import { isList } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import type { Work } from '../../contract.ts';
import type { DataPath, Draft, Edit, Leaf } from '../datastore/index.ts';
import { childPath, createDraft, entryPath, isHolder, leavesAt, nodeOf, upTo } from '../datastore/index.ts';
import type { Placed, Spec } from './config-spec.ts';
import { ownLeaves, place } from './config-spec.ts';

/** What a piece of work changes in the datastore: its differences, leaf by leaf, each with the value that it was planned from. */
export function editsOf(schema: Schema, work: Work<Spec>): readonly Edit[] {
  if (work.verb === 'delete') return deletion(schema, work);
  const placed = place(schema, work.want);
  const whole = work.want.replace === true;
  if (work.verb === 'update') {
    const wanted = createDraft({});
    wanted.set(placed.path, placed.config);
    return work.differences.flatMap((difference) => changed({ placed, wanted, whole }, difference));
  }
  // The whole subtree is ours: a stranger's leaf in it would be drift at once.
  if (whole) return [{ op: 'set', path: placed.path, value: placed.config }];
  return ownLeaves(placed).map((leaf) => written(leaf, {}));
}

/** What was seen of it just now, which leaves out what another manifest has taken over; else all that we once wrote. */
function deletion(schema: Schema, { recorded, want, live }: Work<Spec>): readonly Edit[] {
  const written = place(schema, (recorded?.applied ?? want) as unknown as Spec);
  const seen = live && place(schema, live.spec as unknown as Spec);
  if (want.replace && !seen) return [{ op: 'remove', path: written.path }];
  const leaves = ownLeaves(seen?.path.text === written.path.text ? seen : written);
  return removals(
    leaves.map((leaf) => leaf.path),
    written.path,
  );
}

/** Removes leaves, then what they leave with nothing in it: list entries and presence containers from `base` down, deepest first. */
function removals(leaves: readonly DataPath[], base: DataPath, expect?: (leaf: DataPath) => Expected | undefined): readonly Edit[] {
  const edits: Edit[] = [];
  const holders = new Map<string, DataPath>();
  for (const leaf of leaves) {
    if (!isHolder(leaf)) {
      const expected = expect?.(leaf);
      edits.push({ op: 'remove', path: leaf, ...(expected ? { expect: expected } : {}) });
    }
    for (let depth = leaf.steps.length - (isHolder(leaf) ? 0 : 1); depth >= base.steps.length; depth -= 1) {
      const step = leaf.steps[depth - 1];
      if (step && (step.keys !== undefined || step.node.presence !== undefined)) {
        const place = upTo(leaf, depth);
        holders.set(place.text, place);
      }
    }
  }
  const deepest = [...holders.values()].sort((a, b) => b.steps.length - a.steps.length);
  return [...edits, ...deepest.map((path): Edit => ({ op: 'prune', path }))];
}

interface Update {
  readonly placed: Placed;
  /** What is wanted at the place, as canonical data: a value that was looked up just now is in it as its leaf writes it. */
  readonly wanted: Pick<Draft, 'read'>;
  readonly whole: boolean;
}

/** One difference: a leaf, or a container or list entry that came or went as a whole. What is seen of it live is ours. */
function changed({ placed, wanted, whole }: Update, { path: pointer, before, after }: Difference): readonly Edit[] {
  const path = pathOf(placed, pointer);
  if (!path) return [];
  const old = new Map(leavesIn(path, before).map((leaf) => [leaf.path.text, leaf]));
  const expect = (leaf: DataPath): Expected | undefined => {
    const value = old.get(leaf.text)?.value;
    // A reference or a fingerprint stood for the live value: what that was is not told.
    return isMarked(value) ? undefined : value === undefined ? {} : { value };
  };
  if (after !== undefined && after !== null) {
    const edits = leavesIn(path, wanted.read(path)).map((leaf) => written(leaf, expect(leaf.path)));
    for (const edit of edits) old.delete(edit.path.text);
    return whole ? [...removals(pathsOf(old), path, expect), ...edits] : edits;
  }
  if (whole) return [{ op: 'remove', path }];
  return removals(pathsOf(old), path.steps.length > placed.path.steps.length ? path : placed.path, expect);
}

const pathsOf = (leaves: ReadonlyMap<string, Leaf>): readonly DataPath[] => [...leaves.values()].map((leaf) => leaf.path);

/** Writing one leaf. A list entry or a presence container is made if it is not there, and keeps what it has. */
function written({ path, value }: Leaf, expect: Expected | undefined): Edit {
  return isHolder(path) ? { op: 'merge', path, value } : { op: 'set', path, value, ...(expect ? { expect } : {}) };
}

/** The value that an edit was computed from; without one there was nothing there. */
interface Expected {
  readonly value?: Value;
}

const isMarked = (value: Value | undefined): boolean => isMark(value) || (isList(value) && value.some(isMark));

/** The place in the datastore that a difference speaks of; undefined where it is one of the manifest alone. */
function pathOf(placed: Placed, pointer: string): DataPath | undefined {
  const [first, ...rest] = segments(pointer);
  if (!first || !('name' in first) || first.name !== 'config') return undefined;
  let path = placed.path;
  for (const segment of rest) {
    const node = nodeOf(path);
    if ('key' in segment) path = entryPath(path, segment.key);
    else {
      const child = node?.members.get(segment.name);
      if (!child) throw new Error(`${pointer} is no place in ${path.text}`);
      path = childPath(path, child);
    }
  }
  return path;
}

const leavesIn = (path: DataPath, value: Value | undefined): readonly Leaf[] => (value === undefined ? [] : [...leavesAt(path, value)]);
