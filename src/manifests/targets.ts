import { nearest, type Diagnostic } from '../core/diagnostic.ts';
import type { Pointer } from '../core/pointer.ts';
import type { Origin } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import type { Catalog, ProviderFacts } from './catalog.ts';
import type { Issue } from './issue.ts';
import type { Page } from './page.ts';
import { fileLine, placed } from './places.ts';
import type { Environment, Project } from './project.ts';
import { Resolver } from './resolve.ts';
import { ruleOf } from './rule.ts';
import type { Limits, TargetSettings, TargetSpec } from './types.ts';
import { checkable } from './vocabulary.ts';

/** A live system as an environment has it. Sensitive options are SecretMarks. */
export interface TargetManifest {
  readonly name: string;
  readonly provider: string;
  /** As written: a URL, or a folder that is relative to the project's. */
  readonly address: string;
  readonly options: Fields;
  readonly limits: Readonly<Limits>;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined where `setpoint.yaml` alone defines it. */
  readonly origin?: Origin;
}

/** A target by name; `manifest` is missing where something is wrong with it: it is there, but nothing can be said of it. */
export interface TargetEntry {
  readonly provider?: string;
  readonly manifest?: TargetManifest;
  readonly page?: Page;
}

export interface Targets {
  readonly entries: ReadonlyMap<string, TargetEntry>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Diagnostics about a target bear it as if it were a resource. */
export const targetId = (name: string): string => `setpoint/Target/${name}`;

/** Target manifests and the environment's settings for them, put together and checked with what their providers expect. */
export function readTargets(options: {
  readonly project: Project;
  readonly environment: Environment;
  readonly pages: readonly Page[];
  readonly catalog: Catalog;
}): Targets {
  const { project, environment, pages, catalog } = options;
  const diagnostics: Diagnostic[] = [];
  const written = new Map<string, { readonly page: Page; readonly spec?: TargetSpec }>();
  for (const page of pages) {
    const { metadata, spec } = page.value as { readonly metadata?: { readonly name?: unknown }; readonly spec?: unknown };
    const issues = catalog.validateTarget(spec === undefined ? { ...(page.value as Fields), spec: {} } : page.value, page.lexical);
    for (const issue of issues) diagnostics.push(placed(page, issue));
    const name = metadata?.name;
    if (typeof name !== 'string') continue;
    const before = written.get(name);
    if (before !== undefined) diagnostics.push(placed(page, twice(name, before.page), targetId(name)));
    else written.set(name, issues.length === 0 ? { page, spec: spec as TargetSpec } : { page });
  }
  const entries = new Map<string, TargetEntry>();
  for (const name of new Set([...written.keys(), ...Object.keys(environment.targets)])) {
    const settings = Object.hasOwn(environment.targets, name) ? environment.targets[name] : undefined;
    const one = written.get(name);
    const place = placesOf({ project, environment, name, page: one?.page });
    if (one !== undefined && one.spec === undefined) {
      entries.set(name, { page: one.page });
      continue;
    }
    const { entry, issues } = combine({ name, page: one?.page, spec: one?.spec, settings: settings ?? {}, catalog, known: written.keys() });
    for (const issue of issues) diagnostics.push(place(issue));
    entries.set(name, entry);
  }
  return { entries, diagnostics };
}

const twice = (name: string, first: Page): Issue => ({
  code: 'DUPLICATE_ID',
  at: '/metadata/name',
  part: 'value',
  summary: `there are two targets called ${JSON.stringify(name)}`,
  label: `the first is at ${fileLine(first)}`,
  hint: 'Give one of them another name. What differs between environments belongs in setpoint.yaml.',
});

/** Issues point into the Target manifest; what the environment says instead is found in `setpoint.yaml`. */
function placesOf(options: { project: Project; environment: Environment; name: string; page: Page | undefined }) {
  const { project, environment, name, page } = options;
  const settings = environment.targets[name] as Fields | undefined;
  return (issue: Issue): Diagnostic => {
    const [, , field = '', option] = issue.at.split('/');
    const inside = settings !== undefined && Object.hasOwn(settings, field) ? settings[field] : undefined;
    const isSettings =
      inside !== undefined && (option === undefined || typeof inside !== 'object' || Object.hasOwn(inside as Fields, option));
    const settled = isSettings || page === undefined ? project.page : undefined;
    if (settled !== undefined) {
      const at: Pointer = `/spec/environments/${environment.name}/targets/${name}${issue.at.slice('/spec'.length)}`;
      return placed(settled, { ...issue, at }, targetId(name));
    }
    // A target is made by a manifest or by setpoint.yaml: there is a text to point to.
    if (page === undefined) throw new TypeError(`the target ${name} stands nowhere`);
    return placed(page, issue, targetId(name));
  };
}

function combine(options: {
  readonly name: string;
  readonly page: Page | undefined;
  readonly spec: TargetSpec | undefined;
  readonly settings: TargetSettings;
  readonly catalog: Catalog;
  readonly known: Iterable<string>;
}): { readonly entry: TargetEntry; readonly issues: readonly Issue[] } {
  const { name, page, spec, settings, catalog } = options;
  const at = page === undefined ? {} : { page };
  const provider = settings.provider ?? spec?.provider;
  if (provider === undefined) {
    const near = nearest(name, options.known);
    const summary = `there is no target called ${JSON.stringify(name)} to change`;
    const hint = near === undefined ? 'With a provider here, it is a target of its own.' : `Did you mean ${near}?`;
    return { entry: at, issues: [{ code: 'TARGET_UNKNOWN', at: '/spec', part: 'key', summary, hint }] };
  }
  const facts = catalog.provider(provider);
  if (facts === undefined) {
    const near = nearest(provider, catalog.providerNames);
    const issue: Issue = {
      code: 'PROVIDER_UNKNOWN',
      at: '/spec/provider',
      part: 'value',
      summary: `there is no provider called ${JSON.stringify(provider)}`,
      detail: `The providers are ${catalog.providerNames.join(', ')}.`,
      ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
    };
    return { entry: { ...at, provider }, issues: [issue] };
  }
  const issues: Issue[] = [];
  const address = settings.address ?? spec?.address;
  if (address === undefined) {
    const hint = 'Write spec.address, or set it for this environment in setpoint.yaml.';
    issues.push({ code: 'FIELD_MISSING', at: '/spec', part: 'key', summary: `the target ${name} has no address`, hint });
  }
  const { schema, wrapped } = optionsOf(facts);
  const written = { ...(spec?.options as Fields), ...(settings.options as Fields) };
  issues.push(...catalog.compile(wrapped)({ spec: { options: written } } as Value, page?.lexical));
  const resolved = new Resolver().resolve({ spec: { options: written }, rule: { fields: { options: ruleOf(schema) } } });
  issues.push(...resolved.issues);
  if (issues.length > 0 || address === undefined) return { entry: { ...at, provider }, issues };
  const labels = (page?.value as { metadata?: { labels?: Record<string, string> } } | undefined)?.metadata?.labels ?? {};
  const manifest: TargetManifest = {
    name,
    provider,
    address,
    options: resolved.spec.options as Fields,
    limits: { ...spec?.limits, ...settings.limits },
    labels,
    ...(page === undefined ? {} : { origin: { file: page.file, line: page.line, document: page.index } }),
  };
  return { entry: { ...at, provider, manifest }, issues };
}

interface Options {
  readonly schema: Fields;
  /** For a manifest, so that issues point into one. */
  readonly wrapped: Fields;
}

const NO_OPTIONS: Fields = { type: 'object', additionalProperties: false };
/** One schema object for each provider: what is compiled once is found again by it. */
const known = new WeakMap<ProviderFacts, Options>();

function optionsOf(facts: ProviderFacts): Options {
  let options = known.get(facts);
  if (options === undefined) {
    const schema = facts.options?.() ?? NO_OPTIONS;
    const { schema: properties, defs } = checkable(schema);
    const spec = { type: 'object', properties: { options: properties } };
    known.set(facts, (options = { schema, wrapped: { type: 'object', properties: { spec }, $defs: defs } }));
  }
  return options;
}

/** The target of a manifest: the one it names, or the only one with its provider. Undefined means: there is one, and it is broken. */
export function chooseTarget(
  targets: ReadonlyMap<string, TargetEntry>,
  wanted: { readonly target: string | undefined; readonly provider: string; readonly kind: string },
): { readonly target: string | undefined } | Issue {
  const { target, provider, kind } = wanted;
  if (target !== undefined) {
    const entry = targets.get(target);
    if (entry === undefined) return unknownTarget(target, targets.keys());
    if (entry.provider === undefined || entry.provider === provider) return { target };
    const summary = `${target} is a target of ${entry.provider}; ${kind} belongs to ${provider}`;
    return { code: 'TARGET_KIND', at: '/metadata/target', part: 'value', summary, hint: `Name a target whose provider is ${provider}.` };
  }
  let only: string | undefined;
  let count = 0;
  let broken = false;
  for (const [name, entry] of targets) {
    if (entry.provider === undefined) broken = true;
    else if (entry.provider === provider) {
      only = name;
      count += 1;
    }
  }
  if (count === 1) return { target: only };
  if (count === 0 && broken) return { target: undefined };
  if (count === 0) {
    const summary = `no target has the provider ${provider}`;
    const hint = 'Write a manifest with apiVersion: setpoint/v1 and kind: Target for it.';
    return { code: 'TARGET_MISSING', at: '/kind', part: 'value', summary, hint };
  }
  const names = [...targets].filter(([, entry]) => entry.provider === provider).map(([name]) => name);
  const summary = `which target is meant is not said: ${names.join(', ')} all have the provider ${provider}`;
  return { code: 'TARGET_AMBIGUOUS', at: '/metadata', part: 'key', summary, hint: 'Write metadata.target.' };
}

function unknownTarget(target: string, known: Iterable<string>): Issue {
  const names = [...known];
  const near = nearest(target, names);
  return {
    code: 'TARGET_UNKNOWN',
    at: '/metadata/target',
    part: 'value',
    summary: `there is no target called ${JSON.stringify(target)}`,
    detail: names.length === 0 ? 'There are no targets here.' : `The targets are ${names.join(', ')}.`,
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  };
}
