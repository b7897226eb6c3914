import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, steady } from './kit/binary.ts';
import { golden } from './kit/golden.ts';
import { assert, group } from './kit/group.ts';

group('the demo', (test) => {
  test(
    'does what it says, and reads well',
    () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/demo.mjs')], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
      assert.is(status, 0, stdout + stderr);
      golden(import.meta.url, 'demo', steady(stdout));
    },
    { seconds: 90 },
  );
});
