import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { hashText, idOf } from '../client/keys.ts';
import type { Clock } from '../../transport/clock.ts';
import { openChannels } from './channel-store.ts';
import { openEvents } from './events.ts';
import { zoneNamed, type Instant } from './instant.ts';
import type { Keep } from './keep.ts';
import * as models from './models.ts';
import { long, struct, text } from './shape.ts';
import type { Settings } from './settings.ts';
import { SAMPLE_COLONY_KEY, SAMPLE_USER_KEY } from './settings.ts';
import { indexed } from './table.ts';
import type { World } from './world.ts';

export interface WorldOptions {
  readonly settings: Settings;
  /** Paced and skewed already. */
  readonly clock: Clock;
  readonly keep: Keep;
  readonly port: () => number;
}

/** A server that runs, and the way to stop it. */
export interface OpenWorld {
  readonly world: World;
  /** Ends what sleeps and waits for what is under way. */
  end(): Promise<void>;
}

/** Builds a server's world out of what is kept. */
export async function openWorld({ settings, clock, keep, port }: WorldOptions): Promise<OpenWorld> {
  const ended = new AbortController();
  const { signal } = ended;
  // Every blocked assign and every subscriber listens to it.
  setMaxListeners(0, signal);
  const running = new Set<Promise<void>>();
  const tables = openTables(keep);
  keep.opened();
  const uuid = (): string => randomUUID();
  const world: World = {
    ...tables,
    settings,
    clock,
    keep,
    zone: zoneNamed(settings.timezone),
    events: openEvents(),
    channels: openChannels(() => clock.now()),
    signal,
    now: ticking(clock),
    random: Math.random,
    uuid,
    id: () => hashText(uuid()),
    sleep: (ms) => clock.sleep(ms, signal),
    background(work) {
      const done = work()
        .catch((error: unknown) => {
          // What slept when the world ended wakes up with this; anything else is nobody's to swallow.
          if (!signal.aborted || error !== signal.reason) throw error;
        })
        .finally(() => running.delete(done));
      running.add(done);
    },
    serverId: () => tables.server.get('server')?.serverid ?? '',
    port,
  };
  tables.processes.watch((before, after) => {
    if (before !== undefined && (after === undefined || after.state > models.RUNNING)) world.channels.drop(before.processid);
  });
  await begin(world);
  return {
    world,
    async end() {
      ended.abort(new Error('the server has ended'));
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** What is there before anybody asked for anything. The sample colony is made once: who removes it has removed it. */
async function begin(world: World): Promise<void> {
  const { settings } = world;
  if (world.server.get('server') !== undefined) return;
  world.server.put('server', { serverid: idOf(settings.serverKey) });
  if (settings.colony !== undefined) {
    world.colonies.put(settings.colony, { colonyid: idOf(SAMPLE_COLONY_KEY), name: settings.colony });
    if (settings.member) {
      const member = { colonyname: settings.colony, userid: idOf(SAMPLE_USER_KEY), name: 'myuser', email: '', phone: '' };
      world.users.put(`${settings.colony}:myuser`, member);
    }
  }
  await world.keep.settled();
}

function ticking(clock: Clock): () => Instant {
  let last = 0n;
  return () => {
    const now = BigInt(Math.trunc(clock.now() * 1000)) * 1000n;
    // A clock that was put back by more than a second was put back on purpose.
    last = now > last || last - now > 1_000_000_000n ? now : last + 1000n;
    return last;
  };
}

type Tables = Omit<
  World,
  | 'settings'
  | 'clock'
  | 'keep'
  | 'zone'
  | 'events'
  | 'channels'
  | 'signal'
  | 'now'
  | 'random'
  | 'uuid'
  | 'id'
  | 'sleep'
  | 'background'
  | 'serverId'
  | 'port'
>;

function openTables(keep: Keep): Tables {
  const server = keep.table('server', struct({ serverid: text }));
  const colonies = keep.table('colony', models.colony);
  const paused = keep.table('paused', struct({ colonyname: text }));
  const users = keep.table('user', models.user);
  const executors = keep.table('executor', models.executor);
  const functions = keep.table('function', models.func);
  const attributes = keep.table('attribute', models.attribute);
  const logs = keep.table('log', models.logRow);
  const files = keep.table('file', models.file);
  const snapshots = keep.table('snapshot', models.snapshot);
  const locations = keep.table('location', models.location);
  const processes = keep.table('process', models.processRow);
  const graphs = keep.table('graph', models.graphRow);
  const crons = keep.table('cron', models.cron);
  const generators = keep.table('generator', models.generator);
  const packed = keep.table('packed', models.packed);
  const definitions = keep.table('definition', models.definition);
  const blueprints = keep.table('blueprint', models.blueprint);
  const history = keep.table('history', models.blueprintHistory);
  const filled = (name: string): string | undefined => (name === '' ? undefined : name);
  return {
    server,
    colonies,
    coloniesWithId: indexed(colonies, ({ colonyid }) => colonyid),
    paused,
    users,
    usersOf: indexed(users, ({ colonyname }) => colonyname),
    userById: indexed(users, ({ colonyname, userid }) => `${colonyname}:${userid}`),
    executors,
    executorsOf: indexed(executors, ({ colonyname }) => colonyname),
    executorById: indexed(executors, ({ executorid }) => executorid),
    functions,
    functionsOf: indexed(functions, ({ colonyname }) => colonyname),
    functionsBy: indexed(functions, ({ colonyname, executorname }) => `${colonyname}:${executorname}`),
    attributes,
    attributesOf: indexed(attributes, ({ targetid }) => targetid),
    logs,
    logsOfColony: indexed(logs, ({ colonyname }) => colonyname),
    logsOfProcess: indexed(logs, ({ processid }) => filled(processid)),
    logsOfExecutor: indexed(logs, ({ executorname }) => executorname),
    files,
    fileNumber: keep.table('filenumber', struct({ sequencenr: long })),
    filesOf: indexed(files, ({ colonyname }) => colonyname),
    filesNamed: indexed(files, ({ colonyname, label, name }) => `${colonyname}:${label}:${name}`),
    snapshots,
    snapshotsOf: indexed(snapshots, ({ colonyname }) => colonyname),
    snapshotNamed: indexed(snapshots, ({ colonyname, name }) => `${colonyname}:${name}`),
    locations,
    locationsOf: indexed(locations, ({ colonyname }) => colonyname),
    processes,
    processesOf: indexed(processes, ({ spec }) => spec.conditions.colonyname),
    processesIn: indexed(processes, ({ processgraphid }) => filled(processgraphid)),
    processesBy: indexed(processes, ({ assignedexecutorid }) => filled(assignedexecutorid)),
    graphs,
    graphsOf: indexed(graphs, ({ colonyname }) => colonyname),
    crons,
    cronsOf: indexed(crons, ({ colonyname }) => colonyname),
    generators,
    generatorsOf: indexed(generators, ({ colonyname }) => colonyname),
    packed,
    packedOf: indexed(packed, ({ generatorid }) => generatorid),
    definitions,
    definitionsOf: indexed(definitions, ({ metadata }) => metadata.colonyname),
    blueprints,
    blueprintsOf: indexed(blueprints, ({ metadata }) => metadata.colonyname),
    history,
    historyOf: indexed(history, ({ blueprintid }) => blueprintid),
  };
}
