import type { Difference } from '../../../core/plan.ts';
import { segments } from '../../../core/pointer.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { isFields } from '../../../core/value.ts';

/** A value with these differences in it, and everything else as it was. Lists are values: no difference stands inside of one. */
export const patched = (value: Fields, differences: readonly Difference[]): Fields =>
  differences.reduce((now, { path, after }) => withValue(now, namesIn(path), after), value);

const namesIn = (path: string): readonly string[] =>
  segments(path).map((segment) => ('name' in segment ? segment.name : segment.key.join()));

function withValue(fields: Fields, [name, ...more]: readonly string[], after: Value | undefined): Fields {
  if (name === undefined) return isFields(after) ? after : {};
  const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const value = more.length === 0 ? after : withValue(isFields(before) ? before : {}, more, after);
  // Defined, never assigned: a member may be called __proto__.
  const rest = Object.entries(fields).filter(([other]) => other !== name);
  return Object.fromEntries(value === undefined ? rest : [...rest, [name, value]]);
}
