import { columns, graphemes, shorten, shortenMiddle } from './width.ts';

const ARROW = ' → ';
/** How much of what two texts have in common stays in front of the first difference. */
const CONTEXT = 8;
const FULL = 1 << 14;

/**
 * `before → after` in at most `width` columns: long texts are cut in the middle, or begin shortly before
 * their first difference where they have much in common.
 */
export function contrast({ before, after, width }: { readonly before: string; readonly after: string; readonly width: number }): string {
  const whole = `${before}${ARROW}${after}`;
  if (columns(whole) <= width) return whole;
  const room = Math.max(10, width - ARROW.length);
  const half = Math.floor(room / 2);
  const left = Math.max(half, room - columns(after));
  const right = Math.max(half, room - columns(before));
  const from = firstDifference(before, after) - CONTEXT;
  const a = shortenMiddle(before, left);
  const b = shortenMiddle(after, right);
  if (from <= CONTEXT && a !== b) return `${a}${ARROW}${b}`;
  return `${shorten(later(before, from), left)}${ARROW}${shorten(later(after, from), right)}`;
}

const later = (text: string, from: number): string =>
  from <= 1
    ? text
    : `…${graphemes(text.slice(from, from + FULL))
        .slice(1)
        .join('')}`;

function firstDifference(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a[i] === b[i]) i += 1;
  return i;
}
