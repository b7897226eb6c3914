import { refuse } from './handler.ts';
import type { Instant } from './instant.ts';
import { FAILED, SUCCESS, type ProcessRow } from './models.ts';

/** A message in a channel of a process. */
export interface Entry {
  readonly sequence: bigint;
  readonly inreplyto: bigint;
  readonly timestamp: Instant;
  readonly senderid: string;
  readonly payload: Uint8Array | null;
  readonly type: string;
}

export interface Channel {
  readonly entries: readonly Entry[];
  /** Throws Refusal 500 at the limits of the server. */
  append(entry: Entry): void;
  /** Told of every entry from now on, and `ended` when the process is closed; until the function that it returns is called. */
  listen(listener: { readonly entry: (entry: Entry) => void; readonly ended: () => void }): () => void;
}

/** Channels live in the server's memory alone: from a process's submission until it is closed (pkg/channel). */
export interface Channels {
  /** Undefined where the process has no such channel, or is closed. Throws Refusal 500 for one too many. */
  find(process: ProcessRow, name: string): Channel | undefined;
  /** The process is closed. */
  drop(processid: string): void;
}

const MOST_BYTES = 10 * 1024 * 1024;
const MOST_ENTRIES = 10_000;
const MOST_CHANNELS = 100;
const BURST = 500;
const PER_SECOND = 100;

export function openChannels(now: () => number): Channels {
  const processes = new Map<string, { readonly limit: () => boolean; readonly channels: Map<string, OpenChannel> }>();
  return {
    find(process, name) {
      const found = processes.get(process.processid)?.channels.get(name);
      if (found !== undefined) return found;
      if (process.state === SUCCESS || process.state === FAILED || !process.spec.channels?.includes(name)) return undefined;
      const mine = processes.get(process.processid) ?? { limit: bucket(now), channels: new Map<string, OpenChannel>() };
      if (mine.channels.size >= MOST_CHANNELS) refuse(500, 'process has too many channels');
      processes.set(process.processid, mine);
      const channel = openChannel(mine.limit);
      mine.channels.set(name, channel);
      return channel;
    },
    drop(processid) {
      for (const channel of processes.get(processid)?.channels.values() ?? []) channel.end();
      processes.delete(processid);
    },
  };
}

/** So many messages at once, and so many a second from then on. */
function bucket(now: () => number): () => boolean {
  let tokens = BURST;
  let filled = now();
  return () => {
    const time = now();
    tokens = Math.min(BURST, tokens + ((time - filled) / 1000) * PER_SECOND);
    filled = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

interface OpenChannel extends Channel {
  end(): void;
}

function openChannel(allowed: () => boolean): OpenChannel {
  const entries: Entry[] = [];
  const listeners = new Set<Parameters<Channel['listen']>[0]>();
  return {
    entries,
    append(entry) {
      if ((entry.payload?.length ?? 0) > MOST_BYTES) refuse(500, 'message payload exceeds maximum size');
      if (!allowed()) refuse(500, 'rate limit exceeded');
      if (entries.length >= MOST_ENTRIES) refuse(500, 'channel log is full');
      // In the order of its sender's own numbers, behind whatever others have said.
      let at = entries.length;
      for (let before = entries[at - 1]; before?.senderid === entry.senderid && entry.sequence < before.sequence; before = entries[at - 1])
        at -= 1;
      entries.splice(at, 0, entry);
      for (const listener of [...listeners]) listener.entry(entry);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end() {
      for (const listener of [...listeners]) listener.ended();
    },
  };
}
