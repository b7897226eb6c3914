import { Fault } from '../../../core/diagnostic.ts';
import type { ResourceId } from '../../../core/id.ts';
import { idParts } from '../../../core/id.ts';
import type { Author, Remark } from '../../../core/resource.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { equal } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import type { Known, Sighting } from '../../contract.ts';
import type { DataPath, Draft, Entry, Reading } from '../datastore/index.ts';
import { createDraft, isHolder, leavesAt, nodeOf, parsePath } from '../datastore/index.ts';
import { VIA } from '../session.ts';
import { pointerIn } from './config-findings.ts';
import type { Placed, Spec } from './config-spec.ts';
import { ownLeaves, place, tried } from './config-spec.ts';

/** The stores as they were when an answer was begun, and who is asked about. */
export interface World {
  readonly schema: Schema;
  readonly running: Draft;
  readonly persist: Draft;
  /** Running with every default in use written out. */
  readonly effective: Draft;
  /** Which resource wants a leaf: one that moved from one manifest to another is not the first one's any more. */
  readonly wantedBy: ReadonlyMap<string, ResourceId>;
}

export interface Stores {
  readonly running: Reading;
  readonly persist: Reading;
}

export function worldOf(schema: Schema, { running, persist }: Stores, known: readonly Known[]): World {
  const wantedBy = new Map<string, ResourceId>();
  for (const { id, want } of known) {
    const placed = want && tried(schema, specOf(want));
    if (placed) for (const { path } of ownLeaves(placed)) wantedBy.set(path.text, id);
  }
  let effective: Draft | undefined;
  return {
    schema,
    wantedBy,
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

/**
 * What running says about one resource: the leaves that it sets or once set, and below `replace` everything.
 * Unknown, with its fault, is what the modules do not describe (any more).
 */
export function sightOf(world: World, known: Known): Sight {
  try {
    return lookAt(world, known);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { sighting: { seen: 'unknown', id: known.id, fault: error.diagnostic }, foreign: [] };
  }
}

function lookAt(world: World, known: Known): Sight {
  const { schema } = world;
  const { name } = idParts(known.id);
  const desired = known.want === undefined ? undefined : place(schema, specOf(known.want));
  // What is in step is read once: the record says what the manifest says.
  const isSame = desired !== undefined && equal(known.applied, known.want);
  const applied = known.applied === undefined ? undefined : isSame ? desired : place(schema, specOf(known.applied));
  const placed = applied ?? desired ?? placedBy(schema, known);
  // What is recorded under another path is another object: the one that is to be replaced.
  const want = desired?.path.text === placed.path.text ? desired : undefined;
  // It says how the manifest owns, not how the world is: it compares as written.
  const replace = (want ? known.want : known.applied)?.['replace'] as boolean | undefined;
  const answers = { id: known.id, handle: known.handle ?? handleOf(placed.path, name), key: handleOf((want ?? placed).path, name) };

  const live = liveConfig(world, { id: known.id, placed, want, applied, whole: replace === true || (!want && !applied) });
  if (live.config === undefined) return { sighting: { seen: 'absent', ...answers }, foreign: live.foreign };
  const remarks = unsaved(world, placed, want ?? placed);
  const spec = { module: placed.path.steps[0]?.node.module ?? '', path: placed.path.text, config: live.config };
  return {
    sighting: {
      seen: 'live',
      ...answers,
      spec: replace === undefined ? spec : { ...spec, replace },
      ...(remarks.length > 0 ? { remarks } : {}),
    },
    foreign: live.foreign,
  };
}

const specOf = (fields: Fields): Spec => fields as unknown as Spec;

/** Somebody who is known by handle or key alone: its place is in the handle. */
function placedBy(schema: Schema, { handle, key }: Known): Placed {
  const text = handle ?? key ?? '';
  const path = parsePath(schema, text.slice(0, text.lastIndexOf('#')));
  const node = nodeOf(path);
  if (!node) throw new TypeError(`${text} is no handle of a Config`);
  return { path, node, problems: [], config: {} };
}

interface Looked {
  readonly id: ResourceId;
  readonly placed: Placed;
  /** What the manifest sets at this place, and what we last wrote there. */
  readonly want: Placed | undefined;
  readonly applied: Placed | undefined;
  /** Everything below the place belongs to it. */
  readonly whole: boolean;
}

interface LiveConfig {
  /** Undefined where none of its leaves is set. */
  readonly config: Fields | undefined;
  readonly foreign: readonly string[];
}

function liveConfig(world: World, { id, placed, want, applied, whole }: Looked): LiveConfig {
  const out = createDraft({});
  const foreign: string[] = [];
  const isOthers = (path: DataPath): boolean => (world.wantedBy.get(path.text) ?? id) !== id;
  let isLive = false;
  if (whole) {
    const all = world.running.read(placed.path);
    for (const { path, value } of all === undefined ? [] : leavesAt(placed.path, all)) {
      if (isOthers(path)) continue;
      isLive = true;
      out[isHolder(path) ? 'merge' : 'set'](path, value);
    }
  }
  const see = (path: DataPath, wanted: Value | undefined, wrote: Value | undefined): void => {
    const value = world.running.read(path);
    if (isHolder(path)) {
      if (value === undefined) return;
      isLive = true;
      out.merge(path, wanted ?? wrote ?? {});
      return;
    }
    if (value !== undefined) {
      isLive = true;
      out.set(path, value);
    } else if (wanted !== undefined && equal(world.effective.read(path), wanted)) {
      // Nothing set it, and the default in force is what is wanted: to write it would change nothing.
      out.set(path, wanted);
      return;
    }
    if (!equal(value, wrote)) foreign.push(path.text);
  };
  const wrote = new Map(applied ? ownLeaves(applied).map(({ path, value }) => [path.text, value]) : []);
  const ours = new Set<string>();
  for (const { path, value } of want ? ownLeaves(want) : []) {
    ours.add(path.text);
    see(path, value, wrote.get(path.text));
  }
  for (const { path, value } of applied && applied !== want ? ownLeaves(applied) : []) {
    if (!ours.has(path.text) && !isOthers(path)) see(path, undefined, value);
  }
  // All of nothing is there: a manifest that gave up its last leaf is not one whose leaves are gone.
  if (!isLive && (!want || whole || ours.size > 0)) return { config: undefined, foreign };
  const config = out.read(placed.path) as Fields | undefined;
  return { config: config === undefined ? {} : withoutKeys(placed, config), foreign };
}

function withoutKeys({ path, node }: Placed, config: Fields): Fields {
  if (path.steps.at(-1)?.keys === undefined) return config;
  return Object.fromEntries(Object.entries(config).filter(([name]) => !(node.keys ?? []).includes(name)));
}

/** Leaves of ours that run with another value than the one that a reboot would start from. */
function unsaved(world: World, placed: Placed, want: Placed): readonly Remark[] {
  const remarks: Remark[] = [];
  for (const { path } of ownLeaves(want)) {
    if (isHolder(path)) continue;
    const value = world.running.read(path);
    const saved = world.persist.read(path);
    if (equal(value, saved)) continue;
    const message = `runs with ${shown(value)}, and ${shown(saved)} is persisted: a reboot brings that back`;
    remarks.push({ class: 'unsaved', at: pointerIn(placed.path, path), message });
  }
  return remarks;
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
