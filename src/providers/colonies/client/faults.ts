import { Fault, type Retry } from '../../../core/diagnostic.ts';
import type { Message, Signer } from './messages/index.ts';
import { diagnosisOf } from './refusals.ts';

/** What a fault is told about the request that it belongs to. */
export interface Asked extends Pick<Message<unknown, unknown>, 'signer' | 'effect'> {
  readonly type: string;
  readonly address: string;
  /** The id of whoever signed; looked up only where something went wrong. */
  readonly id: () => string | undefined;
  readonly redact: (text: string) => string;
}

/** The server's refusal, by its status and the end of its message: statuses alone do not tell (a missing object is 400, 404 or 500). */
export function refusal({ status, message }: { readonly status: number; readonly message: string }, asked: Asked): Fault {
  const { code, summary, hint } = diagnosisOf(status, message, asked.signer);
  const said = printable(asked.redact(message));
  const server = code === 'COLONIES_SERVER';
  return new Fault(
    {
      code,
      summary,
      detail: `${asked.type} at ${asked.address} was answered with ${status} "${said}"${signedBy(asked)}.`,
      hint: hint ?? keyNeeded(asked),
    },
    { sent: happened(code, asked), retry: server ? again(asked) : false },
  );
}

/** Whose key, in words that go behind "needs". */
const WHOSE: Readonly<Record<Signer, string>> = {
  server: "the key of the server's owner",
  owner: "the key of the colony's owner",
  member: 'the key of a member: a user of the colony or an approved executor of it, which its owner is not',
  anyMember: 'the key of a user or executor of the colony, which its owner is not',
  memberOrOwner: 'the key of a member of the colony, or of its owner',
  executor: 'the key of an approved executor of the colony',
  self: 'the key of the very user or executor that it is about',
  assignee: 'the key of the executor that the process is assigned to, while it runs',
  party: 'the key of whoever submitted the process, or of the executor that has it',
  anybody: 'any key',
  nobody: 'no key',
};
const keyNeeded = ({ type, signer }: Pick<Asked, 'type' | 'signer'>): string => `${type} needs ${WHOSE[signer]}.`;

/** Two handlers of 1.9 answer strangers with 200 and no body at all. To any other request that is no answer, and says nothing of the key. */
export const SILENT_TO_STRANGERS: ReadonlySet<string> = new Set(['getcolonystatsmsg', 'getprocesshistmsg']);
export const emptyReply = (asked: Asked): Fault =>
  new Fault({
    code: 'COLONIES_NOT_MEMBER',
    summary: 'the key that signed is of no member of the colony',
    detail: `${asked.type} at ${asked.address} was answered with 200 and nothing, which is how the server answers strangers${signedBy(asked)}.`,
    hint: keyNeeded(asked),
  });

/** An answer that is none of a Colonies server, or not to what was asked. */
export const unusableReply = (why: string, asked: Asked): Fault =>
  new Fault(
    {
      code: 'COLONIES_REPLY',
      summary: 'the reply is none of a Colonies server',
      detail: `${asked.type} at ${asked.address} was answered, and ${asked.redact(why)}.`,
      hint: 'Is this the address of the server itself? A proxy in between may have answered instead.',
    },
    { sent: asked.effect === 'reads' ? 'answered' : 'maybe' },
  );

export const keyMissing = (type: string, signer: Signer): Fault =>
  new Fault(
    {
      code: 'COLONIES_KEY_MISSING',
      summary: 'there is no key to sign the request with',
      detail: `${keyNeeded({ type, signer })} Nothing was sent.`,
      hint: 'Give openColonies a key, or the call its own.',
    },
    { sent: 'no' },
  );

/** The process did not end in the time that was given. */
export const notEnded = (processid: string, timeoutMs: number): Fault =>
  new Fault({
    code: 'COLONIES_WAIT',
    summary: `the process has not ended within ${timeoutMs / 1000} s`,
    detail: `Process ${processid} still waits or runs; nothing was changed.`,
    hint: 'Wait longer, or cancel it. One that waits may have no executor of its type.',
  });

/**
 * What a refusal says about what was done. A failure may come after half of the work ("blueprint created but failed to submit
 * reconciliation process"), and a stranger's runcron is refused when the cron has run.
 */
const happened = (code: string, { effect, type }: Asked): Fault['sent'] =>
  effect !== 'reads' && (code === 'COLONIES_SERVER' || type === 'runcronmsg') ? 'maybe' : 'answered';

const again = ({ effect }: Asked): Retry => (effect === 'once' ? false : { afterMs: 0 });

const signedBy = ({ id }: Asked): string => {
  const signer = id();
  return signer === undefined ? '' : `; it was signed as ${signer}`;
};

const LONGEST = 300;

/** The server's words, fit for one line of a terminal: control and format characters could move the cursor or turn the text around. */
const printable = (text: string): string => {
  const line = text
    .slice(0, LONGEST * 4)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
