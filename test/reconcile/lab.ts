import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { openKinds } from '../../src/app/kinds.ts';
import { openSecrets } from '../../src/app/secrets.ts';
import type { Survey, SurveyContext, SurveyOptions } from '../../src/app/survey.ts';
import { survey } from '../../src/app/survey.ts';
import { Fault } from '../../src/core/diagnostic.ts';
import type { SecretMark } from '../../src/core/mark.ts';
import { secretMark } from '../../src/core/mark.ts';
import type { Plan } from '../../src/core/plan.ts';
import { redactor } from '../../src/core/redact.ts';
import type { Resource } from '../../src/core/resource.ts';
import type { Desired } from '../../src/manifests/desired.ts';
import type { TargetManifest } from '../../src/manifests/targets.ts';
import type { PlanOptions } from '../../src/planner/index.ts';
import { plan as planOf } from '../../src/planner/index.ts';
import type { Outcome } from '../../src/reconcile/apply.ts';
import { apply } from '../../src/reconcile/apply.ts';
import { openLinks } from '../../src/reconcile/links.ts';
import type { Limits, Run } from '../../src/reconcile/opened.ts';
import { openFolderStore } from '../../src/state/index.ts';
import type { Store } from '../../src/state/store.ts';
import type { Scripted, ScriptedKind, ScriptedSession } from '../kit/scripted-provider.ts';
import { scripted } from '../kit/scripted-provider.ts';
import type { ScriptedSystem } from '../kit/scripted-system.ts';
import type { Told, VirtualClock } from '../kit/world.ts';
import { dice, virtualClock } from '../kit/world.ts';
import { MEMORY } from '../kit/memory.ts';

export const TARGET = 'bench';
const LIMITS: Limits = { parallel: 8, timeoutMs: 5_000 };

export interface LabOptions {
  /** Each a scripted system of its own. Default: one, called `bench`. */
  readonly targets?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly seed?: number;
  /** Pages of a list; small, so that every list has several. */
  readonly pageSize?: number;
  /** A kind in place of the scripted one of that name. */
  readonly kinds?: (kind: ScriptedKind) => ScriptedKind;
  /** Stands between the engine and the wire, or the store: for what happens only to some calls. */
  readonly session?: (session: ScriptedSession, target: string) => ScriptedSession;
  readonly openStore?: (store: Store) => Store;
  /** Null: there is no state key, and nobody can tell one secret from another. */
  readonly key?: null;
}

export interface Surveyed {
  readonly plan: Plan;
  readonly survey: Survey;
  readonly context: SurveyContext;
}

export interface PlanMore extends Partial<PlanOptions>, Pick<SurveyOptions, 'strangers'> {
  /** The manifests given are not all there are. */
  readonly partial?: boolean;
}

export interface ApplyMore {
  readonly stopping?: () => boolean;
  readonly wait?: boolean;
}

/** The engine's rooms as they are, over scripted systems, a clock of its own and state in a temporary folder. */
export interface Lab {
  readonly clock: VirtualClock;
  readonly root: string;
  readonly told: readonly Told[];
  store: Store;
  /** Aborting it is the second interrupt of every run from now on. */
  abort: AbortController;
  system(target?: string): ScriptedSystem;
  /** A second process on the same state; `store` is then its. */
  reopen(holder?: string): Store;
  secret(value: string): SecretMark;
  /** One that the first apply which needs it makes: until then nobody knows it. */
  generated(name: string): SecretMark;
  plan(resources: readonly Resource[], more?: PlanMore): Promise<Surveyed>;
  apply(surveyed: Surveyed, more?: ApplyMore): Promise<Outcome>;
  /** Plans and applies. */
  run(resources: readonly Resource[], more?: PlanMore & ApplyMore): Promise<Outcome & { readonly plan: Plan }>;
  /** Everything that was told and everything that stands on the disk. */
  texts(): readonly string[];
  events<T extends Told['type']>(type: T): readonly (Told & { readonly type: T })[];
  forgetEvents(): void;
}

export function openLab(options: LabOptions = {}): Lab {
  const { targets = [TARGET], limits, seed = 1, pageSize = 2, key } = options;
  const { kinds: change = (kind) => kind, session: wrap = (session) => session, openStore: wrapStore = (store) => store } = options;
  const root = mkdtempSync(join(MEMORY, 'setpoint-lab-'));
  folders.push(root);
  const clock = virtualClock();
  const systems = new Map<string, Scripted>(targets.map((name) => [name, scripted({ clock, pageSize, instance: `system of ${name}` })]));
  const manifests = new Map<string, TargetManifest>(
    targets.map((name) => [name, { name, provider: 'scripted', address: 'memory:', options: {}, limits: {}, labels: {} }]),
  );
  const [first] = [...systems.values()] as [Scripted];
  const provider = { ...first.provider, kinds: first.provider.kinds.map((kind) => change(kind as ScriptedKind)) };
  const kinds = openKinds({
    providers: [{ name: 'scripted', groups: ['scripted'], load: async () => provider }],
    targets: manifests,
    files: { read: () => undefined, bytes: () => undefined, list: () => [] },
  });
  const told: Told[] = [];
  const random = dice(seed);
  let runs = 0;
  const hidden = new Map<string, string>();
  const look = async (source: Readonly<Record<string, unknown>>): Promise<string> => {
    const value = hidden.get(String(source['env']));
    if (value === undefined) throw new Fault({ code: 'SECRET_MISSING', summary: 'no such secret' });
    return value;
  };
  const made = new Map<string, string>();
  const isGenerated = (source: Readonly<Record<string, unknown>>): boolean => 'generate' in source;
  const secrets = openSecrets({
    peek: async (source) => (isGenerated(source) ? made.get(String(source['keep'])) : look(source)),
    make: async (source) => {
      if (!isGenerated(source)) return look(source);
      const name = String(source['keep']);
      if (!made.has(name)) made.set(name, `generated for ${name}`);
      return made.get(name) as string;
    },
    redactor: redactor(),
    ...(key === null ? {} : { key: 'the state key of the lab' }),
  });
  const openStore = (holder: string): Store =>
    wrapStore(openFolderStore({ root, holder, process: null, clock: { now: () => clock.now(), every: () => () => undefined } }));
  const desiredOf = (resources: readonly Resource[], complete: boolean): Desired => ({
    environment: { name: 'lab', manifests: [], targets: {}, state: { folder: root } },
    resources: new Map(resources.map((resource) => [resource.id, resource])),
    targets: manifests,
    diagnostics: [],
    sources: [{ source: 'lab.yaml', complete }],
    inherited: new Map(),
    locate: () => undefined,
    ruleOf: ({ id, spec }) => kinds.of(id)?.facts.rule(spec) ?? {},
  });
  const contextOf = (store: Store, signal: AbortSignal): SurveyContext => {
    setMaxListeners(0, signal);
    const run: Run = {
      id: `run-${(runs += 1)}`,
      emit: (event) => void told.push(event),
      random,
      now: () => clock.now(),
      sleep: (ms, stop) => clock.sleep(ms, stop),
      signal,
    };
    const links = openLinks(
      new Map(
        [...systems].map(([name, there]) => [
          name,
          {
            provider: {
              ...provider,
              connect: async (target, call) => wrap(await there.provider.connect(target, call), name),
              identify: there.provider.identify,
            },
            limits: { ...LIMITS, ...limits },
            spec: async () => ({ ...(manifests.get(name) as TargetManifest) }),
          },
        ]),
      ),
      run,
    );
    return { kinds, links, secrets, store, run, optionsOf: async () => ({}), prune: true, providerOf: () => provider };
  };

  const lab: Lab = {
    clock,
    root,
    told,
    store: openStore('lab@here 1'),
    abort: new AbortController(),
    system: (target = targets[0] as string) => (systems.get(target) as Scripted).system,
    reopen: (holder = 'lab@here 2') => (lab.store = openStore(holder)),
    secret(value) {
      const env = `SECRET_${hidden.size + 1}`;
      hidden.set(env, value);
      return secretMark({ env });
    },
    generated: (name) => secretMark({ generate: 'bytes32', keep: name }),
    async plan(resources, { partial, strangers, ...options } = {}) {
      await kinds.provider('scripted');
      const context = contextOf(lab.store, lab.abort.signal);
      const surveyed = await survey(desiredOf(resources, partial !== true), context, strangers === undefined ? {} : { strangers });
      return { plan: planOf(surveyed.world, { environment: 'lab', sandbox: false, ...options }), survey: surveyed, context };
    },
    async apply({ plan, survey: { look: seen, unsettled }, context }, { stopping = () => false, wait } = {}) {
      return apply({ plan, ...context, handles: seen.handles, unsettled, stopping, ...(wait === undefined ? {} : { wait }) });
    },
    async run(resources, more = {}) {
      const { stopping, wait, ...options } = more;
      const surveyed = await lab.plan(resources, options);
      const outcome = await lab.apply(surveyed, { ...(stopping ? { stopping } : {}), ...(wait === undefined ? {} : { wait }) });
      return { ...outcome, plan: surveyed.plan };
    },
    texts() {
      const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
      return [JSON.stringify(told), ...files.map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))];
    },
    events: <T extends Told['type']>(type: T) => told.filter((one): one is Told & { readonly type: T } => one.type === type),
    forgetEvents: () => void told.splice(0),
  };
  return lab;
}

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
