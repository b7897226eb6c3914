import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../kit/binary.ts';
import { golden } from '../kit/golden.ts';
import { assert, group } from '../kit/group.ts';
import { background, plain, session } from './session.ts';

/** Commits of one time and author: their ids are the same on every machine. */
const git = (cwd: string, ...words: readonly string[]): string =>
  execFileSync('git', words, {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_AUTHOR_DATE: '2026-11-22T06:00:00Z',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      GIT_COMMITTER_DATE: '2026-11-22T06:00:00Z',
    },
  });

const edit = (file: string, from: string, to: string): void => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
const steadyCommits = (text: string, folder: string): string => plain(text, folder).replaceAll(/\b[0-9a-f]{7}\b/g, '<commit>');

async function brewery(folder: string): Promise<ReturnType<typeof session>> {
  git(folder, 'init', '-q', '-b', 'main');
  const one = session(folder);
  await one.run('init');
  git(folder, 'add', '.');
  return one;
}

group('cli/watch', (test) => {
  test(
    'one round applies what is committed, and nothing else; history says which commit did what',
    () =>
      inFolder(async (folder) => {
        const { run, text } = await brewery(folder);
        const zone = join(folder, 'manifests/zone.yaml');
        await run('watch --once', { exit: 3 });
        git(folder, 'commit', '-qm', 'first batch');
        await run('watch --once');
        edit(zone, '18.5', '18.6');
        await run('watch --once');
        git(folder, 'commit', '-qam', 'warmer for diacetyl rest');
        await run('watch --once');
        await run('history');
        await run('rollback --yes');
        golden(import.meta.url, 'watch-once', steadyCommits(text(), folder));
        const log = git(folder, 'log', '--format=%s', 'setpoint/state');
        assert.match(log, /^1 update \(run \S+, manifests [0-9a-f]{10}\)\n1 update .*\n1 create /);
        assert.is(git(folder, 'status', '--short').trim(), '', 'the work tree is as it was');
      }),
    { seconds: 60 },
  );

  test(
    'the loop heals drift, survives a broken commit, is quiet about the same twice, and ends well when told to',
    () =>
      inFolder(async (folder) => {
        const { run } = await brewery(folder);
        const zone = join(folder, 'manifests/zone.yaml');
        git(folder, 'commit', '-qm', 'first batch');
        const temporary = join(folder, '.setpoint/tmp');
        mkdirSync(temporary, { recursive: true });
        const watch = background(['watch', '--interval', '0.3'], { cwd: folder, env: { TMPDIR: temporary } });
        await watch.until('1 done in');
        await run('run brewery set path=/brewhouse/temperature/fermentation/highpoint value=21.0 user=bob --yes');
        await watch.until('1 done in', 2);
        edit(zone, 'setpoint: 18.5', 'setpoint: 28.5');
        git(folder, 'commit', '-qam', 'a hot mistake');
        await watch.until('as before, nothing is applied');
        git(folder, 'revert', '--no-edit', 'HEAD');
        await watch.until('In step: 1 resource');
        assert.is(await watch.end('SIGTERM'), 0, watch.said());
        const said = watch
          .said()
          .replaceAll(/(\n.*: as before, nothing is applied)+/g, '\n<time>  <commit> a hot mistake: as before, nothing is applied');
        golden(import.meta.url, 'watch-loop', steadyCommits(said, folder));
        assert.equal(readdirSync(temporary), [], 'no copy of a commit is left behind');
      }),
    { seconds: 60 },
  );

  test(
    'outside of git the files are what counts',
    () =>
      inFolder(async (folder) => {
        const { run } = session(folder);
        await run('init');
        const watch = background(['watch', '--interval', '0.2'], { cwd: folder });
        await watch.until('1 done in');
        const zone = join(folder, 'manifests/zone.yaml');
        edit(zone, '18.5', '18.6');
        await watch.until('1 done in', 2);
        assert.match(watch.said(), /the files as they are/);
        assert.is(await watch.end('SIGINT'), 0, watch.said());
      }),
    { seconds: 60 },
  );
});
