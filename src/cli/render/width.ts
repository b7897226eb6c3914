/** One column a code unit, with nothing that combines: ASCII, Latin, Greek, Cyrillic, punctuation, arrows. Nearly everything there is. */
const PLAIN = /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff]*$/;
/** No line is so long. Longer texts are measured by their length and cut before they are looked at closely. */
const LONG = 10_000;
/** East Asian wide and fullwidth, and pictures: two columns in every terminal that draws them at all. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
/** A combining mark that stands alone takes no column. */
const FLAT = /^(?:\p{Mn}|\p{Me}|\u200d|[\ufe00-\ufe0e])+$/u;

let segmenter: Intl.Segmenter | undefined;

/** The text as a reader sees it: one item a character with all that combines with it. */
export function graphemes(text: string): readonly string[] {
  return PLAIN.test(text) ? text.split('') : Array.from(segments(text), (piece) => piece.segment);
}

function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

const one = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : FLAT.test(grapheme) ? 0 : 1);

/** How many terminal columns a clean text takes. */
export function columns(text: string): number {
  if (text.length > LONG || PLAIN.test(text)) return text.length;
  let sum = 0;
  for (const grapheme of graphemes(text)) sum += one(grapheme);
  return sum;
}

/** Columns of the widest of them, of those at most `limit` wide; 0 for none. */
export const widest = (texts: readonly string[], limit = Infinity): number =>
  texts.reduce((most, text) => {
    const wide = columns(text);
    return wide > most && wide <= limit ? wide : most;
  }, 0);

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));

/** As much of the beginning as fits into `width` columns. */
export function head(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(0, width));
  let out = '';
  let sum = 0;
  for (const { segment } of segments(text)) {
    sum += one(segment);
    if (sum > width) break;
    out += segment;
  }
  return out;
}

/** As much of the end as fits into `width` columns. */
export function tail(text: string, width: number): string {
  if (PLAIN.test(text)) return width <= 0 ? '' : text.slice(-width);
  const all = graphemes(text.slice(-LONG));
  let from = all.length;
  for (let sum = 0; from > 0; from -= 1) {
    sum += one(all[from - 1] ?? '');
    if (sum > width) break;
  }
  return all.slice(from).join('');
}

/** Cut at the end: `resource-6b1…`. */
export const shorten = (text: string, width: number): string => (columns(text) <= width ? text : `${head(text, width - 1)}…`);

/** Cut in the middle, where two long texts that differ are most often alike: `arn:aws:iot…/pi-3`. */
export function shortenMiddle(text: string, width: number): string {
  if (columns(text) <= width) return text;
  const first = Math.ceil((width - 1) / 2);
  return `${head(text, first)}…${tail(text, width - 1 - first)}`;
}
