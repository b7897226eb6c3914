import { Fault } from '../../../core/diagnostic.ts';
import type { Problem } from '../../../yang/index.ts';
import type { Registration } from './owners.ts';

const SHOWN = 10;

/** What the schema says, a sentence a problem, with the statement that was broken. */
export function sentences(problems: readonly Problem[]): string {
  const lines = problems
    .slice(0, SHOWN)
    .map(({ path, message, rule }) => `${path}: ${message}${rule ? ` (${rule.file}:${rule.line}, ${rule.text})` : ''}`);
  const rest = problems.length - SHOWN;
  return `${lines.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`;
}

export const invalid = (problems: readonly Problem[]): Fault =>
  new Fault({
    code: 'CONFIG_INVALID',
    summary: problems[0]?.message ?? 'the datastore would not be valid',
    detail: `The datastore would not be valid as a whole, so nothing was committed. ${sentences(problems)}`,
    hint: 'Correct the values that the rules speak of.',
  });

export const unsaved = (problems: readonly Problem[]): Fault =>
  new Fault({
    code: 'CONFIG_UNSAVED',
    summary: 'what runs holds changes that are not persisted, and without them this one is not valid',
    detail: `After a reboot the datastore would start from what is persisted, which would not be valid. Nothing was committed. ${sentences(problems)}`,
    hint: 'Persist what runs first (the operation save with store=persist), or undo the trial.',
  });

export const moved = (expected: number, found: number): Fault =>
  new Fault({
    code: 'CONFIG_CONFLICT',
    summary: `the datastore is at generation ${found}, not at ${expected}`,
    detail: 'Somebody committed since it was read. Nothing was committed now.',
    hint: 'Read it again and decide anew.',
  });

/** A writer that lost its lock by sleeping, and the others have gone on. */
export const superseded = (): Fault =>
  new Fault(
    {
      code: 'CONFIG_LOCK_LOST',
      summary: 'somebody else committed while this commit was being made',
      detail: 'Its lock had run out. Nothing of it was committed.',
      hint: 'Plan again: the new plan shows what is different.',
    },
    { retry: { afterMs: 0 }, sent: 'no' },
  );

export const badApp = (app: string): Fault =>
  new Fault({
    code: 'CONFIG_APP',
    summary: `"${app}" cannot be the name of a Thing`,
    detail: 'A Thing is named with letters, digits, _ and -, begins with a letter and has 64 characters at most.',
    hint: 'Choose such a name.',
  });

export const alreadyRegistered = (known: Registration, given: Registration): Fault =>
  new Fault({
    code: 'CONFIG_REGISTERED',
    summary: `${known.app} is registered already`,
    detail: `It owns ${known.path} and cannot own ${given.path} as well: a Thing has one subtree.`,
    hint: 'Register the other subtree under another name.',
  });
