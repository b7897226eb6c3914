const SECOND = 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

/** True for a name of the time zone database as the server takes it: letter by letter, no offsets such as `+01:00`. */
export function isZone(name: string): boolean {
  if (name === 'UTC') return true;
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    const found = formatOf(name).resolvedOptions().timeZone;
    return found === name || found.toLowerCase() !== name.toLowerCase();
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(at: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const second = Math.floor(at / SECOND) * SECOND;
  let [year, month, day, hour, minute, seconds] = [0, 1, 1, 0, 0, 0];
  for (const { type, value } of formatOf(zone).formatToParts(second)) {
    if (type === 'year') year = Number(value);
    else if (type === 'month') month = Number(value);
    else if (type === 'day') day = Number(value);
    else if (type === 'hour') hour = Number(value);
    else if (type === 'minute') minute = Number(value);
    else if (type === 'second') seconds = Number(value);
  }
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

/**
 * The instant at which the clocks of a zone show `wall` (the reading written as if it were UTC, in milliseconds). Where a clock
 * is put forward or back no instant or two would do: this takes the one that Go's `time.Date` takes, because crons follow it.
 */
export function instantOf(wall: number, zone: string): number {
  const first = offsetAt(wall, zone);
  return first === 0 ? wall : wall - offsetAt(wall - first, zone);
}
