/** Closed intervals in ascending order, in units of the type (decimals scaled to whole numbers). */
export type Intervals = readonly (readonly [low: bigint, high: bigint])[];

/** Reads and writes the bounds of one type. */
export interface Bounds {
  parse(text: string): bigint | undefined;
  format(value: bigint): string;
}

/**
 * `range` and `length` expressions of RFC 7950 sections 9.2.4 and 9.4.4: `1..4 | 10..max`, ascending, without overlap, inside the
 * parent's intervals. Answers the intervals or what is wrong.
 */
export function parseIntervals(expression: string, parent: Intervals, bounds: Bounds): Intervals | string {
  const min = parent[0]?.[0] ?? 0n;
  const max = parent.at(-1)?.[1] ?? 0n;
  const intervals: [bigint, bigint][] = [];
  for (const part of expression.split('|')) {
    const ends = part.split('..').map((end) => end.trim());
    if (ends.length > 2) return `${part.trim()} has more than two ends`;
    const values: bigint[] = [];
    for (const end of ends) {
      const value = end === 'min' ? min : end === 'max' ? max : bounds.parse(end);
      if (value === undefined) return `${JSON.stringify(end)} is no bound of this type`;
      values.push(value);
    }
    const low = values[0] as bigint;
    const high = values.at(-1) as bigint;
    const before = intervals.at(-1);
    if (low > high) return `${part.trim()} ends before it begins`;
    if (before && low <= before[1]) return 'the parts must ascend and must not overlap';
    if (!parent.some(([from, to]) => from <= low && high <= to)) return `${part.trim()} is not inside ${formatIntervals(parent, bounds)}`;
    intervals.push([low, high]);
  }
  return intervals;
}

export const formatIntervals = (intervals: Intervals, bounds: Bounds): string =>
  intervals.map(([low, high]) => (low === high ? bounds.format(low) : `${bounds.format(low)}..${bounds.format(high)}`)).join(' | ');

export function within(value: bigint, intervals: Intervals): boolean {
  for (const [low, high] of intervals) if (value <= high) return value >= low;
  return false;
}

/** The same intervals as floats, for values that a float holds exactly. Infinite where the bound is not one of them. */
export type Floats = readonly (readonly [low: number, high: number])[];

export function withinFloats(value: number, intervals: Floats): boolean {
  for (const [low, high] of intervals) if (value <= high) return value >= low;
  return false;
}
