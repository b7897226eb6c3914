import fc from 'fast-check';
import { lineCutter } from '../../../../../src/providers/cresco/sandbox/stock/lines.ts';
import { assert, group } from '../../../../kit/group.ts';

/** As Java's BufferedReader tells the lines of a whole text. */
function javaLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

group('lines of a command', (test) => {
  test('however the bytes come, the lines are the same', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '💧', '\n', '\r', '\r\n'), maxLength: 30 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(5)), (whole, cuts) => {
        const lines: string[] = [];
        const cutter = lineCutter((line) => lines.push(line));
        let rest: Uint8Array = Buffer.from(whole);
        for (const cut of cuts) {
          cutter.push(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        cutter.push(rest);
        cutter.end();
        assert.equal(lines, javaLines(whole));
      }),
    );
  });
});
