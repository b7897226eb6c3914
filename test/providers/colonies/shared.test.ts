import { shared } from '../../../src/providers/colonies/shared.ts';
import { faultOf } from '../../kit/fault.ts';
import { assert, group } from '../../kit/group.ts';

/** Questions that are answered when the test says so. */
function asking() {
  const open: { readonly answer: (text: string) => void; readonly fail: (error: Error) => void; readonly signal: AbortSignal }[] = [];
  const ask = shared<string>((signal) => new Promise((answer, fail) => void open.push({ answer, fail, signal })));
  return { open, ask };
}
const never = new AbortController().signal;

group('one answer for all who ask meanwhile', (test) => {
  test('whoever asks later asks anew', async () => {
    const { open, ask } = asking();
    const both = [ask(never), ask(never)];
    assert.is(open.length, 1);
    open[0]?.answer('first');
    assert.equal(await Promise.all(both), ['first', 'first']);
    const later = ask(never);
    open[1]?.answer('second');
    assert.is(await later, 'second');
  });

  test('whoever is interrupted stops waiting, and the others go on', async () => {
    const { open, ask } = asking();
    const stop = new AbortController();
    const mine = faultOf(ask(stop.signal));
    const theirs = ask(never);
    stop.abort();
    assert.is((await mine).code, 'INTERRUPTED');
    assert.is(open[0]?.signal.aborted, false);
    open[0]?.answer('here');
    assert.is(await theirs, 'here');
  });

  test('the last one to stop ends the question', async () => {
    const { open, ask } = asking();
    const stops = [new AbortController(), new AbortController()];
    const all = stops.map(({ signal }) => faultOf(ask(signal)));
    for (const stop of stops) stop.abort();
    await Promise.all(all);
    assert.is(open[0]?.signal.aborted, true);
    const next = ask(never);
    open[1]?.answer('anew');
    assert.is(await next, 'anew');
  });

  test('who was interrupted before does not ask', async () => {
    const { open, ask } = asking();
    assert.is((await faultOf(ask(AbortSignal.abort()))).code, 'INTERRUPTED');
    assert.is(open.length, 0);
  });

  test('what was asked before a change is no answer to whoever asks after it', async () => {
    const { open, ask } = asking();
    const before = ask(never);
    ask.outdate();
    const after = ask(never);
    open[0]?.answer('old');
    open[1]?.answer('new');
    assert.equal(await Promise.all([before, after]), ['old', 'new']);
  });

  test("an error is everybody's, and nobody's afterwards", async () => {
    const { open, ask } = asking();
    const told = Promise.allSettled([ask(never), ask(never)]);
    open[0]?.fail(new Error('down'));
    assert.equal(
      (await told).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    const next = ask(never);
    open[1]?.answer('up');
    assert.is(await next, 'up');
  });
});
