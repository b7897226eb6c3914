import type { Diagnostic, Position } from '../core/diagnostic.ts';
import type { Pointer } from '../core/pointer.ts';
import { member, segments, type Segment } from '../core/pointer.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';
import type { Issue } from './issue.ts';
import { locate, type Located } from './locate.ts';
import type { Page } from './page.ts';

/**
 * Where a place of a manifest stands in its file. The document is read again for that: only what is complained about costs.
 * `at` may name entries of keyed lists by their keys, members by their local name where the text qualifies them, and places
 * that only defaults made: then the nearest thing above stands for it.
 */
export function placeIn(page: Page, at: Pointer, options: { readonly part?: 'key' | 'value'; readonly rule?: FieldRule } = {}): Located {
  const { found, whole } = concrete(page.value, at, options.rule);
  return locate(page, found, whole ? (options.part ?? 'value') : 'key');
}

/** The deepest place of `at` that the value has, with indexes for keys. */
function concrete(root: Value, at: Pointer, rule?: FieldRule): { readonly found: Pointer; readonly whole: boolean } {
  let value = root;
  let here: FieldRule | undefined = rule;
  let found: Pointer = '';
  for (const segment of segments(at)) {
    const name = nameIn(value, segment, here);
    if (name === undefined) return { found, whole: false };
    here = isList(value) ? here?.items : fieldRule(here, name);
    value = (value as Fields)[name] as Value;
    found = member(found, name);
  }
  return { found, whole: true };
}

const fieldRule = (rule: FieldRule | undefined, name: string): FieldRule | undefined =>
  rule?.fields && Object.hasOwn(rule.fields, name) ? rule.fields[name] : rule?.rest;

function nameIn(value: Value, segment: Segment, rule: FieldRule | undefined): string | undefined {
  if (isList(value)) {
    const index = 'key' in segment ? value.findIndex((item) => hasKey(item, segment.key, rule?.list)) : Number(segment.name);
    return Number.isInteger(index) && index >= 0 && index < value.length ? String(index) : undefined;
  }
  if (!isFields(value) || 'key' in segment) return undefined;
  if (Object.hasOwn(value, segment.name)) return segment.name;
  // RFC 7951 qualifies names where the module changes; people seldom do.
  const local = localName(segment.name);
  return Object.keys(value).find((name) => localName(name) === local);
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function hasKey(item: Value, key: readonly string[], list: FieldRule['list']): boolean {
  if (!isFields(item)) return key.length === 1 && sameKey(item, key[0] ?? '');
  const names = typeof list === 'object' ? list.key : undefined;
  if (names) return key.every((text, i) => sameKey(item[names[i] ?? ''], text));
  return key.every((text) => Object.values(item).some((value) => sameKey(value, text)));
}

/** A key as written and as it is compared: `50` and `50.0`, a name and the reference it stands for. */
function sameKey(value: Value | undefined, text: string): boolean {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  const written = String(value);
  if (written === text || text.endsWith(`/${written}`) || text.endsWith(`/${written}"}`)) return true;
  return written.trim() !== '' && text.trim() !== '' && Number(written) === Number(text);
}

/** An issue at its place in the text. */
export function placed(page: Page, issue: Issue, resource?: string): Diagnostic {
  const { source, ...at } = placeIn(page, issue.at, { part: issue.part });
  const { code, severity = 'error', summary, detail, hint, label } = issue;
  const base: Diagnostic = {
    code,
    severity,
    summary,
    at,
    source: code === 'SECRET_LITERAL' ? masked(source, at) : source,
    pointer: issue.at,
  };
  return {
    ...base,
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    ...(label === undefined ? {} : { label }),
    ...(resource === undefined ? {} : { resource }),
  };
}

/** The line without what stands at the place: the rest of it still shows where that is. */
const masked = (source: string, at: Position): string => `${source.slice(0, at.col - 1)}${'*'.repeat(at.length ?? 1)}`;

/** `manifests/zone.yaml:3` */
export const fileLine = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${line}`;

/** In the order of the files as they were read, then of the text. Two that say the same of one place are one. */
export function inOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): readonly Diagnostic[] {
  const rank = new Map(files.map((file, index) => [file, index]));
  const rankOf = (diagnostic: Diagnostic): number => (diagnostic.at === undefined ? -1 : (rank.get(diagnostic.at.file) ?? files.length));
  const secretLines = new Map<string, string>();
  for (const { code, at, source } of diagnostics) {
    if (code === 'SECRET_LITERAL' && at && source !== undefined) secretLines.set(fileLine(at), source);
  }
  const seen = new Set<string>();
  return [...diagnostics]
    .sort((a, b) => rankOf(a) - rankOf(b) || (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.col ?? 0) - (b.at?.col ?? 0))
    .filter((one) => {
      const identity = JSON.stringify([one.code, one.at, one.summary, one.resource]);
      return seen.has(identity) ? false : seen.add(identity);
    })
    .map((one) => {
      const hidden = one.at === undefined ? undefined : secretLines.get(fileLine(one.at));
      return hidden === undefined || one.source === undefined ? one : { ...one, source: hidden };
    });
}
