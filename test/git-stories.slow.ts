import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyExample, inFolder, setpoint } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

const preload = fileURLToPath(new URL('kit/crash.mjs', import.meta.url));

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** The quickstart in a git repository, with state in git and the datastore in a place that every clone reaches. */
function project(folder: string, datastore: string): void {
  copyExample('quickstart', folder);
  edit(folder, 'setpoint.yaml', (text) => text.replace('state: { folder: .setpoint/state }', 'state: git'));
  edit(folder, 'manifests/targets.yaml', (text) => text.replace('address: .setpoint/datastore', `address: ${datastore}`));
  writeFileSync(join(folder, '.gitignore'), '.setpoint/\n');
  git(folder, 'init', '-q', '-b', 'main');
  commit(folder, 'A brewery');
}

const edit = (folder: string, file: string, change: (text: string) => string): void =>
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));

function commit(folder: string, message: string): void {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', message);
}

async function done(words: readonly string[], cwd: string): Promise<string> {
  const { code, out, err } = await setpoint(words, { cwd });
  assert.is(code, 0, `${words.join(' ')}: ${out}${err}`);
  return out;
}

group('git stories', (test) => {
  test(
    'a machine dies in mid-apply, and a clone that never saw its disk finishes the work',
    () =>
      inFolder(async (folder) => {
        const [remote, first, second] = ['remote.git', 'first', 'second'].map((name) => join(folder, name)) as [string, string, string];
        project(first, join(folder, 'datastore'));
        git(folder, 'init', '-q', '--bare', '-b', 'main', remote);
        git(first, 'remote', 'add', 'origin', remote);
        git(first, 'push', '-q', '-u', 'origin', 'main');
        // It dies right after the datastore has made everything, before any reply could be written down or pushed.
        const dead = await setpoint(['apply', '--yes'], {
          cwd: first,
          node: ['--import', preload],
          env: { CRASH_MATCH: 'rename .*datastore/persist/', CRASH_AT: '3', CRASH_MODE: 'kill-after' },
        });
        assert.is(dead.signal, 'SIGKILL', dead.out + dead.err);
        assert.ok(existsSync(join(folder, 'datastore')), 'it died before anything was made');
        execFileSync('rm', ['-rf', first]);
        git(folder, 'clone', '-q', remote, second);
        const out = await done(['apply', '--yes'], second);
        assert.match(await done(['plan', '--exit-code'], second), 'In step: 6 resources');
        const log = await done(['--format', 'ndjson', 'run', 'brewery', 'log', 'last=1000'], second);
        const rows = (JSON.parse(log) as { table: { rows: string[][] } }).table.rows;
        assert.equal([...new Set(rows.map(([generation]) => generation))], ['1'], `made twice: ${out}`);
        assert.match(git(remote, 'log', '--format=%s', 'setpoint/state'), 'run ');
      }),
    { seconds: 120 },
  );

  test(
    'reverting manifests goes back leaf by leaf, and state only moves forward',
    () =>
      inFolder(async (folder) => {
        project(folder, '.setpoint/datastore');
        await done(['apply', '--yes'], folder);
        edit(folder, 'manifests/zone.yaml', (text) => text.replace('setpoint: 18.5', 'setpoint: 18.6'));
        commit(folder, 'warmer for diacetyl rest');
        await done(['apply', '--yes'], folder);
        git(folder, 'revert', '--no-edit', 'HEAD');
        const plan = await setpoint(['plan', '--exit-code'], { cwd: folder });
        assert.is(plan.code, 2, plan.out + plan.err);
        assert.match(plan.out, /config\.setpoint +18\.6 → 18\.5 °C +edited/);
        assert.not.match(plan.out, 'highpoint');
        await done(['apply', '--yes'], folder);
        assert.match(await done(['history', 'fermentation'], folder), 'warmer for diacetyl rest');
        assert.is(git(folder, 'rev-list', '--count', 'setpoint/state').trim(), '3');
        assert.is(git(folder, 'status', '--porcelain').trim(), '', 'the checkout was touched');
        const diff = git(folder, 'log', '-p', '-1', '--format=', 'setpoint/state');
        assert.is(diff.split('\n').filter((line) => /^[-+][^-+]/.test(line)).length, 2, diff);
      }),
    { seconds: 120 },
  );
});
