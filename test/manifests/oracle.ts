import * as yaml from 'yaml';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { Value } from '../../src/core/value.ts';
import { readPages, type Reading } from '../../src/manifests/read.ts';
import { splitDocuments } from '../../src/manifests/documents.ts';
import { readFull } from '../../src/manifests/full-yaml.ts';
import { LIMITS, type Outcome } from '../../src/manifests/page.ts';
import { plainReader, type PlainDocument } from '../../src/manifests/plain-yaml.ts';

/** What `yaml` by itself says of a whole file, in the words of a Reading: an error anywhere, or the values. */
export type Verdict = { readonly broken: true } | { readonly broken: false; readonly values: readonly unknown[] };

/** Not a line of ours: `yaml` parses the whole stream and makes JavaScript values by its own rules. */
export function oracle(text: string): Verdict {
  const options = { stringKeys: true, merge: true, version: '1.2', logLevel: 'silent' } as const;
  try {
    const documents = yaml.parseAllDocuments(text, options);
    if (!Array.isArray(documents)) return { broken: false, values: [] };
    const values = [];
    for (const document of documents as yaml.Document.Parsed[]) {
      if (document.errors.length > 0 || document.warnings.some((warning) => warning.code === 'TAG_RESOLVE_FAILED')) return { broken: true };
      values.push(document.toJS({ maxAliasCount: 1000 }));
    }
    return { broken: false, values };
  } catch {
    return { broken: true }; // an alias to nothing is found only when values are made
  }
}

/** Whether our value is what the oracle's is, but for the numbers that only a text can hold. */
export function sameValue(ours: unknown, theirs: unknown): boolean {
  if (typeof theirs === 'number') {
    if (typeof ours === 'number') return ours === theirs;
    return typeof ours === 'string' && (Number.isNaN(theirs) || !Number.isFinite(theirs) || Number(ours) === theirs);
  }
  if (typeof theirs !== 'object' || theirs === null || typeof ours !== 'object' || ours === null) return ours === theirs;
  if (Array.isArray(theirs) !== Array.isArray(ours)) return false;
  const names = Object.keys(theirs);
  if (Object.keys(ours).length !== names.length) return false;
  return names.every(
    (name) => Object.hasOwn(ours, name) && sameValue((ours as Record<string, unknown>)[name], (theirs as Record<string, unknown>)[name]),
  );
}

/** Each document by both of our readers; `plain` is missing where the fast one is not sure. */
export function bothReaders(text: string): readonly { readonly plain: PlainDocument | undefined; readonly full: Outcome }[] {
  const read = plainReader(text, LIMITS.depth);
  return splitDocuments(text).map((chunk) => ({
    plain: chunk.clean ? read({ from: chunk.content, to: chunk.contentEnd, marked: chunk.marked }) : undefined,
    full: readFull({ file: 'f.yaml', text: text.slice(chunk.start, chunk.end), textLine: chunk.line }, LIMITS),
  }));
}

/** Says how our reading of a text differs from `yaml`'s, or undefined. */
export function disagreement(text: string): string | undefined {
  for (const [index, { plain, full }] of bothReaders(text).entries()) {
    if (plain === undefined) continue;
    if ('diagnostics' in full)
      return `document ${index}: the fast reader accepts what the full one refuses: ${full.diagnostics.map((d) => d.summary).join('; ')}`;
    if (JSON.stringify(plain.value) !== JSON.stringify(full.value)) {
      return `document ${index}: ${JSON.stringify(plain.value)} by the fast reader, ${JSON.stringify(full.value)} by the full one`;
    }
    const lexical = (map: ReadonlyMap<string, string>): string => JSON.stringify([...map].sort());
    if (lexical(plain.lexical) !== lexical(full.lexical))
      return `document ${index}: source texts ${lexical(plain.lexical)}, ${lexical(full.lexical)}`;
  }
  const ours = readPages({ file: 'f.yaml', text });
  const theirs = oracle(text);
  const isStricter = (d: Diagnostic): boolean => STRICTER.has(d.code) || d.detail?.includes('a second document') === true;
  const broken = ours.diagnostics.some((d) => !isStricter(d));
  if (broken !== theirs.broken && !ours.diagnostics.some(isStricter)) {
    return theirs.broken
      ? 'yaml refuses what we accept'
      : `we refuse what yaml accepts: ${ours.diagnostics.map((d) => `${d.summary} ${d.detail}`).join('; ')}`;
  }
  if (theirs.broken || ours.diagnostics.length > 0) return undefined;
  if (ours.pages.length !== theirs.values.length) return `${ours.pages.length} documents, not ${theirs.values.length}`;
  for (const [index, page] of ours.pages.entries()) {
    if (page.index !== index) return `page ${index} says it is document ${page.index}`;
    if (!sameValue(page.value, theirs.values[index]))
      return `document ${index}: ${JSON.stringify(page.value)}, by yaml ${JSON.stringify(theirs.values[index])}`;
  }
  return undefined;
}

/** What we refuse on purpose although `yaml` reads it. (It also takes `a: | ---` for two documents; that is one error to us.) */
const STRICTER = new Set([
  'YAML_FORBIDDEN_KEY',
  'YAML_DIRECTIVE',
  'YAML_TAG',
  'YAML_TOO_DEEP',
  'YAML_ALIAS_BOMB',
  'YAML_MERGE',
  'YAML_ALIAS_LOOP',
]);

export const codes = (reading: Reading): string[] => reading.diagnostics.map((d) => d.code);

export const valuesOf = (text: string): Value[] => {
  const reading = readPages({ file: 'f.yaml', text });
  if (reading.diagnostics.length > 0) throw new Error(reading.diagnostics.map((d) => d.summary).join('; '));
  return reading.pages.map((page) => page.value);
};
