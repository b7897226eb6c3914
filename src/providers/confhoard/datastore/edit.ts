import { Fault } from '../../../core/diagnostic.ts';
import type { Value } from '../../../core/value.ts';
import { equal, isFields } from '../../../core/value.ts';
import type { Draft } from './draft.ts';
import type { DataPath } from './path.ts';
import { isHolder } from './path.ts';

/**
 * One edit of a change set. `expect` is the value the edit was computed from (none: there was nothing there); an edit whose place
 * holds something else by now is refused, unless it holds what is wanted already.
 */
export type Edit =
  | { readonly op: 'set' | 'merge'; readonly path: DataPath; readonly value: Value; readonly expect?: { readonly value?: Value } }
  | { readonly op: 'remove'; readonly path: DataPath; readonly expect?: { readonly value?: Value } }
  /** Removes a list entry that has nothing but its keys, or a presence container with nothing in it. */
  | { readonly op: 'prune'; readonly path: DataPath };

/** Carries out edits in their order. What they left is judged by the schema, not here. */
export function applyEdits(draft: Draft, edits: readonly Edit[]): void {
  for (const edit of edits) {
    if (edit.op === 'remove') draft.remove(edit.path);
    else if (edit.op === 'prune') {
      if (isBare(edit.path, draft.read(edit.path))) draft.remove(edit.path);
    } else draft[edit.op](edit.path, edit.value);
  }
}

/** True where a list entry has its keys alone, or a container nothing. */
export function isBare(path: DataPath, value: Value | undefined): boolean {
  const last = path.steps.at(-1);
  return isFields(value) && last !== undefined && Object.keys(value).every((name) => (last.node.keys ?? []).includes(name));
}

/** The edits whose places hold another value than the one they were computed from. */
export function conflictsOf(draft: Draft, edits: readonly Edit[]): readonly { readonly edit: Edit; readonly found: Value | undefined }[] {
  const conflicts: { readonly edit: Edit; readonly found: Value | undefined }[] = [];
  for (const edit of edits) {
    if (edit.op === 'prune' || edit.expect === undefined) continue;
    const found = draft.read(edit.path);
    const wanted = edit.op === 'remove' ? undefined : edit.value;
    if (!same(edit.path, found, edit.expect.value) && !same(edit.path, found, wanted)) conflicts.push({ edit, found });
  }
  return conflicts;
}

function same(path: DataPath, a: Value | undefined, b: Value | undefined): boolean {
  return isHolder(path) ? (a === undefined) === (b === undefined) : equal(a, b);
}

/** Throws CONFIG_CONFLICT where a leaf was changed by somebody else since the edit was computed. */
export function refuseConflicts(draft: Draft, edits: readonly Edit[]): void {
  const conflicts = conflictsOf(draft, edits);
  const first = conflicts[0];
  if (!first) return;
  const lines = conflicts.slice(0, 10).map(({ edit, found }) => {
    const expected = edit.op === 'prune' ? undefined : edit.expect?.value;
    return `${edit.path.text} was ${shown(expected)} and is ${shown(found)}`;
  });
  throw new Fault({
    code: 'CONFIG_CONFLICT',
    summary: `${first.edit.path.text} was changed by somebody else meanwhile`,
    detail: `${lines.join('; ')}${conflicts.length > 10 ? `; and ${conflicts.length - 10} more` : ''}. Nothing was committed.`,
    hint: 'Plan again: the new plan shows their change, and applying it overwrites it only if that is still wanted.',
  });
}

const shown = (value: Value | undefined): string =>
  value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value);
