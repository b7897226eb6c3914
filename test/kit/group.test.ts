import { spawnSync } from 'node:child_process';
import { root } from './binary.ts';
import { assert, group } from './group.ts';

group('kit: groups', (test) => {
  test('what is missing is skipped with its reason, and fails in CI', () => {
    const body = `import { group, tally } from ${JSON.stringify(new URL('group.ts', import.meta.url).href)};
      globalThis.UVU_INDEX = globalThis.UVU_QUEUE.push([]) - 1;
      group('a group', (test) => test.skip('a test', 'no such program'));
      for (const run of globalThis.UVU_QUEUE[globalThis.UVU_INDEX]) await run();
      console.log('\\n' + JSON.stringify([tally.passed, tally.failed, tally.skipped]));`;
    const told = (ci: string): unknown => {
      const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', body], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, CI: ci },
      });
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    };
    assert.equal(told(''), [0, 0, ['a group: a test (no such program)']]);
    assert.equal(told('true'), [0, 1, []]);
  });
});
