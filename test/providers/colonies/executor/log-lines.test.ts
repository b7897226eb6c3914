import fc from 'fast-check';
import { logLines } from '../../../../src/providers/colonies/executor/log-lines.ts';
import { assert, group } from '../../../kit/group.ts';

/** A server that takes its time, and the clock of somebody who does not. */
function receiver(limits: { readonly message: number; readonly waiting: number }, refuseAt = Infinity) {
  const messages: string[] = [];
  const refusals: unknown[] = [];
  let busy = 0;
  let most = 0;
  const lines = logLines({
    limits,
    clock: { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    onRefused: (error) => refusals.push(error),
    async send(message) {
      busy += 1;
      most = Math.max(most, busy);
      await new Promise((resolve) => setImmediate(resolve));
      busy -= 1;
      if (messages.length >= refuseAt) throw new Error('taken away');
      messages.push(message);
    },
  });
  return { lines, messages, refusals, most: () => most };
}

const texts = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('\n', 'a\n', 'a\nb', '😀'.repeat(9))), {
  maxLength: 30,
});

group('log lines', (test) => {
  test('arrive whole, in order, one message at a time, none longer than its limit or with half a character', () =>
    fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 2, max: 30 }), fc.array(fc.boolean()), async (all, message, awaited) => {
        const { lines, messages, most } = receiver({ message, waiting: 50 });
        for (const [n, text] of all.entries()) {
          if (awaited[n] === true) await lines.write(text);
          else void lines.write(text);
        }
        await lines.close();
        const wanted = all.map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)).join('');
        assert.is(messages.join(''), wanted);
        assert.ok(messages.every((one) => one.length <= message && Buffer.from(one).toString() === one));
        assert.ok(most() <= 1);
      }),
    ));

  test('that are written while one is on its way go together', async () => {
    const { lines, messages } = receiver({ message: 1000, waiting: 1000 });
    for (const text of ['a', 'b', 'c', 'd']) void lines.write(text);
    await lines.close();
    assert.equal(messages, ['a\n', 'b\nc\nd\n']);
  });

  test('hold back who awaits them, and nobody else', async () => {
    const { lines, messages } = receiver({ message: 4, waiting: 8 });
    let went = false;
    const third = [lines.write('aaa'), lines.write('bbb'), lines.write('ccc')][2] as Promise<void>;
    void third.then(() => (went = true));
    await Promise.resolve();
    assert.not.ok(went);
    await third;
    assert.ok(messages.length > 0);
    await lines.close();
    assert.is(messages.join(''), 'aaa\nbbb\nccc\n');
  });

  test('end with the first that is refused, and nobody waits for ever', async () => {
    const { lines, messages, refusals } = receiver({ message: 4, waiting: 8 }, 1);
    await Promise.all(['aaa', 'bbb', 'ccc', 'ddd'].map((text) => lines.write(text)));
    await lines.write('eee');
    await lines.close();
    assert.equal([messages, refusals.length], [['aaa\n'], 1]);
  });

  test('that come after the end are nobody’s', async () => {
    const { lines, messages } = receiver({ message: 10, waiting: 10 });
    await lines.close();
    await lines.write('late');
    assert.equal(messages, []);
  });
});
