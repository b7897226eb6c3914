import type { Value } from '../../../../core/value.ts';
import { list, nothing } from '../codec.ts';
import { process, processGraph, type FuncSpecDraft, type WorkflowSpecDraft } from '../models/index.ts';
import { fields, type InColony, type Table } from './message.ts';

export interface OfProcess {
  readonly processid: string;
}
export interface OfGraph {
  readonly processgraphid: string;
}
/** One of processState, or -1 for all of them; running ones are refused. Left out it is 0: the waiting ones. */
export interface AllInState extends InColony {
  readonly state: number;
}

/** Processes and the workflows they may be part of. */
export const workMessages = {
  submitfuncspecmsg: { signer: 'member', effect: 'once', reply: process, fields: fields<{ readonly spec: FuncSpecDraft }>() },
  assignprocessmsg: {
    signer: 'executor',
    effect: 'once',
    reply: process,
    /** `timeout` in seconds: how long the server waits for a process. Negative: not at all. 0 is refused. */
    fields: fields<InColony & { readonly timeout: number; readonly availablecpu?: string; readonly availablemem?: string }>(),
  },
  getprocessmsg: { signer: 'member', effect: 'reads', reply: process, fields: fields<OfProcess>() },
  getprocessesmsg: {
    signer: 'member',
    effect: 'reads',
    reply: list(process),
    /** `count` 100 at most. Of the filters only the first that is set counts: executortype, initiator, label. */
    fields: fields<
      InColony & {
        readonly count: number;
        readonly state: number;
        readonly executortype?: string;
        readonly initiator?: string;
        readonly label?: string;
      }
    >(),
  },
  getprocesshistmsg: {
    signer: 'member',
    effect: 'reads',
    reply: list(process),
    /** Those submitted in the last `seconds`; `executorid` empty: by anybody. */
    fields: fields<InColony & { readonly executorid?: string; readonly seconds: number; readonly state: number }>(),
  },
  /** Refused while it is not ours; done twice it stores the output again. */
  closesuccessfulmsg: {
    signer: 'assignee',
    effect: 'set',
    reply: nothing,
    fields: fields<OfProcess & { readonly out: readonly Value[] }>(),
  },
  closefailedmsg: {
    signer: 'assignee',
    effect: 'once',
    reply: nothing,
    fields: fields<OfProcess & { readonly errors: readonly string[] }>(),
  },
  setoutputmsg: { signer: 'assignee', effect: 'set', reply: nothing, fields: fields<OfProcess & { readonly out: readonly Value[] }>() },
  cancelprocessmsg: { signer: 'member', effect: 'once', reply: nothing, fields: fields<OfProcess>() },
  removeprocessmsg: { signer: 'member', effect: 'once', reply: nothing, fields: fields<OfProcess>() },
  removeallprocessesmsg: { signer: 'owner', effect: 'once', reply: nothing, fields: fields<AllInState>() },

  submitworkflowspecmsg: { signer: 'member', effect: 'once', reply: processGraph, fields: fields<{ readonly spec: WorkflowSpecDraft }>() },
  getprocessgraphmsg: { signer: 'member', effect: 'reads', reply: processGraph, fields: fields<OfGraph>() },
  getprocessgraphsmsg: {
    signer: 'member',
    effect: 'reads',
    reply: list(processGraph),
    fields: fields<InColony & { readonly count: number; readonly state: number }>(),
  },
  cancelprocessgraphmsg: { signer: 'member', effect: 'set', reply: nothing, fields: fields<OfGraph>() },
  removeprocessgraphmsg: { signer: 'member', effect: 'once', reply: nothing, fields: fields<OfGraph>() },
  removeallprocessgraphsmsg: { signer: 'owner', effect: 'once', reply: nothing, fields: fields<AllInState>() },
  addchildmsg: {
    signer: 'assignee',
    effect: 'once',
    reply: process,
    /** `insert`: the new process takes over the children of its parent. */
    fields: fields<
      OfGraph & {
        readonly parentprocessid: string;
        readonly childprocessid?: string;
        readonly spec: FuncSpecDraft;
        readonly insert: boolean;
      }
    >(),
  },
} as const satisfies Table;
