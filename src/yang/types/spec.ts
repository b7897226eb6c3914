import type { Enabled } from '../features.ts';
import type { Identities, Identity } from '../identities.ts';
import type { Modules } from '../modules.ts';
import { all, argumentOf, child, keywordOf, text, type Statement } from '../parse.ts';
import type { NamedValue } from '../schema.ts';
import type { Scopes } from '../scope.ts';
import type { Report } from '../source.ts';
import { DECIMAL, INTEGERS, narrow, type NumberSpec } from './number.ts';
import { translate } from './pattern.ts';
import { parseIntervals, type Intervals } from './range.ts';
import { LENGTH_BOUNDS, LENGTHS, type LengthLimit, type PatternLimit } from './text.ts';
import type { Restriction } from './type.ts';

interface Common {
  readonly name: string;
  readonly statement: Statement;
}

/** A type as the modules define it, typedefs followed and restrictions joined; it does not depend on the leaf that uses it. */
export type Spec = Common &
  (
    | ({ readonly kind: 'number' } & NumberSpec)
    | { readonly kind: 'string'; readonly length?: LengthLimit; readonly patterns: readonly PatternLimit[] }
    | { readonly kind: 'binary'; readonly length?: LengthLimit }
    | { readonly kind: 'boolean' | 'empty' }
    | { readonly kind: 'enumeration'; readonly enums: readonly NamedValue[] }
    | { readonly kind: 'bits'; readonly bits: readonly NamedValue[] }
    | { readonly kind: 'identityref'; readonly bases: readonly Identity[] }
    | { readonly kind: 'leafref'; readonly path: Statement; readonly required: boolean }
    | { readonly kind: 'instance-identifier'; readonly required: boolean }
    | { readonly kind: 'union'; readonly members: readonly Spec[] }
  );

/** A type with what its typedefs say beside it; the nearest typedef wins. */
export interface Resolved {
  readonly spec: Spec;
  readonly units?: string;
  readonly default?: Statement;
}

export interface TypeWorld {
  readonly modules: Modules;
  readonly scopes: Scopes;
  readonly identities: Identities;
  readonly enabled: Enabled;
  readonly report: Report;
  /** Typedefs done already, and those in work (a typedef that needs itself). */
  readonly typedefs: Map<Statement, Resolved | 'asked' | undefined>;
}

/** Which substatements of `type` a kind takes; those in `base` only where the built-in type is named. */
const RESTRICTIONS: Readonly<Record<Spec['kind'], { readonly any: readonly string[]; readonly base: readonly string[] }>> = {
  number: { any: ['range'], base: ['fraction-digits'] },
  string: { any: ['length', 'pattern'], base: [] },
  binary: { any: ['length'], base: [] },
  boolean: { any: [], base: [] },
  empty: { any: [], base: [] },
  enumeration: { any: ['enum'], base: [] },
  bits: { any: ['bit'], base: [] },
  identityref: { any: [], base: ['base'] },
  leafref: { any: ['require-instance'], base: ['path'] },
  'instance-identifier': { any: ['require-instance'], base: [] },
  union: { any: [], base: ['type'] },
};

/** Follows a `type` statement to its built-in type; undefined after a fault. */
export function resolveType(s: Statement, world: TypeWorld): Resolved | undefined {
  const name = s.argument ?? '';
  const base = builtIn(s, name, world);
  if (base !== 'derived') return base && { spec: base };
  const typedef = world.scopes.find('typedef', s, name);
  const parent = typedef && resolveTypedef(typedef, world);
  if (!parent) return undefined;
  const spec = restrict(parent.spec, s, false, world);
  return spec && { ...parent, spec: { ...spec, name, statement: s } };
}

function resolveTypedef(typedef: Statement, world: TypeWorld): Resolved | undefined {
  const { typedefs, report } = world;
  const known = typedefs.get(typedef);
  if (known === 'asked') report.error(argumentOf(typedef), 'YANG_REFERENCE', `typedef ${typedef.argument ?? ''} is made of itself`);
  if (typedefs.has(typedef)) return known === 'asked' ? undefined : known;
  typedefs.set(typedef, 'asked');
  const inner = child(typedef, 'type');
  const parent = inner && resolveType(inner, world);
  const units = text(typedef, 'units') ?? parent?.units;
  const preset = child(typedef, 'default') ?? parent?.default;
  const resolved = parent && { spec: parent.spec, ...(units === undefined ? {} : { units }), ...(preset ? { default: preset } : {}) };
  typedefs.set(typedef, resolved);
  return resolved;
}

function builtIn(s: Statement, name: string, world: TypeWorld): Spec | undefined | 'derived' {
  const common = { name, statement: s };
  const start = (spec: Spec): Spec | undefined => restrict(spec, s, true, world);
  const integer = INTEGERS[name];
  if (integer) return start({ ...common, kind: 'number', base: name as NumberSpec['base'], digits: 0, intervals: [integer] });
  switch (name) {
    case 'decimal64': {
      const digits = Number(text(s, 'fraction-digits') ?? NaN);
      if (!(digits >= 1 && digits <= 18)) return fault(s, world, 'decimal64 needs fraction-digits from 1 to 18');
      return start({ ...common, kind: 'number', base: 'decimal64', digits, intervals: [DECIMAL] });
    }
    case 'string':
      return start({ ...common, kind: 'string', patterns: [] });
    case 'binary':
    case 'boolean':
    case 'empty':
      return start({ ...common, kind: name });
    case 'enumeration':
      return start({ ...common, kind: 'enumeration', enums: [] });
    case 'bits':
      return start({ ...common, kind: 'bits', bits: [] });
    case 'identityref': {
      const bases = all(s, 'base').flatMap((base) => world.identities.named(base, base.argument ?? '') ?? []);
      if (bases.length === 0) return fault(s, world, 'identityref needs a base');
      return start({ ...common, kind: 'identityref', bases });
    }
    case 'leafref': {
      const path = child(s, 'path');
      if (!path) return fault(s, world, 'leafref needs a path');
      return start({ ...common, kind: 'leafref', path, required: true });
    }
    case 'instance-identifier':
      return start({ ...common, kind: 'instance-identifier', required: true });
    case 'union': {
      const types = all(s, 'type');
      if (types.length === 0) return fault(s, world, 'union needs at least one type');
      const members = types.flatMap((one) => resolveType(one, world)?.spec ?? []);
      return members.length < types.length ? undefined : start({ ...common, kind: 'union', members });
    }
    default:
      return 'derived';
  }
}

function fault(s: Statement, world: TypeWorld, summary: string, more: { hint?: string } = {}): undefined {
  world.report.error(s.argument === undefined ? keywordOf(s) : argumentOf(s), 'YANG_RESTRICTION', summary, more);
  return undefined;
}

function restrict(spec: Spec, s: Statement, isBase: boolean, world: TypeWorld): Spec | undefined {
  const { any, base } = RESTRICTIONS[spec.kind];
  for (const one of s.children) {
    if (one.keyword.includes(':') || any.includes(one.keyword)) continue;
    if (isBase && base.includes(one.keyword) && (one.keyword !== 'fraction-digits' || spec.name === 'decimal64')) continue;
    const kind = spec.kind === 'number' ? spec.base : spec.kind;
    return fault(
      one,
      world,
      `${one.keyword} cannot ${base.includes(one.keyword) ? 'change' : 'restrict'} ${isBase ? kind : `${s.argument ?? ''}, which is a ${kind}`}`,
    );
  }
  switch (spec.kind) {
    case 'number': {
      const range = child(s, 'range');
      if (!range) return spec;
      const intervals = narrow(range.argument ?? '', spec.intervals, spec.digits);
      return typeof intervals === 'string' ? fault(range, world, intervals) : { ...spec, intervals, restriction: restrictionOf(range) };
    }
    case 'string': {
      const length = lengthOf(spec.length, s, world);
      const patterns = patternsOf(s, world);
      return length === 'bad' || !patterns ? undefined : { ...spec, ...length, patterns: [...spec.patterns, ...patterns] };
    }
    case 'binary': {
      const length = lengthOf(spec.length, s, world);
      return length === 'bad' ? undefined : { ...spec, ...length };
    }
    case 'enumeration': {
      const enums = namedValues({ s, keyword: 'enum', number: 'value', parent: isBase ? undefined : spec.enums, world });
      return enums && { ...spec, enums };
    }
    case 'bits': {
      const bits = namedValues({ s, keyword: 'bit', number: 'position', parent: isBase ? undefined : spec.bits, world });
      return bits && { ...spec, bits };
    }
    case 'leafref':
    case 'instance-identifier': {
      const required = text(s, 'require-instance');
      return required === undefined ? spec : { ...spec, required: required === 'true' };
    }
    case 'boolean':
    case 'empty':
    case 'identityref':
    case 'union':
      return spec;
  }
}

const restrictionOf = (rule: Statement): Restriction => ({
  rule,
  message: text(rule, 'error-message'),
  appTag: text(rule, 'error-app-tag'),
});

function lengthOf(parent: LengthLimit | undefined, s: Statement, world: TypeWorld): { length?: LengthLimit } | 'bad' {
  const rule = child(s, 'length');
  if (!rule) return parent ? { length: parent } : {};
  const intervals: Intervals | string = parseIntervals(rule.argument ?? '', parent?.intervals ?? LENGTHS, LENGTH_BOUNDS);
  if (typeof intervals === 'string') return fault(rule, world, intervals) ?? 'bad';
  return { length: { ...restrictionOf(rule), intervals } };
}

function patternsOf(s: Statement, world: TypeWorld): readonly PatternLimit[] | undefined {
  const limits: PatternLimit[] = [];
  for (const rule of all(s, 'pattern')) {
    const pattern = rule.argument ?? '';
    const translated = translate(pattern);
    if ('problem' in translated) {
      world.report.error(
        argumentOf(rule),
        translated.unsupported ? 'YANG_UNSUPPORTED' : 'YANG_RESTRICTION',
        `the pattern cannot be used: ${translated.problem}`,
      );
      return undefined;
    }
    const modifier = child(rule, 'modifier');
    if (modifier && modifier.argument !== 'invert-match') return fault(modifier, world, 'the only modifier is invert-match');
    limits.push({ ...restrictionOf(rule), pattern, regexp: translated.regexp, inverted: modifier !== undefined });
  }
  return limits;
}

interface NamesOf {
  readonly s: Statement;
  readonly keyword: 'enum' | 'bit';
  readonly number: 'value' | 'position';
  /** The names of the type that is restricted; undefined at the built-in type. */
  readonly parent: readonly NamedValue[] | undefined;
  readonly world: TypeWorld;
}

/** Enums and bits with their numbers: given, kept from the restricted type, or one more than the highest so far. */
function namedValues({ s, keyword, number, parent, world }: NamesOf): readonly NamedValue[] | undefined {
  const statements = all(s, keyword);
  if (statements.length === 0) return parent ?? fault(s, world, `${s.argument ?? ''} needs at least one ${keyword}`);
  const [least, most] = keyword === 'enum' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  const found: NamedValue[] = [];
  const names = new Set<string>();
  const values = new Set<number>();
  let next = 0;
  for (const one of statements) {
    const name = one.argument ?? '';
    const before = parent?.find((other) => other.name === name);
    const given = child(one, number);
    if (names.has(name)) return fault(one, world, `${keyword} ${name} is defined twice`);
    if (name === '' || name !== name.trim()) return fault(one, world, `an ${keyword} must not be empty nor begin or end with a blank`);
    if (parent && !before) return fault(one, world, `the restricted type has no ${keyword} ${name}`);
    const value = given ? Number(given.argument) : before ? before.value : next;
    if (before && before.value !== value) return fault(one, world, `${keyword} ${name} has the ${number} ${before.value} already`);
    if (value < least || value > most) return fault(given ?? one, world, `the ${number} of ${name} must be ${least}..${most}`);
    if (values.has(value)) return fault(given ?? one, world, `the ${number} ${value} is used twice`);
    names.add(name);
    values.add(value);
    next = Math.max(next, value + 1);
    const description = text(one, 'description');
    if (world.enabled(one)) found.push({ name, value, ...(description === undefined ? {} : { description }) });
  }
  return found;
}
