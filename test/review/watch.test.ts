import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { currentRevision } from '../../src/app/watch.ts';
import { yard } from '../git/sandbox.ts';
import { assert, group } from '../kit/group.ts';
import { codeOf, manifest, PROJECT, target } from './workshop.ts';

group('what is watched', (test) => {
  const git = yard();
  test.after(() => git.remove());
  const surroundings = { env: git.env, cwd: '/', holder: 'review@here 1' };

  test('manifests behind a link are missing in a commit, not removed: nothing may be pruned', async () => {
    const dir = git.init();
    git.commit(
      dir,
      { 'setpoint.yaml': PROJECT, 'manifests/t.yaml': target('bench'), 'common/a.yaml': manifest('Box', 'a', { label: 'a' }) },
      'one',
    );
    const whole = await currentRevision({ directory: dir, surroundings });
    assert.is(whole.complete, true);
    whole.close();
    symlinkSync('../common', join(dir, 'manifests/common'));
    git.commit(dir, {}, 'two');
    const linked = await currentRevision({ directory: dir, surroundings });
    assert.is(linked.complete, false);
    linked.close();
  });

  test('a commit that was made to write elsewhere is not written out', async () => {
    const dir = git.init();
    git.commit(dir, { 'setpoint.yaml': PROJECT }, 'one');
    const make = (args: readonly string[], input: string): string =>
      execFileSync('git', args, {
        cwd: dir,
        env: { ...git.env, GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x' } as Record<
          string,
          string
        >,
        input,
        encoding: 'utf8',
      }).trim();
    const blob = make(['hash-object', '-w', '--stdin'], 'x');
    const project = git.git(dir, 'rev-parse', 'HEAD:setpoint.yaml');
    const inner = make(['mktree'], `100644 blob ${blob}\tsetpoint-escaped.txt\n`);
    const tree = make(['mktree'], `040000 tree ${inner}\t..\n100644 blob ${project}\tsetpoint.yaml\n`);
    const commit = make(['commit-tree', tree, '-m', 'hostile'], '');
    git.git(dir, 'update-ref', 'refs/heads/hostile', commit);
    assert.is(await codeOf(currentRevision({ directory: dir, ref: 'hostile', surroundings })), 'FILE_OUTSIDE');
    assert.not(existsSync('/tmp/setpoint-escaped.txt'));
  });
});
