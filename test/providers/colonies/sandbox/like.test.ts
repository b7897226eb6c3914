import fc from 'fast-check';
import { like } from '../../../../src/providers/colonies/sandbox/like.ts';
import { assert, group } from '../../../kit/group.ts';

/** The same as a regular expression, which takes its time with some patterns. */
const asExpression = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern.replace(/\\(.)|([%_])|([\s\S])/gu, (_, plain?: string, wild?: string, other?: string) =>
      wild === '%' ? '[\\s\\S]*' : wild === '_' ? '[\\s\\S]' : `\\u{${((plain ?? other ?? '').codePointAt(0) ?? 0).toString(16)}}`,
    )}$`,
    'u',
  );

group('LIKE', (test) => {
  test('finds what a regular expression finds', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', '%', '_', '\\%', '\\_', '\n', '𝄞')).map((parts) => parts.join('')),
        fc.array(fc.constantFrom('a', 'b', '%', '_', '\n', '𝄞')).map((parts) => parts.join('')),
        (pattern, text) => assert.is(like(pattern)(text), asExpression(pattern).test(text), `${pattern} in ${text}`),
      ),
      { numRuns: 2000 },
    ));

  test('takes no longer for a pattern that is made to take long', () => {
    assert.is(like('%a'.repeat(200) + '%b')('a'.repeat(5000)), false);
  });
});
