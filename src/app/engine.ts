import type { Event } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import type { Redactor } from '../core/redact.ts';
import type { Desired } from '../manifests/desired.ts';
import type { Given } from '../manifests/sources.ts';
import type { Environment, Project } from '../manifests/project.ts';
import type { ProjectFiles } from '../providers/contract.ts';
import type { ProviderEntry } from '../providers/registry.ts';
import type { Clock } from '../providers/transport/clock.ts';
import type { Outcome } from '../reconcile/apply.ts';
import type { Store } from '../state/store.ts';
import type { Surroundings } from './surroundings.ts';
import type { Run } from '../reconcile/opened.ts';
import type { Story } from './why.ts';
import type { Survey, SurveyContext, SurveyOptions } from './survey.ts';

export interface EngineOptions {
  readonly surroundings: Surroundings;
  readonly directory?: string;
  readonly environment?: string;
  /** Only these targets are looked at, planned and written. */
  readonly targets?: readonly string[];
  /** Manifests from here instead of the project's folders. */
  readonly given?: readonly Given[];
  /** What state, secrets and relative addresses belong to, where the manifests were taken from a commit. Default: the project's folder. */
  readonly home?: string;
  /** The commit that the manifests are from, where the caller knows. */
  readonly commit?: string;
  /** The manifests given are all there are. Default: true for the project's own folders. */
  readonly prune?: boolean;
  readonly sandbox: boolean;
  readonly emit: (event: Event) => void;
  /** True after the first interrupt: nothing new begins. */
  readonly stopping: () => boolean;
  /** Aborted by the second interrupt. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly providers?: readonly ProviderEntry[];
}

export interface PlanChoice {
  /** Ids, their ends, kinds, or `label=value`; none: everything. */
  readonly only?: readonly string[];
  readonly adopt?: boolean | readonly string[];
  readonly destroy?: boolean;
}

/** The one thing that the command line, watch and a web page drive. */
export interface Engine {
  readonly project: Project;
  readonly home: string;
  readonly files: ProjectFiles;
  readonly environment: Environment;
  readonly store: Store;
  readonly run: Run;
  /** Of the manifests, where they are in git and unchanged. */
  readonly commit?: string;
  /** The manifests as they are now; what is wrong with them is in `diagnostics`. */
  desired(): Promise<Desired>;
  /** Reads state and live systems. Throws Faults when the manifests are wrong. */
  survey(desired: Desired, options?: SurveyOptions): Promise<Survey>;
  /** Also asks the systems what they would say to it: their findings are in the plan's `problems`. */
  plan(survey: Survey, choice?: PlanChoice): Promise<Plan>;
  /** Why the plan has for one resource what it has. `selector` is an id or the end of one. */
  why(selector: string, survey: Survey, choice?: PlanChoice): Story;
  /**
   * Does what the plan says. `grant` is the digest that was approved; another plan is refused. Deferred resources are planned in
   * further rounds, which may only create, adopt or leave alone.
   */
  apply(plan: Plan, options: ApplyGrant): Promise<Outcome>;
  /** Kinds opened and targets linked, for operations and examinations. */
  context(desired: Desired): Promise<SurveyContext>;
  /** For what peers say to whoever goes by `context`: the engine's own words have been through it. */
  readonly redact: Redactor;
  close(): Promise<void>;
}

export interface ApplyGrant {
  readonly grant: string;
  readonly desired: Desired;
  /** The survey the plan was made from, if it was made just now. */
  readonly survey?: Survey;
  readonly wait?: boolean;
}

export type { Desired, Outcome, Plan, Survey };
export { systemClock } from '../providers/transport/clock.ts';
