import type { Diagnostic } from '../../../core/diagnostic.ts';
import { digest } from '../../../core/digest.ts';
import { isMark } from '../../../core/mark.ts';
import type { Readiness } from '../../../core/resource.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { byText, canonical, isFields, isList } from '../../../core/value.ts';
import type { Ask, Call, Known, Sighting } from '../../contract.ts';
import type { Process, ProcessGraph } from '../client/index.ts';
import { processState } from '../client/index.ts';
import type { ColonyRead } from '../session.ts';
import type { WorkflowSpec } from '../types.ts';
import { ifThere } from './quietly.ts';
import { unread } from './readable.ts';

/** What the functions of a run of ours have in their environment: whose it is, which call made it, and a digest of what it is a run of. */
export const RUN_ENV = { id: 'SETPOINT_ID', intent: 'SETPOINT_INTENT', run: 'SETPOINT_RUN' } as const;

/** As many processes as the server gives at once, and what it puts out that is not too much for a record. */
const MOST = 100;
const MOST_TEXT = 32_768;

type Seen = Exclude<Sighting<WorkflowSpec>, { readonly seen: 'end' }>;
type Asking = { readonly read: ColonyRead; readonly signal: AbortSignal };

/** Each by its handle; one that has none by its traces, since a reply may have been lost. */
export async function* observeRuns(
  read: ColonyRead,
  { known, strangers }: Ask,
  { signal }: Call,
): AsyncGenerator<readonly Sighting<WorkflowSpec>[]> {
  const asking = { read, signal };
  const labels = new Map<string, Promise<Labelled>>();
  const byLabel = (label: string): Promise<Labelled> => {
    let found = labels.get(label);
    if (found === undefined) labels.set(label, (found = labelled(label, asking)));
    return found;
  };
  const standing = await read.standing(signal);
  if (standing.is !== 'member') yield known.map((one) => unread(one, read, standing));
  else yield await Promise.all(known.map((one) => answer(one, { ...asking, byLabel })));
  // A run that nobody wrote down is nobody's to write down: it has happened.
  yield [{ seen: 'end', strangers: strangers ? 'some' : 'none' }];
}

async function answer(
  known: Known,
  { byLabel, ...asking }: Asking & { readonly byLabel: (label: string) => Promise<Labelled> },
): Promise<Seen> {
  const { id, handle } = known;
  if (handle !== undefined) {
    const graph = await graphOf(handle, asking);
    return graph === undefined ? { seen: 'absent', id, handle } : sightingOf(graph, known, asking);
  }
  const want = known.want as WorkflowSpec | undefined;
  const { processes, isWhole } = await byLabel(want?.functionspecs[0]?.label ?? id);
  const ours = processes.filter((process) => isOf(process, known));
  const [newest] = ours.sort((a, b) => byText(b.submissiontime ?? '', a.submissiontime ?? ''));
  const graph = newest === undefined ? undefined : await graphOf(newest.processgraphid, asking);
  if (graph !== undefined) return { ...(await sightingOf(graph, known, asking)), mark: id };
  return isWhole ? { seen: 'absent', id } : { seen: 'unknown', id, fault: tooMany(id) };
}

/**
 * A trace of the very run that is asked about: of the call whose reply was lost or, where nobody asks for a call, of the same spec. One of
 * another spec is an earlier run.
 */
function isOf({ spec: { env } }: Process, { id, intent, want }: Known): boolean {
  if (env[RUN_ENV.id] !== id) return false;
  if (intent !== undefined) return env[RUN_ENV.intent] === intent;
  return want === undefined || hasMark(want) || env[RUN_ENV.run] === digest(want);
}

/** What a reference stands for is not known here: neither is the digest of what was sent. */
const hasMark = (value: Value): boolean =>
  isMark(value) || (isList(value) ? value.some(hasMark) : isFields(value) && Object.values(value).some(hasMark));

interface Labelled {
  readonly processes: readonly Process[];
  /** There are no others with that label. */
  readonly isWhole: boolean;
}

async function labelled(label: string, { read, signal }: Asking): Promise<Labelled> {
  const common = { colonyname: read.colony, count: MOST, executortype: '', label, initiator: '' };
  const lists = await Promise.all(Object.values(processState).map((state) => read.ask('getprocessesmsg', { ...common, state }, signal)));
  return { processes: lists.flat(), isWhole: lists.every((list) => list.length < MOST) };
}

const graphOf = (processgraphid: string, { read, signal }: Asking): Promise<ProcessGraph | undefined> =>
  ifThere(read.ask('getprocessgraphmsg', { processgraphid }, signal));

const WORDS = ['waiting', 'running', 'successful', 'failed', 'cancelled'] as const;

async function sightingOf(
  graph: ProcessGraph,
  { id, want, run }: Known,
  asking: Asking,
): Promise<Extract<Seen, { readonly seen: 'live' }>> {
  const { processgraphid, state } = graph;
  const isNews = run === undefined || run.outcome === 'begun' || run.outcome === 'unknown';
  const processes = isNews && (state === processState.success || state === processState.failed) ? await processesOf(graph, asking) : [];
  const readiness = readinessOf(state, processes, want as WorkflowSpec | undefined);
  return {
    seen: 'live',
    id,
    handle: processgraphid,
    // What a run was of is in its record: it is not compared.
    spec: { functionspecs: [] },
    status: {
      processgraphid,
      state: WORDS[state] ?? String(state),
      ...(isNews && state === processState.success ? { result: resultOf(processes) } : {}),
      ...(isNews && readiness.state === 'failed' ? { result: readiness.message } : {}),
    },
    readiness,
  };
}

/** Retention may have taken some of them already. */
const processesOf = async ({ processids }: ProcessGraph, { read, signal }: Asking): Promise<readonly Process[]> =>
  (await Promise.all(processids.map((processid) => ifThere(read.ask('getprocessmsg', { processid }, signal))))).filter(
    (process) => process !== undefined,
  );

function readinessOf(state: number, processes: readonly Process[], want: WorkflowSpec | undefined): Readiness {
  switch (state) {
    case processState.success:
      return { state: 'ready' };
    case processState.failed:
      return { state: 'failed', message: failureOf(processes) };
    case processState.cancelled:
      return { state: 'failed', message: 'it was cancelled' };
    case processState.running:
      return { state: 'progressing', message: 'it is running' };
    default: {
      const types = want?.functionspecs
        .filter(({ conditions }) => conditions.dependencies === undefined)
        .map((one) => one.conditions.executortype);
      return { state: 'progressing', message: `no executor${types?.[0] === undefined ? '' : ` of type ${types[0]}`} has taken it yet` };
    }
  }
}

/** What failed by itself says why; what failed with it says nothing. */
function failureOf(processes: readonly Process[]): string {
  const said = processes
    .filter(({ errors }) => errors.length > 0)
    .map(({ spec, errors }) => `${spec.nodename} failed: ${errors.join('; ')}`);
  return said.length === 0 ? 'a function of it failed, and said nothing' : said.join('. ');
}

/** What the functions put out that no other one waited for, by their names. */
function resultOf(processes: readonly Process[]): Value {
  const leaves = processes.filter(({ children }) => children.length === 0).sort((a, b) => byText(a.spec.nodename, b.spec.nodename));
  const result: Fields = Object.fromEntries(leaves.map(({ spec, out }) => [spec.nodename, out]));
  const size = canonical(result).length;
  return size > MOST_TEXT ? `(${size} characters were put out, too many for a record)` : result;
}

const tooMany = (id: string): Diagnostic => ({
  code: 'WORKFLOW_TRACES',
  severity: 'error',
  summary: 'whether it has run already cannot be found out',
  detail: `A run is looked for by the label of its first function, and more than ${MOST} processes have that label. Nothing is started that may have run.`,
  hint: 'Give its first function a label of its own, or none: then it gets the id of the resource.',
  resource: id,
});
