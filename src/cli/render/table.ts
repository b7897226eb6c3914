import { clean } from './clean.ts';
import { finish, type Role, type Style } from './style.ts';
import { columns as widthOf, pad, widest } from './width.ts';
import { labelled, wrap } from './wrap.ts';

const GAP = 2;
/** The last column is wrapped rather than given up, as long as it keeps this much. */
const NARROWEST_LAST = 20;

export interface TableOptions {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly style: Style;
  /** How a cell is painted, from its text; the text has to say the same without colour. */
  readonly role?: (cell: string, column: number) => Role | undefined;
}

/**
 * Columns aligned at the left under a dim heading. Too wide: the last column is wrapped; still too wide: one paragraph a row with
 * one line a cell, so that no id is ever cut.
 */
export function table({ columns, rows, style, role = () => undefined }: TableOptions): string {
  const { width, paint } = style;
  const heads = columns.map(clean);
  if (heads.length === 0) return '';
  const body = rows.map((row) => heads.map((_, i) => clean(row[i] ?? '')));
  const widths = heads.map((head, i) => body.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), widthOf(head)));
  const last = heads.length - 1;
  const before = widths.slice(0, -1).reduce((sum, wide) => sum + wide + GAP, 0);
  const paintCell: PaintCell = (text, cell, column) => {
    const as = role(cell, column);
    return as === undefined ? text : paint(as, text);
  };
  const start = (row: readonly string[], painted: PaintCell): string =>
    row.slice(0, -1).reduce((line, cell, i) => line + painted(cell, cell, i) + ' '.repeat((widths[i] ?? 0) - widthOf(cell) + GAP), '');
  const tooWide = before + (widths[last] ?? 0) > width;
  if (tooWide && (before + NARROWEST_LAST > width || heads.length === 1)) return stacked({ heads, body, style, paintCell });
  const lines = [paint('dim', start(heads, (text) => text) + (heads[last] ?? ''))];
  for (const row of body) {
    const cell = row[last] ?? '';
    const [first = '', ...more] = before + widthOf(cell) <= width ? [cell] : wrap(cell, { width: width - before });
    lines.push(
      start(row, paintCell) + paintCell(first, cell, last),
      ...more.map((text) => ' '.repeat(before) + paintCell(text, cell, last)),
    );
  }
  return finish(`${lines.join('\n')}\n`);
}

type PaintCell = (text: string, cell: string, column: number) => string;

interface Stacked {
  readonly heads: readonly string[];
  readonly body: readonly (readonly string[])[];
  readonly style: Style;
  readonly paintCell: PaintCell;
}

function stacked({ heads, body, style, paintCell }: Stacked): string {
  const { width, paint } = style;
  if (body.length === 0)
    return finish(
      `${wrap(heads.join(', '), { width })
        .map((line) => paint('dim', line))
        .join('\n')}\n`,
    );
  const label = widest(heads.slice(1));
  const paragraphs = body.map((row) => [
    ...wrap(row[0] ?? '', { width }).map((line) => paintCell(line, row[0] ?? '', 0)),
    ...heads.slice(1).flatMap((head, i) => (row[i + 1] === '' ? [] : labelled(`  ${pad(head, label)}  `, row[i + 1] ?? '', { style }))),
  ]);
  return finish(`${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`);
}
