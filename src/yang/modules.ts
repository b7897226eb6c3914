import { nearest } from '../core/diagnostic.ts';
import { checkGrammar } from './grammar.ts';
import { all, argumentOf, child, keywordOf, parse, text, type Statement } from './parse.ts';
import type { CompileOptions } from './schema.ts';
import type { Place, Report, Source } from './source.ts';

/** One file: a module or a submodule, with what its prefixes mean. */
export interface Unit {
  readonly statement: Statement;
  readonly module: Module;
  readonly prefixes: ReadonlyMap<string, Module>;
}

export interface Module {
  readonly name: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly revision?: string;
  readonly modern: boolean;
  readonly implemented: boolean;
  readonly statement: Statement;
  /** The module itself and its submodules. */
  readonly statements: readonly Statement[];
}

/** Every module of a compilation and how to find the one that a statement belongs to. */
export interface Modules {
  readonly all: ReadonlyMap<string, Module>;
  unitOf(s: Statement): Unit;
  /** The module that `prefix` means in the file of `s` (the file's own one if there is none); undefined after a fault. */
  moduleOf(s: Statement, prefix: string | undefined, place?: Place): Module | undefined;
  /**
   * Modules that would have to be implemented too: RFC 7950 section 5.6.5 demands it of what augments and leafref paths reach into.
   * Whoever finds one says so here instead of reporting that a path leads nowhere.
   */
  readonly needed: Set<string>;
  /** Splits `prefix:name` and finds the module. */
  named(s: Statement, reference: string, place?: Place): { readonly module: Module; readonly name: string } | undefined;
}

export function loadModules(options: CompileOptions, report: Report): Modules | undefined {
  const mains = new Map<string, Statement>();
  const subs = new Map<string, Statement>();
  for (const { file, text: content } of options.modules) {
    const source: Source = { file, text: content };
    const top = parse(source, report);
    if (!top || !checkGrammar(top, report)) continue;
    const name = top.argument ?? '';
    const kind = top.keyword === 'module' ? mains : subs;
    const twin = kind.get(name);
    if (twin)
      report.error(
        argumentOf(top),
        'YANG_UNSUPPORTED',
        `${top.keyword} ${name} is given twice (also in ${twin.source.file}); several revisions at once are not supported`,
      );
    else kind.set(name, top);
  }
  for (const name of options.implement ?? []) {
    if (!mains.has(name) && !report.failed) {
      const source: Source = { file: name, text: '' };
      report.error({ source, offset: 0, length: 0 }, 'YANG_IMPORT', `module ${name} is to be implemented but was not given`);
    }
  }
  if (report.failed) return undefined;

  const modules = new Map<string, Module>();
  const units = new Map<Source, Unit>();
  for (const [name, statement] of mains) {
    const revision = all(statement, 'revision')
      .map((r) => r.argument ?? '')
      .sort()
      .at(-1);
    modules.set(name, {
      name,
      prefix: text(statement, 'prefix') ?? '',
      namespace: text(statement, 'namespace') ?? '',
      ...(revision === undefined ? {} : { revision }),
      modern: text(statement, 'yang-version') === '1.1',
      implemented: options.implement?.includes(name) ?? true,
      statement,
      statements: [statement, ...includedBy(statement, subs, report)],
    });
  }
  for (const module of modules.values()) {
    for (const statement of module.statements) {
      units.set(statement.source, { statement, module, prefixes: prefixesOf(statement, module, modules, report) });
    }
  }
  for (const [name, sub] of subs) {
    if (!units.has(sub.source)) report.warn(argumentOf(sub), 'YANG_IMPORT', `no given module includes submodule ${name}`);
  }
  return report.failed ? undefined : lookup(modules, units, report);
}

function includedBy(main: Statement, subs: ReadonlyMap<string, Statement>, report: Report): readonly Statement[] {
  const found = new Set<Statement>();
  const pending = [main];
  for (let from = pending.pop(); from; from = pending.pop()) {
    for (const include of all(from, 'include')) {
      const name = include.argument ?? '';
      const sub = subs.get(name);
      const belongs = sub && child(sub, 'belongs-to');
      if (!sub) report.error(argumentOf(include), 'YANG_IMPORT', `submodule ${name} was not given`, hinted(name, subs.keys()));
      else if (belongs?.argument !== main.argument) {
        report.error(
          argumentOf(include),
          'YANG_IMPORT',
          `submodule ${name} belongs to ${belongs?.argument ?? '?'}, not to ${main.argument ?? '?'}`,
        );
      } else if (checkRevision(include, sub, report) && !found.has(sub)) {
        found.add(sub);
        pending.push(sub);
      }
    }
  }
  return [...found];
}

function checkRevision(by: Statement, target: Statement, report: Report): boolean {
  const wanted = child(by, 'revision-date');
  if (!wanted || all(target, 'revision').some((r) => r.argument === wanted.argument)) return true;
  report.error(argumentOf(wanted), 'YANG_IMPORT', `${by.argument ?? ''} has no revision ${wanted.argument ?? ''} here`);
  return false;
}

function prefixesOf(
  statement: Statement,
  module: Module,
  modules: ReadonlyMap<string, Module>,
  report: Report,
): ReadonlyMap<string, Module> {
  const prefixes = new Map<string, Module>();
  const own = text(statement, 'prefix') ?? text(child(statement, 'belongs-to') ?? statement, 'prefix') ?? '';
  prefixes.set(own, module);
  for (const one of all(statement, 'import')) {
    const name = one.argument ?? '';
    const prefix = child(one, 'prefix');
    const target = modules.get(name);
    if (!target) {
      report.error(argumentOf(one), 'YANG_IMPORT', `module ${name} was not given`, hinted(name, modules.keys()));
      continue;
    }
    if (!checkRevision(one, target.statement, report) || prefix?.argument === undefined) continue;
    if (prefixes.has(prefix.argument)) report.error(argumentOf(prefix), 'YANG_IMPORT', `the prefix ${prefix.argument} is used twice`);
    else prefixes.set(prefix.argument, target);
  }
  return prefixes;
}

export const hinted = (word: string, known: Iterable<string>): { hint?: string } => {
  const guess = nearest(word, known);
  return guess === undefined ? {} : { hint: `did you mean ${guess}?` };
};

function lookup(modules: ReadonlyMap<string, Module>, units: ReadonlyMap<Source, Unit>, report: Report): Modules {
  const unitOf = (s: Statement): Unit => {
    const unit = units.get(s.source);
    if (!unit) throw new Error(`${s.source.file} belongs to no module`);
    return unit;
  };
  const moduleOf: Modules['moduleOf'] = (s, prefix, place = argumentOf(s)) => {
    const unit = unitOf(s);
    if (prefix === undefined) return unit.module;
    const module = unit.prefixes.get(prefix);
    if (!module) report.error(place, 'YANG_PREFIX', `no import has the prefix ${prefix}`, hinted(prefix, unit.prefixes.keys()));
    return module;
  };
  return {
    all: modules,
    needed: new Set(),
    unitOf,
    moduleOf,
    named(s, reference, place) {
      const colon = reference.indexOf(':');
      const module = moduleOf(s, colon < 0 ? undefined : reference.slice(0, colon), place);
      return module && { module, name: reference.slice(colon + 1) };
    },
  };
}

/** Every use of an extension must name one that is defined; returns nothing, the report has the rest. */
export function checkExtensions(modules: Modules, report: Report): void {
  const defined = new Map<string, Set<string>>();
  for (const module of modules.all.values()) {
    const names = module.statements.flatMap((s) => all(s, 'extension').map((e) => e.argument ?? ''));
    defined.set(module.name, new Set(names));
  }
  for (const module of modules.all.values()) {
    const pending: Statement[] = [...module.statements];
    for (let s = pending.pop(); s; s = pending.pop()) {
      pending.push(...s.children);
      if (!s.keyword.includes(':')) continue;
      const used = modules.named(s, s.keyword, keywordOf(s));
      const known = used && defined.get(used.module.name);
      if (used && !known?.has(used.name)) {
        report.error(
          keywordOf(s),
          'YANG_EXTENSION',
          `module ${used.module.name} defines no extension ${used.name}`,
          hinted(used.name, known ?? []),
        );
      }
    }
  }
}
