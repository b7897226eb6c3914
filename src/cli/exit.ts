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

const of = (exit: number, codes: string): readonly (readonly [string, number])[] =>
  codes
    .trim()
    .split(/\s+/)
    .map((code) => [code, exit]);

/** Codes with an exit code of their own; docs/errors.md lists all codes. */
export const EXIT_OF_CODE: ReadonlyMap<string, number> = new Map([
  // The words of the command, setpoint.yaml, a file of manifests or a Target.
  ...of(
    EXIT.manifests,
    `COMMAND_UNKNOWN OPTION_UNKNOWN OPTION_VALUE WORDS_MISSING WORDS_TOO_MANY WORDS_WRONG
     TARGET_UNKNOWN OPERATION_UNKNOWN INPUT_UNKNOWN INPUT_MISSING INPUT_VALUE SWITCH_UNKNOWN NO_SANDBOX
     NOTHING_SELECTED SELECTED_SEVERAL NOTHING_EXPLAINED ID_INVALID NAME_INVALID NO_SUCH_RUN PLAN_UNREADABLE BRANCH_MISSING
     ENVIRONMENT_UNKNOWN ENVIRONMENT_MISSING NO_REPOSITORY FILE_OUTSIDE FILE_UNREADABLE MANIFESTS_MISSING SECRET_UNSUPPORTED
     EDIT_NO_DOCUMENT EDIT_NO_PLACE EDIT_UNSAFE BAD_ADDRESS
     CONFIG_ADDRESS CONFIG_MODULES CONFIG_PATH CONFIG_APP CONFIG_STORE CONFIG_VALUE CONFIG_ZONE
     CRESCO_NO_KEY CRESCO_CA COLONIES_KEY COLONIES_KEY_MISSING COLONIES_ENVIRONMENT
     COLONIES_NO_STORAGE COLONIES_STORE_CA S3_ENDPOINT`,
  ),
  // Somebody else writes, or the world is not the one that was approved.
  ...of(
    EXIT.stale,
    `STALE STALE_PLAN ASKS_AGAIN LEASE_HELD LEASE_EXPIRED LEASE_LOST LEASE_DAMAGED INSTANCE_CHANGED
     STATE_CONFLICT STATE_DIVERGED STATE_BUSY STATE_OF_OTHER_PROJECT SANDBOX_RUNNING CONFIG_CONFLICT CONFIG_LOCKED CONFIG_LOCK_LOST`,
  ),
  ...of(EXIT.refused, 'NOT_APPROVED PROJECT_EXISTS ID_TAKEN CONFIG_REGISTERED COLONIES_FILES_DIFFER'),
  // What was asked for cannot be seen: the system does not answer, or what is recorded cannot be read.
  ...of(
    EXIT.unobserved,
    `CONNECT_REFUSED DNS UNREACHABLE TLS_EXPIRED TLS_NAME TLS_PROTOCOL TLS_UNTRUSTED TLS_FINGERPRINT NOT_HTTP NOT_WEBSOCKET
     CONFIG_UNREACHABLE REMOTE_UNREACHABLE CRESCO_KEY_REFUSED CRESCO_AGENT_UNKNOWN CRESCO_NO_ANSWER
     COLONIES_NO_COLONY COLONIES_NOT_MEMBER COLONIES_NOT_OWNER COLONIES_UNSERVED COLONIES_NO_IDENTITY COLONIES_OTHER_OWNER
     S3_KEYS S3_DENIED S3_NO_BUCKET S3_REGION S3_CLOCK
     SANDBOX_NOT_RUNNING STILL_DEFERRED STATE_DAMAGED STATE_TOO_NEW CONFIG_DAMAGED CONFIG_OVERLAP`,
  ),
  ['BUG', EXIT.bug],
  ['INTERRUPTED', EXIT.interrupted],
]);

/** The exit code that a fault ends a command with. */
export const exitOf = (code: string): number => EXIT_OF_CODE.get(code) ?? EXIT.failed;

/** The exit code of several diagnostics at once: that of the first one, and wrong manifests where it has none of its own. */
export const exitOfAll = (diagnostics: readonly { readonly code: string }[]): number =>
  diagnostics.map(({ code }) => EXIT_OF_CODE.get(code)).find((exit) => exit !== undefined) ?? EXIT.manifests;
