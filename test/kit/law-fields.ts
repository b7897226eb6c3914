import type { Pointer } from '../../src/core/pointer.ts';
import { member } from '../../src/core/pointer.ts';
import type { FieldRule } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import { isFields, isList } from '../../src/core/value.ts';
import { ruleOf } from '../../src/manifests/rule.ts';
import type { ProjectFiles } from '../../src/providers/contract.ts';
import type { AnyLawsOptions } from './law.ts';

/** A project without a file. */
export const NO_FILES: ProjectFiles = { read: () => undefined, bytes: () => undefined, list: () => [] };

/** Places whose rule fits, through maps that the schema names: entries of lists have no place of their own here. */
function pointers(rule: FieldRule, fits: (rule: FieldRule) => boolean, at: Pointer = ''): readonly Pointer[] {
  return Object.entries(rule.fields ?? {}).flatMap(([name, inner]) =>
    fits(inner) ? [member(at, name)] : pointers(inner, fits, member(at, name)),
  );
}

const fixedRule = (options: AnyLawsOptions): FieldRule => ruleOf(options.kind.schema());

export const blindPointers = (options: AnyLawsOptions): readonly Pointer[] => pointers(fixedRule(options), ({ blind }) => blind === true);
export const hasSensitive = (options: AnyLawsOptions): boolean =>
  options.samples.some((sample) => canaried(sample, fixedRule(options), '') !== undefined);

/** The spec with a canary in every place that is sensitive; undefined where it has none. */
export function canaried(spec: Fields, rule: FieldRule, canary: string): Fields | undefined {
  let found = false;
  const marked = withSensitive(spec, rule, () => {
    found = true;
    return canary;
  });
  return found ? marked : undefined;
}

/** The spec with another value in every place that is sensitive and holds a text. */
export function withSensitive(spec: Fields, rule: FieldRule, replace: (text: string) => Value): Fields {
  const walk = (value: Value, at: FieldRule): Value => {
    if (at.sensitive === true && typeof value === 'string') return replace(value);
    if (isList(value)) return value.map((item) => walk(item, at.items ?? {}));
    if (!isFields(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, at.fields?.[name] ?? at.rest ?? {})]));
  };
  return walk(spec, rule) as Fields;
}

/** Members of a spec that a manifest may leave out, and that an apply may clear. */
export function droppable(spec: Fields, options: AnyLawsOptions): readonly string[] {
  const { kind, files = NO_FILES } = options;
  const schema = kind.schema();
  const required = isList(schema['required']) ? schema['required'] : [];
  const fixed = fixedRule(options);
  const shape = kind.open?.(files, options.options ?? {});
  const { fields = {} } = shape?.rule?.(spec, fixed) ?? fixed;
  const mayGo = (name: string): boolean => shape === undefined || shape.check(without(spec, name, options)).length === 0;
  return Object.keys(spec).filter((name) => !required.includes(name) && fields[name]?.immutable !== true && mayGo(name));
}

/** The spec as it is when the manifest leaves a member out: gone, or its default. */
export function without(spec: Fields, name: string, options: AnyLawsOptions): Fields {
  const rest = Object.fromEntries(Object.entries(spec).filter(([other]) => other !== name));
  const fallback = fixedRule(options).fields?.[name]?.default;
  return fallback === undefined ? rest : { ...rest, [name]: fallback };
}
