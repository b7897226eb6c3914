import type { Identities } from './identities.ts';
import { hinted, type Modules } from './modules.ts';
import { isData, type Condition, type Node, type Unique, type When } from './node.ts';
import { argumentOf, describe, text, type Statement } from './parse.ts';
import type { Place, Report } from './source.ts';
import type { LeafrefType } from './types/make.ts';
import type { Type } from './types/type.ts';
import { compileXPath } from './xpath/compile.ts';
import { parseXPath, type Ast } from './xpath/parse.ts';
import type { Static } from './xpath/static.ts';

export interface RuleWorld {
  readonly root: Node;
  readonly report: Report;
  readonly modules: Modules;
  readonly identities: Identities;
}

/** What an expression in a statement may use, its faults shown where they stand in the file. */
function scopeOf(s: Statement, context: Node, module: string, world: RuleWorld): Omit<Static, 'compile'> {
  const { report, modules, root } = world;
  const place = (at: number): Place => placeIn(s, at);
  return {
    schemas: [context],
    current: [context],
    root,
    module,
    identities: world.identities.all,
    identityKey(name, at) {
      const colon = name.indexOf(':');
      if (colon >= 0) return `${modules.moduleOf(s, name.slice(0, colon), place(at))?.name ?? ''}:${name.slice(colon + 1)}`;
      const key = `${module}:${name}`;
      return world.identities.all.has(key) ? key : `${modules.unitOf(s).module.name}:${name}`;
    },
    moduleOf: (prefix, at) => modules.moduleOf(s, prefix, place(at))?.name,
    error: (at, summary, code = 'YANG_XPATH') => report.error(place(at), code, summary, { detail: `In ${describe(s)}.` }),
    warn: (at, summary, known = []) => {
      const word = /no node (\S+)/.exec(summary)?.[1];
      report.warn(place(at), 'YANG_XPATH', summary, word === undefined ? {} : hinted(word, known));
    },
  };
}

/** An offset of the argument as a place in the file: exact where the argument stands there as one piece. */
function placeIn(s: Statement, at: number): Place {
  const whole = argumentOf(s);
  const written = s.source.text.slice(s.argumentOffset, s.argumentEnd);
  const argument = s.argument ?? '';
  const quote = written.startsWith('"') || written.startsWith("'") ? 1 : 0;
  if (written.slice(quote, quote + argument.length) !== argument) return whole;
  return { source: s.source, offset: s.argumentOffset + quote + at, length: 1 };
}

export function compileRules(node: Node, world: RuleWorld): void {
  const { facets } = node;
  node.musts = facets.musts.flatMap((statement) => {
    const test = compileXPath(statement.argument ?? '', scopeOf(statement, node, node.module, world));
    return test
      ? [
          {
            statement,
            test: test.whole,
            parts: test.parts,
            message: text(statement, 'error-message'),
            appTag: text(statement, 'error-app-tag'),
          },
        ]
      : [];
  });
  node.whens = conditionsAbove(node).flatMap(({ statement, from }) => compileWhen(node, { statement, from }, world));
  node.uniques = facets.uniques.flatMap((statement) => compileUnique(node, statement, world) ?? []);
}

/** A data node depends on its own conditions and on those of every case and choice up to its data parent. */
function conditionsAbove(node: Node): readonly Condition[] {
  const found = [...node.facets.conditions];
  for (let up = node.parent; up && !isData(up); up = up.parent) found.unshift(...up.facets.conditions);
  return found;
}

function compileWhen(node: Node, { statement, from }: Condition, world: RuleWorld): readonly When[] {
  const context = from === 'self' ? node : (node.dataParent ?? world.root);
  const test = compileXPath(statement.argument ?? '', scopeOf(statement, context, node.module, world));
  return test ? [{ statement, from, test: test.whole }] : [];
}

function compileUnique(list: Node, statement: Statement, world: RuleWorld): Unique | undefined {
  const { report, modules } = world;
  const paths: Node[][] = [];
  for (const path of (statement.argument ?? '').trim().split(/\s+/)) {
    const steps: Node[] = [];
    let at = list;
    for (const step of path.split('/')) {
      const colon = step.indexOf(':');
      const module = colon < 0 ? list.module : modules.moduleOf(statement, step.slice(0, colon))?.name;
      const next = at.list.find((one) => one.name === step.slice(colon + 1) && one.module === module);
      if (!next || next.kind === 'list') {
        report.error(
          argumentOf(statement),
          'YANG_REFERENCE',
          next ? `${step} is a list` : `there is no ${step} in ${at.path}`,
          hinted(
            step,
            at.list.map((one) => one.name),
          ),
        );
        return undefined;
      }
      steps.push(next);
      at = next;
    }
    if (at.kind !== 'leaf') {
      report.error(argumentOf(statement), 'YANG_REFERENCE', `${path} is a ${at.kind}, not a leaf`);
      return undefined;
    }
    paths.push(steps);
  }
  // RFC 7950 section 7.8.3: configuration alone must be able to say whether it is unique.
  const kinds = new Set(paths.map((steps) => steps.at(-1)?.config));
  if (kinds.size > 1) {
    report.error(argumentOf(statement), 'YANG_CONFIG', 'unique names configuration and state data', {
      hint: 'name leaves that are all the one or all the other',
    });
    return undefined;
  }
  return { statement, paths };
}

/** Finds the leaf that a leafref means, and how to find the values that it may take. */
export function linkLeafref(node: Node, type: LeafrefType, path: Statement, world: RuleWorld): void {
  const { report, modules } = world;
  const scope = scopeOf(path, node, node.module, world);
  const strangers = [...(path.argument ?? '').matchAll(/([A-Za-z_][\w.-]*):/g)].flatMap(
    ([, prefix]) => modules.unitOf(path).prefixes.get(prefix ?? '') ?? [],
  );
  const idle = strangers.filter((one) => !one.implemented);
  if (idle.length > 0) {
    for (const one of idle) modules.needed.add(one.name);
    return;
  }
  // A path that leads nowhere is an error in a leafref, not something that is merely never true.
  const compiled = compileXPath(path.argument ?? '', {
    ...scope,
    warn: (at, summary, known) => linkFault({ path, at, summary, known }, report),
  });
  if (!compiled) return;
  const { whole } = compiled;
  const [target, ...others] = whole.schemas;
  if (whole.type !== 'nodes') return report.error(argumentOf(path), 'YANG_LEAFREF', 'a leafref needs a path');
  if (!target) return linkFault({ path, at: 0, summary: 'the path leads nowhere', known: [] }, report);
  if (others.length > 0) return report.error(argumentOf(path), 'YANG_LEAFREF', 'the path leads to several nodes');
  const { type: targetType } = target;
  if ((target.kind !== 'leaf' && target.kind !== 'leaf-list') || !targetType) {
    return report.error(argumentOf(path), 'YANG_LEAFREF', `the path leads to a ${target.kind}, not to a leaf`);
  }
  if (node.config && !target.config && type.required) {
    return report.error(argumentOf(path), 'YANG_LEAFREF', `configuration cannot depend on the state data ${target.path}`, {
      hint: 'say require-instance false',
    });
  }
  type.link(target as Node & { readonly type: Type });
  const simple = simplePath(parseXPath(path.argument ?? ''), target);
  node.references = [...node.references, { type, statement: path, path: whole, ...(simple ? { simple } : {}) }];
}

interface LinkFault {
  readonly path: Statement;
  readonly at: number;
  readonly summary: string;
  readonly known: Iterable<string> | undefined;
}

function linkFault({ path, at, summary, known }: LinkFault, report: Report): void {
  const word = /no node (\S+)/.exec(summary)?.[1];
  report.error(placeIn(path, at), 'YANG_LEAFREF', summary, word === undefined ? {} : hinted(word, known ?? []));
}

/** Steps up, then plain steps down: the values then do not depend on the leaf but on where the way up ends. */
function simplePath(ast: Ast, target: Node): { up: number; down: readonly Node[] } | undefined {
  if (ast.kind !== 'path' || typeof ast.from === 'object' || ast.steps.some((step) => step.predicates.length > 0)) return undefined;
  const up = ast.steps.findIndex((step) => step.axis !== 'parent');
  const names = ast.steps.slice(Math.max(up, 0));
  if (names.some((step) => step.axis !== 'child')) return undefined;
  const down: Node[] = [];
  for (let one: Node | undefined = target; one && down.length < names.length; one = one.dataParent) down.unshift(one);
  return { up: ast.from === 'root' ? -1 : up, down };
}
