import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../bench/report.ts';
import type { Row, Suite } from '../bench/suite.ts';
import { inFolder, root } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

const row = (name: string, size: number, ms: number): Row => ({ suite: 'a', name, size, values: { 'cpu ms': ms, 'peak MiB': 1234 } });
const suite: Suite = { name: 'a', title: 'a title', growth: ['cpu ms'], jobs: () => [], measure: () => Promise.resolve({}) };

group('bench', (test) => {
  test(
    'measures, prints a table and keeps its numbers',
    () =>
      inFolder((folder) => {
        const out = join(folder, 'results.json');
        const words = ['--import', 'tsx', join(root, 'bench/run.ts'), 'apply', '--size', '50', '--out', out];
        const table = execFileSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
        assert.match(table, /^apply.*\n +size +steps\/s .*\n +create all +50 /m);
        const { rows } = JSON.parse(readFileSync(out, 'utf8')) as { readonly rows: readonly Row[] };
        assert.equal(
          rows.map(({ suite, name, size }) => [suite, name, size]),
          [['apply', 'create all', 50]],
        );
        assert.ok(rows.every(({ values }) => Object.values(values).every((value) => value > 0)));
        return Promise.resolve();
      }),
    { seconds: 60 },
  );

  test('tells growth by tens, and ratios against an earlier run', () => {
    const text = report(suite, [row('one', 1000, 20), row('one', 10_000, 220), row('two', 10_000, 1)], [row('one', 10_000, 440)]);
    assert.is(
      text,
      [
        'a title',
        '         size  cpu ms  peak MiB',
        '  one   1,000    20.0     1,234',
        '  one  10,000     220     1,234',
        '  two  10,000     1.0     1,234',
        '',
        '  one: 1,000 → 10,000  11.0 × cpu ms',
        '',
        'against the earlier run (1.0: the same)',
        '         size  cpu ms  peak MiB',
        '  one  10,000    0.50       1.0',
        '',
      ].join('\n'),
    );
  });
});
