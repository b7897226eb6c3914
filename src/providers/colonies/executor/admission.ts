import { Fault } from '../../../core/diagnostic.ts';
import type { Clock } from '../../transport/clock.ts';
import { idOf } from '../client/keys.ts';
import type { Executor } from '../client/models/index.ts';
import { shared } from '../shared.ts';
import { addMissing } from './add-functions.ts';
import type { Tell } from './events.ts';
import { nameTaken, notAdmitted, otherExecutor } from './faults.ts';
import { ADMISSION_MS, type ExecutorOptions } from './options.ts';
import type { Persistent } from './persistent.ts';

/** What the colony thinks of the executor. `nowhere`: there is no such colony. */
type Standing = 'nowhere' | 'absent' | 'pending' | 'approved' | 'rejected' | 'unregistered';
const STANDINGS: readonly Standing[] = ['pending', 'approved', 'rejected', 'unregistered'];

export interface Admission {
  /** Grows each time that the executor was let in. */
  readonly epoch: number;
  /** Lets it in, or waits until somebody does; then its functions are there. */
  begin(signal: AbortSignal): Promise<void>;
  /**
   * A request of the time of `epoch` was refused: resolves when the executor is in, and its functions are there. Throws
   * COLONIES_NOT_ADMITTED and what keeps that from being found out.
   */
  again(epoch: number, signal: AbortSignal): Promise<void>;
}

interface AdmissionOptions {
  readonly options: ExecutorOptions;
  readonly call: Persistent;
  readonly clock: Clock;
  readonly tell: Tell;
  /** Whether the server had reason to remove it for its silence. */
  readonly wasSilent: () => boolean;
  /** What ran here is not ours any more: it was out, and the server has put it back into the queue. */
  readonly onRemoved: () => void;
}

export function admission({ options, call, clock, tell, wasSilent, onRemoved }: AdmissionOptions): Admission {
  const { colony, name, type, colonyKey, refused, capabilities, location } = options;
  const id = idOf(options.key);
  const who = { colony, name, id };
  const named = { colonyname: colony, executorname: name };
  let epoch = 0;

  const standingNow = async (signal: AbortSignal): Promise<Standing> => {
    let executors: readonly Executor[];
    try {
      executors = await call('getexecutorsmsg', { colonyname: colony }, { signal });
    } catch (error) {
      if (error instanceof Fault && error.code === 'COLONIES_NOT_MEMBER') return 'absent';
      if (error instanceof Fault && error.code === 'COLONIES_NO_COLONY') return 'nowhere';
      throw error;
    }
    const executor = executors.find((one) => one.executorid === id);
    if (executor === undefined) throw otherExecutor({ ...who, is: 'a user; an executor needs a key of its own' });
    if (executor.executorname !== name || executor.executortype !== type) {
      throw otherExecutor({ ...who, is: `the executor ${executor.executorname} of type ${executor.executortype}` });
    }
    return STANDINGS[executor.state] ?? 'unregistered';
  };

  const add = async (signal: AbortSignal, key: string): Promise<void> => {
    const place = location === undefined ? {} : { locationname: location };
    const executor = { executorname: name, executorid: id, colonyname: colony, executortype: type, ...place };
    try {
      await call('addexecutormsg', { executor }, { signal, key });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'COLONIES_EXISTS') throw error;
      // It may be our own, added by a request whose answer was lost.
      if ((await standingNow(signal)) === 'absent') throw nameTaken(who);
    }
    tell({ type: 'registered', text: `registered the executor ${name} in the colony ${colony}` });
  };

  const settleIn = async (signal: AbortSignal): Promise<void> => {
    if (capabilities !== undefined) await call('updateexecutormsg', { ...named, capabilities }, { signal });
    await addMissing({ options, call, signal });
    epoch += 1;
    tell({ type: 'ready', text: `executor ${name} is ready for ${Object.keys(options.functions).join(', ')}` });
  };

  /** `first`: it starts. Otherwise it ran, and somebody or the server itself has put it out. */
  const enter = async (first: boolean, signal: AbortSignal): Promise<void> => {
    let before: Standing | undefined;
    for (;;) {
      const standing = await standingNow(signal);
      if (standing === 'approved') return settleIn(signal);
      if (!first && before === undefined && standing !== 'pending' && standing !== 'rejected') onRemoved();
      const cure = cureFor(standing, first);
      if (cure === undefined || colonyKey === undefined) {
        const wait = waitFor(standing, first);
        if (standing !== before) tell({ type: 'waiting', text: wait });
        await clock.sleep(ADMISSION_MS, signal);
      } else if (cure === 'add') {
        await add(signal, colonyKey);
      } else {
        await call('approveexecutormsg', named, { signal, key: colonyKey });
        tell({
          type: 'approved',
          text: `approved the executor ${name}${standing === 'unregistered' ? ' again: it had been removed' : ''}`,
        });
      }
      before = standing;
    }
  };
  const reenter = shared((signal) => enter(false, signal));

  /** What the colony's key may mend. That somebody rejected it, or removed it while it ran, is a decision that is not undone here. */
  const cureFor = (standing: Standing, first: boolean): 'add' | 'approve' | undefined => {
    if (standing === 'pending') return 'approve';
    if (standing === 'absent') return first ? 'add' : undefined;
    return standing === 'unregistered' && (first || wasSilent()) ? 'approve' : undefined;
  };

  /** What is waited for. Throws COLONIES_NOT_ADMITTED where nothing is. */
  const waitFor = (standing: Standing, first: boolean): string => {
    const { why, remedy } = wayIn(standing, options, id);
    const waits = refused === undefined ? standing === 'pending' || (first && standing !== 'rejected') : refused === 'wait';
    if (!waits) throw notAdmitted({ ...who, why, remedy });
    return `executor ${name} ${why}, and waits. ${remedy}`;
  };

  return {
    get epoch() {
      return epoch;
    },
    begin: (signal) => enter(true, signal),
    again: async (since, signal) => {
      if (since === epoch) await reenter(signal);
    },
  };
}

/** Why it is not let in, and who changes that how. */
function wayIn(standing: Standing, { name, colony, type }: ExecutorOptions, id: string): { readonly why: string; readonly remedy: string } {
  const approve = `The colony's owner approves it: colonies executor approve --name ${name}`;
  switch (standing) {
    case 'nowhere':
      return {
        why: `has no colony ${colony} to work for`,
        remedy: `The server's owner adds it: colonies colony add --name ${colony} --colonyid ID`,
      };
    case 'absent':
      return {
        why: `is not registered in the colony ${colony}`,
        remedy: `The colony's owner adds it: colonies executor add --name ${name} --type ${type} --executorid ${id} --approve`,
      };
    case 'pending':
      return { why: 'is not approved yet', remedy: approve };
    case 'rejected':
      return { why: 'was rejected', remedy: approve };
    case 'approved':
    case 'unregistered':
      return { why: 'was removed, by hand or because it had been silent for too long', remedy: approve };
    default:
      return standing satisfies never;
  }
}
