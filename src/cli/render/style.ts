/** What a piece of text means; which colour that is, only this file knows. The text has to be complete without it. */
export type Role = 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'note' | 'before' | 'after';

const CODES: Readonly<Record<Role, readonly [number, number]>> = {
  strong: [1, 22],
  dim: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  note: [36, 39],
  before: [31, 39],
  after: [32, 39],
};

export interface Style {
  /** Columns of a line; text is wrapped to it, words are never broken. */
  readonly width: number;
  readonly paint: (role: Role, text: string) => string;
  /** What to do, with its commands as they work from where the person stands. */
  readonly hint: (text: string) => string;
}

interface StyleOptions extends Pick<Style, 'width' | 'hint'> {
  readonly color: boolean;
}

const NARROWEST = 20;

/**
 * The caller decides whether there is colour (`--no-color`, `NO_COLOR`, not a terminal) and how wide a line is.
 * Every line is painted by itself, so that a pager which cuts the text at line ends cuts no sequence.
 */
export function style({ color = false, width = 80, hint = (text) => text }: Partial<StyleOptions> = {}): Style {
  const paint = (role: Role, text: string): string => {
    const [on, off] = CODES[role];
    return text
      .split('\n')
      .map((line) => (line === '' ? '' : `\u001b[${on}m${line}\u001b[${off}m`))
      .join('\n');
  };
  return { width: Math.max(NARROWEST, width), paint: color ? paint : (_, text) => text, hint };
}

/** No line ends in blanks, whether or not a colour ends behind them. Every text of this room goes through here last. */
export const finish = (text: string): string =>
  text.replace(/(?:[^\S\n]|\u001b\[\d+m)+$/gm, (end) => (end.includes('\u001b') ? end.replaceAll(/[^\S\n]/g, '') : ''));
