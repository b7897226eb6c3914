import type { Diagnostic } from '../core/diagnostic.ts';
import { Faults } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import { secretMark } from '../core/mark.ts';
import type { Evidence, PlanTarget } from '../core/plan.ts';
import type { Observed, Recorded } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import type { Desired } from '../manifests/desired.ts';
import { missingSecrets } from '../manifests/missing-secrets.ts';
import type { World } from '../planner/world.ts';
import type { AnyProvider } from '../providers/contract.ts';
import { intentsOf } from '../reconcile/abandoned.ts';
import type { Resolved } from '../reconcile/intents.ts';
import { refuseOther } from '../reconcile/instance.ts';
import { recordsAfter, resolveIntents, strangeIntent, subjectOfIntent } from '../reconcile/intents.ts';
import type { Links } from '../reconcile/links.ts';
import type { Look } from '../reconcile/observe.ts';
import { look } from '../reconcile/observe.ts';
import type { Run, Secrets } from '../reconcile/opened.ts';
import { subjectsOf } from '../reconcile/subject.ts';
import { upgraded } from '../reconcile/upgrade.ts';
import { refuseOtherProject } from '../state/index.ts';
import type { Intent, Store, TargetState } from '../state/store.ts';
import type { OpenKinds } from './kinds.ts';
import { withFingerprints } from './secrets.ts';

export interface SurveyOptions {
  /** Only these ids, and what is needed to look at them; everything else counts as not observed. */
  readonly only?: ReadonlySet<ResourceId>;
  /** Live objects that nobody wrote down are wanted, too. */
  readonly strangers?: boolean;
  /** What is recorded under these ids is to go, whatever is written down: no kind is asked what stands in the way of a change to it. */
  readonly going?: (id: ResourceId) => boolean;
}

/** What is wanted, what is recorded and what is there, at one moment: all that a plan is computed from. */
export interface Survey {
  readonly desired: Desired;
  readonly world: World;
  readonly look: Look;
  /** Targets with calls of an earlier run that nobody knows the end of. */
  readonly unsettled: readonly string[];
  readonly resolved: readonly Resolved[];
  /** Calls of kinds that no provider here has: they stay open. */
  readonly strange: readonly Diagnostic[];
  /** Damaged or too new state files: what is recorded in them is not known. */
  readonly damage: readonly Diagnostic[];
}

export interface SurveyContext {
  readonly kinds: OpenKinds;
  readonly links: Links;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly run: Run;
  /** What a target is reached with, secrets as marks: its own options, and those of a sandbox that stands in for it. */
  readonly optionsOf: (target: string) => Promise<Fields>;
  /** These manifests are all there are: what is recorded and not among them is to go. */
  readonly prune: boolean;
  /** The provider behind a target; undefined for a target that is not there. */
  readonly providerOf: (target: string) => Pick<AnyProvider, 'name' | 'version'> | undefined;
  /** Targets that may be looked at; undefined: all. */
  readonly targets?: ReadonlySet<string>;
  /** Sandboxes stand in for the targets: what those are reached with need not be there. */
  readonly standIns?: boolean;
}

/** Reads state and live systems, without a lease and without a write. */
export async function survey(desired: Desired, context: SurveyContext, options: SurveyOptions = {}): Promise<Survey> {
  const wrong = desired.diagnostics.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) throw new Faults(desired.diagnostics);
  const { kinds, links, secrets, store, run } = context;
  const reached = context.standIns === true ? { ...desired, targets: new Map() } : desired;
  const missing = await missingSecrets(reached, (source) => secrets.peek(secretMark(source)));
  if (missing.length > 0) throw new Faults(missing);
  const resources = await withFingerprints(desired.resources, { secrets, kinds });
  const states = await loadStates(desired, store);
  const meant = options.only && new Set([...options.only].map((id) => idParts(id).target));
  for (const state of states.values()) if (meant?.has(state.target) ?? true) refuseOtherProject(state, store.project);
  const damaged = new Map([...states].flatMap(([name, { damage }]) => (damage[0] ? [[name, damage[0]] as const] : [])));

  const recordedAll = new Map<ResourceId, Recorded>();
  const intents: Intent[] = [];
  const unsettled: string[] = [];
  /** Damaged, without a Target, or not meant: nothing is asked there, and nothing of it is settled by this run. */
  const isOpen = (target: string): boolean => !damaged.has(target) && desired.targets.has(target) && (context.targets?.has(target) ?? true);
  for (const [target, state] of states) {
    const records = upgraded(state.records, kinds);
    for (const [id, record] of records) recordedAll.set(id, record);
    const dead = await intentsOf(await store.abandoned(target), { target, kinds, secrets, recorded: records });
    const open = [...state.open, ...dead];
    if (isOpen(target) && open.some(({ id }) => kinds.of(id) !== undefined)) unsettled.push(target);
    intents.push(...open);
  }

  const readable = (id: ResourceId): boolean => isOpen(idParts(id).target) && kinds.of(id) !== undefined && (options.only?.has(id) ?? true);
  await refuseOtherInstances([...new Set([...resources.keys(), ...recordedAll.keys()].filter(readable).map((id) => idParts(id).target))], {
    links,
    states,
  });
  const { going = () => false } = options;
  const kept = new Map([...resources].filter(([id]) => !recordedAll.has(id) || !going(id)));
  const known = subjectsOf(kept, recordedAll).filter(({ id }) => readable(id));
  const ids = new Set(known.map(({ id }) => id));
  const lost = new Map(
    intents.filter(({ id }) => readable(id) && !ids.has(id)).map((intent) => [intent.id, subjectOfIntent(intent, recordedAll)]),
  );
  const seen = await look([...known, ...lost.values()], { kinds, links, secrets, run, strangers: options.strangers ?? false });
  const resolved = resolveIntents(intents, seen.observed, { kinds, records: recordedAll });
  const recorded = recordsAfter(recordedAll, resolved);

  const world: World = {
    resources,
    recorded,
    observed: withUnreadable({ seen, recorded, desired, damaged }),
    facts: (id) => kinds.of(id)?.facts,
    targets: await describeTargets(desired, { links, used: new Set([...ids].map((id) => idParts(id).target)) }),
    evidence: evidenceOf(recorded, { desired, run, prune: context.prune }),
    complete: (id) => seen.complete.has(id),
    now: new Date(run.now()).toISOString(),
  };
  const strange = intents.filter(({ id }) => isOpen(idParts(id).target) && kinds.of(id) === undefined).map(strangeIntent);
  const damage = [...states.values()].flatMap((state) => state.damage);
  return { desired, world, look: seen, unsettled, resolved, strange, damage };
}

async function loadStates(desired: Desired, store: Store): Promise<ReadonlyMap<string, TargetState>> {
  const names = [...new Set([...desired.targets.keys(), ...(await store.targets())])].sort();
  const states = new Map<string, TargetState>();
  for (const name of names) states.set(name, await store.load(name));
  return states;
}

/** Another fabric behind the same address would look like one where everything has vanished. */
async function refuseOtherInstances(
  targets: readonly string[],
  { links, states }: { readonly links: Links; readonly states: ReadonlyMap<string, TargetState> },
): Promise<void> {
  const all = await Promise.all(targets.map(async (name) => ({ name, link: await links.get(name) })));
  for (const { name, link } of all) {
    if (!('fault' in link)) refuseOther({ target: name, state: states.get(name), answers: link.instance });
  }
}

/** Resources of targets that have no Target any more, or whose state is damaged, are unknown with that as the reason. */
function withUnreadable({
  seen,
  recorded,
  desired,
  damaged,
}: {
  readonly seen: Look;
  readonly recorded: ReadonlyMap<ResourceId, Recorded>;
  readonly desired: Desired;
  readonly damaged: ReadonlyMap<string, Diagnostic>;
}): ReadonlyMap<ResourceId, Observed> {
  const observed = new Map(seen.observed);
  for (const id of [...recorded.keys(), ...desired.resources.keys()]) {
    if (observed.has(id)) continue;
    const { target } = idParts(id);
    const fault = damaged.get(target) ?? (desired.targets.has(target) ? undefined : noTarget(target));
    if (fault) observed.set(id, { seen: 'unknown', fault });
  }
  return observed;
}

const noTarget = (target: string): Diagnostic => ({
  code: 'TARGET_GONE',
  severity: 'error',
  summary: `there is no Target called ${target} any more`,
  detail: 'What was made on it is still recorded, and without its address it can be neither looked at nor removed.',
  hint: `Bring the Target back to remove what is on it, or forget the records: setpoint state forget ${target}/…`,
});

async function describeTargets(
  desired: Desired,
  { links, used }: { readonly links: Links; readonly used: ReadonlySet<string> },
): Promise<Readonly<Record<string, PlanTarget>>> {
  const described: Record<string, PlanTarget> = {};
  for (const name of [...desired.targets.keys()].sort()) {
    if (!used.has(name)) continue;
    const link = await links.get(name);
    const { name: provider, version } = link.provider;
    described[name] = {
      provider,
      version,
      ...('fault' in link ? { fault: link.fault } : {}),
      ...('instance' in link ? { instance: link.instance } : {}),
    };
  }
  return described;
}

/** A recorded resource may go when every source of manifests was rendered whole and none of them has it any more. */
function evidenceOf(
  recorded: ReadonlyMap<ResourceId, Recorded>,
  { desired, run, prune }: { readonly desired: Desired; readonly run: Run; readonly prune: boolean },
): ReadonlyMap<ResourceId, Evidence> {
  const evidence = new Map<ResourceId, Evidence>();
  const source = desired.sources.map((one) => one.source).join(', ');
  if (!prune || desired.sources.some(({ complete }) => !complete)) return evidence;
  for (const id of recorded.keys()) {
    if (!desired.resources.has(id)) evidence.set(id, { id, source, ...(run.commit === undefined ? {} : { commit: run.commit }) });
  }
  return evidence;
}
