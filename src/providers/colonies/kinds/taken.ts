import { Fault, type Diagnostic } from '../../../core/diagnostic.ts';

/** Two ids for one name. `theirs` is undefined where nobody here may read it, `mine` where the key is yet to be made. */
export interface Claim {
  readonly what: 'colony' | 'user' | 'executor';
  readonly name: string;
  readonly theirs: string | undefined;
  readonly mine: string | undefined;
}

/** Somebody else has the name. */
export const taken = ({ what, name, theirs, mine }: Claim): Diagnostic => ({
  code: 'COLONIES_NAME_TAKEN',
  severity: 'error',
  summary: `the ${what} ${name} is somebody else${what === 'colony' ? "'s" : ''}`,
  detail: `${theirs === undefined ? 'An id that nobody here may read' : `The id ${theirs}`} has that name, and the manifest means ${mine === undefined ? 'a key that is yet to be made' : `the id ${mine}`}. Nothing is done to it.`,
  hint:
    what === 'colony'
      ? 'Give the key of its owner, or choose another name for spec.options.colony of the target.'
      : `Choose another spec.name; or have the ${what} ${name} removed by whoever added it.`,
});

export const takenFault = (claim: Claim): Fault => new Fault(taken(claim));

/** An executor that was removed, or that the server unregistered, and is not ours: the server never lets go of a name. */
export const goneForEver = (name: string, { theirs, mine }: Pick<Claim, 'theirs' | 'mine'>): Diagnostic => ({
  code: 'COLONIES_NAME_GONE',
  severity: 'error',
  summary: `the name ${name} belongs to an executor that was removed`,
  detail: `The server keeps a removed executor and its name for good. That one's id is ${theirs ?? 'not known'}, and the manifest means ${mine === undefined ? 'a key that is yet to be made' : `the id ${mine}`}: with the old key it could come back, with another one it cannot.`,
  hint: `Choose another spec.name: ${name}-2, say. If the server runs with COLONIES_ALLOW_EXECUTOR_REREGISTER=true, set spec.options.reregister: true of the Target.`,
});

/** A key that the server knows under another name: one executor with two names is taken for now one and now the other. */
export const otherName = (about: { readonly name: string; readonly theirs: string; readonly id: string }): Diagnostic => ({
  code: 'COLONIES_OTHER_NAME',
  severity: 'error',
  summary: `this key is that of the executor ${about.theirs}`,
  detail: `The id ${about.id} is in the colony already, under that name. The server would take it a second time as ${about.name}, approve and remove both together, and take one for the other.`,
  hint: `Write spec.name: ${about.theirs}; or give ${about.name} a key of its own.`,
});

/** A change that takes a new executor, which the server does not let have the old one's name. */
export const fixed = (name: string, field: string): Diagnostic => ({
  code: 'COLONIES_FIXED',
  severity: 'error',
  summary: `${field} of the executor ${name} cannot change`,
  detail: `It is said once, when an executor is added. A new one cannot take its place under the same name: the server keeps the name of a removed executor for its old key. Nothing is done to it.`,
  hint: `Give the new one another spec.name and another key: ${name}-2, say. If the server runs with COLONIES_ALLOW_EXECUTOR_REREGISTER=true, set spec.options.reregister: true of the Target.`,
});

/** It was made with a generated key that nobody has any more. */
export const keyGone = (name: string): Diagnostic => ({
  code: 'COLONIES_FIXED',
  severity: 'error',
  summary: `the key of the executor ${name} is not where its manifest keeps it`,
  detail: `${name} was added with a key that is not there any more. A new key would take a new executor, and the server keeps the name for the old one. Nothing is done to it.`,
  hint: `Bring the file back. If it is lost, give a new executor another spec.name and another file: ${name}-2, say. If the server runs with COLONIES_ALLOW_EXECUTOR_REREGISTER=true, set spec.options.reregister: true of the Target.`,
});

export const fixedFault = (name: string, field: string): Fault => new Fault(fixed(name, field));

/** What only the executor itself may write, and nobody here can. */
export const keylessFault = (name: string): Fault =>
  new Fault(
    {
      code: 'COLONIES_EXECUTOR_KEY',
      summary: `the key of the executor ${name} is not known`,
      detail: 'Its functions and capabilities only the executor itself may write. Nothing of them was changed.',
      hint: 'Give the manifest its key; or have the executor do it, and let go of what cannot be removed: setpoint state forget ID.',
    },
    { sent: 'no' },
  );
