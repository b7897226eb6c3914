import { Fault, type Diagnostic } from '../../core/diagnostic.ts';

/** Where a target has whose key. */
const OPTION = { server: 'serverKey', owner: 'colonyKey', member: 'key' } as const;
export type Whose = keyof typeof OPTION;
export const KEY_OPTIONS = Object.entries(OPTION) as readonly (readonly [Whose, (typeof OPTION)[Whose]])[];

const WHO: Readonly<Record<Whose, string>> = {
  server: "the server's owner",
  owner: "the colony's owner",
  member: 'a member of the colony',
};

/** What nobody here can sign: `what` is a thing of which there are many ("a cron"). */
export const keyMissing = (whose: Whose, what?: string): Omit<Diagnostic, 'severity'> => ({
  code: 'COLONIES_KEY_MISSING',
  summary: `the target has no key of ${WHO[whose]}`,
  detail: `${what === undefined ? 'What was asked for' : `To make, change or remove ${what}`} takes the key of ${WHO[whose]}. Nothing was sent.`,
  hint: `Set spec.options.${OPTION[whose]} of the Target: {env: …}, {file: …} or {generate: secp256k1, keep: {file: …}}.`,
});

export const noKey = (whose: Whose): Fault => new Fault(keyMissing(whose), { sent: 'no' });

/** The server knows the target's own key as somebody else's. */
export const notTheKey = ({ diagnostic, sent, retry, cause }: Fault, whose: Whose): Fault =>
  new Fault(
    {
      ...diagnostic,
      hint: `Set spec.options.${OPTION[whose]} of the Target to the key of ${WHO[whose]}.`,
    },
    { sent, retry, cause },
  );

/** Of everything that is in a colony which nobody may read yet. */
export const unreadable = (
  colony: string,
  { is, id }: { readonly is: 'absent' | 'stranger'; readonly id: string | undefined },
): Diagnostic =>
  is === 'absent'
    ? {
        code: 'COLONIES_NO_COLONY',
        severity: 'error',
        summary: `there is no colony ${colony} yet`,
        detail: `The server has none of that name, so nothing in it can be read. Nothing is planned for it.`,
        hint: `Add a Colony manifest, and the key of the server's owner to the target (spec.options.serverKey); or have the server's owner make it: colonies colony add --name ${colony}.`,
      }
    : {
        code: 'COLONIES_NOT_MEMBER',
        severity: 'error',
        summary: `nobody here may read the colony ${colony} yet`,
        detail: `${whoseKey(id)}. A colony shows itself to its members alone, and its owner is none. Nothing is planned for what is in it.`,
        hint: `Add a User manifest without userid and key, which stands for the key of the target${id === undefined ? '.' : `; or have the colony's owner add the id ${id}.`}`,
      };

/** The text of an option is no key. What it is stands nowhere. */
export const noSuchKey = (option: string, { diagnostic }: Fault): Fault =>
  new Fault({ ...diagnostic, summary: `spec.options.${option} of the Target is no private key of ColonyOS` }, { sent: 'no' });

/** Nobody here may be told which colony it is. */
export const noIdentity = (colony: string, id: string | undefined): Fault =>
  new Fault({
    code: 'COLONIES_NO_IDENTITY',
    summary: `no key of the target may read the colony ${colony}`,
    detail: `${whoseKey(id)}, and it has no key of an owner, so which colony this is cannot be found out. Nothing in it is judged.`,
    hint: `${id === undefined ? 'Set spec.options.key to the key of a member' : `Have the colony's owner add the id ${id} as a user`}; or set spec.options.colonyKey of the Target, and add a User manifest without userid and key.`,
  });

export const otherOwner = (colony: string, id: string): Fault =>
  new Fault({
    code: 'COLONIES_OTHER_OWNER',
    summary: `the colony ${colony} has another owner than the target says`,
    detail: `The server does not know the key of spec.options.colonyKey, whose id is ${id}, as that of its owner; and no other key of the target may read it. Nothing in it is judged.`,
    hint: 'Set spec.options.colonyKey to the key of its owner, spec.options.key to that of a member, or spec.options.colony to another name.',
  });

/** A write that its owner has to sign, of a colony whose id is known: `mine` is that of the target's colonyKey. */
export const ownedByOther = (
  colony: string,
  { mine, theirs }: { readonly mine: string; readonly theirs: string },
): Omit<Diagnostic, 'severity'> => ({
  code: 'COLONIES_OTHER_OWNER',
  summary: `spec.options.colonyKey is not the key of the owner of the colony ${colony}`,
  detail: `Its id is ${mine}, and that of the owner is ${theirs}: the server would refuse what only the owner may write. Nothing was sent.`,
  hint: `Set spec.options.${OPTION.owner} of the Target to the key of ${WHO.owner}.`,
});

const whoseKey = (id: string | undefined): string =>
  id === undefined
    ? 'The target has no key of a member yet (spec.options.key)'
    : `The key of the target (spec.options.key), whose id is ${id}, is no member's`;
