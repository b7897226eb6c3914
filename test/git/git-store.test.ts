import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from '../../src/core/value.ts';
import { recordsAt } from '../../src/state/index.ts';
import { assert, group } from '../kit/group.ts';
import { codeOf, intentOf, recordOf } from '../state/sample.ts';
import { yard } from './sandbox.ts';

import { all, end, id, run, values } from './runs.ts';

const y = yard();

group('git: state on its own branch', (test) => {
  test.after(() => y.remove());

  test('it works before the first commit, with no user name, with hooks and signing on, and leaves the checkout alone', async () => {
    const folder = y.init();
    const hooks = join(folder, '.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    for (const name of ['pre-commit', 'commit-msg', 'reference-transaction', 'post-commit']) {
      writeFileSync(join(hooks, name), '#!/bin/sh\nexit 1\n');
      chmodSync(join(hooks, name), 0o755);
    }
    y.git(folder, 'config', 'commit.gpgSign', 'true');
    writeFileSync(join(folder, 'mine.yaml'), 'a: 1\n');
    const store = await y.store(folder);
    await run(store, 'first batch', [end(id('zone'), 17)]);
    await run(store, 'warmer', [end(id('zone'), 18), end(id('attic'), 4)]);
    assert.is(y.git(folder, 'status', '--porcelain'), '?? mine.yaml');
    assert.is(y.git(folder, 'branch', '--show-current'), 'main');
    assert.not.ok(existsSync(join(folder, '.setpoint')));
    assert.equal(y.git(folder, 'log', '--format=%s', 'setpoint/state').split('\n'), ['warmer', 'first batch']);
    assert.equal(
      y
        .git(folder, 'log', '-p', '-1', '--format=', '-U0', 'setpoint/state')
        .split('\n')
        .filter((line) => /^[+-]\{/.test(line)),
      [`-${canonical(recordOf(id('zone'), 17))}`, `+${canonical(recordOf(id('attic'), 4))}`, `+${canonical(recordOf(id('zone'), 18))}`],
    );
    assert.equal(await values(await y.store(folder)), { attic: 4, zone: 18 });
    assert.equal(await (await y.store(folder)).targets(), ['edge']);
  });

  test('environments and projects keep apart; a run that changes nothing makes no commit', async () => {
    const folder = y.init();
    await run(await y.store(folder), 'prod', [end(id('a'), 1)]);
    await run(await y.store(folder, { environment: 'test' }), 'test', [end(id('a'), 2)]);
    await run(await y.store(folder, { project: 'plants/süd' }), 'south', [end(id('a'), 3)]);
    await run(await y.store(folder), 'again', [end(id('a'), 1)]);
    assert.is(y.git(folder, 'rev-list', '--count', 'setpoint/state'), '3');
    assert.equal(await values(await y.store(folder)), { a: 1 });
    assert.equal(await values(await y.store(folder, { project: 'plants/süd' })), { a: 3 });
    assert.equal(
      (await all((await y.store(folder)).history())).map((one) => one.message),
      ['prod'],
    );
  });

  test('history is read from the commits, and the records of any of them can be had back', async () => {
    const folder = y.init();
    const store = await y.store(folder);
    assert.equal(await all(store.history()), []);
    await run(store, 'one', [end(id('a'), 1), end(id('b'), 1)]);
    await run(store, 'two', [end(id('a'), 2), end(id('b'), null)]);
    const history = await all(store.history());
    assert.equal(
      history.map(({ message, run: by, changes }) => [
        message,
        by,
        ...changes.map((c) => `${c.id} ${c.before?.applied['value']}→${c.after?.applied['value']}`),
      ]),
      [
        ['two', 'two', `${id('a')} 1→2`, `${id('b')} 1→undefined`],
        ['one', 'one', `${id('a')} undefined→1`, `${id('b')} undefined→1`],
      ],
    );
    const then = await recordsAt({
      now: (await store.load('edge')).records,
      history: store.history(),
      id: history[1]?.id.slice(0, 10) as string,
    });
    assert.equal([...(then?.keys() ?? [])].sort(), [id('a'), id('b')]);
    assert.equal(then?.get(id('a')), recordOf(id('a'), 1));
  });

  test('a damaged line names the branch and the file', async () => {
    const folder = y.init();
    const store = await y.store(folder);
    await run(store, 'one', [end(id('a'), 1)]);
    const tree = y.fresh();
    y.git(folder, 'worktree', 'add', '--quiet', tree, 'setpoint/state');
    y.commit(tree, { 'prod/edge/confhoard.Config.jsonl': 'spoiled\n' }, 'by hand');
    assert.match((await store.load('edge')).damage[0]?.summary ?? '', 'setpoint/state:prod/edge/confhoard.Config.jsonl:1');
    assert.is(await codeOf(store.lease({ target: 'edge', run: 'r2' })), 'STATE_DAMAGED');
  });

  test('work trees of one repository share journal and lease, and git clean reaches neither', async () => {
    const folder = y.init();
    y.commit(folder, { 'a.yaml': '' }, 'one');
    const linked = y.fresh();
    y.git(folder, 'worktree', 'add', '--quiet', '--detach', linked);
    const [one, two] = [await y.store(folder), await y.store(linked)];
    const lease = await one.lease({ target: 'edge', run: 'r1' });
    await one.begin('edge', [intentOf('r1.1', id('a'))]);
    y.git(folder, 'clean', '-ffdxq');
    assert.is(await codeOf(two.lease({ target: 'edge', run: 'r2' })), 'LEASE_HELD');
    assert.equal(
      (await two.load('edge')).open.map((intent) => intent.intent),
      ['r1.1'],
    );
    await lease.release();
  });

  test('two processes that write different targets both get their commit', async () => {
    const folder = y.init();
    const [one, two] = [await y.store(folder), await y.store(folder)];
    await Promise.all([run(one, 'one', [end(id('a'), 1)]), run(two, 'two', [end(id('b', 'oven'), 2)], 'oven')]);
    assert.is(y.git(folder, 'rev-list', '--count', 'setpoint/state'), '2');
    assert.equal([await values(one), await values(one, 'oven')], [{ a: 1 }, { b: 2 }]);
  });
});
