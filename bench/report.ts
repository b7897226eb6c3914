import type { Row, Suite } from './suite.ts';

/** Numbers with three significant digits are as many as a measurement has. */
const shown = (value: number | undefined): string =>
  value === undefined ? '' : value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 10 ? 3 : 2);

/** The rows of one suite as a table, its growth below it, and how it compares with an earlier run. */
export function report(suite: Suite, rows: readonly Row[], earlier: readonly Row[] = []): string {
  const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const body = rows.map(({ name, size, values }) => [name, size.toLocaleString('en'), ...columns.map((column) => shown(values[column]))]);
  const parts = [`${suite.title}\n${aligned([['', 'size', ...columns], ...body])}`];
  const growth = grown(suite, rows);
  if (growth.length > 0) parts.push(aligned(growth));
  const compared = against(rows, earlier, columns);
  if (compared.length > 0) parts.push(`against the earlier run (1.0: the same)\n${aligned([['', 'size', ...columns], ...compared])}`);
  if (suite.note !== undefined) parts.push(suite.note);
  return `${parts.join('\n\n')}\n`;
}

/** How much more ten times as much takes; 10 is linear. */
function grown(suite: Suite, rows: readonly Row[]): readonly (readonly string[])[] {
  return rows.flatMap((row) => {
    const tenth = rows.find((one) => one.name === row.name && one.size * 10 === row.size);
    if (tenth === undefined) return [];
    const ratios = suite.growth.map((column) => `${shown(ratio(row, tenth, column))} × ${column}`);
    return [[`${row.name}: ${tenth.size.toLocaleString('en')} → ${row.size.toLocaleString('en')}`, ...ratios]];
  });
}

function against(rows: readonly Row[], earlier: readonly Row[], columns: readonly string[]): readonly (readonly string[])[] {
  return rows.flatMap((row) => {
    const before = earlier.find((one) => one.suite === row.suite && one.name === row.name && one.size === row.size);
    return before === undefined
      ? []
      : [[row.name, row.size.toLocaleString('en'), ...columns.map((column) => shown(ratio(row, before, column)))]];
  });
}

const ratio = (row: Row, other: Row, column: string): number | undefined => {
  const [now, before] = [row.values[column], other.values[column]];
  return now === undefined || before === undefined || before === 0 ? undefined : now / before;
};

/** The first column to the left, the others to the right, two spaces in between. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd())
    .join('\n');
}
