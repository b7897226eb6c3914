import type { Role, Style } from './style.ts';
import { columns } from './width.ts';

export interface Wrapping {
  readonly width: number;
  /** Stands before the first line. */
  readonly first?: string;
  /** Stands before every other line: blanks, as wide as what they stand under. */
  readonly rest?: string;
}

/**
 * Breaks clean text at blanks. A word is never broken, even where it is wider than the line: ids and paths stay copyable. Several texts
 * are columns: two blanks stand between those that share a line, and one behind the first goes below as a whole where it fits there.
 */
export function wrap(text: string | readonly string[], { width, first = '', rest = first }: Wrapping): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let used = columns(first);
  let empty = true;
  for (const [gap, word] of spaced(typeof text === 'string' ? [text] : text, width - columns(rest))) {
    const wide = columns(word);
    // Behind a label, the first word goes below only where it gains room.
    const gains = !empty || (lines.length === 0 && columns(rest) < used);
    if (gains && used + (empty ? 0 : gap.length) + wide > width) {
      lines.push(withoutBlanks(line));
      line = rest;
      used = columns(rest);
      empty = true;
    }
    line += empty ? word : gap + word;
    used += wide + (empty ? 0 : gap.length);
    empty = false;
  }
  if (!empty || withoutBlanks(first) !== '') lines.push(withoutBlanks(line));
  return lines;
}

/** Every word with what stands before it on the same line. */
const spaced = (texts: readonly string[], room: number): readonly (readonly [gap: string, word: string])[] =>
  texts.flatMap((text, column) => {
    const words = text.split(' ').filter((word) => word !== '');
    const whole = words.join(' ');
    const parts = column > 0 && columns(whole) <= room ? [whole] : words;
    return parts.map((part, i) => [i === 0 ? '  ' : ' ', part] as const);
  });

/** Only the blanks that lines are broken at: a no-break or ideographic space at the end is a letter of somebody's word. */
const withoutBlanks = (line: string): string => line.replace(/ +$/, '');

/** Blank prefix as wide as `text`. */
export const blank = (text: string): string => ' '.repeat(columns(text));

/** Text behind a label, wrapped under itself: the label alone is painted. */
export function labelled(
  label: string,
  text: string,
  { style, role = 'dim' }: { readonly style: Style; readonly role?: Role },
): readonly string[] {
  const lines = wrap(text, { width: style.width, first: label, rest: blank(label) });
  return lines.map((line, i) => (i === 0 ? style.paint(role, label) + line.slice(label.length) : line));
}
