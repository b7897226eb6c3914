import { Fault, nearest } from '../core/diagnostic.ts';
import type { Output } from './contract.ts';

/** What operations are told, as text, how it is read, and how they tell of many things. */
export type Words = Readonly<Record<string, string>>;

/** Throws Fault INPUT_MISSING: what a table of inputs cannot say, for instance that one of two is needed. */
export function needed(words: Words, name: string, hint = `Write ${name}=… behind the operation.`): string {
  const value = words[name];
  if (value === undefined || value === '') throw new Fault({ code: 'INPUT_MISSING', summary: `the operation needs ${name}`, hint });
  return value;
}

/** A count, or nothing. Throws Fault INPUT_VALUE. */
export function countIn(words: Words, name: string): number | undefined {
  const text = words[name];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) throw wrongInput(name, text, { takes: 'a whole number above 0' });
  return Number(text);
}

const YES: ReadonlySet<string> = new Set(['yes', 'true', 'on', '1']);
const NO: ReadonlySet<string> = new Set(['no', 'false', 'off', '0']);

/** `--follow` is `follow=yes`. Throws Fault INPUT_VALUE. */
export function flagIn(words: Words, name: string): boolean {
  const text = words[name]?.toLowerCase() ?? 'no';
  if (!YES.has(text) && !NO.has(text)) throw wrongInput(name, text, { takes: 'yes or no' });
  return YES.has(text);
}

/** One of these words, whatever its case. Throws Fault INPUT_VALUE. */
export function choiceIn<T extends string>(
  words: Words,
  name: string,
  { of, otherwise }: { readonly of: readonly T[]; readonly otherwise: T },
): T {
  const text = words[name] ?? otherwise;
  const found = of.find((one) => one.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw wrongInput(name, text, { takes: of.join(', '), known: of });
  return found;
}

/** What was given means nothing to the operation, or nothing on this target. Nothing was done. */
export function wrongInput(
  name: string,
  text: string,
  { takes, known = [], hint }: { readonly takes: string; readonly known?: readonly string[]; readonly hint?: string },
): Fault {
  const near = nearest(text, known);
  return new Fault(
    {
      code: 'INPUT_VALUE',
      summary: `${name} cannot be "${text}"`,
      detail: `It takes ${takes}. Nothing was done.`,
      hint: near === undefined ? (hint ?? `Correct ${name}=… and try again.`) : `Did you mean ${near}?`,
    },
    { sent: 'no' },
  );
}

/** A table, or one line where it would be empty. A column in which nobody says anything is left out. */
export function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): Output {
  if (rows.length === 0) return { line: 'There is none.' };
  const kept = columns.flatMap((_, i) => (rows.some((row) => (row[i] ?? '') !== '') ? [i] : []));
  const pick = (cells: readonly string[]): readonly string[] => kept.map((i) => cells[i] ?? '');
  return { table: { columns: pick(columns), rows: rows.map(pick) } };
}
