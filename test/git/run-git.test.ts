import { Readable } from 'node:stream';
import fc from 'fast-check';
import { Fault } from '../../src/core/diagnostic.ts';
import { openGit } from '../../src/git/git.ts';
import { linesOf } from '../../src/git/run-git.ts';
import { assert, group } from '../kit/group.ts';

async function all(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

group('the git program', (test) => {
  test('a line ends with \\n alone, wherever the stream was cut', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '🍺', '\r', '\u2028', '\n') })),
        fc.array(fc.nat(40)),
        async (texts, cuts) => {
          const bytes = Buffer.from(texts.join(''), 'utf8');
          const places = [0, ...cuts.filter((at) => at <= bytes.length).sort((a, b) => a - b), bytes.length];
          const parts = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
          const expected = texts.join('').split('\n');
          if (expected.at(-1) === '') expected.pop();
          assert.equal(await all(linesOf(Readable.from(parts))), expected);
        },
      ),
      { numRuns: 200 },
    ));

  test('where there is none, everybody who asks is told so', async () => {
    const git = openGit({ folder: process.cwd(), env: { PATH: '/nowhere' } });
    const codeOf = (asked: Promise<unknown>): Promise<unknown> => asked.then(String, (error: unknown) => (error as Fault).code);
    assert.is(await codeOf(git.ask(['status'])), 'GIT_MISSING');
    assert.is(await codeOf(git.text(['cat-file', '--batch'], { input: 'HEAD\n'.repeat(100_000) })), 'GIT_MISSING');
    assert.is(await codeOf(all(git.lines(['log']))), 'GIT_MISSING');
  });

  test('what git refuses is a failure with its words, also for somebody who reads line by line', async () => {
    const git = openGit({ folder: process.cwd(), env: process.env });
    for (const asked of [() => git.text(['no-such-verb']), () => all(git.lines(['no-such-verb']))]) {
      const error = await asked().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.instance(error, Fault);
      assert.is((error as Fault).code, 'GIT_FAILED');
      assert.match((error as Fault).message, /git no-such-verb failed: .*not a git command/);
    }
  });
});
