import type { Signer } from './messages/index.ts';

/** What a refusal of the server means. Without a hint it is about the key, and the hint is which one the request needs. */
export interface Diagnosis {
  readonly code: string;
  readonly summary: string;
  readonly hint: string | undefined;
}

interface Rule {
  /** Default: any. */
  readonly status?: readonly number[];
  readonly words?: RegExp;
  readonly signers?: readonly Signer[];
  readonly is: Diagnosis;
}

const WRONG_KEY = undefined;
const denied: Diagnosis = { code: 'COLONIES_DENIED', summary: 'the key that signed may not do this', hint: WRONG_KEY };
const notOwner = (of: string): Diagnosis => ({
  code: 'COLONIES_NOT_OWNER',
  summary: `the key that signed is not that of the owner of the ${of}`,
  hint: WRONG_KEY,
});
const missing: Diagnosis = {
  code: 'COLONIES_NOT_FOUND',
  summary: 'the server has nothing of that name or id',
  hint: 'It may have been removed since, or belong to another colony.',
};
const refused: Diagnosis = { code: 'COLONIES_REFUSED', summary: 'the server refuses the request', hint: 'Its own words say why.' };

/**
 * By status and words (Colonies 1.9.12, pkg/server/handlers and pkg/security), the first that fits: statuses alone do not tell. What is not
 * there is 400, 404 or 500, what may not be is 403, 400 or 500, and a workflow that is refused is 500 as a database is that is down.
 */
const RULES: readonly Rule[] = [
  {
    words: /^Colony (with name )?<[^]*> (does not exists?|not found)$|^Colony does not exists$/,
    is: { code: 'COLONIES_NO_COLONY', summary: 'the server has no colony of that name', hint: 'Names are case-sensitive.' },
  },
  {
    words: /not a member of Colony|Executor with Id <[^]*> is not approved$/,
    is: { code: 'COLONIES_NOT_MEMBER', summary: 'the key that signed is of no member of the colony', hint: WRONG_KEY },
  },
  { words: /not server owner$/, is: notOwner('server') },
  { words: /not colony owner$/, is: notOwner('colony') },
  // Who signed is looked for among the executors or users, and is not there.
  { signers: ['executor', 'self'], words: /(executor|user) not found$/, is: denied },
  { words: /^Only an executor can /, is: denied },
  {
    status: [403],
    words: /^(Invalid signature|encoding\/hex: |Failed to recover public key|Failed verify signature)/,
    is: {
      code: 'COLONIES_SIGNATURE',
      summary: 'the server could not make out who signed',
      hint: 'Something between here and the server changes what is sent, or the server is of another generation.',
    },
  },
  {
    status: [403],
    words: /^invalid rpcMsg\.PayloadType/,
    is: {
      code: 'COLONIES_UNSERVED',
      summary: 'the server does not know this request',
      hint: 'This client speaks with servers from 1.9.7 on: setpoint doctor tells the version.',
    },
  },
  { status: [403], words: /^(Count exceeds |msg\.\w+ mismatches )/, is: refused },
  { status: [403], words: /^Invalid process with Id /, is: missing },
  { status: [403], is: denied },
  {
    words: /^No process available for assignment$/,
    is: { code: 'COLONIES_NO_PROCESS', summary: 'no process waits for this executor', hint: 'Ask again: nothing is wrong.' },
  },
  {
    words: /assignments are paused$/,
    is: {
      code: 'COLONIES_PAUSED',
      summary: 'the colony assigns nothing: it is paused',
      hint: "The colony's owner resumes it: colonies process resume.",
    },
  },
  {
    words: /already exists?\b|duplicate key value/,
    is: {
      code: 'COLONIES_EXISTS',
      summary: 'there is one of that name already',
      hint: 'Choose another name. That of an executor stays taken when it is removed.',
    },
  },
  { status: [404], is: missing },
  { status: [400, 500], words: /(not found|does not exists?)$/, is: missing },
  // `Failed to get cron, cron is nil`; but `addedProcess is nil` is one that the server could not make.
  { status: [500], words: /, [a-z]+ is nil$/, is: missing },
  {
    status: [409],
    is: { code: 'COLONIES_IN_USE', summary: 'the server refuses: something else rests on it', hint: 'Remove that first.' },
  },
  {
    status: [500],
    words: /^(Nodename is missing|Duplicate nodename)|invalid dependencies|Could not derive InitiatorName/,
    is: refused,
  },
];

const failed: Diagnosis = {
  code: 'COLONIES_SERVER',
  summary: 'the server failed at it',
  hint: 'Its log says more; a database that is down is the usual cause.',
};

export function diagnosisOf(status: number, message: string, signer: Signer): Diagnosis {
  const rule = RULES.find(
    ({ status: statuses, words, signers }) =>
      (statuses?.includes(status) ?? true) && (words?.test(message) ?? true) && (signers?.includes(signer) ?? true),
  );
  return rule?.is ?? (status >= 500 ? failed : refused);
}
