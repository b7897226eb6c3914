import { Fault } from '../../../core/diagnostic.ts';

/** Why a task's signal was aborted: its time is over. The server does the rest, and starts it again while it has retries. */
export const timeLimit = (seconds: number): Fault =>
  new Fault({
    code: 'COLONIES_TIME_LIMIT',
    summary: `the process has run for ${seconds} s, which is all it may`,
    detail: 'Its maxexectime is over: the server gives it to an executor again while it has retries (maxretries), or fails it.',
    hint: 'Give it more time, or do less in one process.',
  });

/** Why a task's signal was aborted: the server no longer has it as running here. */
export const takenAway = (why: string): Fault =>
  new Fault({
    code: 'COLONIES_TAKEN_AWAY',
    summary: `the process is no longer this executor's: ${why}`,
    detail: 'Whatever comes of it here is not stored any more.',
  });

/** Why a task's signal was aborted: the whole executor is. */
export const stopped = (): Fault =>
  new Fault({
    code: 'COLONIES_STOPPED',
    summary: 'the executor was stopped before this was done',
    hint: 'Submit it again.',
  });

interface Who {
  readonly name: string;
  readonly colony: string;
  readonly id: string;
}

/** The name belongs to another key, now or once: names of removed executors stay taken. */
export const nameTaken = ({ name, colony, id }: Who): Fault =>
  new Fault({
    code: 'COLONIES_NAME_TAKEN',
    summary: `the name ${name} is taken in the colony ${colony}`,
    detail: `An executor of that name was added with another key than this one, whose id is ${id}. It may be there no more: a server keeps the name of a removed executor taken, unless it runs with COLONIES_ALLOW_EXECUTOR_REREGISTER.`,
    hint: 'Choose another name, or use the key that the name was added with.',
  });

/** The key is known, as something else than what is to run. */
export const otherExecutor = ({ name, id, is }: Who & { readonly is: string }): Fault =>
  new Fault({
    code: 'COLONIES_OTHER_EXECUTOR',
    summary: `the key is not that of an executor ${name} as it is to run`,
    detail: `The colony knows the id ${id} as ${is}. Neither name nor type of an executor can be changed.`,
    hint: 'Run under the name and type that it has, or with a new key under a new name.',
  });

/** Nobody here can let it in, and it is not to wait for somebody who does. */
export const notAdmitted = ({ name, colony, why, remedy }: Who & { readonly why: string; readonly remedy: string }): Fault =>
  new Fault({
    code: 'COLONIES_NOT_ADMITTED',
    summary: `the executor ${name} ${why}`,
    detail: `The colony ${colony} gives it no work, and takes no result from it.`,
    hint: remedy,
  });

/** An option that makes no sense, or lacks another. */
export const wrongOption = (what: string, detail: string): Fault =>
  new Fault({ code: 'COLONIES_EXECUTOR_OPTION', summary: what, detail: `${detail} Nothing was sent.` }, { sent: 'no' });
