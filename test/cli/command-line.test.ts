import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { applyLine, fromHere, rollbackLine } from '../../src/cli/command-line.ts';
import { assert, group } from '../kit/group.ts';

group('cli/command-line', (test) => {
  test('what was said is said again, and only what the command needs', () => {
    const said = { directory: 'b', environment: 'prod', target: ['x', 'y'], file: ['a.yaml', '-'], prune: true, sandbox: true };
    assert.is(applyLine('p/1', {}), 'setpoint apply p/1');
    assert.is(applyLine('p/1', said), 'setpoint apply -C b -e prod --sandbox -t x -t y -f a.yaml -f - --prune p/1');
    assert.is(rollbackLine(said), 'setpoint rollback -C b -e prod --sandbox');
  });

  test('a hint that names commands names them as they work from here', () => {
    const hint =
      'If it was rebuilt, say so with `setpoint state rebind`; setpoint plan tells more, and setpoint.yaml or setpoint planned not.';
    assert.is(fromHere(hint, {}), hint);
    assert.is(fromHere(hint, { target: ['x'] }), hint, 'where it looks is the same');
    assert.is(
      fromHere(hint, { directory: 'my lab', environment: 'prod' }),
      "If it was rebuilt, say so with `setpoint -C 'my lab' -e prod state rebind`; setpoint -C 'my lab' -e prod plan tells more, and setpoint.yaml or setpoint planned not.",
    );
    assert.is(fromHere('setpoint init writes one.', { directory: 'b' }), 'setpoint init writes one.', 'that is no command of a project');
    assert.is(fromHere('setpoint status', { directory: '$&' }), "setpoint -C '$&' status");
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
