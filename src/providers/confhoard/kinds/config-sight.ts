import type { Author, Remark } from '../../../core/resource.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { equal } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import type { Known, Sighting } from '../../contract.ts';
import type { DataPath, Draft, Entry, Reading } from '../datastore/index.ts';
import { createDraft, nodeOf, parsePath } from '../datastore/index.ts';
import { VIA } from '../session.ts';
import { pointerIn } from './config-findings.ts';
import type { Placed, Spec } from './config-spec.ts';
import { ownLeaves, place } from './config-spec.ts';

/** The stores as they were when an answer was begun. */
export interface World {
  readonly schema: Schema;
  readonly running: Draft;
  readonly persist: Draft;
  /** Running with every default in use written out. */
  readonly effective: Draft;
}

export function worldOf(schema: Schema, running: Reading, persist: Reading): World {
  let effective: Draft | undefined;
  return {
    schema,
    running: createDraft(running.tree),
    persist: createDraft(persist.tree),
    get effective() {
      // Defaults can be told for valid data alone; of what a hand broke only what it says itself is shown.
      return (effective ??= createDraft(running.problems.length > 0 ? running.tree : (schema.withDefaults(running.tree) as Fields)));
    },
  };
}

/** One answer, and the leaves in which the live values are not ours: who wrote them is looked up for all answers at once. */
export interface Sight {
  readonly sighting: Sighting<Spec>;
  readonly foreign: readonly string[];
}

/** The handle of a Config: its place and its name, since two Configs may set leaves of one place. */
export const handleOf = (path: DataPath, name: string): string => `${path.text}#${name}`;

/** What running says about one resource: the leaves that it sets or once set, and below `replace` everything. */
export function sightOf(world: World, known: Known, name: string): Sight {
  const { schema } = world;
  const want = known.want === undefined ? undefined : place(schema, known.want as unknown as Spec);
  // What is in step is read once: the record says what the manifest says.
  const same = want !== undefined && equal(known.applied, known.want);
  const applied = known.applied === undefined ? undefined : same ? want : place(schema, known.applied as unknown as Spec);
  // What is recorded under another path is another object: the one that is replaced.
  const placed = applied ?? want ?? placedBy(schema, known);
  const spec = (known.applied !== undefined && (!want || want.path.text !== placed.path.text) ? known.applied : known.want) as
    Spec | undefined;
  const shared = want && want.path.text === placed.path.text ? want : undefined;
  const answers = { id: known.id, handle: known.handle ?? handleOf(placed.path, name), key: handleOf((want ?? placed).path, name) };

  const live = liveConfig(world, {
    placed,
    ...(shared && shared !== placed ? { also: shared } : {}),
    whole: spec?.replace === true || spec === undefined,
  });
  if (live.config === undefined) return { sighting: { seen: 'absent', ...answers }, foreign: live.foreign };
  const remarks = unsaved(world, placed, shared);
  return {
    sighting: {
      seen: 'live',
      ...answers,
      key: handleOf(placed.path, name),
      spec: {
        module: placed.path.steps[0]?.node.module ?? '',
        path: placed.path.text,
        ...(spec?.replace === undefined ? {} : { replace: spec.replace }),
        config: live.config,
      },
      ...(remarks.length > 0 ? { remarks } : {}),
    },
    foreign: live.foreign,
  };
}

/** Somebody who is known by handle or key alone: its place is in the handle. */
function placedBy(schema: Schema, { handle, key }: Known): Placed {
  const text = handle ?? key ?? '';
  const path = parsePath(schema, text.slice(0, text.lastIndexOf('#')));
  const node = nodeOf(path);
  if (!node) throw new TypeError(`${text} is no handle of a Config`);
  return { path, node, problems: [], config: {} };
}

interface Looked {
  readonly placed: Placed;
  /** What the manifest sets now, where that is something else than what we wrote. */
  readonly also?: Placed;
  readonly whole: boolean;
}

/** The live data in the shape of the spec; undefined where none of its leaves is set. */
function liveConfig(
  world: World,
  { placed, also, whole }: Looked,
): { readonly config: Fields | undefined; readonly foreign: readonly string[] } {
  const out = createDraft({});
  const foreign: string[] = [];
  const ours = new Map<string, Value>();
  let isLive = false;
  if (whole) {
    const all = world.running.read(placed.path);
    if (all !== undefined) {
      out.merge(placed.path, all);
      isLive = true;
    }
  }
  const see = (leaf: DataPath, wrote: Value | undefined, wanted: Value | undefined): void => {
    const value = world.running.read(leaf);
    const isHolder = leaf.steps.at(-1)?.keys !== undefined || nodeOf(leaf)?.kind === 'container';
    if (value !== undefined) {
      isLive = true;
      if (isHolder) out.merge(leaf, wrote ?? wanted ?? {});
      else out.set(leaf, value);
    } else if (!isHolder && wanted !== undefined && equal(world.effective.read(leaf), wanted)) {
      // Nothing set it, and the default in force is what is wanted: to write it would change nothing.
      out.set(leaf, wanted);
      return;
    }
    if (!isHolder && !equal(value, wrote)) foreign.push(leaf.text);
  };
  const wanted = new Map(ownLeaves(also ?? placed).map((leaf) => [leaf.path.text, leaf.value]));
  for (const { path, value } of ownLeaves(placed)) {
    ours.set(path.text, value);
    see(path, value, wanted.get(path.text));
  }
  if (also) for (const { path, value } of ownLeaves(also)) if (!ours.has(path.text)) see(path, undefined, value);
  // All of nothing is there: a manifest that gave up its last leaf is not one whose leaves are gone.
  if (!isLive && (whole || wanted.size > 0)) return { config: undefined, foreign };
  const config = out.read(placed.path) as Fields | undefined;
  return { config: config === undefined ? {} : withoutKeys(placed, config), foreign };
}

function withoutKeys({ path, node }: Placed, config: Fields): Fields {
  if (path.steps.at(-1)?.keys === undefined) return config;
  return Object.fromEntries(Object.entries(config).filter(([name]) => !(node.keys ?? []).includes(name)));
}

/** Leaves of ours that run with another value than the one that a reboot would start from. */
function unsaved(world: World, placed: Placed, shared: Placed | undefined): readonly Remark[] {
  const remarks = new Map<string, Remark>();
  for (const { path } of shared && shared !== placed ? [...ownLeaves(placed), ...ownLeaves(shared)] : ownLeaves(placed)) {
    if (path.steps.at(-1)?.keys !== undefined || nodeOf(path)?.kind === 'container') continue;
    const value = world.running.read(path);
    const saved = world.persist.read(path);
    if (equal(value, saved)) continue;
    const message = `runs with ${shown(value)}, and ${shown(saved)} is persisted: a reboot brings that back`;
    remarks.set(path.text, { class: 'unsaved', at: pointerIn(placed.path, path), message });
  }
  return [...remarks.values()];
}

const shown = (value: Value | undefined): string =>
  value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);

/** Who made the newest of the foreign changes, unless the last hand was ours. */
export function authorOf(leaves: readonly string[], writers: ReadonlyMap<string, Entry>): Author | undefined {
  let newest: Entry | undefined;
  for (const leaf of leaves) {
    const entry = writers.get(leaf);
    if (entry && entry.via !== VIA && entry.generation > (newest?.generation ?? 0)) newest = entry;
  }
  return newest && { who: newest.user, via: newest.via, at: newest.at };
}
