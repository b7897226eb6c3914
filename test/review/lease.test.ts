import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openFolderStore } from '../../src/state/index.ts';
import { assert, group } from '../kit/group.ts';
import { box } from '../reconcile/resources.ts';
import { openLab } from '../reconcile/lab.ts';
import { codeOf } from './workshop.ts';
import { MEMORY } from '../kit/memory.ts';

group('a lease and the longest request', (test) => {
  const root = mkdtempSync(join(MEMORY, 'setpoint-lease-'));
  test.after(() => rmSync(root, { recursive: true, force: true }));

  test('nobody else writes while the last request of a slow target may still act', async () => {
    let now = 0;
    const open = (holder: string) =>
      openFolderStore({ root, holder, process: null, clock: { now: () => now, every: () => () => undefined } });
    const [one, two] = [open('one'), open('two')];
    const lease = await one.lease({ target: 'slow', run: 'r1', longestRequestMs: 600_000 });
    assert.ok(lease.stopAt() > 60_000, 'there is time to work in');
    // The last call leaves just before `stopAt` and may act until its own time is over.
    const acts = lease.stopAt() + 600_000;
    now = acts;
    assert.is(await codeOf(two.lease({ target: 'slow', run: 'r2' })), 'LEASE_HELD');
    now = acts + 600_000 + 5000;
    await (await two.lease({ target: 'slow', run: 'r2' })).release();
  });

  test('is told how long a request to the target may take', async () => {
    const asked: (number | undefined)[] = [];
    const lab = openLab({
      limits: { timeoutMs: 240_000 },
      openStore: (store) => ({
        ...store,
        async lease(options) {
          asked.push(options.longestRequestMs);
          return store.lease(options);
        },
      }),
    });
    await lab.run([box('a')]);
    assert.equal(asked, [240_000]);
  });
});
