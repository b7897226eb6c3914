import fc from 'fast-check';
import { nextRun, parseSchedule } from '../../../../src/providers/colonies/rules/schedule.ts';
import { offsetAt } from '../../../../src/providers/colonies/rules/zone.ts';
import { assert, group } from '../../../kit/group.ts';

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** When it fires next, or what is wrong with it. */
function next(expression: string, after: string, zone: string): string | undefined {
  const schedule = parseSchedule(expression);
  if ('problem' in schedule) return schedule.problem;
  const at = nextRun(schedule, Date.parse(after), zone);
  return at === undefined ? undefined : iso(at);
}

// What the Go library answered (robfig/cron v3.0.1).
const RUNS: readonly [expression: string, after: string, zone: string, next: string | undefined][] = [
  ['0 0 3 * * *', '2026-11-22T02:59:59.999Z', 'UTC', '2026-11-22T03:00:00Z'],
  ['0 0 3 * * *', '2026-11-22T03:00:00Z', 'UTC', '2026-11-23T03:00:00Z'],
  ['0 0 3 * * *', '2026-11-22T03:00:00Z', 'Europe/Berlin', '2026-11-23T02:00:00Z'],
  ['TZ=America/New_York 0 0 3 * * *', '2026-11-22T03:00:00Z', 'Europe/Berlin', '2026-11-22T08:00:00Z'],
  ['CRON_TZ=Asia/Kathmandu @daily', '2026-11-22T03:00:00Z', 'UTC', '2026-11-22T18:15:00Z'],
  ['*/20 * * * * *', '2026-11-22T03:00:41Z', 'UTC', '2026-11-22T03:01:00Z'],
  ['5/20 * * * * *', '2026-11-22T03:00:46Z', 'UTC', '2026-11-22T03:01:05Z'],
  ['0 0 12 13 * fri', '2026-11-22T03:00:00Z', 'UTC', '2026-11-27T12:00:00Z'],
  ['0 0 12 13 * ?', '2026-11-22T03:00:00Z', 'UTC', '2026-12-13T12:00:00Z'],
  ['0 0 12 */2 * fri', '2026-11-22T03:00:00Z', 'UTC', '2026-11-23T12:00:00Z'],
  ['0 0 0 29 feb *', '2026-11-22T03:00:00Z', 'UTC', '2028-02-29T00:00:00Z'],
  ['0 0 0 30 2 *', '2026-11-22T03:00:00Z', 'UTC', undefined],
  ['@yearly', '2026-11-22T03:00:00Z', 'UTC', '2027-01-01T00:00:00Z'],
  ['@weekly', '2026-11-22T03:00:00Z', 'UTC', '2026-11-29T00:00:00Z'],
  ['@every 1h30m', '2026-11-22T03:00:00.5Z', 'UTC', '2026-11-22T04:30:00Z'],
  ['@every 10ms', '2026-11-22T03:00:00.5Z', 'UTC', '2026-11-22T03:00:01Z'],
  ['0 30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin', '2026-03-30T00:30:00Z'],
  ['0 30 2 * * *', '2026-10-24T23:00:00Z', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
  ['0 30 2 * * *', '2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25T01:30:00Z'],
  ['0 0 * * * *', '2026-03-29T00:30:00Z', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['0 0 0 * * *', '2018-11-03T12:00:00Z', 'America/Sao_Paulo', '2018-11-05T02:00:00Z'],
  ['0 0 0 4 11 *', '2018-10-03T12:00:00Z', 'America/Sao_Paulo', '2019-11-04T03:00:00Z'],
  ['0 0 2 * * *', '2026-04-04T12:00:00Z', 'Australia/Lord_Howe', '2026-04-05T15:30:00Z'],
];

group('schedules: when a cron fires next', (test) => {
  for (const [expression, after, zone, expected] of RUNS) {
    test(`"${expression}" after ${after} in ${zone}`, () => assert.is(next(expression, after, zone), expected));
  }

  test('always later than the instant asked about, on a second that its fields allow', () => {
    const clocked = (zone: string, at: number): Date => new Date(at + offsetAt(at, zone));
    const part = (most: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        fc.nat(most).map(String),
        fc.integer({ min: 1, max: most }).map((step) => `*/${String(step)}`),
      );
    fc.assert(
      fc.property(
        fc.tuple(part(59), part(59), part(23)),
        fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
        (parts, date, zone) => {
          const schedule = parseSchedule(`${parts.join(' ')} * * *`);
          if ('problem' in schedule || 'everySeconds' in schedule) throw new Error('a good expression was refused');
          const at = nextRun(schedule, date.getTime(), zone);
          if (at === undefined) throw new Error('such an expression fires every day');
          const clock = clocked(zone, at);
          assert.ok(at > date.getTime());
          assert.is(at % 1000, 0);
          assert.ok(schedule.second.allows[clock.getUTCSeconds()]);
          assert.ok(schedule.minute.allows[clock.getUTCMinutes()]);
          assert.ok(schedule.hour.allows[clock.getUTCHours()]);
        },
      ),
    );
  });

  test('of two instants the later one does not fire earlier', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RUNS), fc.nat(400_000_000), fc.nat(400_000_000), ([expression, after, zone], a, b) => {
        const schedule = parseSchedule(expression);
        if ('problem' in schedule) throw new Error(schedule.problem);
        const from = Date.parse(after);
        const [early, late] = a < b ? [a, b] : [b, a];
        assert.ok((nextRun(schedule, from + early, zone) ?? 0) <= (nextRun(schedule, from + late, zone) ?? 0));
      }),
    );
  });
});

group("schedules: what is refused, in the server's words", (test) => {
  const rows: readonly [expression: string, problem: string][] = [
    ['', 'empty cron expression string'],
    ['* * * * *', 'expected exactly 6 fields, found 5: [* * * * *]'],
    ['* * * * * * *', 'expected exactly 6 fields, found 7: [* * * * * * *]'],
    ['60 * * * * *', 'end of range (60) above maximum (59): 60'],
    ['0 0 0 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['0 0 5-3 * * *', 'beginning of range (5) beyond end of range (3): 5-3'],
    ['*/0 * * * * *', 'step of range should be a positive number: */0'],
    ['x * * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    [
      '99999999999999999999 * * * * *',
      'failed to parse int from 99999999999999999999: strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
    ['*/-1 * * * * *', 'negative number (-1) not allowed: -1'],
    ['1-2-3 * * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * * *', 'too many slashes: 1/2/3'],
    ['@reboot', 'unrecognized descriptor: @reboot'],
    ['@every', 'unrecognized descriptor: @every'],
    ['@every 1d', 'failed to parse duration @every 1d: time: unknown unit "d" in duration "1d"'],
    ['@every 10', 'failed to parse duration @every 10: time: missing unit in duration "10"'],
    ['@every é', 'failed to parse duration @every é: time: invalid duration "\\xc3\\xa9"'],
    ['TZ=Nope/Nope 0 0 3 * * *', 'provided bad location Nope/Nope: unknown time zone Nope/Nope'],
    ['TZ=europe/berlin 0 0 3 * * *', 'provided bad location europe/berlin: unknown time zone europe/berlin'],
    ['TZ=+01:00 0 0 3 * * *', 'provided bad location +01:00: unknown time zone +01:00'],
    ['TZ=UTC', 'nothing follows the time zone UTC'],
  ];
  for (const [expression, problem] of rows) test(`"${expression}"`, () => assert.equal(parseSchedule(expression), { problem }));
});
