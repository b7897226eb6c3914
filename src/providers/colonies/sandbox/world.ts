import type { Clock } from '../../transport/clock.ts';
import type { Channels } from './channel-store.ts';
import type { Events } from './events.ts';
import type { Instant, Zone } from './instant.ts';
import type { Keep } from './keep.ts';
import type {
  Attribute,
  Blueprint,
  BlueprintHistory,
  Colony,
  Cron,
  Definition,
  Executor,
  File,
  Func,
  Generator,
  GraphRow,
  Location,
  LogRow,
  Packed,
  ProcessRow,
  Snapshot,
  User,
} from './models.ts';
import type { Settings } from './settings.ts';
import type { Index, Table } from './table.ts';

/** Everything that a server is between one start and the next. */
export interface World {
  readonly settings: Settings;
  /** Paced and skewed: whatever takes time asks it. */
  readonly clock: Clock;
  /** The time zone in which times are written. */
  readonly zone: Zone;
  readonly keep: Keep;
  readonly events: Events;
  readonly channels: Channels;
  /** Ends with the world: all that sleeps wakes up and stops. */
  readonly signal: AbortSignal;
  /** The time, later by a microsecond at least than the last time it was asked for: nothing happens at the same moment. */
  now(): Instant;
  /** In [0, 1). */
  random(): number;
  /** A random UUID. */
  uuid(): string;
  /** An id as the server makes them: the hash of a UUID. */
  id(): string;
  /** Waits on the world's clock; rejects when the world ends. */
  sleep(ms: number): Promise<void>;
  /** Work that nobody waits for: it ends with the world. */
  background(work: () => Promise<void>): void;
  serverId(): string;
  /** Its port, once it listens. */
  port(): number;

  /** One row, `server`: the id of its owner. */
  readonly server: Table<{ readonly serverid: string }>;
  /** By name. */
  readonly colonies: Table<Colony>;
  readonly coloniesWithId: Index<Colony>;
  /** Colonies whose assignments are paused, by name. */
  readonly paused: Table<{ readonly colonyname: string }>;
  /** By `colony:name`, as are executors and locations: the server keeps such names in one text, and a colon in them is its undoing. */
  readonly users: Table<User>;
  readonly usersOf: Index<User>;
  /** By `colony:id`. */
  readonly userById: Index<User>;
  readonly executors: Table<Executor>;
  readonly executorsOf: Index<Executor>;
  /** By id, in all colonies. */
  readonly executorById: Index<Executor>;
  readonly functions: Table<Func>;
  readonly functionsOf: Index<Func>;
  /** By `colony:executor`. */
  readonly functionsBy: Index<Func>;
  readonly attributes: Table<Attribute>;
  /** By target. */
  readonly attributesOf: Index<Attribute>;
  readonly logs: Table<LogRow>;
  readonly logsOfColony: Index<LogRow>;
  readonly logsOfProcess: Index<LogRow>;
  /** By name, in all colonies. */
  readonly logsOfExecutor: Index<LogRow>;
  readonly files: Table<File>;
  /** One row, `last`: the number of the newest revision. */
  readonly fileNumber: Table<{ readonly sequencenr: bigint }>;
  readonly filesOf: Index<File>;
  /** By `colony:label:name`: its revisions, oldest first. */
  readonly filesNamed: Index<File>;
  readonly snapshots: Table<Snapshot>;
  readonly snapshotsOf: Index<Snapshot>;
  /** By `colony:name`. */
  readonly snapshotNamed: Index<Snapshot>;
  readonly locations: Table<Location>;
  readonly locationsOf: Index<Location>;

  readonly processes: Table<ProcessRow>;
  /** By colony. */
  readonly processesOf: Index<ProcessRow>;
  /** By graph. */
  readonly processesIn: Index<ProcessRow>;
  /** By the executor that runs them or ran them. */
  readonly processesBy: Index<ProcessRow>;
  readonly graphs: Table<GraphRow>;
  readonly graphsOf: Index<GraphRow>;
  readonly crons: Table<Cron>;
  readonly cronsOf: Index<Cron>;
  readonly generators: Table<Generator>;
  readonly generatorsOf: Index<Generator>;
  /** By id, in the order in which they were packed. */
  readonly packed: Table<Packed>;
  /** By generator. */
  readonly packedOf: Index<Packed>;
  readonly definitions: Table<Definition>;
  readonly definitionsOf: Index<Definition>;
  readonly blueprints: Table<Blueprint>;
  readonly blueprintsOf: Index<Blueprint>;
  readonly history: Table<BlueprintHistory>;
  /** By blueprint, oldest first. */
  readonly historyOf: Index<BlueprintHistory>;
}
