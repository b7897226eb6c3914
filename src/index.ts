/**
 * Setpoint as a library: the engine that the command line drives, the contract that a provider is written against, and the words
 * that plans, events and errors are made of. The YANG engine is `setpoint/yang`.
 */
export { openEngine } from './app/open-engine.ts';
export { surroundings, type Surroundings } from './app/surroundings.ts';
export type { ApplyGrant, Desired, Engine, EngineOptions, Outcome, Plan, PlanChoice, Survey } from './app/engine.ts';
export { planDigest } from './planner/index.ts';
export { registry, type ProviderEntry } from './providers/registry.ts';
export type {
  AnyKind,
  AnyOperation,
  AnyProvider,
  Ask,
  Call,
  Claim,
  Done,
  Finding,
  Kind,
  Known,
  Live,
  Operation,
  Output,
  ProjectFiles,
  Provider,
  Read,
  Sandbox,
  SandboxOptions,
  Session,
  Shape,
  Sighting,
  TargetSpec,
  Work,
} from './providers/contract.ts';
export { Fault, Faults, nearest, type Diagnostic, type Position, type Retry } from './core/diagnostic.ts';
export { idParts, resourceId, shortId, type IdParts, type KindName, type ResourceId } from './core/id.ts';
export type { Event } from './core/event.ts';
export type { Action, Change, Difference, Evidence, PlanTarget, Reason, Risk, Step, Verb } from './core/plan.ts';
export type { Pointer } from './core/pointer.ts';
export type { Author, FieldRule, Lifecycle, Motion, Need, Observed, Origin, Readiness, Recorded, Resource } from './core/resource.ts';
export { canonical, equal, type Fields, type Value } from './core/value.ts';
