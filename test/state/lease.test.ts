import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDead, thisProcess } from '../../src/state/process-identity.ts';
import { mortal } from '../kit/children.ts';
import { assert, group } from '../kit/group.ts';
import { codeOf, folders, handClock, intentOf, openAt, recordOf, until } from './sample.ts';

const at = folders();
const id = 'edge/confhoard/Config/a';
/** A process of another machine: nobody here can know that it is dead. */
const elsewhere = { machine: 'another', pid: 1, started: '1' };
const worker = fileURLToPath(new URL('store-worker.ts', import.meta.url));

group('lease', (test) => {
  test.after(() => at.remove());

  test('a second writer is told who writes and until when, and gets it when the first lets go', async () => {
    const root = at.fresh();
    const [one, two] = [openAt(root), openAt(root, { holder: 'bob@office pid 2' })];
    const lease = await one.lease({ target: 'edge', run: 'r1' });
    try {
      await two.lease({ target: 'edge', run: 'r2' });
      assert.unreachable();
    } catch (error) {
      assert.match(String(error), /LEASE_HELD: edge is being written by ann@cellar pid 1 \(run r1\) until \d{4}-\d\d-\d\dT/);
    }
    await (await two.lease({ target: 'oven', run: 'r2' })).release();
    await lease.release();
    await lease.release();
    const next = await two.lease({ target: 'edge', run: 'r2' });
    assert.equal([next.holder, next.run, next.epoch], ['bob@office pid 2', 'r2', lease.epoch + 1]);
    await next.release();
  });

  test('heartbeats keep it; without them it falls free after expiry, longest request and skew, and not before', async () => {
    const root = at.fresh();
    const mine = handClock();
    const theirs = handClock();
    const one = openAt(root, { clock: mine, process: elsewhere });
    const two = openAt(root, { clock: theirs });
    const lease = await one.lease({ target: 'edge', run: 'r1' });
    const first = lease.stopAt();
    assert.is(first, mine.now() + 90_000);
    for (let i = 0; i < 10; i += 1) {
      mine.turn(20_000);
      await until(() => lease.stopAt() === mine.now() + 90_000);
    }
    theirs.turn(200_000 + 154_000);
    assert.is(await codeOf(two.lease({ target: 'edge', run: 'r2' })), 'LEASE_HELD');
    theirs.turn(1_000);
    const taken = await two.lease({ target: 'edge', run: 'r2' });
    assert.is(taken.epoch, lease.epoch + 1);
    await two.end('edge', [{ id, outcome: 'done', recorded: recordOf(id, 2) }]);
    await two.checkpoint({ run: 'r2', message: 'two' });
    // The first one wakes up: its next write is refused, and what had begun there harms nobody.
    mine.turn(20_000);
    await until(async () => (await codeOf(one.begin('edge', [intentOf('r1.1', id)]))) === 'LEASE_LOST');
    assert.is(await codeOf(one.end('edge', [{ id, outcome: 'done', recorded: recordOf(id, 'late') }])), 'none');
    assert.is(await codeOf(one.checkpoint({ run: 'r1', message: 'late' })), 'LEASE_LOST');
    await lease.release();
    assert.is(await codeOf(two.begin('edge', [intentOf('r2.1', id)])), 'none');
    assert.equal((await two.load('edge')).records.get(id)?.applied, { value: 2 });
    await taken.release();
  });

  test('an owner that slept past its time goes on only if nobody took the lease', async () => {
    const root = at.fresh();
    const clock = handClock();
    const store = openAt(root, { clock: { ...clock, every: () => () => undefined }, process: elsewhere });
    const lease = await store.lease({ target: 'edge', run: 'r1' });
    clock.turn(500_000);
    assert.ok(clock.now() > lease.stopAt());
    assert.is(await codeOf(store.begin('edge', [intentOf('r1.1', id)])), 'none');
    assert.ok(clock.now() < lease.stopAt());
    clock.turn(500_000);
    const other = openAt(root, { clock });
    const taken = await other.lease({ target: 'edge', run: 'r2' });
    assert.is(await codeOf(store.begin('edge', [intentOf('r1.2', id)])), 'LEASE_LOST');
    await taken.release();
    await store.close();
  });

  test('of many that try at once exactly one gets it', async () => {
    const root = at.fresh();
    const stores = Array.from({ length: 12 }, () => openAt(root));
    const codes = await Promise.all(stores.map((store, i) => codeOf(store.lease({ target: 'edge', run: `r${i}` }))));
    assert.equal(
      codes.filter((code) => code !== 'LEASE_HELD'),
      ['none'],
    );
    await Promise.all(stores.map((store) => store.close()));
  });

  test('processes that contend never hold it together', async () => {
    const root = at.fresh();
    const outputs = await Promise.all(Array.from({ length: 3 }, (_, i) => output([worker, 'contend', root, `p${i}`, '12'])));
    // Each turn adds one to a number in a record: a turn that saw half of another one would lose a count.
    assert.equal(
      outputs.map((text) => text.trim()),
      ['12', '12', '12'],
    );
    assert.equal((await openAt(root).load('edge')).records.get('edge/confhoard/Config/count')?.applied, { value: 36 });
  });

  test('a lease of a process of this machine that is dead may be taken at once', async () => {
    const self = thisProcess();
    if (self === undefined) return;
    assert.not.ok(isDead(self));
    assert.not.ok(isDead(undefined));
    assert.ok(isDead({ ...self, started: '1' }));
    assert.not.ok(isDead({ ...self, started: '1', machine: 'another' }));
    const root = at.fresh();
    const dead = openAt(root, { process: { ...self, started: '1' } });
    await dead.lease({ target: 'edge', run: 'r1' });
    const next = await openAt(root).lease({ target: 'edge', run: 'r2' });
    assert.is(next.epoch, 2);
    await next.release();
  });

  test('a lease file that cannot be read stops everybody; one of a newer version says so', async () => {
    const root = at.fresh();
    const folder = join(root, '.local', 'lease', 'edge');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '00000007.json'), 'spoiled');
    assert.is(await codeOf(openAt(root).lease({ target: 'edge', run: 'r1' })), 'LEASE_DAMAGED');
    writeFileSync(join(folder, '00000007.json'), '{"format":2,"epoch":7,"by":null}');
    assert.is(await codeOf(openAt(root).lease({ target: 'edge', run: 'r1' })), 'STATE_TOO_NEW');
  });
});

function output(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = mortal(spawn(process.execPath, ['--import', 'tsx', ...args], { stdio: ['ignore', 'pipe', 'inherit'] }));
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}
