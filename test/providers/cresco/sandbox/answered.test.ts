import { answered } from '../../../../src/providers/cresco/sandbox/answered.ts';
import type { Texts } from '../../../../src/providers/cresco/sandbox/gson.ts';
import type { World } from '../../../../src/providers/cresco/sandbox/world.ts';
import { systemClock } from '../../../../src/providers/transport/clock.ts';
import { assert, group } from '../../../kit/group.ts';

function worldThatEnds(): { readonly world: World; readonly end: () => void; readonly background: Promise<void>[] } {
  const ended = new AbortController();
  const background: Promise<void>[] = [];
  const world = {
    clock: systemClock,
    signal: ended.signal,
    settings: { voidMs: 60_000 },
    background: (work: () => Promise<void>) => void background.push(work()),
  } as unknown as World;
  return { world, end: () => ended.abort(new Error('the fabric has ended')), background };
}

group('waiting for an answer on a fabric', (test) => {
  test('ends with the fabric, which goes on waiting for what is being done', async () => {
    const { world, end, background } = worldThatEnds();
    let finish: (reply: Texts) => void = () => undefined;
    const waiting = answered(world, new Promise((resolve) => (finish = resolve)));
    end();
    const said = await waiting.catch((error: unknown) => String(error));
    assert.is(said, 'Error: the fabric has ended');
    let isOver = false;
    const over = Promise.all(background).then(() => (isOver = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.not.ok(isOver, 'a file may be half written');
    finish({});
    await over;
  });

  test('a failure is told to who waits, and to nobody else', async () => {
    const { world, background } = worldThatEnds();
    const said = await answered(world, Promise.reject(new Error('no disk'))).catch((error: unknown) => String(error));
    assert.is(said, 'Error: no disk');
    await Promise.all(background);
  });
});
