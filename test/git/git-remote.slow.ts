import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from '../../src/core/value.ts';
import { assert, group } from '../kit/group.ts';
import { codeOf, handClock, intentOf, recordOf } from '../state/sample.ts';
import { yard } from './sandbox.ts';

import { all, elsewhere, end, id, plan, run, values } from './runs.ts';

const y = yard();

group('git: state through a remote', (test) => {
  test.after(() => y.remove());

  const shared = (): { remote: string; one: string; two: string } => {
    const remote = y.init(true);
    return { remote, one: y.clone(remote), two: y.clone(remote) };
  };

  test('what one clone wrote the other one reads, and a remote that refuses forced pushes will do', async () => {
    const { remote, one, two } = shared();
    y.git(remote, 'config', 'receive.denyNonFastForwards', 'true');
    const [a, b] = [await y.store(one, { remote: 'origin' }), await y.store(two, { remote: 'origin' })];
    await run(a, 'one', [end(id('a'), 1)]);
    await run(b, 'two', [end(id('b'), 2)]);
    await run(a, 'three', [end(id('a'), 3)]);
    assert.equal(await values(await y.store(two, { remote: 'origin' })), { a: 3, b: 2 });
    assert.is(y.git(remote, 'rev-list', '--count', 'setpoint/state'), '3');
  });

  test('the second of two applies is told who writes and until when', async () => {
    const { one, two } = shared();
    const [a, b] = [await y.store(one, { remote: 'origin' }), await y.store(two, { remote: 'origin', holder: 'bob@office pid 2' })];
    const lease = await a.lease({ target: 'edge', run: 'r1', plan });
    try {
      await b.lease({ target: 'edge', run: 'r2' });
      assert.unreachable();
    } catch (error) {
      assert.match(String(error), /LEASE_HELD: edge is being written by ann@cellar pid 1 \(run r1\) until \d{4}-/);
    }
    assert.equal(await b.abandoned('edge'), []);
    await lease.release();
    const next = await b.lease({ target: 'edge', run: 'r2' });
    assert.ok(next.epoch > lease.epoch);
    await next.release();
  });

  test('of many that take a lease at once exactly one gets it', async () => {
    const remote = y.init(true);
    const stores = await Promise.all(Array.from({ length: 4 }, () => y.store(y.clone(remote), { remote: 'origin' })));
    const codes = await Promise.all(stores.map((store, i) => codeOf(store.lease({ target: 'edge', run: `r${i}` }))));
    assert.equal(codes.sort(), ['LEASE_HELD', 'LEASE_HELD', 'LEASE_HELD', 'none']);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('another machine gets the plan of a dead holder, and what it resolved voids the dead disk', async () => {
    const { one, two } = shared();
    const clock = handClock();
    const a = await y.store(one, { remote: 'origin', process: elsewhere, clock });
    await run(a, 'one', [end(id('x'), 1)]);
    await a.lease({ target: 'edge', run: 'r1', plan });
    await a.begin('edge', [intentOf('r1.1', id('x'))]);
    await a.end('edge', [{ intent: 'r1.1', ...end(id('x'), 'only on the dead disk') }, end(id('y'), 1)]);
    // It dies here: no checkpoint, no release.
    const late = { ...handClock(clock.now() + 200_000) };
    const b = await y.store(two, { remote: 'origin', clock: late });
    assert.equal(await values(b), { x: 1 });
    const [left] = await b.abandoned('edge');
    assert.equal([left?.holder.run, left?.plan], ['r1', plan]);
    const lease = await b.lease({ target: 'edge', run: 'r2', plan });
    assert.is((await b.abandoned('edge')).length, 1);
    // A checkpoint alone does not mean that the plan was looked at.
    await b.end('edge', [end(id('z'), 1)]);
    await b.checkpoint({ run: 'r2', message: 'early' });
    assert.is((await b.abandoned('edge')).length, 1);
    await b.end('edge', [end(id('x'), 'as it was found')]);
    await lease.resolved();
    await b.checkpoint({ run: 'r2', message: 'looked' });
    assert.is((await b.abandoned('edge')).length, 0);
    await lease.release();
    const back = await y.store(one, { remote: 'origin', clock: late });
    assert.equal(await values(back), { x: 'as it was found', z: 1 });
    assert.equal((await back.load('edge')).open, []);
    await run(back, 'three', [end(id('y'), 3)]);
    assert.equal(await values(await y.store(two, { remote: 'origin', clock: late })), { x: 'as it was found', y: 3, z: 1 });
    await a.close();
  });

  test('the machine that died resolves by its own journal, when nobody else came first', async () => {
    const { one, two } = shared();
    const clock = handClock();
    const a = await y.store(one, { remote: 'origin', process: elsewhere, clock });
    await a.lease({ target: 'edge', run: 'r1', plan });
    await a.begin('edge', [intentOf('r1.1', id('x'))]);
    await a.end('edge', [end(id('y'), 1)]);
    const late = handClock(clock.now() + 200_000);
    // Somebody who takes the lease and goes away without having looked voids nothing.
    const b = await y.store(two, { remote: 'origin', clock: late });
    await (await b.lease({ target: 'edge', run: 'r2' })).release();
    const back = await y.store(one, { remote: 'origin', clock: late });
    assert.equal(await back.abandoned('edge'), []);
    assert.equal([await values(back), (await back.load('edge')).open.map((intent) => intent.intent)], [{ y: 1 }, ['r1.1']]);
    await run(back, 'three', [end(id('z'), 1)]);
    const seen = await y.store(two, { remote: 'origin', clock: late });
    assert.equal([await values(seen), (await seen.load('edge')).open.map((intent) => intent.intent)], [{ y: 1, z: 1 }, ['r1.1']]);
    assert.equal(await seen.abandoned('edge'), []);
    await a.close();
  });

  test('a run that could not publish leaves its plan with the lease', async () => {
    const { remote, one, two } = shared();
    const a = await y.store(one, { remote: 'origin' });
    const lease = await a.lease({ target: 'edge', run: 'r1', plan });
    await a.end('edge', [end(id('x'), 1)]);
    await lease.release();
    const b = await y.store(two, { remote: 'origin' });
    assert.equal(
      (await b.abandoned('edge')).map((one) => one.plan),
      [plan],
    );
    assert.ok(existsSync(remote));
  });

  test('a remote that cannot be reached is named, and what was written meanwhile goes out later', async () => {
    const { remote, one, two } = shared();
    const store = await y.store(one, { remote: 'origin' });
    const lease = await store.lease({ target: 'edge', run: 'r1', plan });
    await store.end('edge', [end(id('x'), 1)]);
    renameSync(remote, `${remote}.gone`);
    assert.is(await codeOf(store.checkpoint({ run: 'r1', message: 'one' })), 'REMOTE_UNREACHABLE');
    assert.is(await codeOf((await y.store(one, { remote: 'origin' })).load('edge')), 'REMOTE_UNREACHABLE');
    assert.is(await codeOf((await y.store(one, { remote: 'origin' })).lease({ target: 'oven', run: 'r2' })), 'REMOTE_UNREACHABLE');
    renameSync(`${remote}.gone`, remote);
    assert.equal(await values(store), { x: 1 });
    await store.checkpoint({ run: 'r1', message: 'one' });
    await lease.release();
    assert.equal(await values(await y.store(two, { remote: 'origin' })), { x: 1 });
    assert.equal(await (await y.store(two, { remote: 'origin' })).abandoned('edge'), []);
  });

  test('clones that write different targets take turns at the branch', async () => {
    const { remote, one, two } = shared();
    const [a, b] = [await y.store(one, { remote: 'origin' }), await y.store(two, { remote: 'origin' })];
    await Promise.all([run(a, 'one', [end(id('a'), 1)]), run(b, 'two', [end(id('b', 'oven'), 2)], 'oven')]);
    await run(a, 'three', [end(id('a'), 3)]);
    assert.is(y.git(remote, 'rev-list', '--count', 'setpoint/state'), '3');
    assert.equal([await values(b), await values(b, 'oven')].length, 2);
    const seen = await y.store(two, { remote: 'origin' });
    assert.equal([await values(seen), await values(seen, 'oven')], [{ a: 3 }, { b: 2 }]);
  });

  test('two processes of one clone take turns as well, and nothing of another clone is lost', async () => {
    const { one, two } = shared();
    const stores = await Promise.all([one, one, two].map((folder) => y.store(folder, { remote: 'origin' })));
    for (let round = 1; round <= 2; round += 1) {
      await Promise.all(stores.map((store, i) => run(store, `${i} in round ${round}`, [end(id('a', `t${i}`), round)], `t${i}`)));
    }
    const seen = await y.store(two, { remote: 'origin' });
    assert.equal(await Promise.all(stores.map((_, i) => values(seen, `t${i}`))), [{ a: 2 }, { a: 2 }, { a: 2 }]);
    assert.is((await all(seen.history())).length, 6);
  });

  test('a record changed on the remote under the lease is a conflict, another one is not', async () => {
    const { remote, one } = shared();
    const store = await y.store(one, { remote: 'origin' });
    await run(store, 'one', [end(id('a'), 1), end(id('b'), 1)]);
    const byHand = (name: string): void => {
      const tree = y.clone(remote);
      y.git(tree, 'checkout', '--quiet', 'setpoint/state');
      const file = 'prod/edge/confhoard.Config.jsonl';
      const text = y.git(tree, 'show', `HEAD:${file}`).replace(canonical(recordOf(id(name), 1)), canonical(recordOf(id(name), 'by hand')));
      y.commit(tree, { [file]: `${text}\n` }, `by hand: ${name}`);
      y.git(tree, 'push', '--quiet', 'origin', 'HEAD:refs/heads/setpoint/state');
    };
    const lease = await store.lease({ target: 'edge', run: 'r2' });
    await store.end('edge', [end(id('a'), 2)]);
    byHand('b');
    await store.checkpoint({ run: 'r2', message: 'two' });
    assert.equal(await values(await y.store(one, { remote: 'origin' })), { a: 2, b: 'by hand' });
    await store.end('edge', [end(id('a'), 3)]);
    const tree = y.clone(remote);
    y.git(tree, 'checkout', '--quiet', 'setpoint/state');
    const file = 'prod/edge/confhoard.Config.jsonl';
    y.commit(tree, { [file]: `${y.git(tree, 'show', `HEAD:${file}`).replace('"value":2', '"value":"theirs"')}\n` }, 'by hand: a');
    y.git(tree, 'push', '--quiet', 'origin', 'HEAD:refs/heads/setpoint/state');
    assert.is(await codeOf(store.checkpoint({ run: 'r2', message: 'three' })), 'STATE_CONFLICT');
    await lease.release();
  });

  test('a remote that refuses our references is quoted', async () => {
    const { remote, one } = shared();
    const hook = join(remote, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "only the release team may push" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const store = await y.store(one, { remote: 'origin' });
    try {
      await store.lease({ target: 'edge', run: 'r1' });
      assert.unreachable();
    } catch (error) {
      assert.match(String(error), 'REMOTE_REFUSED');
      assert.match((error as { diagnostic: { detail: string } }).diagnostic.detail, 'only the release team');
    }
  });

  test('state written before there was a remote goes out with the next checkpoint; two such histories are not mixed', async () => {
    const { one, two } = shared();
    await run(await y.store(one), 'alone', [end(id('a'), 1)]);
    await run(await y.store(two), 'alone too', [end(id('b'), 1)]);
    const store = await y.store(one, { remote: 'origin' });
    assert.equal(await values(store), { a: 1 });
    await run(store, 'together', [end(id('a'), 2)]);
    const other = await y.store(two, { remote: 'origin' });
    assert.is(await codeOf(other.load('edge')), 'STATE_DIVERGED');
    assert.is(await codeOf(other.lease({ target: 'edge', run: 'r1' })), 'STATE_DIVERGED');
  });
});
