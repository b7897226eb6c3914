import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fields } from '../../../src/core/value.ts';
import { createDraft, openDatastore, openCandidate, parsePath } from '../../../src/providers/confhoard/datastore/index.ts';
import { readLock } from '../../../src/providers/confhoard/datastore/lock.ts';
import { mortal } from '../../kit/children.ts';
import { assert, group } from '../../kit/group.ts';
import { crashBench, runWriter } from './crash-bench.ts';
import { FERMENTATION, schema, storeBench } from './store-bench.ts';
import { faultOf } from '../../kit/fault.ts';

group('datastore: many writers', (test) => {
  test(
    'two processes that commit at the same time lose nothing, and nobody sees a commit in one store and not in another',
    async () => {
      await using bench = await storeBench();
      let isWriting = true;
      const ends = Promise.all(['a', 'b'].map((name) => runWriter([bench.folder, name, '12']))).finally(() => (isWriting = false));
      while (isWriting) {
        const { running, persist } = await bench.store.readTogether(['running', 'persist']);
        assert.equal(persist, running);
      }
      for (const { code, output } of await ends) assert.is(code, 0, output);
      const { tree, generation } = await bench.store.read('running');
      const hops = createDraft(tree).read(parsePath(schema, '/definitions/ingredients/hops')) as readonly Fields[];
      assert.is(hops.length, 25, 'each one’s own');
      const shared = String(hops.find(({ name }) => name === 'shared')?.['description']);
      assert.is([...shared].sort().join(''), 'a'.repeat(12) + 'b'.repeat(12), 'what both added to');
      const logged: number[] = [];
      for await (const entry of bench.store.log()) logged.push(entry.generation);
      assert.equal(
        logged,
        Array.from({ length: generation }, (_, i) => generation - i),
      );
    },
    { seconds: 60 },
  );

  test(
    'killed in the middle of a commit: a sample of the points that the slow matrix tries',
    async () => {
      const bench = await crashBench();
      const operations = await bench.operations();
      const made = operations.findIndex((line) => / link .*commits/.test(line)) + 1;
      assert.ok(made > 0, operations.join('\n'));
      await Promise.all([bench.kill(made, 'kill'), bench.kill(made, 'kill-after'), bench.kill(made + 6, 'kill')]);
      await bench.close();
    },
    { seconds: 60 },
  );

  test('the lock says who holds it and until when; it is waited for, and it runs out', async () => {
    await using bench = await storeBench();
    let now = Date.UTC(2026, 10, 22, 2, 0, 0);
    const store = await openDatastore({ folder: bench.folder, schema, now: () => (now += 500), sessionId: 'one' });
    const held = await store.hold({ owner: 'alice', forMs: 60_000 });
    const other = await openDatastore({ folder: bench.folder, schema, now: () => (now += 500), sessionId: 'two' });
    const candidate = await openCandidate(other);
    candidate.set(`${FERMENTATION}/lowpoint`, 16.5);
    const fault = await faultOf(candidate.commit({ user: 'bob', via: 'console' }));
    assert.is(fault.code, 'CONFIG_LOCKED');
    assert.ok(fault.retry !== false && fault.sent === 'no');
    assert.match(fault.diagnostic.detail ?? '', new RegExp(`Process ${process.pid} on .* runs out at ${held.record.expiresAt}`));
    now = Date.parse(held.record.expiresAt);
    assert.is((await candidate.commit({ user: 'bob', via: 'console' })).generation, 1);
    assert.is((await faultOf(held.check())).code, 'CONFIG_LOCK_LOST');
    await held.release();
    assert.is(await readLock(join(bench.folder, 'lock.json')), undefined);
  });

  test('the lock of a dead process of this machine is taken over at once; one of another machine is not', async () => {
    await using bench = await storeBench();
    const child = mortal(spawn(process.execPath, ['-e', '0']));
    await new Promise((resolve) => child.on('exit', resolve));
    const held = await bench.store.hold({ owner: 'me', forMs: 60_000 });
    const dead = { ...held.record, pid: child.pid ?? 0, sessionId: 'dead' };
    await writeFile(join(bench.folder, 'lock.json'), JSON.stringify(dead));
    if (process.platform === 'linux') assert.is((await bench.set(`${FERMENTATION}/lowpoint`, 16.5)).generation, 1);
    await writeFile(join(bench.folder, 'lock.json'), JSON.stringify({ ...dead, host: `${hostname()}-2` }));
    assert.is((await faultOf(bench.store.hold({ owner: 'me', forMs: 1000 }))).code, 'CONFIG_LOCKED');
  });
});
