import { readFileSync } from 'node:fs';
import { idParts } from '../../../core/id.ts';
import type { Difference } from '../../../core/plan.ts';
import type { Remark } from '../../../core/resource.ts';
import type { Fields } from '../../../core/value.ts';
import type { Finding, Kind, Live, Shape, Sighting } from '../../contract.ts';
import type { Cron } from '../client/index.ts';
import { processState } from '../client/index.ts';
import { nextRun, parseSchedule } from '../rules/schedule.ts';
import type { Colony } from '../session.ts';
import type { CronSpec } from '../types.ts';
import { funcSpecFindings, normalFuncSpecs } from './func-specs.ts';
import { initiated } from './initiators.ts';
import { signedBy } from './keys-needed.ts';
import type { Around, Match } from './listed.ts';
import { listed } from './listed.ts';
import { colonIn } from './names.ts';
import { ifThere, quietly } from './quietly.ts';
import { workflowIn, workflowText } from './workflow-text.ts';

const SCHEMA = new URL('../../../../schemas/colonies/Cron.v1.json', import.meta.url);

/** More than there are: the server lists as many as it is asked for. */
export const ALL = 1_000_000;
const ALL_GRAPHS = 100;

/** The server's own crons, one for each kind of blueprint and place: they come and go with blueprints. */
export const OF_SERVER = 'reconcile-';

/** A workflow that is submitted again and again. Its handle is the cronid, its key the name. */
export const cron: Kind<Colony, CronSpec> = {
  kind: 'colonies/Cron',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  open: (_, { colony }) => shapeOf(typeof colony === 'string' ? colony : undefined),
  key: ({ name: own }, name) => own ?? name,
  observe: listed<Cron, CronSpec>({
    list: (from, signal) => from.ask('getcronsmsg', { colonyname: from.colony, count: ALL }, signal),
    handleOf: ({ cronid }) => cronid,
    nameOf: ({ name }) => name,
    isForPeople: ({ name }) => !name.startsWith(OF_SERVER),
    sightingsOf,
  }),
  async make({ read: { colony }, write }, { id, intent, want }, { signal }) {
    const { name = idParts(id).name, cronexpression = '', interval = -1, waitforprevprocessgraph = false, functionspecs } = want;
    const workflowspec = workflowText(functionspecs, { colony, id, intent });
    const toAdd = { name, colonyname: colony, cronexpression, interval, waitforprevprocessgraph, workflowspec, random: false };
    const { cronid } = await write.call('addcronmsg', { cron: toAdd }, { signal });
    return { handle: cronid, key: name };
  },
  remove: ({ write }, { recorded, live }, { signal }) =>
    quietly(write.call('removecronmsg', { cronid: recorded?.handle ?? live?.handle ?? '' }, { signal })),
  mayWrite: signedBy('member'),
  effects,
};

const shapeOf = (colony: string | undefined): Shape<CronSpec> => ({
  check: (spec) => [...colonIn(spec.name, 'a cron', '/name'), ...timeFindings(spec), ...funcSpecFindings(spec.functionspecs, colony)],
  normalize: ({ cronexpression, waitforprevprocessgraph = false, functionspecs, ...rest }) => ({
    ...rest,
    ...(cronexpression === undefined ? {} : { cronexpression: cronexpression.trim().split(/\s+/).join(' ') }),
    waitforprevprocessgraph,
    functionspecs: normalFuncSpecs(functionspecs),
  }),
  together: (all) =>
    all.flatMap(({ id, spec: { name } }) =>
      (name ?? idParts(id).name).startsWith(OF_SERVER) ? [serversName(id, name !== undefined)] : [],
    ),
});

function timeFindings({ cronexpression, interval }: CronSpec): readonly Finding[] {
  if (cronexpression === undefined && interval === undefined) return [noTime];
  if (cronexpression === undefined) return [];
  if (interval !== undefined) return [twoTimes];
  const wrong = (summary: string, detail: string, hint: string): readonly Finding[] => [
    { code: 'CRON_SCHEDULE', summary, detail, hint, pointer: '/cronexpression' },
  ];
  const schedule = parseSchedule(cronexpression);
  const fields = cronexpression.trim().split(/\s+/);
  if ('problem' in schedule) {
    const bare = /^(CRON_)?TZ=/.test(fields[0] ?? '') ? fields.slice(1) : fields;
    if (bare.length === 5) {
      const meant = [...fields.slice(0, fields.length - 5), '0', ...bare].join(' ');
      const detail = 'A cron of ColonyOS begins with the second: second, minute, hour, day of the month, month, day of the week.';
      return wrong(`"${cronexpression}" has five fields where six are needed`, detail, `Write ${meant} for what crontab means by it.`);
    }
    const detail = `The server refuses it: ${schedule.problem}.`;
    return wrong(
      `"${cronexpression}" is no cron expression`,
      detail,
      'Its fields are second, minute, hour, day of the month, month, day of the week.',
    );
  }
  if (nextRun(schedule, 0, 'UTC') !== undefined) return [];
  return wrong(
    `"${cronexpression}" never comes`,
    'The server takes it, and looks for its next run again and again.',
    'Is there such a day in such a month?',
  );
}

async function sightingsOf(found: readonly Match<Cron>[], { read, call }: Around<Cron>): Promise<readonly Sighting<CronSpec>[]> {
  const ours = found.filter(({ known }) => known !== undefined).map(({ item }) => item);
  const [remarksOn, stuck] = await Promise.all([initiated(read, ours, call.signal), stuckBehind(ours, { read, call })]);
  return found.map(({ item, known }): Sighting<CronSpec> => {
    const { cronid, name, cronexpression, interval, waitforprevprocessgraph, initiatorname, nextrun, lastrun } = item;
    const { specs, mark } = workflowIn(item.workflowspec);
    const remarks: readonly Remark[] = [
      ...(known === undefined ? [] : remarksOn(item)),
      ...(stuck.has(item.prevprocessgraphid) ? [behindCancelled(item.prevprocessgraphid)] : []),
    ];
    return {
      seen: 'live',
      handle: cronid,
      key: name,
      spec: { name, ...(interval > 0 ? { interval } : { cronexpression }), waitforprevprocessgraph, functionspecs: specs },
      status: { cronid, initiatorname, ...(nextrun === undefined ? {} : { nextrun }), ...(lastrun === undefined ? {} : { lastrun }) },
      readiness: nextrun === undefined ? { state: 'progressing', message: 'the server has not set its first run yet' } : { state: 'ready' },
      ...(mark === undefined ? {} : { mark }),
      ...(remarks.length === 0 ? {} : { remarks }),
    };
  });
}

/** Of the workflows that crons wait for, those that were cancelled: of 100 at most one request tells, the rest are asked for one by one. */
async function stuckBehind(
  crons: readonly Cron[],
  { read, call: { signal } }: Pick<Around<Cron>, 'read' | 'call'>,
): Promise<ReadonlySet<string>> {
  const before = crons.flatMap(({ waitforprevprocessgraph: waits, prevprocessgraphid: id }) => (waits && id !== '' ? [id] : []));
  if (before.length === 0) return new Set();
  const request = { colonyname: read.colony, count: ALL_GRAPHS, state: processState.cancelled };
  const cancelled = new Set((await read.ask('getprocessgraphsmsg', request, signal)).map(({ processgraphid }) => processgraphid));
  if (cancelled.size < ALL_GRAPHS) return cancelled;
  const rest = before.filter((id) => !cancelled.has(id));
  await Promise.all(
    rest.map(async (processgraphid) => {
      // One that is not there any more is not waited for.
      const graph = await ifThere(read.ask('getprocessgraphmsg', { processgraphid }, signal));
      if (graph?.state === processState.cancelled) cancelled.add(processgraphid);
    }),
  );
  return cancelled;
}

function effects(differences: readonly Difference[], live?: Live): readonly string[] {
  if (live === undefined || !differences.some(({ forcesReplace }) => forcesReplace === true)) return [];
  const at = (path: string): Difference | undefined => differences.find((one) => one.path === path);
  const interval = at('/interval') === undefined ? live.spec['interval'] : at('/interval')?.after;
  return [
    ...(typeof interval === 'number' ? [`its next run is ${interval} s after the new one is made`] : []),
    ...(live.spec['waitforprevprocessgraph'] === true ? ['a run that is under way is not waited for'] : []),
  ];
}

const behindCancelled = (graph: string): Remark => ({
  class: 'ineffective',
  at: '/waitforprevprocessgraph',
  message: `it waits for ever: its previous run ${graph} was cancelled; remove that one (colonies workflow remove --workflowid ${graph}), and it goes on`,
});

const noTime: Finding = {
  code: 'CRON_SCHEDULE',
  summary: 'a cron needs a cronexpression or an interval',
  detail: 'Nothing says when it is to run, and the server refuses it.',
  hint: 'cronexpression: 0 0 3 * * * is every night at three; interval: 3600 is once an hour.',
  pointer: '',
};

const twoTimes: Finding = {
  code: 'CRON_SCHEDULE',
  summary: 'a cron has either a cronexpression or an interval',
  detail: 'The server would go by the interval, and keep the expression without a word.',
  hint: 'Take one of the two out.',
  pointer: '/interval',
  part: 'key',
};

const serversName = (resource: string, named: boolean): Finding => ({
  code: 'COLONIES_NAME',
  summary: `crons called ${OF_SERVER}… are the server's own`,
  detail:
    'It makes and removes them with blueprints: one of ours would be taken for the one that reconciles a kind, and go with the last blueprint of it.',
  hint: 'Give it another name.',
  resource,
  ...(named ? { pointer: '/name' } : {}),
});
