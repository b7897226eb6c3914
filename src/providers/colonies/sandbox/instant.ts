/** Nanoseconds since 1970, as Go's time.Time counts them. */
export type Instant = bigint;

const SECOND = 1_000_000_000n;

/** Go's zero time, which stands for "never": the first second of the year 1. */
export const NEVER: Instant = -62_135_596_800n * SECOND;

export const seconds = (count: number): bigint => BigInt(Math.trunc(count)) * SECOND;

/** As the server's database keeps a time: in microseconds. */
export const stored = (at: Instant): Instant => at - (((at % 1000n) + 1000n) % 1000n);

const RFC3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(?:Z|([+-])(\d\d):(\d\d))$/;

/** RFC 3339 as Go reads it; undefined for text that is no time. */
export function instantOf(text: string): Instant | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, date = '', time = '', fraction = '', sign = '+', hours = '0', minutes = '0'] = match;
  const ms = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(ms) || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
  return BigInt(ms - offset) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** How far a zone's clocks are ahead of UTC at a moment, in seconds. */
export type Zone = (ms: number) => number;

export const UTC: Zone = () => 0;

/** A zone by its IANA name. Throws RangeError for one that nobody knows. */
export function zoneNamed(name: string): Zone {
  if (name === 'UTC') return UTC;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  // No zone changes its clocks in between quarters of an hour.
  const known = new Map<number, number>();
  return (ms) => {
    const quarter = Math.floor(ms / 900_000);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const shown = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0', rest = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(shown) ?? [];
    const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest));
    known.set(quarter, offset);
    return offset;
  };
}

/**
 * RFC 3339 as Go writes it: as many digits of a fraction as there are. The printed offset has no seconds, so that the zero time
 * of a zone whose local mean time was odd is printed up to a minute off: `0001-01-01T00:53:28+00:53`.
 */
export function textOf(at: Instant, zone: Zone): string {
  const nanos = ((at % SECOND) + SECOND) % SECOND;
  const ms = Number((at - nanos) / 1_000_000n);
  const offset = zone(ms);
  const fraction = nanos === 0n ? '' : `.${nanos.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${new Date(ms + offset * 1000).toISOString().slice(0, 19)}${fraction}${offset === 0 ? 'Z' : offsetText(offset)}`;
}

function offsetText(offset: number): string {
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const two = (count: number): string => String(count).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}
