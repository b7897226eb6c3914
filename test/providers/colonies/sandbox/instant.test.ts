import fc from 'fast-check';
import { instantOf, NEVER, stored, textOf, UTC, zoneNamed } from '../../../../src/providers/colonies/sandbox/instant.ts';
import { assert, group } from '../../../kit/group.ts';
import { vectors } from '../client/vectors.ts';
import { lab } from './lab.ts';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia'];

group('moments as Go writes them', (test) => {
  test('are read back to the nanosecond, in any zone whose offset is whole minutes', () =>
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000n * 10n ** 9n }), fc.constantFrom(...zones), (at, zone) =>
        assert.is(instantOf(textOf(at, zoneNamed(zone))), at),
      ),
      { numRuns: 300 },
    ));

  test('have as many digits of a second as there are', () => {
    for (const text of ['2026-11-22T03:52:09Z', '2026-11-22T03:52:09.18992Z', '2026-11-22T03:52:09.000000001Z', '1969-12-31T23:59:59.5Z']) {
      assert.is(textOf(instantOf(text) ?? 0n, UTC), text);
    }
    assert.is(textOf(instantOf('2026-11-22T03:52:09.5Z') ?? 0n, zoneNamed('Europe/Berlin')), '2026-11-22T04:52:09.5+01:00');
    assert.is(textOf(instantOf('2026-07-22T03:52:09Z') ?? 0n, zoneNamed('Europe/Berlin')), '2026-07-22T05:52:09+02:00');
    assert.is(textOf(stored(instantOf('2026-11-22T03:52:09.123456789Z') ?? 0n), UTC), '2026-11-22T03:52:09.123456Z');
  });

  test('never has the odd offset of the year 1, and is the year before it in the west', () => {
    for (const [zone, text] of Object.entries(vectors.derivations.zero_time_by_server_TZ)) {
      // One of them is of older tables.
      if (!zone.includes('older')) assert.is(textOf(NEVER, zoneNamed(zone.split(' ')[0] ?? '')), text, zone);
    }
    assert.match(textOf(NEVER, zoneNamed('America/New_York')), /^0000-12-31T19:03:58-04:56$/);
  });

  test('are no times where they are none', () => {
    for (const text of ['', 'yesterday', '2026-11-22', '2026-13-22T03:52:09Z', '2026-11-22T03:52:09', '2026-11-22T03:52:09+25:00']) {
      assert.is(instantOf(text), undefined, text);
    }
  });

  test('a sandbox in a zone writes all of its times in it', () =>
    lab(
      async ({ done }) => {
        const executor = await done('colony', 'addexecutormsg', { executor: { executorname: 'e', executorid: 'x', colonyname: 'dev' } });
        assert.is(executor['lastheardfromtime'], '0001-01-01T05:53:28+05:53');
        assert.match(String(executor['commissiontime']), /\+05:30$/);
      },
      { options: { sandbox: { timezone: 'Asia/Kolkata' } } },
    ));
});
