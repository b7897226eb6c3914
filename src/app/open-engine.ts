import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isAbsolute, join, resolve } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { Emit, Event } from '../core/event.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts } from '../core/id.ts';
import type { Plan } from '../core/plan.ts';
import { redactor } from '../core/redact.ts';
import { isSecret, secretMark } from '../core/mark.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';
import { desired as readDesired } from '../manifests/desired.ts';
import type { Desired } from '../manifests/desired.ts';
import { withDotenv } from '../manifests/dotenv.ts';
import { environmentOf, loadProject } from '../manifests/project.ts';
import { makeSecret, resolveSecret } from '../manifests/secrets.ts';
import { projectFiles } from '../manifests/sources.ts';
import type { TargetManifest } from '../manifests/targets.ts';
import type { PlanOptions } from '../planner/index.ts';
import { plan as computePlan, planDigest } from '../planner/index.ts';
import type { ProjectFiles } from '../providers/contract.ts';
import { registry } from '../providers/registry.ts';
import { systemClock } from '../providers/transport/clock.ts';
import type { LinkOptions, Links, LookedUp } from '../reconcile/links.ts';
import { openLinks } from '../reconcile/links.ts';
import { secretsOf, withSecrets } from '../reconcile/marks.ts';
import type { Limits, Run, Secrets } from '../reconcile/opened.ts';
import type { Engine, EngineOptions, PlanChoice } from './engine.ts';
import { foresee } from './foresee.ts';
import { openKinds } from './kinds.ts';
import { mayWrite } from './may-write.ts';
import { openSandboxes, type StandIn } from './sandboxes.ts';
import { openSecrets } from './secrets.ts';
import { select } from './select.ts';
import { commitOf, openStore } from './store.ts';
import type { Survey, SurveyContext } from './survey.ts';
import { survey } from './survey.ts';
import { storyOf } from './why.ts';

const LIMITS: Limits = { parallel: 8, timeoutMs: 60_000 };

/** Puts a project's engine together. Throws Faults for a `setpoint.yaml` that is wrong; touches no target yet. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { surroundings, sandbox } = options;
  const clock = options.clock ?? systemClock;
  const providers = options.providers ?? registry;
  const project = await loadProject(resolve(surroundings.cwd, options.directory ?? '.'));
  const environment = environmentOf(project, options.environment);
  const home = options.home ?? project.dir;
  const env = withDotenv(surroundings.env, home);
  const files = projectFiles(project.dir);
  // Both ask git, and neither waits for the other.
  const [store, commit] = await Promise.all([
    openStore({ project, home, environment, sandbox, surroundings, clock }),
    options.commit ?? commitOf(project, surroundings),
  ]);
  // Every call under way listens to it, and a target may be given a thousand at once.
  setMaxListeners(0, options.signal);

  const redact = redactor();
  const listen = (event: Event): void => options.emit(redact.event(event));
  const emit: Emit = (event) => listen({ at: new Date(clock.now()).toISOString(), ...event } as Event);
  const run: Run = {
    id: runId(clock.now()),
    emit,
    random: options.random ?? Math.random,
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    signal: options.signal,
    ...(commit === undefined ? {} : { commit }),
  };
  const around = { dir: home, env, dice: (count: number) => randomBytes(count) };
  const key = env.SETPOINT_STATE_KEY;
  const secrets = openSecrets({
    peek: (source) => resolveSecret(source, around),
    make: (source) => makeSecret(source, around),
    redactor: redact,
    ...(key ? { key } : {}),
  });
  const sandboxes = openSandboxes({ home, environment, files, enabled: sandbox });

  // Manifests that are not all there are speak for themselves alone: what else is recorded is no business of their plan.
  const isPart = options.given !== undefined && !options.prune;

  let current: { readonly desired: Desired; readonly context: SurveyContext } | undefined;
  let links: Links | undefined;

  /** What a desired world needs around it: its kinds opened, its targets linked. */
  const contextOf = async (desired: Desired): Promise<SurveyContext> => {
    if (current?.desired === desired) return current.context;
    await links?.close();
    const kinds = openKinds({ providers, targets: desired.targets, files });
    await kinds.need(desired.resources.keys());
    const recorded = await Promise.all((await store.targets()).map((target) => store.load(target)));
    const abandoned = await Promise.all(recorded.map(({ target }) => store.abandoned(target)));
    // What had begun is looked at as well, though nothing is recorded of it and no manifest has it any more.
    await kinds.need([
      ...recorded.flatMap(({ records, open }) => [...records.keys(), ...open.map(({ id }) => id)]),
      ...abandoned.flat().flatMap(({ plan }) => plan.steps.map(({ id }) => id)),
    ]);
    const targets = new Map<string, LinkOptions>();
    const reached = new Map<string, () => Promise<Fields>>();
    for (const manifest of desired.targets.values()) {
      const provider = await kinds.provider(manifest.provider);
      if (!provider) throw new Error(`the target ${manifest.name} has a provider that does not exist: ${manifest.provider}`);
      const standIn = once(() => sandboxes.standIn(manifest, provider));
      reached.set(manifest.name, async () => ({ ...manifest.options, ...(await standIn())?.options }));
      targets.set(manifest.name, {
        provider,
        limits: { ...LIMITS, ...manifest.limits },
        spec: async (how) => targetSpec(manifest, { dir: home, files, secrets, standIn: await standIn(), how }),
      });
    }
    links = openLinks(targets, run);
    const meant = options.targets?.map((name) => targetNamed(name, desired)) ?? (isPart ? targetsOf(desired) : undefined);
    const context: SurveyContext = {
      kinds,
      links,
      secrets,
      store,
      run,
      optionsOf: async (target) => (await reached.get(target)?.()) ?? {},
      providerOf: (target) => targets.get(target)?.provider,
      prune: options.prune ?? options.given === undefined,
      standIns: sandbox,
      ...(meant ? { targets: new Set(meant) } : {}),
    };
    current = { desired, context };
    return context;
  };

  const optionsOf = ({ world }: Survey, choice: PlanChoice): PlanOptions => {
    const only = selected(choice.only ?? (isPart ? [...world.resources.keys()] : undefined), options.targets, world);
    const { adopt } = choice;
    return {
      environment: environment.name,
      sandbox,
      ...(commit === undefined ? {} : { commit }),
      ...(only ? { only } : {}),
      ...(adopt === undefined ? {} : { adopt: typeof adopt === 'boolean' ? adopt : select(adopt, world) }),
      ...(choice.destroy ? { destroy: true } : {}),
      ...(environment.deletionBudget === undefined ? {} : { deletionBudget: environment.deletionBudget }),
    };
  };
  const planOf = async (surveyed: Survey, choice: PlanChoice = {}): Promise<Plan> => {
    const context = await contextOf(surveyed.desired);
    const computed = computePlan(surveyed.world, optionsOf(surveyed, choice));
    const asked = { ...context, survey: surveyed };
    const findings = [...(await mayWrite(computed, asked)), ...(await foresee(computed, asked))];
    const problems = [...surveyed.damage, ...surveyed.strange, ...computed.problems, ...findings];
    const whole = problems.length === 0 ? computed : { ...computed, problems };
    const told = redact.plan(whole);
    // What is approved is what is shown and saved.
    return told === whole ? whole : { ...told, digest: planDigest(told) };
  };

  /** What is thrown may quote a peer as well. */
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      throw redact.error(error);
    });

  const engine: Engine = {
    project,
    home,
    files,
    environment,
    store,
    run,
    ...(commit === undefined ? {} : { commit }),
    desired: () => readDesired({ project, environment, providers, ...(options.given ? { given: options.given, alone: !isPart } : {}) }),
    survey: (desired, surveyOptions) => guarded(async () => survey(desired, await contextOf(desired), surveyOptions)),
    plan: (surveyed, choice) => guarded(() => planOf(surveyed, choice)),
    why: (selector, surveyed, choice = {}) => redact.value(storyOf(selector, surveyed, optionsOf(surveyed, choice))),
    apply: (plan, granted) =>
      guarded(async () => {
        // Its code is wanted by those who apply alone.
        const { applyRounds } = await import('./apply-rounds.ts');
        const context = await contextOf(granted.desired);
        return applyRounds(plan, { ...granted, engine, context, stopping: options.stopping, sandbox });
      }),
    context: contextOf,
    redact,
    async close() {
      await links?.close();
      await sandboxes.close();
      await store.close();
    },
  };
  return engine;
}

/** Those that the resources are on: nobody else has to answer for a plan of them. */
const targetsOf = ({ resources }: Desired): readonly string[] => [...resources.values()].map(({ target }) => target);

/** `-t` names targets that there are: a typing error must not plan nothing in silence. */
function targetNamed(name: string, desired: Desired): string {
  if (desired.targets.has(name)) return name;
  throw new Fault({
    code: 'TARGET_UNKNOWN',
    summary: `there is no target called "${name}"`,
    detail: `This environment has ${[...desired.targets.keys()].join(', ') || 'none'}.`,
    hint: 'Correct the name behind -t, or describe the target in a manifest of kind Target.',
  });
}

function selected(
  only: readonly string[] | undefined,
  targets: readonly string[] | undefined,
  world: Survey['world'],
): ReadonlySet<ResourceId> | undefined {
  if (only === undefined && targets === undefined) return undefined;
  const chosen = only === undefined ? new Set([...world.resources.keys(), ...world.recorded.keys()]) : select(only, world);
  return targets === undefined ? chosen : new Set([...chosen].filter((id) => targets.includes(idParts(id).target)));
}

const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let begun: Promise<T> | undefined;
  return () => (begun ??= work());
};

/** Folders become absolute, secrets are looked up: what a provider connects with. Generated ones are made only for an apply. */
async function targetSpec(
  { name, provider, address: written, options }: TargetManifest,
  {
    dir,
    files,
    secrets,
    standIn,
    how,
  }: {
    readonly dir: string;
    readonly files: ProjectFiles;
    readonly secrets: Secrets;
    readonly standIn: StandIn | undefined;
    readonly how: 'make' | undefined;
  },
): Promise<LookedUp> {
  // Merged before secrets are looked up: those of the real system are not needed to use its sandbox, nor made.
  const wanted = { ...options, ...standIn?.options };
  const values = new Map<Fields, string>();
  let lacks = false;
  for (const mark of secretsOf(wanted)) {
    const value = how === 'make' ? await secrets.value(mark) : await secrets.peek(mark);
    if (value === undefined) lacks = true;
    else values.set(mark, value);
  }
  const there = without(wanted, (value) => isSecret(value) && !values.has(value)) as Fields;
  const place = standIn?.address ?? written;
  const isFolder = !/^[a-z][a-z0-9+.-]*:/i.test(place) && !isAbsolute(place);
  return {
    name,
    provider,
    address: isFolder ? join(dir, place) : place,
    options: withSecrets(there, (mark) => values.get(mark) as string),
    files,
    folder: dir,
    secret: (source) => secrets.value(secretMark(source)),
    ...(lacks ? { lacks } : {}),
  };
}

/** The value without the members and items that are to be left out. */
function without(value: Value, leaveOut: (value: Value) => boolean): Value {
  if (isList(value)) return value.filter((item) => !leaveOut(item)).map((item) => without(item, leaveOut));
  if (!isFields(value) || isSecret(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => !leaveOut(member));
  return Object.fromEntries(kept.map(([member, inner]) => [member, without(inner, leaveOut)]));
}

/** `20261122-023107-9f3a`: sorts by time, and two that start in one second differ. */
const runId = (now: number): string =>
  `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`;
