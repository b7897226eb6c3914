import type { WebSocket } from 'ws';
import { openOutlet } from '../../../../src/providers/cresco/sandbox/outlet.ts';
import type { Outlet } from '../../../../src/providers/cresco/sandbox/outlet.ts';
import type { World } from '../../../../src/providers/cresco/sandbox/world.ts';
import { assert, group } from '../../../kit/group.ts';
import { manualClock } from './peer.ts';

const MEGA = 1024 * 1024;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A reader that takes frames when it is told to. */
function slowReader(): {
  readonly outlet: Outlet;
  readonly reader: { bufferedAmount: number; readonly taken: number };
  take(): void;
  readonly cut: () => boolean;
  pass(ms: number): Promise<void>;
} {
  const clock = manualClock();
  const waiting: { readonly size: number; readonly done: () => void }[] = [];
  const closing: (() => void)[] = [];
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    taken: 0,
    send(frame: Uint8Array, done: () => void) {
      socket.bufferedAmount += frame.length;
      waiting.push({ size: frame.length, done });
    },
    on: (_: string, listener: () => void) => void closing.push(listener),
    terminate() {
      socket.readyState = 3;
      for (const listener of closing) listener();
    },
  };
  const world = { sleep: (ms: number) => clock.sleep(ms), background: (work: () => Promise<void>) => void work() };
  return {
    outlet: openOutlet(world as unknown as World, socket as unknown as WebSocket),
    reader: socket,
    take() {
      const first = waiting.shift();
      socket.bufferedAmount -= first?.size ?? 0;
      socket.taken += 1;
      first?.done();
    },
    cut: () => socket.readyState === 3,
    async pass(ms) {
      clock.pass(ms);
      await turn();
    },
  };
}

group('the way out to a reader', (test) => {
  const frame = Buffer.alloc(MEGA);

  test('a reader that keeps up holds up nobody', async () => {
    const { outlet, take } = slowReader();
    for (let n = 0; n < 10; n += 1) {
      outlet.send(frame, { canWait: true });
      assert.not(outlet.behind);
      take();
    }
    await outlet.caughtUp();
  });

  test('who sends waits for one that is behind, and goes on when it has caught up', async () => {
    const { outlet, take } = slowReader();
    for (let n = 0; n < 3; n += 1) outlet.send(frame, { canWait: true });
    assert.ok(outlet.behind);
    let done = false;
    const caught = outlet.caughtUp().then(() => void (done = true));
    take();
    await turn();
    assert.not(done);
    take();
    await caught;
    assert.not(outlet.behind);
  });

  test('what cannot wait is dropped before it piles up', () => {
    const { outlet, reader } = slowReader();
    let sent = 0;
    for (let n = 0; n < 1_000; n += 1) if (outlet.send(frame, { canWait: false })) sent += 1;
    assert.ok(sent >= 16 && sent < 20, `${sent} megabytes`);
    assert.is(reader.bufferedAmount, sent * MEGA);
  });

  test('a reader that takes nothing for half a minute is cut off; one that takes little is not', async () => {
    for (const takes of [true, false]) {
      const { outlet, take, cut, pass } = slowReader();
      for (let n = 0; n < 10; n += 1) outlet.send(frame, { canWait: true });
      let done = false;
      const caught = outlet.caughtUp().then(() => void (done = true));
      for (let n = 0; n < 4; n += 1) {
        if (takes) take();
        await pass(30_000);
      }
      assert.is(cut(), !takes);
      assert.is(done, !takes);
      // Whoever waited for it goes on.
      if (takes) for (let n = 0; n < 6; n += 1) take();
      await caught;
    }
  });
});
