import { list, nothing } from '../codec.ts';
import type { Allocations, CapabilitiesDraft, ColonyFunctionDraft, ExecutorDraft, LocationDraft, User } from '../models/index.ts';
import { colonyFunction, executor, location, user } from '../models/index.ts';
import { fields, type InColony, type Table } from './message.ts';

export interface NamedUser extends InColony {
  readonly name: string;
}
export interface NamedExecutor extends InColony {
  readonly executorname: string;
}

/** Users, executors and their functions, and the places where they are. */
export const memberMessages = {
  addusermsg: {
    signer: 'owner',
    effect: 'once',
    reply: user,
    fields: fields<{ readonly user: Pick<User, 'colonyname' | 'userid' | 'name'> & Partial<User> }>(),
  },
  getusersmsg: { signer: 'anyMember', effect: 'reads', reply: list(user), fields: fields<InColony>() },
  getusermsg: { signer: 'anyMember', effect: 'reads', reply: user, fields: fields<NamedUser>() },
  getuserbyidmsg: { signer: 'anyMember', effect: 'reads', reply: user, fields: fields<InColony & { readonly userid: string }>() },
  removeusermsg: { signer: 'owner', effect: 'once', reply: nothing, fields: fields<NamedUser>() },
  changeuseridmsg: { signer: 'self', effect: 'once', reply: nothing, fields: fields<InColony & { readonly userid: string }>() },

  addexecutormsg: { signer: 'owner', effect: 'once', reply: executor, fields: fields<{ readonly executor: ExecutorDraft }>() },
  approveexecutormsg: { signer: 'owner', effect: 'set', reply: nothing, fields: fields<NamedExecutor>() },
  rejectexecutormsg: { signer: 'owner', effect: 'set', reply: nothing, fields: fields<NamedExecutor>() },
  removeexecutormsg: { signer: 'owner', effect: 'set', reply: nothing, fields: fields<NamedExecutor>() },
  getexecutorsmsg: { signer: 'anyMember', effect: 'reads', reply: list(executor), fields: fields<InColony>() },
  getexecutormsg: { signer: 'member', effect: 'reads', reply: executor, fields: fields<NamedExecutor>() },
  getexecutorbyidmsg: { signer: 'member', effect: 'reads', reply: executor, fields: fields<InColony & { readonly executorid: string }>() },
  updateexecutormsg: {
    signer: 'self',
    effect: 'set',
    reply: nothing,
    fields: fields<NamedExecutor & { readonly capabilities: CapabilitiesDraft }>(),
  },
  reportallocationmsg: {
    signer: 'self',
    effect: 'set',
    reply: nothing,
    fields: fields<NamedExecutor & { readonly allocations: Allocations }>(),
  },
  changeexecutoridmsg: { signer: 'self', effect: 'once', reply: nothing, fields: fields<InColony & { readonly executorid: string }>() },

  /** Never refused as a double: the same function twice is there twice. */
  addfunctionmsg: { signer: 'self', effect: 'once', reply: colonyFunction, fields: fields<{ readonly fun: ColonyFunctionDraft }>() },
  /** `executorname` empty: the functions of the whole colony. */
  getfunctionsmsg: { signer: 'member', effect: 'reads', reply: list(colonyFunction), fields: fields<NamedExecutor>() },
  removefunctionmsg: { signer: 'self', effect: 'once', reply: nothing, fields: fields<{ readonly functionid: string }>() },

  addlocationmsg: { signer: 'owner', effect: 'once', reply: location, fields: fields<{ readonly location: LocationDraft }>() },
  getlocationsmsg: { signer: 'anyMember', effect: 'reads', reply: list(location), fields: fields<InColony>() },
  getlocationmsg: { signer: 'anyMember', effect: 'reads', reply: location, fields: fields<InColony & { readonly name: string }>() },
  removelocationmsg: { signer: 'owner', effect: 'once', reply: nothing, fields: fields<InColony & { readonly name: string }>() },
} as const satisfies Table;
