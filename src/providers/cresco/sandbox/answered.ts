import type { Texts } from './gson.ts';
import type { World } from './world.ts';

/**
 * An answer within the time that the server waits for one: undefined after that time, for one that never comes as well as for
 * one that is late. Rejects when the world ends, which waits for what is still being done: it may be writing a file.
 */
export async function answered(
  world: World,
  reply: Promise<Texts | undefined>,
  withinMs: number = world.settings.voidMs,
): Promise<Texts | undefined> {
  const given = new AbortController();
  // What becomes of it is heard below.
  world.background(async () => void (await Promise.allSettled([reply])));
  const late = world.clock.sleep(withinMs, AbortSignal.any([world.signal, given.signal])).then(
    () => undefined,
    (reason: unknown) => {
      if (!given.signal.aborted) throw reason;
      return undefined;
    },
  );
  try {
    return await Promise.race([reply.then((answer) => answer ?? late), late]);
  } finally {
    given.abort();
  }
}
