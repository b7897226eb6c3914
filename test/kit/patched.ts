import type { Difference } from '../../src/core/plan.ts';
import type { Segment } from '../../src/core/pointer.ts';
import { segments } from '../../src/core/pointer.ts';
import type { FieldRule } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import { isFields, isList } from '../../src/core/value.ts';

/** The spec after these differences and nothing else were written: what a server does with a patch. The input is left as it is. */
export function patched(spec: Fields, differences: readonly Pick<Difference, 'path' | 'after'>[], rule: FieldRule): Fields {
  return differences.reduce((value: Value, { path, after }) => set(value, segments(path), after, rule) ?? {}, spec) as Fields;
}

/** The value at a place, keyed entries included; undefined where there is none. */
export function valueAt(spec: Value | undefined, path: string, rule: FieldRule): Value | undefined {
  let value = spec;
  let at: FieldRule = rule;
  for (const segment of segments(path)) {
    if ('key' in segment) {
      const keys = keyNames(at);
      value = isList(value) ? value.find((item) => isEntry(item, keys, segment.key)) : undefined;
      at = at.items ?? {};
    } else {
      value = isFields(value) && Object.hasOwn(value, segment.name) ? value[segment.name] : undefined;
      at = at.fields?.[segment.name] ?? at.rest ?? {};
    }
  }
  return value;
}

const keyNames = (rule: FieldRule): readonly string[] => (typeof rule.list === 'object' ? rule.list.key : []);

const isEntry = (item: Value, names: readonly string[], key: readonly string[]): item is Fields =>
  isFields(item) && names.every((name, i) => (typeof item[name] === 'string' ? item[name] : JSON.stringify(item[name])) === key[i]);

function set(value: Value | undefined, path: readonly Segment[], after: Value | undefined, rule: FieldRule): Value | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return after === null ? undefined : after;
  if ('key' in first) {
    const names = keyNames(rule);
    const list = isList(value) ? value : [];
    const at = list.findIndex((item) => isEntry(item, names, first.key));
    const inner = set(at < 0 ? undefined : list[at], rest, after, rule.items ?? {});
    if (inner === undefined) return list.filter((_, i) => i !== at);
    return at < 0 ? [...list, inner] : list.with(at, inner);
  }
  const { [first.name]: old, ...others } = isFields(value) ? value : {};
  const inner = set(old, rest, after, rule.fields?.[first.name] ?? rule.rest ?? {});
  return inner === undefined ? others : { ...others, [first.name]: inner };
}
