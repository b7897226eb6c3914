import type { Value } from '../../../core/value.ts';
import { addCron, cronNamed } from './crons.ts';
import { NEVER } from './instant.ts';
import { funcSpec, workflowSpec, type Blueprint, type Cron, type Definition, type FuncSpec, type ProcessRow } from './models.ts';
import { writeText } from './shape.ts';
import { addProcess, draft, initiatorNamed } from './submit.ts';
import type { World } from './world.ts';

type Handler = Definition['spec']['handler'];

/** Work for the executors that look after blueprints: to bring one in order (`function` of the handler) or to clear up behind it. */
function workFor(blueprint: Blueprint, { executorType, functionName }: Handler, kwargs: Readonly<Record<string, Value>>): FuncSpec {
  const { colonyname, locationname } = blueprint.metadata;
  return {
    ...funcSpec.zero,
    nodename: `${executorType}-${functionName}`,
    funcname: functionName,
    args: [],
    kwargs,
    maxexectime: -1,
    maxretries: -1,
    env: {},
    conditions: { ...funcSpec.zero.conditions, colonyname, executortype: executorType, locationname },
  };
}

interface Submission {
  readonly blueprint: Blueprint;
  readonly handler: Handler;
  readonly kwargs: Readonly<Record<string, Value>>;
  /** Whose name it runs in; the name is empty where it cannot be found. */
  readonly initiatorid: string;
}

export function submitWork(world: World, { blueprint, handler, kwargs, initiatorid }: Submission): ProcessRow {
  const initiatorname = initiatorNamed(world, blueprint.metadata.colonyname, initiatorid) ?? '';
  return addProcess(world, draft(world, workFor(blueprint, handler, kwargs), { initiator: { initiatorid, initiatorname } }));
}

/** One cron for all blueprints of a kind at a location. */
export function reconcileCron(world: World, { kind, metadata }: Blueprint): Cron | undefined {
  return cronNamed(world, metadata.colonyname, cronNameOf(kind, metadata.locationname));
}

const cronNameOf = (kind: string, location: string): string => `reconcile-${kind}${location === '' ? '' : `-${location}`}`;

/** Every 60 seconds, whatever the definition says. */
const SECONDS = 60;

/**
 * The cron that has all blueprints of a kind at a location looked after, if there is none yet. Where the maker of the blueprint has no
 * name in the colony, as its owner has not, the cron never runs.
 */
export function keepReconciled(
  world: World,
  blueprint: Blueprint,
  { handler, initiatorid }: Pick<Submission, 'handler' | 'initiatorid'>,
): void {
  if (reconcileCron(world, blueprint) !== undefined) return;
  const { colonyname, locationname } = blueprint.metadata;
  const work = workFor(blueprint, handler, { kind: blueprint.kind });
  addCron(world, {
    cronid: world.id(),
    initiatorid,
    initiatorname: initiatorNamed(world, colonyname, initiatorid) ?? '',
    colonyname,
    name: cronNameOf(blueprint.kind, locationname),
    cronexpression: '',
    interval: SECONDS,
    random: false,
    nextrun: NEVER,
    lastrun: NEVER,
    workflowspec: writeText(workflowSpec, { colonyname, functionspecs: [work] }, world.zone),
    prevprocessgraphid: '',
    waitforprevprocessgraph: true,
    checkerperiod: 0,
  });
}
