import type { Fields } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import type { Known, Sighting } from '../../contract.ts';
import type { DataPath, Draft, Leaf } from '../datastore/index.ts';
import { ROOT, childPath, createDraft, isHolder, leavesAt, nodeOf, upTo } from '../datastore/index.ts';
import type { World } from './config-sight.ts';
import { handleOf } from './config-sight.ts';
import type { Spec } from './config-spec.ts';
import { ownLeaves, tried } from './config-spec.ts';

/**
 * Leaves of running that no known Config sets, as the Configs that a person would write for them: one for each container or
 * list entry that holds some. Their names are empty, because nobody gave them one.
 */
export function strangersIn({ schema, wantedBy }: World, running: Fields, known: readonly Known[]): readonly Sighting<Spec>[] {
  const owned = new Set(wantedBy.keys());
  const subtrees = new Set<string>();
  for (const { want, applied } of known) {
    const spec = (want ?? applied) as unknown as Spec | undefined;
    const placed = spec && tried(schema, spec);
    if (spec?.replace && placed) subtrees.add(placed.path.text);
    if (!want && placed) for (const { path } of ownLeaves(placed)) owned.add(path.text);
  }
  const places = new Map<string, { readonly path: DataPath; readonly draft: Draft }>();
  for (const leaf of leavesOfAll(schema, running)) {
    if (owned.has(leaf.path.text) || isBelow(leaf.path, subtrees)) continue;
    const holder = isHolder(leaf.path) ? leaf.path : upTo(leaf.path, leaf.path.steps.length - 1);
    // A leaf at the very top has no container that a Config could describe.
    if (holder.steps.length === 0) continue;
    let found = places.get(holder.text);
    if (!found) places.set(holder.text, (found = { path: holder, draft: createDraft({}) }));
    found.draft[leaf.path === holder ? 'merge' : 'set'](leaf.path, leaf.value);
  }
  return [...places.values()].map(({ path, draft }): Sighting<Spec> => {
    const config = (draft.read(path) ?? {}) as Fields;
    const keys = path.steps.at(-1)?.keys ? (nodeOf(path)?.keys ?? []) : [];
    return {
      seen: 'live',
      handle: handleOf(path, ''),
      spec: {
        module: path.steps[0]?.node.module ?? '',
        path: path.text,
        config: Object.fromEntries(Object.entries(config).filter(([name]) => !keys.includes(name))),
      },
    };
  });
}

function* leavesOfAll(schema: Schema, tree: Fields): Generator<Leaf> {
  for (const [name, value] of Object.entries(tree)) {
    const node = schema.roots.get(name);
    if (node) yield* leavesAt(childPath(ROOT, node), value);
  }
}

function isBelow(path: DataPath, subtrees: ReadonlySet<string>): boolean {
  if (subtrees.size === 0) return false;
  return path.steps.some((_, depth) => subtrees.has(upTo(path, depth + 1).text));
}
