/** Levels of log lines, from silent to everything; case-sensitive on the wire. */
export const LEVELS = ['None', 'Error', 'Warn', 'Info', 'Debug', 'Trace'] as const;
export type Level = (typeof LEVELS)[number];

export const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text);

/** What one log session has asked of one agent. */
export interface Levels {
  /** Of `default`; undefined while nobody set it. */
  readonly session?: Level | undefined;
  readonly classes: ReadonlyMap<string, Level>;
}

/**
 * The level in force for `<plugin id or agent>:<class>` (lower case). The session's own counts only while no class has one;
 * after that the fallback is Info. A class level is found by its exact name or as the nearest lower name in sort order,
 * if that is a prefix and not shorter than what stands before the colon (sheet 7.4).
 */
export function levelFor({ session, classes }: Levels, logId: string): Level {
  if (classes.size === 0) return session ?? 'Info';
  let floor: string | undefined;
  for (const name of classes.keys()) if (name <= logId && (floor === undefined || name > floor)) floor = name;
  const head = logId.slice(0, logId.indexOf(':'));
  return floor !== undefined && floor >= head && logId.startsWith(floor) ? (classes.get(floor) as Level) : 'Info';
}

export const passes = (level: Level, threshold: Level): boolean => LEVELS.indexOf(level) <= LEVELS.indexOf(threshold);
