import { list, nothing } from '../codec.ts';
import { cron, generator, type CronDraft, type GeneratorDraft } from '../models/index.ts';
import { fields, type InColony, type Table } from './message.ts';

export interface OfCron {
  readonly cronid: string;
}
export interface OfGenerator {
  readonly generatorid: string;
}
export interface Counted extends InColony {
  /** Not capped by the server. */
  readonly count: number;
}

/** Crons and generators. */
export const scheduleMessages = {
  addcronmsg: { signer: 'member', effect: 'once', reply: cron, fields: fields<{ readonly cron: CronDraft }>() },
  getcronmsg: { signer: 'member', effect: 'reads', reply: cron, fields: fields<OfCron>() },
  getcronsmsg: { signer: 'member', effect: 'reads', reply: list(cron), fields: fields<Counted>() },
  /** Runs before it asks who signed: a stranger gets a 403, and the cron has run. */
  runcronmsg: { signer: 'member', effect: 'once', reply: cron, fields: fields<OfCron>() },
  removecronmsg: { signer: 'member', effect: 'once', reply: nothing, fields: fields<OfCron>() },

  addgeneratormsg: { signer: 'member', effect: 'once', reply: generator, fields: fields<{ readonly generator: GeneratorDraft }>() },
  getgeneratormsg: { signer: 'member', effect: 'reads', reply: generator, fields: fields<OfGenerator>() },
  resolvegeneratormsg: {
    signer: 'member',
    effect: 'reads',
    reply: generator,
    fields: fields<InColony & { readonly generatorname: string }>(),
  },
  getgeneratorsmsg: { signer: 'member', effect: 'reads', reply: list(generator), fields: fields<Counted>() },
  packgeneratormsg: { signer: 'member', effect: 'once', reply: nothing, fields: fields<OfGenerator & { readonly arg: string }>() },
  removegeneratormsg: { signer: 'member', effect: 'once', reply: nothing, fields: fields<OfGenerator>() },
} as const satisfies Table;
