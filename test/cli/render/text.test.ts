import fc from 'fast-check';
import { count } from '../../../src/core/count.ts';
import { clean, cleanLines } from '../../../src/cli/render/clean.ts';
import { contrast } from '../../../src/cli/render/contrast.ts';
import { hunks } from '../../../src/cli/render/hunks.ts';
import { names } from '../../../src/cli/render/names.ts';
import { duration, moment } from '../../../src/cli/render/time.ts';
import { block, inline } from '../../../src/cli/render/value.ts';
import { columns, head, shorten, shortenMiddle, tail } from '../../../src/cli/render/width.ts';
import { wrap } from '../../../src/cli/render/wrap.ts';
import { refMark, secretMark, unknownMark } from '../../../src/core/mark.ts';
import type { Value } from '../../../src/core/value.ts';
import { assert, group } from '../../kit/group.ts';
import { rawControls, text } from './worlds.ts';

group('render/text', (test) => {
  test('control, invisible and reordering characters are shown by number', () => {
    assert.is(clean('a\u001b[2Jb\u009bc\u202ed\u200b\ud800\n'), 'a\\x1b[2Jb\\x9bc\\u{202e}d\\u{200b}\\u{d800}\\n');
    assert.is(clean('é 温度 👩‍👩‍👧 ok'), 'é 温度 👩‍👩‍👧 ok');
    assert.equal(cleanLines('a\r\n\tb\rc'), ['a', '  b\\rc']);
    fc.assert(fc.property(text, (any) => assert.equal(rawControls(clean(any)), [])));
    fc.assert(fc.property(text, (any) => assert.is(clean(clean(any)), clean(any))));
  });

  test('width counts what a reader sees', () => {
    assert.is(columns('abc'), 3);
    assert.is(columns('温度'), 4);
    assert.is(columns('e\u0301'), 1);
    assert.is(columns('👩‍👩‍👧'), 2);
    assert.is(columns('18.5 °C → x …'), 13);
  });

  test('cutting keeps to its width, and to whole characters', () => {
    fc.assert(
      fc.property(text.map(clean), fc.integer({ min: 1, max: 30 }), (any, width) => {
        for (const cut of [head(any, width), tail(any, width), shorten(any, width), shortenMiddle(any, width)])
          assert.ok(columns(cut) <= width, cut);
        assert.ok(any.startsWith(head(any, width)) && any.endsWith(tail(any, width)));
      }),
    );
    assert.is(shorten('resource-6b1f', 13), 'resource-6b1f');
    assert.is(shorten('resource-6b1f0', 13), 'resource-6b1…');
    assert.is(shortenMiddle('arn:aws:iot:eu-1:pi-3', 11), 'arn:a…:pi-3');
  });

  test('wrapping keeps every word and breaks none', () => {
    fc.assert(
      fc.property(text.map(clean), fc.integer({ min: 5, max: 40 }), (any, width) => {
        const lines = wrap(any, { width, first: '- ', rest: '  ' });
        assert.equal(lines.join(' ').split(' ').filter(Boolean), ['-', ...any.split(' ').filter(Boolean)]);
      }),
    );
    assert.equal(wrap('', { width: 9 }), []);
    // A no-break space is a word like any other, also at the end of a line.
    assert.equal(wrap('one \u00a0 two', { width: 6 }), ['one \u00a0', 'two']);
    assert.equal(wrap('one two', { width: 6, first: 'a label  ', rest: ' ' }), ['a label', ' one', ' two']);
  });

  test('one is one, and everything else is many', () => {
    assert.equal(
      [0, 1, 2].map((n) => count(n, 'page')),
      ['0 pages', '1 page', '2 pages'],
    );
    assert.equal(
      [1, 2].map((n) => count(n, 'is new', 'are new')),
      ['1 is new', '2 are new'],
    );
  });

  test('two long texts are shown where they differ', () => {
    const same = 'x'.repeat(60);
    assert.is(contrast({ before: '1', after: '2', width: 20 }), '1 → 2');
    assert.is(contrast({ before: `${same}old`, after: `${same}new`, width: 40 }), '…xxxxxxxold → …xxxxxxxnew');
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }), fc.integer({ min: 40, max: 90 }), (a, b, width) => {
        const [before, after] = [clean(a), clean(b)];
        const shown = contrast({ before, after, width });
        assert.ok(columns(shown) <= width);
        if (before !== after && !shown.slice(0, -1).includes(' → ', shown.indexOf(' → ') + 1))
          assert.is.not(...(shown.split(' → ') as [string, string]));
      }),
    );
  });

  test('values on one line, unmistakable', () => {
    const called = names(['t/a/User/cook']);
    const cases: readonly (readonly [Value | undefined, string])[] = [
      [undefined, '(not set)'],
      ['(not set)', '"(not set)"'],
      [null, 'null'],
      ['null', '"null"'],
      ['', '""'],
      [' x', '" x"'],
      ['0 3 * * *', '0 3 * * *'],
      ['a\nb', '"a\\nb"'],
      [['boil', 'whirlpool'], 'boil, whirlpool'],
      [[1], '[1]'],
      [{ a: 1 }, '{a: 1}'],
      [['a, b', 'c'], '"a, b", c'],
      [[], '(empty list)'],
      [{}, '(empty)'],
      [{ a: [1, { b: true }] }, '{a: [1, {b: true}]}'],
      [[[1], [2]], '[[1], [2]]'],
      [refMark('t/a/User/cook'), 'User/cook'],
      [refMark('t/a/User/cook', 'status.id'), 'User/cook.status.id'],
      [unknownMark('t/a/User/cook'), '(known after User/cook)'],
      [secretMark({ env: 'TOKEN' }), '(secret, env TOKEN)'],
      [secretMark({ exec: ['pass', 'show'] }), '(secret, exec)'],
    ];
    for (const [value, shown] of cases) assert.is(inline(value, called), shown);
  });

  test('deeper values than any spec end somewhere', () => {
    let deep: Value = 1;
    for (let i = 0; i < 5_000; i += 1) deep = i % 2 === 0 ? [deep] : { x: deep };
    assert.ok(inline(deep, names([])).includes('…'));
    assert.ok(block(deep, names([])).length < 200);
  });

  test('values in lines read like YAML', () => {
    const value = { a: [{ n: 1, m: [2, 3] }, 'x'], t: 'one\ntwo\n', e: {}, s: secretMark({ file: 'k' }) };
    assert.is(
      block(value, names([])).join('\n'),
      ['a:', '  - n: 1', '    m:', '      - 2', '      - 3', '  - x', 't: |', '  one', '  two', 'e: {}', 's: (secret, file k)'].join('\n'),
    );
  });

  test('hunks give back both sides, but for what is alike', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }),
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }),
        (before, after) => {
          const drawn = hunks(before, after);
          const length = (...signs: string[]): number =>
            drawn.reduce((sum, line) => sum + (line.sign === 'gap' ? line.count : signs.includes(line.sign) ? 1 : 0), 0);
          assert.is(length(' ', '-'), before.length);
          assert.is(length(' ', '+'), after.length);
        },
      ),
    );
    const far = (word: string): string[] => Array.from({ length: 3_000 }, (_, i) => `${word} ${i}`);
    assert.is(hunks(far('a'), far('b')).length, 6_000);
  });

  test('ids are as short as they can be told apart', () => {
    const called = names(['x/a/B/one', 'y/a/B/one', 'x/a/B/two', 'x/c/B/two']);
    assert.equal(['x/a/B/one', 'x/a/B/two', 'x/c/B/two'].map(called.full), ['x/a/B/one', 'a/B/two', 'c/B/two']);
    assert.equal(['x/a/B/one', 'x/a/B/two', 'x/e/F/g'].map(called.brief), ['x/a/B/one', 'a/B/two', 'F/g']);
  });

  test('times as people say them', () => {
    assert.equal([0, 214, 9_949, 9_950, 59_400, 125_000, 28_800_000, 100_000_000].map(duration), [
      '0.0 s',
      '0.2 s',
      '9.9 s',
      '10 s',
      '59 s',
      '2 min 5 s',
      '8 h',
      '1 d 3 h',
    ]);
    assert.is(moment('2026-11-22T02:14:09Z', '2026-11-22T10:00:00Z'), '02:14');
    assert.is(moment('2026-11-21T02:14:09Z', '2026-11-22T10:00:00Z'), '2026-11-21 02:14');
    assert.is(moment('yester\u001bday'), 'yester\\x1bday');
  });
});
