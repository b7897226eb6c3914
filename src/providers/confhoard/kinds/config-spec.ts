import { Fault } from '../../../core/diagnostic.ts';
import { isRef, isSecret, isUnknown } from '../../../core/mark.ts';
import type { Pointer } from '../../../core/pointer.ts';
import { segments } from '../../../core/pointer.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import type { Problem, Schema, SchemaNode } from '../../../yang/index.ts';
import type { DataPath, Leaf } from '../datastore/index.ts';
import { leavesAt, parsePath } from '../datastore/index.ts';
import type { ConfigSpec } from '../types.ts';
import { expandZone } from './config-zone.ts';

/** A Config's spec as JSON values. `config` is YANG data, whose members the JSON Schema does not know. */
export type Spec = ConfigSpec & { readonly config?: Fields };

/** A spec read against the schema. */
export interface Placed {
  readonly path: DataPath;
  readonly node: SchemaNode;
  /** What the modules say against it by itself, zone included. */
  readonly problems: readonly Problem[];
  /** Canonical RFC 7951 content of the node; keys that the path names are left out. */
  readonly config: Fields;
}

const placed = new WeakMap<Schema, WeakMap<Spec, Placed>>();

/** Reads a spec; remembered, since the same one is asked about often. Throws Fault CONFIG_PATH, or CONFIG_ZONE. */
export function place(schema: Schema, spec: Spec): Placed {
  let known = placed.get(schema);
  if (!known) placed.set(schema, (known = new WeakMap()));
  let found = known.get(spec);
  if (!found) known.set(spec, (found = read(schema, spec)));
  return found;
}

/** Undefined where no module describes it. */
export function tried(schema: Schema, spec: Spec): Placed | undefined {
  try {
    return place(schema, spec);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function read(schema: Schema, spec: Spec): Placed {
  const path = parsePath(schema, qualified(spec));
  const last = path.steps.at(-1);
  if (!last) throw new TypeError('a Config needs a path');
  const data = written(spec);
  const { value, problems } = schema.validate(data, { content: 'partial', mode: 'yaml', at: path.text });
  const config = isFields(value) ? value : {};
  return {
    path,
    node: last.node,
    problems: withoutMarks(problems, data),
    config: last.keys ? without(config, last.node.keys ?? []) : config,
  };
}

/** The YANG data that a spec stands for: its config with the zone written out. */
export const written = (spec: Spec): Fields => ({ ...spec.config, ...(spec.zone ? expandZone(spec.zone) : {}) });

/** A reference or a value that is not known yet cannot be judged: what is said about it is left out. */
export const withoutMarks = (problems: readonly Problem[], data: Fields): readonly Problem[] =>
  problems.filter(({ pointer }) => {
    const value = valueAt(data, pointer);
    return !isRef(value) && !isUnknown(value) && !isSecret(value);
  });

function valueAt(data: Value, pointer: Pointer): Value | undefined {
  let value: Value | undefined = data;
  for (const segment of segments(pointer)) {
    const name = 'name' in segment ? segment.name : '';
    value = isFields(value) && Object.hasOwn(value, name) ? value[name] : isList(value) ? value[Number(name)] : undefined;
  }
  return value;
}

/** The path with the module of its first name. */
function qualified({ module, path }: Spec): string {
  const first = path.slice(1).split(/[/[=]/, 1)[0] ?? '';
  return first.includes(':') ? path : `/${module}:${path.slice(1)}`;
}

function without(config: Fields, keys: readonly string[]): Fields {
  if (!keys.some((key) => Object.hasOwn(config, key))) return config;
  return Object.fromEntries(Object.entries(config).filter(([name]) => !keys.includes(name)));
}

const leaves = new WeakMap<Placed, readonly Leaf[]>();

/** The leaves that a spec sets. One that sets nothing in a list entry or a presence container owns that it is there. */
export function ownLeaves(spec: Placed): readonly Leaf[] {
  let known = leaves.get(spec);
  if (!known) leaves.set(spec, (known = [...leavesAt(spec.path, spec.config)]));
  return known;
}

/** The spec in its canonical shape: a full path, canonical values, no zone. */
export function normalized(schema: Schema, spec: Spec): Spec {
  const { path, config } = place(schema, spec);
  const module = path.steps[0]?.node.module ?? spec.module;
  if (spec.zone === undefined && spec.path === path.text && spec.module === module && spec.config === config) return spec;
  return { module, path: path.text, config, ...(spec.replace === undefined ? {} : { replace: spec.replace }) };
}
