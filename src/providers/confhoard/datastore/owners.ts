import { Fault } from '../../../core/diagnostic.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { byText, isFields } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import type { DataPath } from './path.ts';
import { parsePath } from './path.ts';

/** A Thing's claim to one subtree: `registered/<App>.json`. One subtree a Thing, and one Thing a subtree. */
export interface Registration {
  readonly app: string;
  readonly module: string;
  readonly path: string;
}

/** What a Thing may be called; it has no dot, so that it is never the name of an owner that no Thing registered. */
export const APP_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

interface Place {
  readonly app: string;
  readonly path: DataPath;
}

/** Who owns which part of the tree. Data below no registration belongs to an owner named after its top-level node. */
export interface Owners {
  /** One tree an owner, in which only the owner's data stands. Owners without data are left out. */
  split(tree: Fields): ReadonlyMap<string, Fields>;
}

/** Throws Fault CONFIG_REGISTERED where two registrations overlap, CONFIG_PATH where one names what no module has. */
export function ownersOf(schema: Schema, registrations: readonly Registration[]): Owners {
  const places: Place[] = registrations.map(({ app, path }) => ({ app, path: subtreePath(schema, path) }));
  const ends = ({ path }: Place): string => `${path.text}/`; // so that `/a/b` holds `/a/b/c` and not `/a/bc`
  places.sort((a, b) => byText(ends(a), ends(b)));
  for (const [i, place] of places.entries()) {
    // Sorted, whatever a path holds stands right behind it.
    const next = places[i + 1];
    if (next && ends(next).startsWith(ends(place))) throw overlapping(place, next);
  }
  return {
    split(tree) {
      const parts = new Map<string, Fields>();
      let rest = tree;
      for (const { app, path } of places) {
        const names = path.steps.map((step) => step.node.member);
        const [taken, left] = cut(rest, names);
        if (taken === undefined) continue;
        parts.set(app, taken);
        rest = left;
      }
      for (const name of Object.keys(rest)) parts.set(rootOwner(name), { [name]: rest[name] as Value });
      return parts;
    },
  };
}

/** `brewhouse:brewhouse` → `brewhouse.brewhouse`: a colon cannot stand in a file name everywhere. */
export const rootOwner = (member: string): string => member.replace(':', '.');

/** The subtree of a registration: containers all the way, so that it is one place and not one in every entry of a list. */
function subtreePath(schema: Schema, text: string): DataPath {
  const path = parsePath(schema, text);
  if (path.steps.length === 0 || path.steps.some(({ node }, i) => node.kind !== 'container' && i < path.steps.length - 1)) {
    throw new Fault({
      code: 'CONFIG_PATH',
      summary: `${text === '' ? 'the whole datastore' : text} cannot be owned by one Thing`,
      detail: 'A Thing owns one container, list or leaf that is not itself inside a list.',
      hint: 'Name such a place.',
    });
  }
  return path;
}

/** Takes a subtree out of a tree: the tree of that alone, and what is left without the containers it leaves empty. */
function cut(tree: Fields, names: readonly string[]): readonly [Fields | undefined, Fields] {
  const [name, ...below] = names;
  const value = name === undefined ? undefined : tree[name];
  if (name === undefined || value === undefined) return [undefined, tree];
  const others = Object.fromEntries(Object.entries(tree).filter(([other]) => other !== name));
  if (below.length === 0) return [{ [name]: value }, others];
  if (!isFields(value)) return [undefined, tree];
  const [taken, left] = cut(value, below);
  if (taken === undefined) return [undefined, tree];
  return [{ [name]: taken }, Object.keys(left).length === 0 ? others : { ...others, [name]: left }];
}

/** One tree of all owners' documents. Throws Fault CONFIG_OVERLAP where two of them hold one place. */
export function joined(parts: ReadonlyMap<string, Fields>): Fields {
  let tree: Fields = {};
  const from = new Map<string, string>();
  for (const [owner, part] of parts) tree = together(tree, part, { owner, from, at: '' });
  return tree;
}

interface Joining {
  readonly owner: string;
  /** Which owner brought a place. */
  readonly from: Map<string, string>;
  readonly at: string;
}

function together(a: Fields, b: Fields, { owner, from, at }: Joining): Fields {
  const out: Record<string, Value> = { ...a };
  for (const name of Object.keys(b)) {
    const place = `${at}/${name}`;
    const mine = Object.hasOwn(a, name) ? a[name] : undefined;
    const theirs = b[name] as Value;
    if (mine === undefined) {
      out[name] = theirs;
      from.set(place, owner);
    } else if (isFields(mine) && isFields(theirs)) out[name] = together(mine, theirs, { owner, from, at: place });
    else throw overlap(place, from.get(place) ?? 'another owner', owner);
  }
  return out;
}

const overlap = (place: string, first: string, second: string): Fault =>
  new Fault({
    code: 'CONFIG_OVERLAP',
    summary: `two files of the datastore hold ${place}`,
    detail: `It stands in the file of ${first} and in that of ${second}, so which value counts cannot be told. Nothing was changed.`,
    hint: 'Remove it from the file that does not own it.',
  });

const overlapping = (a: Place, b: Place): Fault =>
  new Fault({
    code: 'CONFIG_REGISTERED',
    summary: `${a.app} and ${b.app} would own one subtree`,
    detail: `${a.app} is registered for ${a.path.text}, ${b.app} for ${b.path.text}. A place in the datastore has one owner.`,
    hint: 'Register one of them for another subtree.',
  });
