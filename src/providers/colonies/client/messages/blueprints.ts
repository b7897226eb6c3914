import type { Fields as Open } from '../../../../core/value.ts';
import { list, nothing } from '../codec.ts';
import type { BlueprintDefinitionDraft, BlueprintDraft } from '../models/index.ts';
import { blueprint, blueprintDefinition, blueprintHistory, process } from '../models/index.ts';
import { fields, type InColony, type Table } from './message.ts';

/** Most of these requests call the colony a namespace. */
export interface InNamespace {
  readonly namespace: string;
}
export interface Named extends InNamespace {
  readonly name: string;
}

/** Definitions of blueprints, and blueprints. */
export const blueprintMessages = {
  addblueprintdefinitionmsg: {
    signer: 'owner',
    effect: 'once',
    reply: blueprintDefinition,
    fields: fields<{ readonly blueprintdefinition: BlueprintDefinitionDraft }>(),
  },
  getblueprintdefinitionmsg: {
    signer: 'memberOrOwner',
    effect: 'reads',
    reply: blueprintDefinition,
    fields: fields<InColony & { readonly name: string }>(),
  },
  getblueprintdefinitionsmsg: { signer: 'memberOrOwner', effect: 'reads', reply: list(blueprintDefinition), fields: fields<InColony>() },
  removeblueprintdefinitionmsg: { signer: 'owner', effect: 'once', reply: nothing, fields: fields<Named>() },

  addblueprintmsg: { signer: 'memberOrOwner', effect: 'once', reply: blueprint, fields: fields<{ readonly blueprint: BlueprintDraft }>() },
  getblueprintmsg: { signer: 'memberOrOwner', effect: 'reads', reply: blueprint, fields: fields<Named>() },
  getblueprintsmsg: {
    signer: 'memberOrOwner',
    effect: 'reads',
    reply: list(blueprint),
    /** Empty: all. `locationname` counts only beside a `kind`. */
    fields: fields<InNamespace & { readonly kind?: string; readonly locationname?: string }>(),
  },
  /** Replaces the whole document: labels, annotations and status that are left out are gone. */
  updateblueprintmsg: {
    signer: 'memberOrOwner',
    effect: 'once',
    reply: blueprint,
    fields: fields<{ readonly blueprint: BlueprintDraft; readonly forcegeneration?: boolean }>(),
  },
  updateblueprintstatusmsg: {
    signer: 'member',
    effect: 'set',
    reply: nothing,
    fields: fields<InColony & { readonly blueprintname: string; readonly status: Open }>(),
  },
  reconcileblueprintmsg: { signer: 'member', effect: 'once', reply: process, fields: fields<Named & { readonly force?: boolean }>() },
  removeblueprintmsg: { signer: 'memberOrOwner', effect: 'once', reply: nothing, fields: fields<Named>() },
  getblueprinthistorymsg: {
    signer: 'memberOrOwner',
    effect: 'reads',
    reply: list(blueprintHistory),
    fields: fields<{ readonly blueprintid: string; readonly limit?: number }>(),
  },
} as const satisfies Table;
