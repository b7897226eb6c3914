import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../src/git/index.ts';
import { assert, group } from '../kit/group.ts';
import { codeOf } from '../state/sample.ts';
import { yard } from './sandbox.ts';

const y = yard();

group('git: a repository', (test) => {
  test.after(() => y.remove());

  test('it is found from a folder inside it, before its first commit, and not where there is none', async () => {
    const folder = y.init();
    mkdirSync(join(folder, 'lines', 'a'), { recursive: true });
    const found = await repository(join(folder, 'lines'), y.env);
    assert.is(await found?.inside(join(folder, 'lines', 'a')), 'lines/a');
    assert.is(await found?.inside(folder), '');
    assert.is(await found?.inside(join(folder, '..')), undefined);
    assert.is(await found?.head(), undefined);
    assert.is(await found?.branch(), 'main');
    assert.is(await found?.remote(), undefined);
    const none = y.fresh();
    mkdirSync(none);
    assert.is(await repository(none, y.env), undefined);
  });

  test('variables of a surrounding git call do not lead into another repository', async () => {
    const [one, other] = [y.init(), y.init()];
    const found = await repository(one, { ...y.env, GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other, GIT_INDEX_FILE: '/nowhere' });
    assert.is(found?.top, one);
  });

  test('which commit touched or removed a file, and whether it is clean', async () => {
    const folder = y.init();
    const first = y.commit(folder, { 'm/a b.yaml': 'a', 'm/ü.yaml': 'b' }, 'two files');
    const second = y.commit(folder, { 'm/ü.yaml': null }, 'one goes');
    const repo = await y.repository(folder);
    assert.equal([(await repo.lastTouched('m/a b.yaml'))?.commit, (await repo.lastTouched('m'))?.subject], [first, 'one goes']);
    assert.equal(
      [(await repo.lastRemoved('m/ü.yaml'))?.commit, await repo.lastRemoved('m/a b.yaml'), await repo.lastTouched('nothing')],
      [second, undefined, undefined],
    );
    assert.is(await repo.lastRemoved('m/ü.yaml', first), undefined);
    assert.ok(await repo.isClean('m'));
    writeFileSync(join(folder, 'm', '[new].yaml'), '');
    assert.not.ok(await repo.isClean('m'));
    assert.ok(await repo.isClean('m/a b.yaml'));
    assert.is(await repo.headOf('refs/heads/none'), undefined);
    assert.equal((await repo.commit('HEAD'))?.author, 'ann');
  });

  test('the files of a folder at a commit, byte for byte, without links', async () => {
    const folder = y.init();
    const binary = '\u0000\n\u0001 blob 3\n';
    mkdirSync(join(folder, 'm'));
    symlinkSync('a.yaml', join(folder, 'm', 'link.yaml'));
    const first = y.commit(folder, { 'm/a.yaml': 'a: 1\n', 'm/in/b.yaml': binary, 'm/empty': '', 'other/c.yaml': 'c' }, 'one');
    y.commit(folder, { 'm/a.yaml': 'a: 2\n' }, 'two');
    const repo = await y.repository(folder);
    const texts = async (commit: string, at: string): Promise<object> =>
      Object.fromEntries([...(await repo.readTreeAt(commit, at))].map(([path, bytes]) => [path, Buffer.from(bytes).toString('utf8')]));
    assert.equal(await texts(first, 'm'), { 'a.yaml': 'a: 1\n', 'in/b.yaml': binary, empty: '' });
    assert.equal(await texts('HEAD', 'm/in'), { 'b.yaml': binary });
    assert.equal(await texts(first, 'nowhere'), {});
    assert.is(await codeOf(repo.readTreeAt('nonsense', '')), 'GIT_FAILED');
  });

  test('a branch is fetched without touching the checkout', async () => {
    const remote = y.init(true);
    const one = y.clone(remote);
    y.commit(one, { a: '1' }, 'one');
    y.git(one, 'push', '--quiet', 'origin', 'HEAD:main');
    const two = y.clone(remote);
    const head = y.commit(one, { a: '2' }, 'two');
    y.git(one, 'push', '--quiet', 'origin', 'HEAD:main');
    const repo = await y.repository(two);
    const before = await repo.head();
    assert.is(await repo.remote(), 'origin');
    assert.is(await repo.fetch('origin', 'main'), head);
    assert.is(await repo.head(), before);
    assert.is(await codeOf(repo.fetch('origin', 'none')), 'BRANCH_MISSING');
    y.git(two, 'remote', 'set-url', 'origin', join(remote, 'gone'));
    assert.is(await codeOf(repo.fetch('origin', 'main')), 'REMOTE_UNREACHABLE');
  });
});
