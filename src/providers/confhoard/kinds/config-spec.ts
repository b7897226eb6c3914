import { Fault } from '../../../core/diagnostic.ts';
import { isMark } from '../../../core/mark.ts';
import type { Fields } from '../../../core/value.ts';
import { isFields } from '../../../core/value.ts';
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
  /** Canonical RFC 7951 content of the node, with marks where a value is not known yet; keys that the path names are left out. */
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
  refuseMarks(spec);
  const path = parsePath(schema, qualified(spec));
  const last = path.steps.at(-1);
  if (!last) throw new TypeError('a Config needs a path');
  const data = written(spec);
  const { value, problems } = schema.validate(data, { content: 'partial', mode: 'yaml', at: path.text, unknown: isMark });
  const config = isFields(value) ? value : {};
  return {
    path,
    node: last.node,
    problems,
    config: last.keys ? without(config, last.node.keys ?? []) : config,
  };
}

/** The YANG data that a spec stands for: its config with the zone written out. */
export const written = (spec: Spec): Fields => ({ ...spec.config, ...(spec.zone ? expandZone(spec.zone) : {}) });

/** Where a Config stands, and which leaves a zone gives which values, has to be known offline. */
function refuseMarks({ module, path, zone }: Spec): void {
  const about = Object.entries({ module, path, 'zone/target': zone?.target, 'zone/band': zone?.band }).find(([, value]) => isMark(value));
  if (!about) return;
  const [at] = about;
  const name = at.replace('/', '.');
  throw new Fault({
    code: zone && at.startsWith('zone') ? 'CONFIG_ZONE' : 'CONFIG_PATH',
    summary: `${name} cannot be a reference`,
    detail: `Which leaves the Config owns, and what a zone makes of its target, is worked out before anything is asked. Only a leaf in config may hold a value that is not known yet.`,
    hint: at.startsWith('zone') ? 'Write setpoint, highpoint and lowpoint in config instead.' : 'Write the value itself.',
    pointer: `/${at}`,
  });
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
