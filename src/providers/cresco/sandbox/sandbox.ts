import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox, SandboxOptions } from '../../contract.ts';
import type { Clock } from '../../transport/clock.ts';
import { systemClock } from '../../transport/clock.ts';
import { certificateFor } from './certificate.ts';
import { switches } from '../../switches.ts';
import { controlsOf } from './controls.ts';
import { openCounts } from './counts.ts';
import { openKeep } from './keep.ts';
import { openWorld } from './open-world.ts';
import { restartAgent, stopAgent } from './power.ts';
import { serve } from './server.ts';
import { settingsOf } from './settings.ts';
import { openTroubles } from './troubles.ts';
import type { World } from './world.ts';
import { WSAPI_ID } from './world.ts';

/**
 * A Cresco fabric with a wsapi server that the real clients take for one. With a folder, what a controller's database holds
 * survives: plugins with persistence 10, pipelines, jars, the certificate. A target reaches it with the key and the fingerprint
 * that come with the address. `clock` is for tests: everything that takes time asks it.
 * Throws Fault SANDBOX_OPTION, SANDBOX_DAMAGED, and those of the disk.
 */
export async function sandbox(options: SandboxOptions, given: Clock = systemClock): Promise<Sandbox> {
  const settings = settingsOf(options.options);
  const clock = paced(given, settings.pace);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'setpoint-cresco-')));
  const keep = await openKeep(options.folder);
  const identity = { generation: settings.generation, region: settings.region, agent: settings.agent, plugin: WSAPI_ID };
  const certificate = await certificateFor(identity, {
    now: () => clock.now(),
    ...(options.folder === undefined ? {} : { folder: options.folder }),
  });
  const troubles = openTroubles();
  const counts = openCounts();
  const host = options.host ?? '127.0.0.1';
  let deeds: Promise<void> = Promise.resolve();

  const power: World['power'] = async (agent, deed) => {
    const { world } = current;
    if (agent !== world.home) return deed === 'stop' ? stopAgent(world, agent) : restartAgent(world, agent);
    // The node of the API goes with everything on it. Whoever asked is part of it, so nobody waits for this.
    if (deed === 'restart') void restart();
    else {
      troubles.down = true;
      server.cut();
    }
  };
  const open = (): ReturnType<typeof openWorld> => openWorld({ settings, clock, keep, folder, troubles, power });
  let current = await open();
  const restart = (): Promise<void> =>
    (deeds = deeds.then(async () => {
      server.cut();
      await current.end();
      current = await open();
    }));
  const server = await serve({
    settings,
    certificate,
    host,
    port: options.port ?? 0,
    troubles,
    counts,
    world: () => current.world,
  });
  const controls = controlsOf({ world: () => current.world, troubles, counts, certificate, cut: server.cut, restart });
  return {
    address: `wss://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    options: { serviceKey: settings.serviceKey, tls: { fingerprint: certificate.fingerprint } },
    ...switches('Cresco', controls),
    async close() {
      await deeds;
      await server.close();
      await current.end();
      await keep.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same time, so many times as fast. */
const paced = ({ now, sleep }: Clock, pace: number): Clock => ({ now, sleep: (ms, signal) => sleep(ms * pace, signal) });
