import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { golden } from './golden.ts';
import { assert, group } from './group.ts';

const failure = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no failure';
};

group('kit/golden', (test) => {
  const folder = mkdtempSync(join(tmpdir(), 'golden-'));
  const caller = pathToFileURL(join(folder, 'some.test.ts')).href;
  const accepting = process.env['ACCEPT'];
  const accept = (yes: boolean): void => {
    if (yes) process.env['ACCEPT'] = '1';
    else delete process.env['ACCEPT'];
  };
  test.after(() => {
    if (accepting !== undefined) process.env['ACCEPT'] = accepting;
    rmSync(folder, { recursive: true });
  });

  test('a missing golden fails, ACCEPT=1 writes it, and then only the same text passes', () => {
    try {
      accept(false);
      assert.throws(() => golden(caller, 'one', 'text\n'), /no golden .*ACCEPT=1/);
      accept(true);
      golden(caller, 'one', '\u001b[1mtext\u001b[22m\n');
      assert.is(readFileSync(join(folder, 'golden', 'one.txt'), 'utf8'), '␛[1mtext␛[22m\n');
      accept(false);
      golden(caller, 'one', '\u001b[1mtext\u001b[22m\n');
      // uvu's own throws() lets failed assertions pass through.
      assert.match(
        failure(() => golden(caller, 'one', '  \u001b[1mtext\u001b[22m\n')),
        /not as in/,
      );
    } finally {
      accept(accepting === '1');
    }
  });
});
