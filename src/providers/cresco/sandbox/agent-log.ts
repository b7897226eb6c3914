import type { Level, Levels } from './log-levels.ts';
import { levelFor, passes } from './log-levels.ts';

/** The log of one agent: its main.log, and the sessions of log streamers that mirror it. */
export interface AgentLog {
  /** `source` is `agent` or a plugin id. */
  write(line: { readonly level: Level; readonly source: string; readonly className: string; readonly message: string }): void;
  /** The file as text. */
  text(): string;
  /** Sessions that are mirrored, by session id; what they asked for is kept while they are. */
  readonly sessions: Map<string, LogSession>;
}

export interface LogSession extends Levels {
  session?: Level | undefined;
  readonly classes: Map<string, Level>;
}

/** How much of main.log is kept: a whole one has to fit a frame of 1 MiB, the limit of the Python clients. */
const KEPT = 256 * 1024;

export function openAgentLog(options: {
  readonly region: string;
  readonly agent: string;
  readonly now: () => number;
  /** The sockets of log streamers, by session id. */
  readonly streams: ReadonlyMap<string, (line: string) => void>;
}): AgentLog {
  const { region, agent, now, streams } = options;
  const sessions = new Map<string, LogSession>();
  let lines: string[] = [];
  let size = 0;
  return {
    sessions,
    write({ level, source, className, message }) {
      const logId = `${source}:${className}`.toLowerCase();
      if (passes(level, 'Info')) {
        const line = `${new Date(now()).toISOString()} ${level.toUpperCase()} [${className}] ${message}\n`;
        lines.push(line);
        size += line.length;
        // Half of it goes at once, so that a line costs the same however long the log is.
        if (size > KEPT) {
          lines = lines.slice(Math.ceil(lines.length / 2));
          size = lines.reduce((sum, one) => sum + one.length, 0);
        }
      }
      for (const [id, session] of sessions) {
        if (passes(level, levelFor(session, logId))) streams.get(id)?.(`${region}_${agent} [ ${logId}] ${level} ${message}`);
      }
    },
    text: () => lines.join(''),
  };
}
