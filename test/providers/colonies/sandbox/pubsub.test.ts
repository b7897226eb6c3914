import type { Fields } from '../../../../src/core/value.ts';
import { assert, group } from '../../../kit/group.ts';
import { id, lab, sealed, type Answer, type Lab, type Who } from './lab.ts';
import { stoppedClock, work } from './work.ts';

/** Executors that may work, without the ceremony. */
async function employed({ control }: Lab, ...names: readonly Who[]): Promise<void> {
  for (const name of names) await control('add-executor', { name, executorid: id(name), type: 'worker' });
}

const submitted = async ({ done }: Lab, more: Fields = {}): Promise<string> =>
  (await done<{ readonly processid: string }>('user', 'submitfuncspecmsg', { spec: work(more) })).processid;
const assigned = ({ done }: Lab, who: Who): Promise<unknown> => done(who, 'assignprocessmsg', { colonyname: 'dev', timeout: -1 });
const toProcess = (processid: string, state: number, more: Fields = {}): Fields => ({
  colonyname: 'dev',
  processid,
  executortype: '',
  state,
  timeout: 60,
  ...more,
});
const seen = ({ type, payload }: Answer): unknown => {
  const { processid, state, out } = payload as Fields;
  return { type, processid, state, out };
};
const words = ({ error, payload }: Answer): string => {
  const { status, message } = payload as Fields;
  return error ? `${String(status)} ${String(message)}` : 'no error';
};

group('a ColonyOS sandbox tells what happens to a process', (test) => {
  test('when it comes to the state that was asked for, and to no other', () =>
    lab(async (own) => {
      await employed(own, 'e1');
      // Of a function that nobody has registered, the server tells what it was before its output was kept.
      const [processid, other] = [await submitted(own), await submitted(own, { funcname: 'known' })];
      await own.control('add-function', { executor: 'e1', name: 'known' });
      const failing = await submitted(own);
      const sockets = [await own.dial(), await own.dial(), await own.dial(), await own.dial()] as const;
      const [unknown, known, failure, waiting] = sockets;
      unknown.subscribe('user', 'subscribeprocessmsg', toProcess(processid, 2));
      known.subscribe('user', 'subscribeprocessmsg', toProcess(other, 2));
      failure.subscribe('user', 'subscribeprocessmsg', toProcess(failing, 3));
      waiting.subscribe('user', 'subscribeprocessmsg', toProcess(failing, 2));
      await own.heard('subscribeprocessmsg', 4);
      for (const one of [processid, other, failing]) {
        await assigned(own, 'e1');
        if (one === failing) await own.done('e1', 'closefailedmsg', { processid: one, errors: ['sour'] });
        else await own.done('e1', 'closesuccessfulmsg', { processid: one, out: ['ale'] });
      }
      assert.equal(seen(await unknown.next()), { type: 'subscribeprocessmsg', processid, state: 2, out: [] });
      assert.equal(seen(await known.next()), { type: 'subscribeprocessmsg', processid: other, state: 2, out: ['ale'] });
      assert.equal(seen(await failure.next()), { type: 'subscribeprocessmsg', processid: failing, state: 3, out: [] });
      // Whoever waits for success hears nothing of a failure, and goes on waiting.
      waiting.subscribe('user', 'subscribeprocessmsg', toProcess(failing, 3));
      assert.equal(seen(await waiting.next()), { type: 'subscribeprocessmsg', processid: failing, state: 3, out: [] });
    }));

  test('at once, where it has it already; to anybody who can sign', () =>
    lab(async (own) => {
      const processid = await submitted(own);
      const socket = await own.dial();
      socket.subscribe('stranger', 'subscribeprocessmsg', toProcess(processid, 0));
      assert.equal(seen(await socket.next()), { type: 'subscribeprocessmsg', processid, state: 0, out: [] });
    }));

  test('to members alone, where it is strict', () =>
    lab(
      async (own) => {
        const processid = await submitted(own);
        const socket = await own.dial();
        socket.subscribe('stranger', 'subscribeprocessmsg', toProcess(processid, 0));
        assert.is(words(await socket.next()), '403 Access denied, not a member of Colony with name <dev>');
        socket.subscribe('user', 'subscribeprocessmsg', toProcess(processid, 0));
        assert.is((await socket.next()).error, false);
      },
      { options: { sandbox: { strict: true } } },
    ));

  test('not to who names another type of executor', () =>
    lab(async (own) => {
      await employed(own, 'e1');
      const processid = await submitted(own);
      const socket = await own.dial();
      socket.subscribe('user', 'subscribeprocessmsg', toProcess(processid, 1, { executortype: 'other' }));
      await own.heard('subscribeprocessmsg');
      await assigned(own, 'e1');
      socket.subscribe('user', 'subscribeprocessmsg', toProcess('nope', 1));
      assert.is(words(await socket.next()), '403 Invalid process with Id nope');
    }));

  test('until the time is over: then the connection ends without a goodbye, as it does at once for no time at all', () => {
    const clock = stoppedClock();
    return lab(
      async (own) => {
        const processid = await submitted(own);
        const socket = await own.dial();
        socket.subscribe('user', 'subscribeprocessmsg', toProcess(processid, 2, { timeout: 5 }));
        await own.heard('subscribeprocessmsg');
        await clock.forward(4999);
        // It still listens.
        socket.subscribe('user', 'subscribeprocessmsg', toProcess(processid, 0));
        assert.is((await socket.next()).error, false);
        await clock.forward(1);
        assert.is(await socket.closed, 1006);
        const second = await own.dial();
        second.subscribe('user', 'subscribeprocessmsg', toProcess(processid, 2, { timeout: -1 }));
        await own.heard('subscribeprocessmsg', 3);
        await clock.forward(0);
        assert.is(await second.closed, 1006);
      },
      { clock },
    );
  });

  test('nothing to whom it cannot read or does not know: the connection ends; other requests are passed over', () =>
    lab(async (own) => {
      for (const frame of ['{', 'null', '[]', sealed('subscribeprocessmsg', '{}', { text: 'ab' })]) {
        const socket = await own.dial();
        socket.send(frame);
        assert.is(await socket.closed, 1006, frame);
      }
      const socket = await own.dial();
      socket.subscribe('user', 'getcolonymsg', { colonyname: 'dev' });
      socket.send(sealed('subscribeprocessmsg', '{"state":"x"}', 'user'));
      socket.send(sealed('subscribeprocessmsg', '{"msgtype":"other"}', 'user'));
      assert.is(words(await socket.next()), '403 Failed to subscribe to process, msg.msgType does not match rpcMsg.PayloadType');
    }));
});

group('a ColonyOS sandbox tells executors of work', (test) => {
  const toAll: Fields = { colonyname: 'dev', executortype: 'worker', state: 0, timeout: 60 };

  test('one of them, in turns; and nobody who is no executor', () =>
    lab(async (own) => {
      await employed(own, 'e1', 'e2');
      const [first, second, user] = [await own.dial(), await own.dial(), await own.dial()];
      user.subscribe('user', 'subscribeprocessesmsg', toAll);
      assert.is(words(await user.next()), '403 executor not found');
      for (const [n, [who, socket]] of (
        [
          ['e1', first],
          ['e2', second],
        ] as const
      ).entries()) {
        socket.subscribe(who, 'subscribeprocessesmsg', toAll);
        await own.heard('subscribeprocessesmsg', n + 2);
      }
      const ids = [await submitted(own), await submitted(own), await submitted(own), await submitted(own)];
      const told = async (socket: typeof first): Promise<unknown> => ((await socket.next()).payload as Fields)['processid'];
      assert.equal([await told(first), await told(first)], [ids[0], ids[2]]);
      assert.equal([await told(second), await told(second)], [ids[1], ids[3]]);
    }));

  test('of a place, where the work is for that place', () =>
    lab(async (own) => {
      await employed(own, 'e1');
      const socket = await own.dial();
      socket.subscribe('e1', 'subscribeprocessesmsg', toAll);
      await own.heard('subscribeprocessesmsg');
      const { processid } = await own.done<{ readonly processid: string }>('user', 'submitfuncspecmsg', {
        spec: work({}, { locationname: 'cellar' }),
      });
      assert.is(((await socket.next()).payload as Fields)['processid'], processid);
    }));
});

group('a ColonyOS sandbox passes on what is said in a channel', (test) => {
  const inChannel = (processid: string, more: Fields = {}): Fields => ({ processid, name: 'talk', ...more });
  const say = (own: Lab, who: Who, processid: string, [sequence, text]: readonly [number, string]): Promise<unknown> =>
    own.done(who, 'channelappendmsg', inChannel(processid, { sequence, payload: Buffer.from(text).toString('base64') }));
  const heard = ({ type, payload }: Answer): unknown => ({
    type,
    texts: (payload as readonly Fields[]).map(({ payload: text }) => Buffer.from(String(text), 'base64').toString()),
  });
  const frame = (...texts: readonly string[]): unknown => ({ type: 'subscribechannelmsg', texts });

  test('first what was said before, then every word; an empty list when the time is over, and the socket stays', () => {
    const clock = stoppedClock();
    return lab(
      async (own) => {
        const processid = await submitted(own, { channels: ['talk'] });
        for (const word of [
          [1, 'a'],
          [2, 'b'],
        ] as const)
          await say(own, 'user', processid, word);
        const socket = await own.dial();
        socket.subscribe('user', 'subscribechannelmsg', inChannel(processid, { afterseq: 1, timeout: 0 }));
        assert.equal(heard(await socket.next()), frame('b'));
        await say(own, 'user', processid, [3, 'c']);
        assert.equal(heard(await socket.next()), frame('c'));
        // No time given is half a minute.
        await clock.forward(30_000);
        assert.equal(heard(await socket.next()), frame());
        socket.subscribe('user', 'subscribechannelmsg', inChannel(processid, { afterseq: 2, timeout: 5 }));
        assert.equal(heard(await socket.next()), frame('c'));
      },
      { clock },
    );
  });

  test('until the process is closed: nothing more is said, and the next frame is read', () =>
    lab(async (own) => {
      await employed(own, 'e1');
      const processid = await submitted(own, { channels: ['talk'] });
      const socket = await own.dial();
      socket.subscribe('user', 'subscribechannelmsg', inChannel(processid, { timeout: 600 }));
      socket.subscribe('user', 'subscribeprocessmsg', toProcess(processid, 2));
      await assigned(own, 'e1');
      await say(own, 'e1', processid, [1, 'done']);
      assert.equal(heard(await socket.next()), frame('done'));
      await own.done('e1', 'closesuccessfulmsg', { processid, out: [] });
      assert.equal(seen(await socket.next()), { type: 'subscribeprocessmsg', processid, state: 2, out: [] });
    }));

  test('to who submitted the process and who runs it', () =>
    lab(async (own) => {
      await employed(own, 'e1', 'e2');
      const processid = await submitted(own, { channels: ['talk'] });
      await assigned(own, 'e1');
      const refused = async (who: Who, fields: Fields): Promise<string> => {
        const socket = await own.dial();
        socket.subscribe(who, 'subscribechannelmsg', fields);
        return words(await socket.next());
      };
      assert.is(await refused('e2', inChannel(processid)), '403 Not authorized to subscribe to channel');
      assert.is(await refused('stranger', inChannel(processid)), '403 Access denied, not a member of Colony with name <dev>');
      assert.is(await refused('user', inChannel('nope')), '404 Process not found');
      assert.is(await refused('user', { processid, name: 'other' }), '404 Channel not found');
    }));
});
