import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openKinds } from '../../src/app/kinds.ts';
import { openSecrets } from '../../src/app/secrets.ts';
import type { SurveyContext } from '../../src/app/survey.ts';
import { survey } from '../../src/app/survey.ts';
import { Fault } from '../../src/core/diagnostic.ts';
import { groupOf } from '../../src/core/id.ts';
import { secretMark } from '../../src/core/mark.ts';
import type { Plan } from '../../src/core/plan.ts';
import { redactor } from '../../src/core/redact.ts';
import type { Resource } from '../../src/core/resource.ts';
import type { Desired } from '../../src/manifests/desired.ts';
import type { TargetManifest } from '../../src/manifests/targets.ts';
import { plan as planOf } from '../../src/planner/index.ts';
import type { Call, ProjectFiles, Provider, Session } from '../../src/providers/contract.ts';
import type { Clock } from '../../src/providers/transport/clock.ts';
import { apply } from '../../src/reconcile/apply.ts';
import { openLinks } from '../../src/reconcile/links.ts';
import type { Run } from '../../src/reconcile/opened.ts';
import { openFolderStore } from '../../src/state/index.ts';
import { NO_FILES } from './law-fields.ts';
import type { Round } from './laws.ts';
import { MEMORY } from './memory.ts';

export interface RoundOptions<S extends Session> {
  readonly provider: Provider<S>;
  /** What kinds may read while they are opened. Default: nothing. */
  readonly files?: ProjectFiles;
  readonly session: S;
  readonly call: Call;
  readonly clock: Clock;
  readonly mutations: () => number;
}

const TARGET = 'bench';
const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const LIMITS = { parallel: 8, timeoutMs: 10_000 };

/** The engine as it is, over one session: manifests are given as resources, state is in a folder of its own that goes with the process. */
export function roundOver<S extends Session>({ provider, files = NO_FILES, session, call, clock, mutations }: RoundOptions<S>): Round {
  const root = mkdtempSync(join(MEMORY, 'setpoint-round-'));
  folders.push(root);
  const here: Provider<S> = { ...provider, connect: async () => session };
  const manifest: TargetManifest = { name: TARGET, provider: provider.name, address: 'memory:', options: {}, limits: {}, labels: {} };
  const targets = new Map([[TARGET, manifest]]);
  const groups = [...new Set(provider.kinds.map(({ kind }) => groupOf(kind)))];
  const kinds = openKinds({
    providers: [{ name: provider.name, groups, load: async () => here }],
    targets,
    files,
  });
  const told: unknown[] = [];
  let runs = 0;
  const newRun = (): Run => ({
    id: `round-${(runs += 1)}`,
    emit: (event) => void told.push(event),
    random: call.random,
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    signal: call.signal,
  });
  const hidden = new Map<string, string>();
  const look = async (source: Readonly<Record<string, unknown>>): Promise<string> => {
    const value = hidden.get(String(source['env']));
    if (value === undefined) throw new Fault({ code: 'SECRET_MISSING', summary: 'no such secret' });
    return value;
  };
  const secrets = openSecrets({ peek: look, make: look, key: 'state-key-of-the-round', redactor: redactor() });
  const store = openFolderStore({ root, holder: 'the laws' });
  const plans: Plan[] = [];
  const desiredOf = (resources: readonly Resource[]): Desired => ({
    environment: { name: 'laws', manifests: [], targets: {}, state: { folder: root } },
    resources: new Map(resources.map((resource) => [resource.id, resource])),
    targets,
    diagnostics: [],
    sources: [{ source: 'law.yaml', complete: true }],
    inherited: new Map(),
    locate: () => undefined,
    ruleOf: ({ id, spec }) => kinds.of(id)?.facts.rule(spec) ?? {},
  });
  let last: { readonly plan: Plan; readonly context: SurveyContext; readonly surveyed: Awaited<ReturnType<typeof survey>> } | undefined;
  return {
    target: TARGET,
    async plan(resources) {
      await kinds.provider(provider.name);
      const run = newRun();
      const links = openLinks(new Map([[TARGET, { provider: here, limits: LIMITS, spec: async () => ({ ...manifest }) }]]), run);
      const context: SurveyContext = {
        kinds,
        links,
        secrets,
        store,
        run,
        optionsOf: async () => ({}),
        prune: true,
        providerOf: () => provider,
      };
      const surveyed = await survey(desiredOf(resources), context);
      const plan = planOf(surveyed.world, { environment: 'laws', sandbox: false });
      plans.push(plan);
      last = { plan, context, surveyed };
      return plan;
    },
    async apply(plan, { wait } = { wait: true }) {
      if (last?.plan !== plan) throw new Error('a round applies the plan that it made last');
      const { kinds: known, links, run } = last.context;
      const { handles } = last.surveyed.look;
      const { unsettled } = last.surveyed;
      return apply({ plan, kinds: known, links, secrets, store, run, handles, unsettled, stopping: () => false, wait });
    },
    mutations,
    secret(value) {
      const env = `SECRET_${hidden.size + 1}`;
      hidden.set(env, value);
      return secretMark({ env });
    },
    async texts() {
      const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
      return [JSON.stringify(told), JSON.stringify(plans), ...files.map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))];
    },
  };
}
