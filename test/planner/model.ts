import type { KindFacts } from '../../src/core/facts.ts';
import type { ResourceId } from '../../src/core/id.ts';
import { idParts } from '../../src/core/id.ts';
import { isRef, refMark } from '../../src/core/mark.ts';
import type { Difference, Plan, Step } from '../../src/core/plan.ts';
import type { Segment } from '../../src/core/pointer.ts';
import { segments } from '../../src/core/pointer.ts';
import type { FieldRule, Observed, Recorded, Resource } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import { equal, isFields, isList } from '../../src/core/value.ts';
import type { World } from '../../src/planner/index.ts';
import { ownedNow } from '../../src/planner/index.ts';
import { assert } from '../kit/group.ts';
import { NOW, kind, world } from './build.ts';

/** A field of every sort that the comparison knows. */
export const RULE: FieldRule = {
  fields: {
    fixed: { immutable: true },
    entries: { list: { key: ['k'] } },
    tags: { list: 'set' },
    all: { whole: true },
    preset: { unset: 'default', default: 0 },
    nulled: { unset: 'null' },
    sticky: { unset: 'never' },
  },
};

export const KINDS: Readonly<Record<string, KindFacts>> = {
  'lab/Thing': kind({ fields: RULE }),
  'lab/Side': kind({
    kind: 'lab/Side',
    fields: RULE,
    replace: 'create-first',
    batch: ({ verb }) => (verb === 'create' ? 'made' : undefined),
  }),
};

interface LiveObject {
  readonly id: ResourceId;
  spec: Fields;
}

/** A live system and its records, as plain maps: what a provider and the reconciler do, without any of their code. */
export interface Model {
  readonly desired: ReadonlyMap<ResourceId, Resource>;
  readonly recorded: Map<ResourceId, Recorded>;
  /** By handle; references inside are handles as text. */
  readonly live: Map<string, LiveObject>;
  /** Every handle that was ever known, so that a reference to what has just been replaced is still read as one to its id. */
  readonly handles: Map<string, ResourceId>;
  made: number;
}

const mapped = (value: Value, change: (inner: Value) => Value | undefined): Value => {
  const changed = change(value);
  if (changed !== undefined) return changed;
  if (isList(value)) return value.map((item) => mapped(item, change));
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapped(inner, change)])) : value;
};

const handleOf = (model: Model, id: ResourceId): string | undefined => {
  const recorded = model.recorded.get(id)?.handle;
  if (recorded !== undefined && model.live.has(recorded)) return recorded;
  for (const [handle, object] of model.live) if (object.id === id) return handle;
  return undefined;
};

/** What a provider is given: handles in place of references. */
const resolved = <V extends Value>(model: Model, value: V): V =>
  mapped(value, (inner) => {
    if (!isRef(inner)) return undefined;
    const handle = handleOf(model, inner['setpoint:ref']);
    assert.ok(handle !== undefined, `${inner['setpoint:ref']} has no handle when it is written`);
    return handle;
  }) as V;

const observed = (model: Model, id: ResourceId): Observed => {
  const handle = handleOf(model, id);
  if (handle === undefined) return { seen: 'absent' };
  const spec = mapped(model.live.get(handle)!.spec, (inner) => {
    const target = typeof inner === 'string' ? model.handles.get(inner) : undefined;
    return target === undefined ? undefined : refMark(target);
  }) as Fields;
  return { seen: 'live', handle, spec, status: {}, readiness: { state: 'ready' } };
};

export function worldOf(model: Model, part: Partial<World> = {}): World {
  for (const [id, { handle }] of model.recorded) model.handles.set(handle, id);
  for (const [handle, { id }] of model.live) model.handles.set(handle, id);
  const ids = new Set([...model.desired.keys(), ...model.recorded.keys()]);
  return world({
    desired: [...model.desired.values()],
    recorded: [...model.recorded.values()],
    seen: Object.fromEntries([...ids].map((id) => [id, observed(model, id)])),
    kinds: KINDS,
    part,
  });
}

/** Does what the plan says and nothing else, and checks before each step that it may run. */
export function apply(model: Model, plan: Plan): void {
  const done = new Set<number>();
  const gone = new Set<string>();
  for (const step of plan.steps) {
    for (const before of step.after) assert.ok(done.has(before), `${step.n} runs before ${before}`);
    run(model, step, gone);
    done.add(step.n);
  }
}

function run(model: Model, step: Step, gone: Set<string>): void {
  const { id } = step;
  const before = model.recorded.get(id);
  if ('expect' in step && 'handle' in step.expect) {
    const { handle, owned } = step.expect;
    const object = model.live.get(handle);
    assert.ok(object !== undefined, `${step.n} ${step.verb} ${id}: there is no ${handle}`);
    const seen = observed({ ...model, recorded: new Map([[id, { handle } as Recorded]]) }, id) as Observed & { seen: 'live' };
    const want = step.verb === 'delete' ? undefined : step.want;
    const applied = step.verb === 'delete' ? step.recorded.applied : before?.applied;
    const facts = KINDS[idParts(id).kind]!;
    assert.is(ownedNow({ facts, want, applied, live: seen.spec }), owned, `${step.n} ${step.verb} ${id} is stale`);
  }
  switch (step.verb) {
    case 'create': {
      const handle = `H${(model.made += 1)}`;
      model.live.set(handle, { id, spec: resolved(model, step.want) });
      return keep(model, step, handle);
    }
    case 'update':
    case 'adopt': {
      const object = model.live.get(step.handle)!;
      object.spec = step.differences.reduce((spec, d) => written(spec, resolvedDifference(model, d)), object.spec);
      return keep(model, step, step.handle);
    }
    case 'record':
      return keep(model, step, step.handle);
    case 'delete': {
      const { handle } = step.expect;
      assert.not.ok(gone.has(handle), `${handle} is deleted twice`);
      for (const [, other] of model.live) {
        const stays = model.desired.get(other.id)?.needs.some((n) => n.id === id);
        const holds = stays !== true && model.recorded.get(other.id)?.needs.some((n) => n.id === id && n.ref.onRemove === 'blocks');
        assert.not.ok(holds === true && JSON.stringify(other.spec).includes(`"${handle}"`), `${other.id} still refers to ${handle}`);
      }
      model.live.delete(handle);
      gone.add(handle);
      if (step.old !== true) model.recorded.delete(id);
      return;
    }
    case 'forget':
      model.recorded.delete(id);
      return;
    case 'move':
      model.recorded.delete(step.from);
      model.recorded.set(id, step.recorded);
      return;
  }
}

type Writing = Extract<Step, { readonly verb: 'create' | 'update' | 'adopt' | 'record' }>;

function keep(model: Model, { id, want, needs, lifecycle, shape }: Writing, handle: string): void {
  model.handles.set(handle, id);
  model.recorded.set(id, { id, shape, handle, applied: want, needs, lifecycle, by: { run: 'm', at: NOW } });
}

const resolvedDifference = (model: Model, d: Difference): Difference =>
  d.after === undefined ? d : { ...d, after: resolved(model, d.after) };

/** Writes one difference where it says and nowhere else. */
function written(spec: Fields, { path, after }: Difference): Fields {
  const put = (value: Value | undefined, way: readonly Segment[]): Value | undefined => {
    const [step, ...rest] = way;
    if (step === undefined) return after;
    if ('key' in step) {
      const list = isList(value) ? value : [];
      const at = list.findIndex((item) => isFields(item) && equal([String(item['k'])], step.key));
      const next = put(at < 0 ? undefined : list[at], rest);
      if (at < 0) return next === undefined ? list : [...list, next];
      return next === undefined ? list.toSpliced(at, 1) : list.with(at, next);
    }
    const { [step.name]: inner, ...others } = isFields(value) ? value : {};
    const next = put(inner, rest);
    return next === undefined ? others : { ...others, [step.name]: next };
  };
  return put(spec, segments(path)) as Fields;
}
