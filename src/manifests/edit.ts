import { Fault, type Diagnostic } from '../core/diagnostic.ts';
import { segments, within, type Pointer, type Segment } from '../core/pointer.ts';
import { byText, equal, isFields, isList, type Fields, type Value } from '../core/value.ts';
import { splitDocuments } from './documents.ts';
import { LIMITS, type Page } from './page.ts';
import { readPages } from './read.ts';
import { splicesFor } from './splices.ts';
import { composeDocument } from './yaml-package.ts';

export interface Edit {
  /** Number of the document in the text, from 0. */
  readonly document: number;
  /** Where: members by name, list entries by number (one past the end, or `-`, adds) or by their key values. */
  readonly pointer: Pointer;
  /** What is to stand there; undefined removes it. */
  readonly value: Value | undefined;
}

/**
 * Changes one value in YAML text and leaves everything else as it is: comments, order, quotes, the spacing, byte for byte.
 * Where old and new are both mappings or both lists, only what differs inside them is touched; a value of another sort is written anew. A new field goes to the end of
 * its mapping, with its indentation; mappings on the way to it are made. A removed field takes the comment on its line along.
 * Removing what is not there changes nothing.
 *
 * The new text is read again before it is given back: if anything but the one value differs (an anchor that others repeat, a
 * style we do not know), the edit is refused. Throws a Fault: EDIT_NO_DOCUMENT, EDIT_NO_PLACE, EDIT_UNSAFE, or what is wrong
 * with the text itself.
 */
export function editValue(text: string, edit: Edit): { readonly text: string } {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const body = text.slice(mark.length);
  const chunk = splitDocuments(body)[edit.document];
  if (chunk === undefined) throw noDocument(edit.document);
  const old = body.slice(chunk.start, chunk.end);
  const before = pageOf(old);
  const steps = stepsOf(before.value, segments(edit.pointer), edit.pointer);
  const wanted = changed(before.value, steps, edit);
  if (equal(wanted, before.value)) return { text };
  const composed = composeDocument(old, LIMITS);
  if ('tooDeepAt' in composed) throw new Error('a document that could be read is too deep');
  const now = splicesFor({ document: composed.document, text: old, before: before.value, after: wanted })
    .toSorted((a, b) => b.from - a.from || b.to - a.to)
    .reduce((out, { from, to, insert }) => out.slice(0, from) + insert + out.slice(to), old);
  if (!isOnly(edit.pointer, before, wanted, now)) throw unsafe(edit.pointer);
  return { text: mark + body.slice(0, chunk.start) + now + body.slice(chunk.end) };
}

function pageOf(text: string): Page {
  const { pages, diagnostics } = readPages({ file: '', text });
  const [page] = pages;
  if (page === undefined) throw new Fault(withoutFile(diagnostics[0]));
  return page;
}

const withoutFile = (diagnostic: Diagnostic | undefined): Diagnostic =>
  diagnostic ?? {
    code: 'EDIT_NO_DOCUMENT',
    severity: 'error',
    summary: 'the text has no document',
    detail: 'There is nothing to change in it.',
  };

/** Whether the new text says what is wanted, and writes everything outside the pointer as it was written. */
function isOnly(pointer: Pointer, before: Page, wanted: Value, text: string): boolean {
  const { pages, diagnostics } = readPages({ file: '', text });
  const [after] = pages;
  if (diagnostics.length > 0 || pages.length !== 1 || after === undefined || !equal(after.value, wanted)) return false;
  if (goesThroughList(pointer, before.value)) return true;
  const outside = (lexical: Page['lexical']): string =>
    JSON.stringify([...lexical].filter(([at]) => !within(at, pointer) && !within(pointer, at)).sort(([a], [b]) => byText(a, b)));
  return outside(before.lexical) === outside(after.lexical);
}

/** Removing an entry of a list renumbers the ones behind it, so that their source texts cannot be compared by place. */
function goesThroughList(pointer: Pointer, root: Value): boolean {
  let value: Value | undefined = root;
  for (const segment of segments(pointer)) {
    if (isList(value)) return true;
    value = 'name' in segment && isFields(value) ? value[segment.name] : undefined;
  }
  return isList(value);
}

/** Member names and list numbers; the last may be one past the end of its list. */
function stepsOf(root: Value, wanted: readonly Segment[], pointer: Pointer): readonly (string | number)[] {
  let value: Value | undefined = root;
  return wanted.map((segment) => {
    let step: string | number;
    if (isList(value)) {
      step =
        'key' in segment
          ? value.findIndex((item) => hasKey(item, segment.key))
          : segment.name === '-'
            ? value.length
            : Number(segment.name);
      if (!Number.isInteger(step) || step < 0 || step > value.length) throw noPlace(pointer);
      value = value[step];
    } else {
      if ('key' in segment || (value !== undefined && value !== null && !isFields(value))) throw noPlace(pointer);
      step = segment.name;
      value = isFields(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }
    return step;
  });
}

const hasKey = (item: Value, key: readonly string[]): boolean =>
  isFields(item)
    ? key.every((text) => Object.values(item).some((value) => String(value) === text))
    : key.length === 1 && String(item) === key[0];

/** The document's value as it is to be. */
function changed(value: Value | undefined, steps: readonly (string | number)[], edit: Edit): Value {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (edit.value === undefined) throw noPlace(edit.pointer);
    return edit.value;
  }
  const isLast = rest.length === 0;
  if (isList(value)) {
    const index = Number(step);
    if (isLast && edit.value === undefined) return value.toSpliced(index, 1);
    return value.toSpliced(index, 1, changed(value[index], rest, edit));
  }
  const fields: Fields = isFields(value) ? value : {};
  const inner = Object.hasOwn(fields, step) ? fields[step] : undefined;
  if (edit.value === undefined && inner === undefined) return value === undefined ? {} : value;
  if (!isLast || edit.value !== undefined) return { ...fields, [step]: changed(inner, rest, edit) };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== step));
}

const noDocument = (index: number): Fault =>
  new Fault({
    code: 'EDIT_NO_DOCUMENT',
    summary: `the text has no document number ${index}`,
    detail: 'Documents are counted from 0. Nothing was changed.',
  });

const noPlace = (pointer: Pointer): Fault =>
  new Fault({
    code: 'EDIT_NO_PLACE',
    summary: 'the place to change does not exist and cannot be made',
    detail: `On the way to ${pointer || 'the whole document'} stands a value that is neither a mapping nor a list with such an entry. Nothing was changed.`,
    pointer,
  });

const unsafe = (pointer: Pointer): Fault =>
  new Fault({
    code: 'EDIT_UNSAFE',
    summary: 'this value cannot be changed without touching others',
    detail: `${pointer || 'The document'} is written in a way (an anchor, an alias, a merge, a tag) in which a change there would change other values too, or could not be read back. Nothing was changed.`,
    hint: 'Change the file by hand.',
    pointer,
  });
