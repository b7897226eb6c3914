import { translate } from '../../src/yang/types/pattern.ts';
import { assert, group } from '../kit/group.ts';

const matches = (pattern: string, text: string): boolean => {
  const found = translate(pattern);
  if ('problem' in found) throw new Error(found.problem);
  return found.regexp.test(text);
};

group('XSD patterns', (test) => {
  test('are anchored, and ^ and $ are characters', () => {
    assert.ok(matches('a|b', 'b'));
    assert.not.ok(matches('a|b', 'ab'));
    assert.ok(matches('^a$', '^a$'));
    assert.not.ok(matches('a', 'a\n'));
  });

  test('classes: subtraction, negation, hyphens, escapes', () => {
    for (const [pattern, yes, no] of [
      ['[a-z-[aeiou]]+', 'xyz', 'xaz'],
      ['[^a-c-[x]]', 'd', 'x'],
      ['[a\\-c]+', 'a-c', 'b'],
      ['[-a]+', 'a-', 'b'],
      ['[a-]+', 'a-', 'b'],
      ['[\\d-]+', '1-2', 'a'],
      ['[.]', '.', 'a'],
      ['[&&]', '&', 'a'],
      ['[^\\s]+', 'ab', 'a b'],
      ['\\p{Lu}+', 'ÄB', 'ab'],
      ['\\P{Lu}', 'a', 'A'],
      ['\\w', 'ä', '-'],
      ['\\w', '_'.replace('_', '1'), '_'],
      ['\\d', '٣', 'x'],
      ['\\i\\c*', '_a-1', '1a'],
      ['.', 'x', '\n'],
      ['\\p{IsBasicLatin}+', 'abc', 'ä'],
      ['a{2,3}', 'aa', 'aaaa'],
      ['(ab)?c', 'abc', 'ab'],
      ['[\\p{L}\\p{N}]+', 'a1ä', '-'],
      ['(/[^/]+)+', '/a/b', '/a/'],
      ['[\\w.]+', 'a.b', '-'],
      ['[^\\w.]', '-', '.'],
      ['[\\w-[b]]', 'a', 'b'],
      ['[^\\S]', ' ', 'a'],
      ['[a-z-[a-m-[c]]]', 'c', 'b'],
    ] as const) {
      assert.ok(matches(pattern, yes), `${pattern} takes ${yes}`);
      assert.not.ok(matches(pattern, no), `${pattern} refuses ${no}`);
    }
  });

  test('what is no XSD pattern is refused in words', () => {
    for (const pattern of ['a**', 'a*?', '(?:a)', '[a', 'a)', '(a', '[]', 'a{x}', '\\q', '\\p{Xx}', 'b}', '[b-a]']) {
      const found = translate(pattern);
      assert.ok('problem' in found && !found.unsupported, pattern);
    }
    const block = translate('\\p{IsThai}');
    assert.ok('problem' in block && block.unsupported);
  });
});
