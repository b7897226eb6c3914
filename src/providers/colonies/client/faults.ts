import { Fault, type Retry } from '../../../core/diagnostic.ts';
import type { Message, Signer } from './messages/index.ts';

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
  const { code, summary, hint } = diagnosis(status, message, asked);
  const said = printable(asked.redact(message));
  const server = code === 'COLONIES_SERVER';
  return new Fault(
    {
      code,
      summary,
      detail: `${asked.type} at ${asked.address} was answered with ${status} "${said}"${signedBy(asked)}.`,
      ...(hint === undefined ? {} : { hint }),
    },
    { sent: happened(code, asked), retry: server ? again(asked) : false },
  );
}

interface Diagnosis {
  readonly code: string;
  readonly summary: string;
  readonly hint?: string;
}

const SIGNATURE = /^(Invalid signature|encoding\/hex: |Failed to recover public key|Failed verify signature)/;

function diagnosis(status: number, message: string, { type, signer }: Asked): Diagnosis {
  const needs = `${type} needs ${WHOSE[signer]}.`;
  const denied = (code: string, summary: string): Diagnosis => ({ code, summary, hint: needs });
  if (/^Colony (with name )?<[^]*> (does not exists?|not found)$/.test(message) || message === 'Colony does not exists') {
    return { code: 'COLONIES_NO_COLONY', summary: 'the server has no colony of that name', hint: 'Names are case-sensitive.' };
  }
  if (/not a member of Colony|Executor with Id <[^]*> is not approved$/.test(message)) {
    return denied('COLONIES_NOT_MEMBER', 'the key that signed is of no member of the colony');
  }
  if (/not (server|colony) owner$/.test(message))
    return denied('COLONIES_NOT_OWNER', `the key that signed is not ${OWNERS[signer] ?? "the owner's"}`);
  // Who signed is looked for among the executors or users, and not found.
  const unknownSigner = (signer === 'executor' || signer === 'self') && /(executor|user) not found$/.test(message);
  if (unknownSigner || message.startsWith('Only an executor can ')) return denied('COLONIES_DENIED', 'the key that signed may not do this');
  if (status === 403) {
    if (SIGNATURE.test(message)) {
      return {
        code: 'COLONIES_SIGNATURE',
        summary: 'the server could not make out who signed',
        hint: 'Something between here and the server changes what is sent, or the server is of another generation.',
      };
    }
    if (message.startsWith('invalid rpcMsg.PayloadType')) {
      return {
        code: 'COLONIES_UNSERVED',
        summary: `the server does not know the request ${type}`,
        hint: 'This client speaks with servers from 1.9.7 on: setpoint doctor tells the version.',
      };
    }
    if (/^(Count exceeds |msg\.\w+ mismatches )/.test(message)) return REFUSED;
    if (/^Invalid process with Id /.test(message)) return MISSING;
    return denied('COLONIES_DENIED', 'the key that signed may not do this');
  }
  if (message === 'No process available for assignment')
    return { code: 'COLONIES_NO_PROCESS', summary: 'no process waits for this executor', hint: 'Ask again: nothing is wrong.' };
  if (/assignments are paused$/.test(message)) {
    return {
      code: 'COLONIES_PAUSED',
      summary: 'the colony assigns nothing: it is paused',
      hint: "The colony's owner resumes it: colonies process resume.",
    };
  }
  if (/already exists?\b|duplicate key value/.test(message)) {
    return {
      code: 'COLONIES_EXISTS',
      summary: 'there is one of that name already',
      hint: 'Choose another name. That of an executor stays taken when it is removed.',
    };
  }
  if (status === 404 || (status === 400 && MISSES.test(message)) || (status === 500 && (MISSES.test(message) || NIL.test(message))))
    return MISSING;
  if (status === 409)
    return { code: 'COLONIES_IN_USE', summary: 'the server refuses: something else rests on it', hint: 'Remove that first.' };
  if (status >= 500 && !WORKFLOW.test(message)) {
    return {
      code: 'COLONIES_SERVER',
      summary: 'the server failed at it',
      hint: 'Its log says more; a database that is down is the usual cause.',
    };
  }
  return REFUSED;
}

const MISSING: Diagnosis = {
  code: 'COLONIES_NOT_FOUND',
  summary: 'the server has nothing of that name or id',
  hint: 'It may have been removed since, or belong to another colony.',
};
const REFUSED: Diagnosis = { code: 'COLONIES_REFUSED', summary: 'the server refuses the request', hint: 'Its own words say why.' };
const MISSES = /(not found|does not exists?)$/;
/** A workflow or cron that is refused is a 500 as well. */
const WORKFLOW = /^(Nodename is missing|Duplicate nodename)|invalid dependencies|Could not derive InitiatorName/;
/** `Failed to get cron, cron is nil`: a missing object. `addedProcess is nil` is one that the server could not make. */
const NIL = /, [a-z]\w* is nil$/;

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
const OWNERS: { readonly [S in Signer]?: string } = { server: "the server owner's", owner: "the colony owner's" };

/** Two handlers of 1.9 answer strangers with 200 and no body at all (`getcolonystatsmsg`, `getprocesshistmsg`). */
export const emptyReply = (asked: Asked): Fault =>
  new Fault({
    code: 'COLONIES_NOT_MEMBER',
    summary: 'the key that signed is of no member of the colony',
    detail: `${asked.type} at ${asked.address} was answered with 200 and nothing, which is how the server answers strangers${signedBy(asked)}.`,
    hint: `${asked.type} needs ${WHOSE[asked.signer]}.`,
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
      detail: `${type} needs ${WHOSE[signer]}. Nothing was sent.`,
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
