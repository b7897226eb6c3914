import { parseDuration } from './duration.ts';
import { instantOf, isZone, offsetAt } from './zone.ts';

/** The values of one field that are allowed; `star` is a field that was left open (`*`, `?` or either with the step 1). */
interface Field {
  readonly allows: readonly boolean[];
  readonly star: boolean;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

/** A cron expression that was understood; `zone` is that of a `TZ=` in front of it. */
export type Schedule =
  | { readonly everySeconds: number }
  | {
      readonly zone: string | undefined;
      readonly second: Field;
      readonly minute: Field;
      readonly hour: Field;
      readonly day: Field;
      readonly month: Field;
      readonly weekday: Field;
    };
type Calendar = Exclude<Schedule, { readonly everySeconds: number }>;

const BOUNDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *',
};
const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const INT64 = 2n ** 63n;

/** What the server says against an expression; it never leaves this file. */
class Problem extends Error {}

/**
 * Reads a cron expression as a Colonies server does: six fields (second minute hour day-of-month month day-of-week) with names,
 * ranges, steps and `?`, or `@hourly` and its like, or `@every 1h30m`; `TZ=Area/City` or `CRON_TZ=` may stand in front. What is
 * wrong is said in the server's words (those of the Go library robfig/cron v3, from which its parser descends).
 */
export function parseSchedule(expression: string): Schedule | { readonly problem: string } {
  try {
    return parse(expression);
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

function parse(expression: string): Schedule {
  if (expression === '') throw new Problem('empty cron expression string');
  let text = expression;
  let zone: string | undefined;
  const zoned = /^(?:CRON_)?TZ=([^ ]*)( ?)/.exec(expression);
  if (zoned !== null) {
    const name = zoned[1] ?? '';
    // Go's slice bounds panic here, and the server answers 500 with no words at all.
    if (zoned[2] === '') throw new Problem(`nothing follows the time zone ${name}`);
    if (name !== '' && name !== 'Local' && !isZone(name)) throw new Problem(`provided bad location ${name}: unknown time zone ${name}`);
    zone = name === '' ? 'UTC' : name === 'Local' ? undefined : name;
    text = expression.slice(zoned[0].length).trim();
  }
  if (text.startsWith('@every ')) return { everySeconds: delay(text) };
  const descriptor = DESCRIPTORS[text];
  if (text.startsWith('@') && descriptor === undefined) throw new Problem(`unrecognized descriptor: ${text}`);
  const words = (descriptor ?? text).split(/\s+/).filter((word) => word !== '');
  if (words.length !== BOUNDS.length) throw new Problem(`expected exactly 6 fields, found ${String(words.length)}: [${words.join(' ')}]`);
  const [second, minute, hour, day, month, weekday] = BOUNDS.map((bounds, i) => field(words[i] ?? '', bounds)) as [
    Field,
    Field,
    Field,
    Field,
    Field,
    Field,
  ];
  return { zone, second, minute, hour, day, month, weekday };
}

/** The whole seconds of `@every …`, at least one. */
function delay(text: string): number {
  const duration = parseDuration(text.slice('@every '.length));
  if (typeof duration !== 'bigint') throw new Problem(`failed to parse duration ${text}: ${duration.problem}`);
  return Math.max(1, Number(duration / NANOSECONDS_PER_SECOND));
}

function field(text: string, bounds: Bounds): Field {
  const allows = Array.from({ length: bounds.max + 1 }, () => false);
  let star = false;
  for (const expression of text.split(',')) {
    if (expression !== '') star = addRange(allows, expression, bounds) || star;
  }
  return { allows, star };
}

// Allows what one number, range or star with or without a step stands for; true where that leaves the field open.
function addRange(allows: boolean[], expression: string, { min, max, names }: Bounds): boolean {
  const [range = '', stepText, ...more] = expression.split('/');
  const [low = '', high, ...further] = range.split('-');
  const open = low === '*' || low === '?';
  const start = open ? BigInt(min) : named(low, names);
  if (!open && further.length > 0) throw new Problem(`too many hyphens: ${expression}`);
  const last = open ? BigInt(max) : high === undefined ? start : named(high, names);
  if (more.length > 0) throw new Problem(`too many slashes: ${expression}`);
  const step = stepText === undefined ? 1n : whole(stepText);
  const end = stepText !== undefined && high === undefined ? BigInt(max) : last;
  if (start < min) throw new Problem(`beginning of range (${String(start)}) below minimum (${String(min)}): ${expression}`);
  if (end > max) throw new Problem(`end of range (${String(end)}) above maximum (${String(max)}): ${expression}`);
  if (start > end) throw new Problem(`beginning of range (${String(start)}) beyond end of range (${String(end)}): ${expression}`);
  if (step === 0n) throw new Problem(`step of range should be a positive number: ${expression}`);
  for (let value = start; value <= end; value += step) allows[Number(value)] = true;
  return open && step === 1n;
}

function named(text: string, names: readonly string[] | undefined): bigint {
  const at = text === '' ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1);
  return at === -1 ? whole(text) : BigInt(at);
}

function whole(text: string): bigint {
  const because = (why: string): Problem =>
    new Problem(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[-+]?\d+$/.test(text)) throw because('invalid syntax');
  const value = BigInt(text.replace(/^\+/, ''));
  if (value >= INT64 || value < -INT64) throw because('value out of range');
  if (value < 0n) throw new Problem(`negative number (${String(value)}) not allowed: ${text}`);
  return value;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How far ahead the library looks before it says never. */
const YEARS = 5;

/**
 * The next time a schedule fires after an instant, both in milliseconds since 1970; undefined where it never does (30 February).
 * `zone` is the server's own, for expressions that name none. Days and weekdays that are both restricted are alternatives. The
 * walk is the library's, field by field, because only that gives its answers on days with 23 and 25 hours.
 */
export function nextRun(schedule: Schedule, after: number, zone: string): number | undefined {
  const start = Math.floor(after / SECOND) * SECOND;
  if ('everySeconds' in schedule) return start + schedule.everySeconds * SECOND;
  const { second, minute, hour, month } = schedule;
  if ([second, minute, hour, month].some((one) => !one.allows.includes(true))) return undefined;
  return walk(schedule, start + SECOND, schedule.zone ?? zone);
}

function walk(schedule: Calendar, from: number, zone: string): number | undefined {
  const wall = (at: number): Date => new Date(at + offsetAt(at, zone));
  const date = (clock: Date, months: number, days: number): number =>
    instantOf(
      Date.UTC(
        clock.getUTCFullYear(),
        clock.getUTCMonth() + months,
        clock.getUTCDate() + days,
        clock.getUTCHours(),
        clock.getUTCMinutes(),
        clock.getUTCSeconds(),
      ),
      zone,
    );
  const startOfDay = (clock: Date): Date => new Date(Math.floor(clock.getTime() / (24 * HOUR)) * 24 * HOUR);
  const limit = wall(from).getUTCFullYear() + YEARS;
  let at = from;
  // Once one field was moved, those below it begin at their least value.
  let moved = false;

  again: for (;;) {
    let clock = wall(at);
    if (clock.getUTCFullYear() > limit) return undefined;

    while (schedule.month.allows[clock.getUTCMonth() + 1] !== true) {
      if (!moved) {
        moved = true;
        clock = startOfDay(clock);
        clock.setUTCDate(1);
        clock = wall(instantOf(clock.getTime(), zone));
      }
      at = date(clock, 1, 0);
      clock = wall(at);
      if (clock.getUTCMonth() === 0) continue again;
    }

    while (!dayMatches(schedule, clock)) {
      if (!moved) {
        moved = true;
        clock = wall(instantOf(startOfDay(clock).getTime(), zone));
      }
      at = date(clock, 0, 1);
      const hour = wall(at).getUTCHours();
      // There are zones in which a clock change skips or repeats midnight.
      if (hour !== 0) at += hour > 12 ? (24 - hour) * HOUR : -hour * HOUR;
      clock = wall(at);
      if (clock.getUTCDate() === 1) continue again;
    }

    while (schedule.hour.allows[clock.getUTCHours()] !== true) {
      if (!moved) {
        moved = true;
        at = instantOf(Math.floor(clock.getTime() / HOUR) * HOUR, zone);
      }
      at += HOUR;
      clock = wall(at);
      if (clock.getUTCHours() === 0) continue again;
    }

    while (schedule.minute.allows[clock.getUTCMinutes()] !== true) {
      if (!moved) {
        moved = true;
        at = Math.floor(at / MINUTE) * MINUTE;
      }
      at += MINUTE;
      clock = wall(at);
      if (clock.getUTCMinutes() === 0) continue again;
    }

    while (schedule.second.allows[clock.getUTCSeconds()] !== true) {
      moved = true;
      at += SECOND;
      clock = wall(at);
      if (clock.getUTCSeconds() === 0) continue again;
    }
    return at;
  }
}

function dayMatches({ day, weekday }: Calendar, clock: Date): boolean {
  const byDay = day.allows[clock.getUTCDate()] === true;
  const byWeekday = weekday.allows[clock.getUTCDay()] === true;
  return day.star || weekday.star ? byDay && byWeekday : byDay || byWeekday;
}
