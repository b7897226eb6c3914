import type { Observed } from '../../src/core/resource.ts';
import type { Look } from '../../src/reconcile/observe.ts';
import type { Run } from '../../src/reconcile/opened.ts';
import { createSettler } from '../../src/reconcile/settle.ts';
import type { Subject } from '../../src/reconcile/subject.ts';
import { assert, group } from '../kit/group.ts';
import { type Told, virtualClock } from '../kit/world.ts';

const SUBJECT: Subject = { id: 'bench/scripted/Tin/a', target: 'bench', kind: 'scripted/Tin', name: 'a', needs: [] };

/** A settler over a resource that stands as `standings` says, one a look. */
function settling(standings: readonly Observed[]): { readonly settler: ReturnType<typeof createSettler>; readonly told: Told[] } {
  const told: Told[] = [];
  const run: Run = {
    ...virtualClock(),
    id: 'run',
    emit: (event) => void told.push(event),
    random: () => 0,
    signal: new AbortController().signal,
  };
  let looks = 0;
  const look = (): Promise<Look> => {
    const seen = standings[Math.min(looks, standings.length - 1)];
    looks += 1;
    return Promise.resolve({ observed: new Map([[SUBJECT.id, seen]]) } as unknown as Look);
  };
  return { settler: createSettler({ kinds: { of: () => undefined }, run, look, stopping: () => false }), told };
}

const live = (readiness: (Observed & { readonly seen: 'live' })['readiness']): Observed => ({
  seen: 'live',
  handle: 'h',
  spec: {},
  status: {},
  readiness,
});

const endings = (told: readonly Told[]): readonly string[] =>
  told.flatMap((event) => (event.type === 'unready' ? [event.fault.summary] : []));

group('settling', (test) => {
  test('is told once, however many wait for one resource', async () => {
    const { settler, told } = settling([
      live({ state: 'progressing', message: 'boots' }),
      live({ state: 'progressing', message: 'boots' }),
      live({ state: 'progressing', message: 'warms up' }),
      live({ state: 'ready' }),
    ]);
    assert.equal(await Promise.all([settler.ready(SUBJECT), settler.ready(SUBJECT), settler.ready(SUBJECT)]), ['ready', 'ready', 'ready']);
    assert.equal(told, [
      { type: 'wait', id: SUBJECT.id, message: 'boots' },
      { type: 'wait', id: SUBJECT.id, message: 'warms up' },
      { type: 'ready', id: SUBJECT.id },
    ]);
  });

  test('tells once, with the last message, what failed', async () => {
    const { settler, told } = settling([
      live({ state: 'progressing', message: 'boots' }),
      live({ state: 'failed', message: 'a part is missing' }),
    ]);
    assert.equal(await Promise.all([settler.ready(SUBJECT), settler.ready(SUBJECT)]), ['failed', 'failed']);
    assert.is(await settler.ready(SUBJECT), 'failed');
    assert.equal(endings(told), ['a part is missing']);
    assert.equal([...settler.unready], [SUBJECT.id]);
  });

  test('tells what it waited for when the time is over, and takes it back when it comes up later', async () => {
    const slow = Array.from({ length: 301 }, () => live({ state: 'progressing', message: 'boots' }));
    const { settler, told } = settling([...slow, live({ state: 'ready' })]);
    assert.is(await settler.ready(SUBJECT), 'too-late');
    assert.equal(endings(told), ['boots, after 300 seconds']);
    assert.is(await settler.ready(SUBJECT), 'ready');
    assert.is(settler.unready.size, 0);
  });

  test('says why it waits for what cannot be judged, once a reason', async () => {
    const unknown = (summary: string): Observed => ({ seen: 'unknown', fault: { code: 'X', severity: 'error', summary } });
    const { settler, told } = settling([
      unknown('nobody answers'),
      unknown('nobody answers'),
      unknown('it has another owner'),
      live({ state: 'ready' }),
    ]);
    assert.is(await settler.ready(SUBJECT), 'ready');
    assert.equal(told, [
      { type: 'wait', id: SUBJECT.id, message: 'nobody answers' },
      { type: 'wait', id: SUBJECT.id, message: 'it has another owner' },
      { type: 'ready', id: SUBJECT.id },
    ]);
  });

  test('says so when what it waits for is gone', async () => {
    const { settler, told } = settling([{ seen: 'absent' }]);
    assert.is(await settler.ready(SUBJECT), 'too-late');
    assert.equal(endings(told), ['it is not there, after 300 seconds']);
  });

  test('of what is ready at once is not told at all', async () => {
    const { settler, told } = settling([live({ state: 'ready' })]);
    assert.is(await settler.ready(SUBJECT), 'ready');
    assert.equal(told, []);
  });
});
