import { nearest } from '../core/diagnostic.ts';
import { argumentOf, describe, keywordOf, type Statement } from './parse.ts';
import type { Report } from './source.ts';

type Argument =
  | 'none'
  | 'any'
  | 'identifier'
  | 'reference'
  | 'boolean'
  | 'date'
  | 'count'
  | 'max'
  | 'integer'
  | 'status'
  | 'order'
  | 'version'
  | 'path'
  | 'keys';
type Count = '1' | '?' | '*' | '+';

interface Allowed {
  readonly count: Count;
  /** Only in modules of YANG 1.1. */
  readonly new: boolean;
}

interface Rule {
  readonly argument: Argument;
  readonly new: boolean;
  readonly allowed: ReadonlyMap<string, Allowed>;
}

const DATA = 'container* leaf* leaf-list* list* choice* anydata*^ anyxml* uses*';
const DOC = 'status? description? reference?';
const BODY =
  'extension* feature* identity* typedef* grouping* augment* rpc* notification* deviation* ' +
  `organization? contact? description? reference? revision* import* include* yang-version? ${DATA}`;
const SET = 'config? mandatory? default* min-elements? max-elements? must* type? units? unique*';

/**
 * RFC 7950 section 14 in one table: `keyword(argument): substatements`. A substatement is required once unless `?` (at most once),
 * `*` (any number) or `+` (at least one) follows; `^` marks what YANG 1.1 brought. Extensions may stand anywhere.
 */
const TABLE = `
module(identifier): namespace prefix ${BODY}
submodule(identifier): belongs-to ${BODY}
yang-version(version):
namespace(any):
prefix(identifier):
belongs-to(identifier): prefix
organization(any):
contact(any):
description(any):
reference(any):
units(any):
revision(date): description? reference?
revision-date(date):
import(identifier): prefix revision-date? description?^ reference?^
include(identifier): revision-date? description?^ reference?^
extension(identifier): argument? ${DOC}
argument(identifier): yin-element?
yin-element(boolean):
identity(identifier): if-feature*^ base* ${DOC}
base(reference):
feature(identifier): if-feature* ${DOC}
if-feature(any):
typedef(identifier): type units? default? ${DOC}
type(reference): fraction-digits? range? length? pattern* enum* bit* path? require-instance? base* type*
fraction-digits(integer):
range(any): error-message? error-app-tag? description? reference?
length(any): error-message? error-app-tag? description? reference?
pattern(any): modifier?^ error-message? error-app-tag? description? reference?
modifier(any)^:
enum(any): if-feature*^ value? ${DOC}
value(integer):
bit(identifier): if-feature*^ position? ${DOC}
position(count):
path(any):
require-instance(boolean):
default(any):
status(status):
config(boolean):
mandatory(boolean):
presence(any):
ordered-by(order):
must(any): error-message? error-app-tag? description? reference?
error-message(any):
error-app-tag(any):
when(any): description? reference?
min-elements(count):
max-elements(max):
key(keys):
unique(any):
grouping(identifier): ${DOC} typedef* grouping* action*^ notification*^ ${DATA}
container(identifier): when? if-feature* must* presence? config? ${DOC} typedef* grouping* action*^ notification*^ ${DATA}
leaf(identifier): when? if-feature* type units? must* default? config? mandatory? ${DOC}
leaf-list(identifier): when? if-feature* type units? must* default*^ config? min-elements? max-elements? ordered-by? ${DOC}
list(identifier): when? if-feature* must* key? unique* config? min-elements? max-elements? ordered-by? ${DOC} typedef* grouping* action*^ notification*^ ${DATA}
choice(identifier): when? if-feature* default? config? mandatory? ${DOC} case* choice*^ container* leaf* leaf-list* list* anydata*^ anyxml*
case(identifier): when? if-feature* ${DOC} ${DATA}
anydata(identifier)^: when? if-feature* must* config? mandatory? ${DOC}
anyxml(identifier): when? if-feature* must* config? mandatory? ${DOC}
uses(reference): when? if-feature* ${DOC} refine* augment*
refine(path): if-feature*^ must* presence? default* config? mandatory? min-elements? max-elements? description? reference?
augment(path): when? if-feature* ${DOC} case* action*^ notification*^ ${DATA}
rpc(identifier): if-feature* ${DOC} typedef* grouping* input? output?
action(identifier)^: if-feature* ${DOC} typedef* grouping* input? output?
input(none): must*^ typedef* grouping* ${DATA}
output(none): must*^ typedef* grouping* ${DATA}
notification(identifier): if-feature* must*^ ${DOC} typedef* grouping* ${DATA}
deviation(path): description? reference? deviate+
deviate(any): ${SET}
`;

const RULES: ReadonlyMap<string, Rule> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => {
      const [, keyword = '', argument = 'any', mark, list = ''] = /^([\w-]+)\(([\w-]+)\)(\^?):(.*)$/.exec(line) ?? [];
      const allowed = new Map<string, Allowed>();
      for (const [, name = '', count = '', isNew] of list.matchAll(/([\w-]+)([?*+]?)(\^?)/g)) {
        allowed.set(name, { count: (count || '1') as Count, new: isNew === '^' });
      }
      return [keyword, { argument: argument as Argument, new: mark === '^', allowed }];
    }),
);

const IDENTIFIER = '[A-Za-z_][A-Za-z0-9_.-]*';
const REFERENCE = `(?:${IDENTIFIER}:)?${IDENTIFIER}`;
const INTEGER = '-?(?:0|[1-9][0-9]*)';

/** What an argument must look like, and how a message says it. */
const ARGUMENTS: Readonly<Record<Exclude<Argument, 'none' | 'any'>, readonly [RegExp, string]>> = {
  identifier: [new RegExp(`^${IDENTIFIER}$`), 'an identifier: a letter or _, then letters, digits, _, - and .'],
  reference: [new RegExp(`^${REFERENCE}$`), 'a name, or prefix:name'],
  boolean: [/^(?:true|false)$/, 'true or false'],
  date: [/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'a date like 2026-01-31'],
  count: [/^(?:0|[1-9][0-9]*)$/, 'a number, 0 or more'],
  max: [/^(?:unbounded|[1-9][0-9]*)$/, 'a number, 1 or more, or unbounded'],
  integer: [new RegExp(`^${INTEGER}$`), 'a whole number'],
  status: [/^(?:current|deprecated|obsolete)$/, 'current, deprecated or obsolete'],
  order: [/^(?:user|system)$/, 'user or system'],
  version: [/^(?:1|1\.1)$/, '1 or 1.1'],
  path: [new RegExp(`^/?${REFERENCE}(?:/${REFERENCE})*$`), 'a schema node path like /prefix:a/prefix:b'],
  keys: [new RegExp(`^\\s*${REFERENCE}(?:\\s+${REFERENCE})*\\s*$`), 'the names of the keys'],
};

/** The order of sections that RFC 7950 section 14 demands of a module. */
const SECTIONS: readonly (readonly string[])[] = [
  ['yang-version', 'namespace', 'prefix', 'belongs-to'],
  ['import', 'include'],
  ['organization', 'contact', 'description', 'reference'],
  ['revision'],
];

/** Checks keywords, arguments, places and counts of a whole file. True when it may be given to the compiler. */
export function checkGrammar(top: Statement, report: Report): boolean {
  if (top.keyword !== 'module' && top.keyword !== 'submodule') {
    report.error(keywordOf(top), 'YANG_SYNTAX', `a file begins with module or submodule, not with ${top.keyword}`);
    return false;
  }
  const version = top.children.find((s) => s.keyword === 'yang-version')?.argument ?? '1';
  const before = report.diagnostics.length;
  checkSections(top, report);
  const pending: Statement[] = [top];
  for (let statement = pending.pop(); statement; statement = pending.pop()) {
    checkStatement(statement, version === '1.1', report);
    for (const one of statement.children) if (!one.keyword.includes(':')) pending.push(one);
  }
  return !report.diagnostics.slice(before).some((d) => d.severity === 'error');
}

function checkStatement(s: Statement, modern: boolean, report: Report): void {
  const rule = RULES.get(s.keyword);
  // An unknown keyword was told at its parent.
  if (!rule) return;
  checkArgument(s, rule.argument, report);
  const counts = new Map<string, number>();
  for (const one of s.children) {
    if (one.keyword.includes(':')) continue;
    const allowed = rule.allowed.get(one.keyword);
    if (!allowed) refuse(one, s, rule, report);
    else if (!modern && (allowed.new || RULES.get(one.keyword)?.new)) {
      report.error(keywordOf(one), 'YANG_SYNTAX', `${one.keyword} in ${s.keyword} needs yang-version 1.1`);
    } else {
      const count = (counts.get(one.keyword) ?? 0) + 1;
      counts.set(one.keyword, count);
      if (count === 2 && (allowed.count === '1' || allowed.count === '?')) {
        report.error(keywordOf(one), 'YANG_SYNTAX', `${describe(s)} already has a ${one.keyword}`);
      }
    }
  }
  for (const [name, allowed] of rule.allowed) {
    if ((allowed.count === '1' || allowed.count === '+') && !counts.has(name)) {
      report.error(keywordOf(s), 'YANG_SYNTAX', `${describe(s)} needs a ${name}`);
    }
  }
}

function refuse(one: Statement, parent: Statement, rule: Rule, report: Report): void {
  if (RULES.has(one.keyword)) {
    report.error(keywordOf(one), 'YANG_SYNTAX', `${one.keyword} cannot stand in ${describe(parent)}`);
    return;
  }
  const guess = nearest(one.keyword, rule.allowed.keys()) ?? nearest(one.keyword, RULES.keys());
  report.error(keywordOf(one), 'YANG_SYNTAX', `there is no statement ${one.keyword}`, guess ? { hint: `did you mean ${guess}?` } : {});
}

function checkArgument(s: Statement, kind: Argument, report: Report): void {
  if (kind === 'none') {
    if (s.argument !== undefined) report.error(argumentOf(s), 'YANG_SYNTAX', `${s.keyword} takes no argument`);
    return;
  }
  if (s.argument === undefined) {
    report.error(keywordOf(s), 'YANG_SYNTAX', `${s.keyword} needs an argument`);
    return;
  }
  if (kind === 'any') return;
  const [pattern, wanted] = ARGUMENTS[kind];
  if (!pattern.test(s.argument)) report.error(argumentOf(s), 'YANG_SYNTAX', `the argument of ${s.keyword} must be ${wanted}`);
  // Members of JSON objects are read by name: this one would reach the prototype.
  else if (s.argument === '__proto__') report.error(argumentOf(s), 'YANG_UNSUPPORTED', 'the name __proto__ is not supported');
}

function checkSections(top: Statement, report: Report): void {
  let reached = 0;
  for (const s of top.children) {
    if (s.keyword.includes(':')) continue;
    const found = SECTIONS.findIndex((section) => section.includes(s.keyword));
    const section = found < 0 ? SECTIONS.length : found;
    if (section < reached) {
      report.error(keywordOf(s), 'YANG_SYNTAX', `${s.keyword} comes too late: header, imports, meta data, revisions, definitions`);
      return;
    }
    reached = section;
  }
}
