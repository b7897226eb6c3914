import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { applyLine, rollbackLine } from '../../src/cli/command-line.ts';
import { assert, group } from '../kit/group.ts';

group('cli/command-line', (test) => {
  test('what was said is said again, and only what the command needs', () => {
    const said = { directory: 'b', environment: 'prod', target: ['x', 'y'], file: ['a.yaml', '-'], prune: true, sandbox: true };
    assert.is(applyLine('p/1', {}), 'setpoint apply p/1');
    assert.is(applyLine('p/1', said), 'setpoint apply -C b -e prod --sandbox -t x -t y -f a.yaml -f - --prune p/1');
    assert.is(rollbackLine(said), 'setpoint rollback -C b -e prod --sandbox');
  });

  test('a shell reads each word as it was', () => {
    const word = fc.oneof(fc.constantFrom('a b', "it's", '$HOME', '`id`', '', '*', 'a\\b', '"', ';'), fc.string({ unit: 'grapheme' }));
    const words = fc.sample(
      word.filter((text) => !text.includes('\0')),
      60,
    );
    const line = applyLine('plan', { file: words });
    const read = execFileSync('sh', ['-c', line.replace('setpoint', `printf '%s\\0'`)], { encoding: 'utf8' });
    assert.equal(read.split('\0').slice(0, -1), ['apply', ...words.flatMap((one) => ['-f', one]), 'plan']);
  });
});
