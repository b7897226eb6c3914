import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { KindFacts } from '../../src/core/facts.ts';
import type { ResourceId } from '../../src/core/id.ts';
import { idParts, resourceId } from '../../src/core/id.ts';
import type { Evidence, Plan, PlanTarget } from '../../src/core/plan.ts';
import { dotted } from '../../src/core/pointer.ts';
import type { FieldRule, Need, Observed, Recorded, RefRule, Resource } from '../../src/core/resource.ts';
import type { Fields } from '../../src/core/value.ts';
import type { PlanOptions, World } from '../../src/planner/index.ts';
import { plan } from '../../src/planner/index.ts';
import { assert } from '../kit/group.ts';

export const NOW = '2026-11-22T05:00:00.000Z';
export const OPTIONS: PlanOptions = { environment: 'test', sandbox: false };

export const idOf = (name: string, kind = 'lab/Thing', target = 'lab'): ResourceId => resourceId({ target, kind, name });

export function resource(name: string, part: Partial<Omit<Resource, 'name' | 'id'>> = {}): Resource {
  const { kind = 'lab/Thing', target = 'lab' } = part;
  const origin = { file: 'lab.yaml', line: 1, document: 0 };
  return {
    id: idOf(name, kind, target),
    kind,
    version: 'v1',
    target,
    name,
    spec: {},
    needs: [],
    lifecycle: {},
    labels: {},
    was: [],
    origin,
    ...part,
  };
}

const BY = { run: 'r1', at: NOW };

/** The record that an apply of this resource leaves. */
export function record(of: Resource, part: Partial<Recorded> = {}): Recorded {
  const { id, spec, needs, lifecycle } = of;
  return { id, shape: `${of.kind}.v1`, handle: `h-${of.name}`, applied: spec, needs, lifecycle, by: BY, ...part };
}

type Live = Observed & { readonly seen: 'live' };

export const live = (name: string, spec: Fields, part: Partial<Omit<Live, 'seen'>> = {}): Live => ({
  seen: 'live',
  handle: `h-${name}`,
  spec,
  status: {},
  readiness: { state: 'ready' },
  ...part,
});

export const ABSENT: Observed = { seen: 'absent' };
export const FAULT: Diagnostic = { code: 'DOWN', severity: 'error', summary: 'did not answer' };
export const UNKNOWN: Observed & { readonly seen: 'unknown' } = { seen: 'unknown', fault: FAULT };

export const ref = (part: Partial<RefRule> = {}): RefRule => ({
  kind: 'lab/Thing',
  by: 'handle',
  wait: 'exists',
  onReplace: 'rewrite',
  onRemove: 'blocks',
  ...part,
});

export const need = (name: string, part: Partial<RefRule> = {}, at = '/uses'): Need => ({
  id: name.includes('/') ? name : idOf(name),
  at,
  ref: ref(part),
});

export const kind = (part: Partial<KindFacts> & { readonly fields?: FieldRule } = {}): KindFacts => {
  const { fields = {}, ...rest } = part;
  return {
    kind: 'lab/Thing',
    version: 'v1',
    nature: 'state',
    creatable: true,
    removable: true,
    replace: 'delete-first',
    rule: () => fields,
    ...rest,
  };
};

const TARGET: PlanTarget = { provider: 'lab', version: '1', instance: 'one' };

export interface Scene {
  readonly desired?: readonly Resource[];
  readonly recorded?: readonly Recorded[];
  /** By name of a `lab/Thing`, or by id. */
  readonly seen?: Readonly<Record<string, Observed>>;
  readonly kinds?: Readonly<Record<string, KindFacts>>;
  readonly evidence?: readonly Evidence[];
  readonly part?: Partial<World>;
}

/** A small world. Removed resources have evidence and completely read scopes unless the scene says otherwise. */
export function world({ desired = [], recorded = [], seen = {}, kinds = {}, evidence, part = {} }: Scene): World {
  const ids = new Set(desired.map((r) => r.id));
  const proof = evidence ?? recorded.filter((r) => !ids.has(r.id)).map((r) => ({ id: r.id, source: 'lab' }));
  const all: Readonly<Record<string, KindFacts>> = { 'lab/Thing': kind(), ...kinds };
  return {
    resources: new Map(desired.map((r) => [r.id, r])),
    recorded: new Map(recorded.map((r) => [r.id, r])),
    observed: new Map(Object.entries(seen).map(([name, o]) => [name.includes('/') ? name : idOf(name), o])),
    facts: (id) => all[idParts(id).kind],
    targets: { lab: TARGET },
    evidence: new Map(proof.map((e) => [e.id, e])),
    complete: () => true,
    now: NOW,
    ...part,
  };
}

/** A plan as a person may read it: a line a change, a line a step. */
export function text(plan: Plan): string {
  const short = (id: ResourceId): string => id.split('/').slice(3).join('/');
  const value = (v: unknown): string => (v === undefined ? '-' : typeof v === 'string' ? v : JSON.stringify(v));
  const lines = plan.changes.flatMap((change) => [
    `${change.action} ${short(change.id)} (${change.reason})${change.blocked === undefined ? '' : ` blocked ${change.blocked.code}`}${change.from === undefined ? '' : ` from ${short(change.from)}`}`,
    ...change.differences.map(
      (d) => `  ${dotted(d.path)} ${value(d.before)} -> ${value(d.after)} ${d.cause}${d.forcesReplace ? ' !' : ''}`,
    ),
  ]);
  const steps = plan.steps.map((step) => {
    const after = step.after.length === 0 ? '' : ` after ${step.after.map((n) => (step.ready.includes(n) ? `${n} ready` : n)).join(', ')}`;
    return `${step.n} ${step.verb}${'old' in step ? ' old' : ''} ${short(step.id)}${after}${step.batch === undefined ? '' : ` in ${step.batch}`}`;
  });
  return [...lines, ...(steps.length === 0 ? [] : ['--', ...steps]), ...plan.problems.map((p) => `problem ${p.code}`)].join('\n');
}

/** The plan of a scene reads like this, line by line; how the lines are indented does not count. */
export function reads(scene: Scene, expected: string, options: Partial<PlanOptions> = {}): void {
  const trimmed = (lines: string): string => lines.replaceAll(/^ +/gm, '');
  assert.is(trimmed(text(plan(world(scene), { ...OPTIONS, ...options }))), trimmed(expected));
}
