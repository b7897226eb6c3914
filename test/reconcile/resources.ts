import type { ResourceId } from '../../src/core/id.ts';
import { idParts, resourceId } from '../../src/core/id.ts';
import { isSecret, refMark } from '../../src/core/mark.ts';
import type { Lifecycle, Need, RefRule, Resource } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import { isFields } from '../../src/core/value.ts';
import { boxTraits } from '../kit/scripted-kinds.ts';
import { TARGET } from './lab.ts';

/** What the manifests of these tests say, without the manifests. */
export interface More {
  readonly target?: string;
  readonly lifecycle?: Lifecycle;
  readonly needs?: readonly Need[];
  readonly was?: readonly ResourceId[];
}

export const idOf = (kind: string, name: string, target = TARGET): ResourceId => resourceId({ target, kind: `scripted/${kind}`, name });

export function resource(kind: string, name: string, spec: Fields, more: More = {}): Resource {
  const { target = TARGET, lifecycle = {}, needs = [], was = [] } = more;
  return {
    id: idOf(kind, name, target),
    kind: `scripted/${kind}`,
    version: 'v1',
    target,
    name,
    spec,
    needs,
    lifecycle,
    labels: {},
    was,
    origin: { file: 'lab.yaml', line: 1, document: 0 },
    ...(holdsSecret(spec) ? { hasSecrets: true as const } : {}),
  };
}

const holdsSecret = (value: Value): boolean => isSecret(value) || (isFields(value) && Object.values(value).some(holdsSecret));

/** As manifests make it: in the shape's own writing. */
const normal = (spec: Fields): Fields => boxTraits.shape?.normalize(spec) ?? spec;
export const box = (name: string, spec: Fields = {}, more: More = {}): Resource =>
  resource('Box', name, normal({ label: name, ...spec }), more);
export const crate = (name: string, spec: Fields = {}, more: More = {}): Resource =>
  resource('Crate', name, normal({ label: name, ...spec }), more);

const kindOf = (id: ResourceId): string => idParts(id).kind;
const PARENT: Omit<RefRule, 'kind'> = { by: 'handle', wait: 'exists', onReplace: 'recreate', onRemove: 'cascades' };
const FRIEND: Omit<RefRule, 'kind'> = { by: 'handle', wait: 'ready', onReplace: 'rewrite', onRemove: 'blocks' };
const AFTER: Omit<RefRule, 'kind'> = { by: 'handle', wait: 'exists', onReplace: 'rewrite', onRemove: 'blocks' };

const needOn = (id: ResourceId, at: string, rule: Omit<RefRule, 'kind'>): Need => ({ id, at, ref: { ...rule, kind: kindOf(id) } });

/** A Child belongs to the box whose handle it is made with; its friend has to be ready first. */
export function child(name: string, parent: Resource, { friend, ...spec }: Fields & { readonly friend?: ResourceId } = {}): Resource {
  const needs = [needOn(parent.id, '/parent', PARENT), ...(friend === undefined ? [] : [needOn(friend, '/friend', FRIEND)])];
  return resource(
    'Child',
    name,
    { ...spec, parent: refMark(parent.id), ...(friend === undefined ? {} : { friend: refMark(friend) }) },
    { target: parent.target, needs },
  );
}

/** The same resource, after another: what `metadata.dependsOn` says. */
export const after = (one: Resource, ...others: readonly Resource[]): Resource => ({
  ...one,
  needs: [...one.needs, ...others.map(({ id }) => needOn(id, '', AFTER))],
});
