import { hinted, type Modules } from './modules.ts';
import { all, argumentOf, type Statement } from './parse.ts';
import type { CompileOptions } from './schema.ts';
import type { Report } from './source.ts';

/** Answers whether a statement's `if-feature` substatements let it exist. */
export type Enabled = (s: Statement) => boolean;

const TOKEN = /\s*(\(|\)|[^\s()]+)/gy;

/** Prepares the features of all modules; a feature that depends on one that is off is off too. */
export function createFeatures(options: CompileOptions, modules: Modules, report: Report): Enabled {
  const defined = new Map<string, ReadonlyMap<string, Statement>>();
  for (const module of modules.all.values()) {
    const list = module.statements.flatMap((s) => all(s, 'feature'));
    defined.set(module.name, new Map(list.map((s) => [s.argument ?? '', s])));
  }
  for (const [name, wanted] of Object.entries(options.features ?? {})) {
    const module = modules.all.get(name);
    for (const feature of wanted) {
      const known = defined.get(name);
      if (module && !known?.has(feature)) {
        report.error(
          argumentOf(module.statement),
          'YANG_FEATURE',
          `${name} has no feature ${feature}`,
          hinted(feature, known?.keys() ?? []),
        );
      }
    }
  }
  const states = new Map<Statement, boolean | 'asked'>();

  const isOn = (by: Statement, reference: string): boolean => {
    const found = modules.named(by, reference);
    if (!found) return false;
    const known = defined.get(found.module.name);
    const feature = known?.get(found.name);
    if (!feature) {
      report.error(
        argumentOf(by),
        'YANG_FEATURE',
        `${found.module.name} has no feature ${found.name}`,
        hinted(found.name, known?.keys() ?? []),
      );
      return false;
    }
    const state = states.get(feature);
    if (state === 'asked') {
      report.error(argumentOf(feature), 'YANG_FEATURE', `feature ${found.name} depends on itself`);
      return false;
    }
    if (state !== undefined) return state;
    states.set(feature, 'asked');
    const on = (options.features?.[found.module.name]?.includes(found.name) ?? true) && enabled(feature);
    states.set(feature, on);
    return on;
  };

  const enabled: Enabled = (s) => {
    let on = true;
    for (const condition of all(s, 'if-feature')) on = evaluate(condition, isOn, report) && on;
    return on;
  };
  return enabled;
}

/** RFC 7950 section 7.20.2: `or` binds weakest, then `and`, then `not`. */
function evaluate(condition: Statement, isOn: (by: Statement, reference: string) => boolean, report: Report): boolean {
  const tokens = [...(condition.argument ?? '').matchAll(TOKEN)].map((m) => m[1] ?? '');
  let at = 0;
  let bad = false;
  const take = (word: string): boolean => (tokens[at] === word ? ((at += 1), true) : false);
  const either = (depth: number): boolean => {
    let value = both(depth);
    while (take('or')) value = both(depth) || value;
    return value;
  };
  const both = (depth: number): boolean => {
    let value = one(depth);
    while (take('and')) value = one(depth) && value;
    return value;
  };
  const one = (depth: number): boolean => {
    if (depth > 100) return !(bad = true);
    if (take('not')) return !one(depth + 1);
    if (take('(')) {
      const value = either(depth + 1);
      if (!take(')')) bad = true;
      return value;
    }
    const name = tokens[at];
    if (name === undefined || name === ')' || name === 'and' || name === 'or') return !(bad = true);
    at += 1;
    return isOn(condition, name);
  };
  const value = either(0);
  if (bad || at < tokens.length) report.error(argumentOf(condition), 'YANG_SYNTAX', 'expected features joined by and, or, not and ( )');
  return value && !bad;
}
