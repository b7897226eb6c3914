import { flag, id, int, members, record, text, time, type Codec, type Members } from '../codec.ts';

const cronMembers = members({
  cronid: id,
  /** Runs are submitted in this identity's name: none is while it cannot be resolved. */
  initiatorid: text,
  initiatorname: text,
  colonyname: text,
  name: text,
  /** Six fields, or empty where `interval` rules. */
  cronexpression: text,
  /** Seconds; -1: the expression rules. */
  interval: int,
  /** Stored, and without effect. */
  random: flag,
  nextrun: time,
  lastrun: time,
  workflowspec: text,
  prevprocessgraphid: text,
  waitforprevprocessgraph: flag,
  /** Milliseconds; 0 in lists. */
  checkerperiod: int,
});
/** `workflowspec` is JSON text, given back as it was sent. */
export interface Cron extends Members<typeof cronMembers> {}
export const cron: Codec<Cron> = record(cronMembers);

const generatorMembers = members({
  generatorid: id,
  initiatorid: text,
  initiatorname: text,
  colonyname: text,
  name: text,
  workflowspec: text,
  trigger: int,
  timeout: int,
  firstpack: time,
  lastrun: time,
  /** 0 in lists. */
  queuesize: int,
  checkerperiod: int,
});
/** Submits its workflow once `trigger` arguments are packed, or `timeout` seconds after the first one. */
export interface Generator extends Members<typeof generatorMembers> {}
export const generator: Codec<Generator> = record(generatorMembers);
