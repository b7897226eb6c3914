import { join } from 'node:path';
import { assert, group } from '../kit/group.ts';
import { emptyFolder, folderAt, live, operations, verdict } from './crash.ts';
import { folders } from './sample.ts';

const at = folders();

group('state: a sample of crashes (all of them: crash.slow.ts)', (test) => {
  test.after(() => at.remove());

  test(
    'killed at a few of its writes, the state says what was acknowledged and goes on',
    async () => {
      const base = at.fresh();
      emptyFolder(base);
      const root = join(base, 'state');
      const all = await operations({ medium: 'folder', root, match: root, count: join(base, 'count') });
      assert.ok(all.length > 60, `only ${all.length} operations`);
      const failures: string[] = [];
      for (const part of [0.2, 0.6, 0.9]) {
        const n = Math.round(all.length * part);
        emptyFolder(root);
        const said = await live({ medium: 'folder', root, match: root, at: n, mode: part < 0.5 ? 'short-write' : 'power' });
        const wrong = await verdict(said, folderAt(root));
        if (wrong) failures.push(`${all[n - 1]}: ${wrong}`);
      }
      assert.equal(failures, []);
    },
    { seconds: 60 },
  );

  test('on a disk that is full the error says so, and the state is what was acknowledged', async () => {
    const root = at.fresh();
    emptyFolder(root);
    const said = await live({ medium: 'folder', root, match: `${root}.*(journal|jsonl)`, at: 20, mode: 'enospc' });
    assert.is(said.at(-1), 'DISK_FULL');
    assert.is(await verdict(said, folderAt(root)), undefined);
  });
});
