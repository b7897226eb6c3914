import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { answered } from './answered.ts';
import { textOf } from './api-socket.ts';
import { ACTIVE } from './dataplane-socket.ts';
import type { Texts } from './gson.ts';
import { openOutlet } from './outlet.ts';
import type { World } from './world.ts';

/**
 * One `/api/logstreamer`: the server speaks first, then takes frames of four fields, `region,agent,level,class`, and answers
 * each with a line of text (sheet 7.4). What the agent then logs comes as lines between.
 */
export function serveLog(world: World, socket: WebSocket): void {
  const session = randomUUID();
  const outlet = openOutlet(world, socket);
  world.streams.set(session, (line) => void outlet.send(line, { canWait: false }));
  socket.send(ACTIVE);
  let turn: Promise<void> = Promise.resolve();
  let mirrored: readonly [region: string, agent: string] | undefined;

  const ask = (to: readonly [string, string], params: Texts): Promise<Texts | undefined> =>
    answered(
      world,
      world.deliver({ to: 'agent', region: to[0], agent: to[1] }, { event: 'CONFIG', params: { session_id: session, ...params } }),
    );

  const configure = async (region: string, agent: string, level: string, base: string): Promise<void> => {
    const to = [region, agent] as const;
    const other = mirrored !== undefined && (mirrored[0] !== region || mirrored[1] !== agent) ? mirrored : undefined;
    // Generation 2 remembers the last agent alone, and leaves the ones before it switched on.
    if (other !== undefined && world.settings.generation === 3) await ask(other, { action: 'setlogdp', setlogdp: 'false' });
    const on = await ask(to, { action: 'getislogdp' });
    if (on?.['islogdp'] !== 'true') await ask(to, { action: 'setlogdp', setlogdp: 'true' });
    mirrored = to;
    const reply = await ask(to, { action: 'setloglevel', baseclassname: base, loglevel: level });
    if (socket.readyState === socket.OPEN) socket.send(wordOn({ reply, region, agent, level, base }));
  };

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const [region, agent, level, base, ...more] = isBinary ? [] : textOf(data).split(',');
    if (region === undefined || agent === undefined || level === undefined || base === undefined || more.length > 0) return;
    turn = turn.then(() => configure(region, agent, level, base));
    const done = turn;
    world.background(() => done);
  });
  socket.on('close', () => {
    world.streams.delete(session);
    const last = mirrored;
    if (last !== undefined) world.background(async () => void (await ask(last, { action: 'setlogdp', setlogdp: 'false' })));
  });
}

function wordOn(asked: {
  readonly reply: Texts | undefined;
  readonly region: string;
  readonly agent: string;
  readonly level: string;
  readonly base: string;
}): string {
  const { reply, region, agent, level, base } = asked;
  if (reply === undefined) return 'Error setting loglevel';
  return reply['status_code'] === '7'
    ? `set loglevel: ${level} for baseclass: ${base} on region_id:${region} agent_id:${agent}`
    : `could not set loglevel status_code: ${reply['status_code'] ?? ''} status_desc: ${reply['status_desc'] ?? ''}`;
}
