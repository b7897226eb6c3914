import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { digest } from '../../src/core/digest.ts';
import { canonical, canonicalParts } from '../../src/core/value.ts';
import { assert, group } from '../kit/group.ts';

group('canonical JSON', (test) => {
  test('its parts, put together, are the whole, and a digest is that of the whole', () => {
    fc.assert(
      fc.property(fc.object({ withNullPrototype: true }), fc.nat(3), (value, times) => {
        // Long enough for more than one part now and then.
        const long = { ...value, steps: Array.from({ length: times * 400 }, (_, n) => ({ n, text: 'x'.repeat(200) })), none: undefined };
        for (const one of [value, long]) {
          const parts = [...canonicalParts(one)];
          assert.is(parts.join(''), canonical(one));
          assert.is(digest(one), createHash('sha256').update(canonical(one)).digest('hex'));
        }
      }),
    );
    assert.is(canonical({ b: [], a: undefined, ä: {} }), '{"b":[],"ä":{}}');
    assert.ok([...canonicalParts({ list: Array.from({ length: 3 }, () => 'x'.repeat(70_000)) })].length >= 3);
  });
});
