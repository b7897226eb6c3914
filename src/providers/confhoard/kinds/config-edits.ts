import type { Difference } from '../../../core/plan.ts';
import { segments } from '../../../core/pointer.ts';
import type { Value } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import type { Work } from '../../contract.ts';
import type { DataPath, Edit, Leaf } from '../datastore/index.ts';
import { childPath, createDraft, entryPath, leavesAt, nodeOf, upTo } from '../datastore/index.ts';
import type { Placed, Spec } from './config-spec.ts';
import { ownLeaves, place } from './config-spec.ts';

/** What a piece of work changes in the datastore: its differences, leaf by leaf, each with the value that it was planned from. */
export function editsOf(schema: Schema, work: Work<Spec>): readonly Edit[] {
  if (work.verb === 'delete') return deletion(schema, (work.recorded?.applied ?? work.want) as unknown as Spec);
  const placed = place(schema, work.want);
  if (work.verb === 'create') {
    const leaves = ownLeaves(placed).map((leaf) => written(leaf, {}));
    // The whole subtree is ours: a stranger's leaf in it would be drift at once.
    return work.want.replace ? [{ op: 'set', path: placed.path, value: placed.config }] : leaves;
  }
  const applied = work.recorded ? place(schema, work.recorded.applied as unknown as Spec) : undefined;
  const ours = applied?.path.text === placed.path.text ? draftOf(applied) : undefined;
  return work.differences.flatMap((difference) => changed(placed, difference, { ours, whole: work.want.replace === true }));
}

function deletion(schema: Schema, spec: Spec): readonly Edit[] {
  const placed = place(schema, spec);
  if (spec.replace) return [{ op: 'remove', path: placed.path }];
  return removals(
    ownLeaves(placed).map((leaf) => leaf.path),
    placed.path,
  );
}

/** Removes leaves, then what they leave with nothing in it: list entries and presence containers from `base` down, deepest first. */
function removals(
  leaves: readonly DataPath[],
  base: DataPath,
  expect?: (leaf: DataPath) => { readonly value?: Value } | undefined,
): readonly Edit[] {
  const edits: Edit[] = [];
  const holders = new Map<string, DataPath>();
  for (const leaf of leaves) {
    const isHolder = leaf.steps.at(-1)?.keys !== undefined || nodeOf(leaf)?.kind === 'container';
    if (!isHolder) {
      const expected = expect?.(leaf);
      edits.push({ op: 'remove', path: leaf, ...(expected ? { expect: expected } : {}) });
    }
    for (let depth = leaf.steps.length - (isHolder ? 0 : 1); depth >= base.steps.length; depth -= 1) {
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

interface Owned {
  /** What we last wrote below the same path. */
  readonly ours: ReturnType<typeof createDraft> | undefined;
  /** Everything below the path is ours. */
  readonly whole: boolean;
}

/** One difference: a leaf, or a container or list entry that came or went as a whole. */
function changed(placed: Placed, { path: pointer, before, after }: Difference, { ours, whole }: Owned): readonly Edit[] {
  const path = pathOf(placed, pointer);
  if (!path) return [];
  const old = leafValues(path, before);
  const expect = (leaf: DataPath): { readonly value?: Value } => {
    const value = old.get(leaf.text);
    return value === undefined ? {} : { value };
  };
  if (after !== undefined && after !== null) {
    const edits = [...leavesIn(path, after)].map((leaf) => written(leaf, expect(leaf.path)));
    if (!whole) return edits;
    const kept = new Set(edits.map((edit) => edit.path.text));
    return [
      ...removals(
        [...leavesIn(path, before)].map((leaf) => leaf.path).filter((leaf) => !kept.has(leaf.text)),
        path,
      ),
      ...edits,
    ];
  }
  if (whole) return [{ op: 'remove', path }];
  const mine = ours ? [...leavesIn(path, ours.read(path))] : [...leavesIn(path, before)];
  return removals(
    mine.map((leaf) => leaf.path),
    path.steps.length > placed.path.steps.length ? path : placed.path,
    expect,
  );
}

/** Writing one leaf. A list entry or a presence container is made if it is not there, and keeps what it has. */
function written({ path, value }: Leaf, expect: { readonly value?: Value }): Edit {
  const isHolder = path.steps.at(-1)?.keys !== undefined || nodeOf(path)?.kind === 'container';
  return isHolder ? { op: 'merge', path, value } : { op: 'set', path, value, expect };
}

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

function* leavesIn(path: DataPath, value: Value | undefined): Generator<Leaf> {
  if (value !== undefined) yield* leavesAt(path, value);
}

const leafValues = (path: DataPath, value: Value | undefined): ReadonlyMap<string, Value> =>
  new Map([...leavesIn(path, value)].map((leaf) => [leaf.path.text, leaf.value]));

function draftOf(placed: Placed): ReturnType<typeof createDraft> {
  const draft = createDraft({});
  const isEntry = placed.path.steps.at(-1)?.keys !== undefined;
  if (isEntry || Object.keys(placed.config).length > 0) draft.merge(placed.path, placed.config);
  return draft;
}
