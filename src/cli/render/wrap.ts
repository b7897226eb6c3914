import { columns } from './width.ts';

export interface Wrapping {
  readonly width: number;
  /** Stands before the first line. */
  readonly first?: string;
  /** Stands before every other line: blanks, as wide as what they stand under. */
  readonly rest?: string;
}

/** Breaks clean text at blanks. A word is never broken, even where it is wider than the line: ids and paths stay copyable. */
export function wrap(text: string, { width, first = '', rest = first }: Wrapping): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let used = columns(first);
  let empty = true;
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const wide = columns(word);
    if (!empty && used + 1 + wide > width) {
      lines.push(line);
      line = rest;
      used = columns(rest);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    used += wide + (empty ? 0 : 1);
    empty = false;
  }
  if (!empty || first.trim() !== '') lines.push(line.trimEnd());
  return lines;
}

/** Blank prefix as wide as `text`. */
export const blank = (text: string): string => ' '.repeat(columns(text));
