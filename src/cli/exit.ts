/** What a script can go by. */
export const EXIT = {
  /** Done, in step, or in motion. */
  ok: 0,
  /** A step failed. */
  failed: 1,
  /** Changes wait: only with `--exit-code`. */
  changes: 2,
  /** The manifests, or the words of the command, are wrong. */
  manifests: 3,
  /** Stale, leased by somebody else, or another instance behind the address. */
  stale: 4,
  /** Refused by policy. */
  refused: 5,
  /** Something could not be observed. */
  unobserved: 6,
  /** A bug of ours. */
  bug: 70,
  interrupted: 130,
} as const;

const OF_CODE: Readonly<Record<string, number>> = {
  STALE: EXIT.stale,
  STALE_PLAN: EXIT.stale,
  LEASE_HELD: EXIT.stale,
  LEASE_EXPIRED: EXIT.stale,
  LEASE_LOST: EXIT.stale,
  INSTANCE_CHANGED: EXIT.stale,
  STATE_CONFLICT: EXIT.stale,
  INTERRUPTED: EXIT.interrupted,
};

/** The exit code that a fault ends a command with. */
export const exitOf = (code: string): number => OF_CODE[code] ?? EXIT.failed;
