import { count } from '../core/count.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { resourceId, shortId } from '../core/id.ts';
import type { Pointer } from '../core/pointer.ts';
import type { FieldRule, Resource } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import { isFields } from '../core/value.ts';
import { readAround, type LeftOut } from './around.ts';
import { loadCatalog, type Catalog, type Known, type ProviderSource } from './catalog.ts';
import { checkPage, headingOf, isManifest, type Heading } from './check.ts';
import { onFoundation } from './foundation.ts';
import { withInherited } from './inherit.ts';
import type { Issue } from './issue.ts';
import type { Located } from './locate.ts';
import { Names } from './names.ts';
import type { Page } from './page.ts';
import { fileLine, inOrder, placed, placeIn } from './places.ts';
import type { Environment, Project } from './project.ts';
import { readSources, type Readings } from './read-sources.ts';
import { Resolver } from './resolve.ts';
import { formerTwice, resourceOf, type Draft } from './resources.ts';
import { Shapes } from './shapes.ts';
import { manifestSources, projectFiles, type Given, type Rendered } from './sources.ts';
import { chooseTarget, readTargets, targetId, type TargetEntry, type TargetManifest } from './targets.ts';

/** What the manifests of one environment say. With an error among `diagnostics` it is not whole, and nothing may be planned from it. */
export interface Desired {
  readonly environment: Environment;
  readonly resources: ReadonlyMap<ResourceId, Resource>;
  readonly targets: ReadonlyMap<string, TargetManifest>;
  /** Everything that is wrong, in the order of files and lines. */
  readonly diagnostics: readonly Diagnostic[];
  /** What was read, and whether completely: a resource is gone from the manifests only if all of its source was read. */
  readonly sources: readonly Rendered[];
  /** Places of specs that no manifest has: they are another one's (`x-from`). */
  readonly inherited: ReadonlyMap<ResourceId, readonly Pointer[]>;
  /** Where a place of a resource's spec, or only its name, stands in its file; its document for ''. Reads the document again. */
  locate(id: ResourceId, at?: Pointer, part?: 'key'): Located | undefined;
  /** The comparison's rule for a spec of a resource's kind on its target. */
  ruleOf(resource: Resource): FieldRule;
}

export interface DesiredOptions {
  readonly project: Project;
  readonly environment: Environment;
  readonly providers: readonly ProviderSource[];
  /** Instead of the project's folders. Its Targets hold for them as well. */
  readonly given?: readonly Given[];
  /** What is given is all there is: not even the project's Targets stand beside it. */
  readonly alone?: boolean;
}

/** A document that is a resource's, with its heading. */
interface Row {
  readonly page: Page;
  readonly heading: Heading;
  readonly known: Known;
  readonly target: string | undefined;
}

/**
 * Hops 1 to 3: reads the manifests of an environment and says what they want. Never throws for what is written in them: all
 * that is wrong with all files comes back as diagnostics.
 */
export async function desired({ project, environment, providers, given, alone = false }: DesiredOptions): Promise<Desired> {
  const diagnostics: Diagnostic[] = [];
  const { pages, files, rendered, left } = readAll({ project, environment, given, alone }, diagnostics);
  const readable = diagnostics.length === 0;
  const headings = readHeadings(pages, diagnostics);
  const catalog = await loadCatalog(providers, wantedProviders(headings, environment));
  const { rows, targetPages } = sortOut(headings, catalog, diagnostics);
  const targets = readTargets({ project, environment, pages: targetPages, catalog });
  diagnostics.push(...targets.diagnostics);
  const { drafts, names, broken } = draft(rows(targets.entries), catalog, diagnostics);

  for (const one of left) names.leaveOut(one);

  const written = new Map<ResourceId, Resource>();
  const wrong = new Set<ResourceId>();
  const pageOf = (id: ResourceId): Page | undefined => drafts.get(id)?.manifest.page;
  const shapes = new Shapes({ files: projectFiles(project.dir), targets: targets.entries, pageOf });
  const resolver = new Resolver(names);
  const renamed: (Draft & { readonly was: readonly ResourceId[] })[] = [];
  for (const one of drafts.values()) {
    const { resource, issues } = resourceOf(one, { names, resolver });
    for (const issue of issues) diagnostics.push(placed(one.manifest.page, issue, one.id));
    if (issues.length > 0) wrong.add(one.id);
    written.set(one.id, resource);
    if (resource.was.length > 0) renamed.push({ ...one, was: resource.was });
  }
  const inherited = new Map<ResourceId, readonly Pointer[]>();
  const judged = new Map<ResourceId, Resource>();
  for (const [id, resource] of written) {
    const { known } = (drafts.get(id) as Draft).manifest;
    const whole = withInherited(resource, known.rule, (other) => written.get(other));
    if (whole.inherited.length > 0) inherited.set(id, whole.inherited);
    const good = wrong.has(id) ? undefined : shapes.judge(whole.resource, known);
    if (good === undefined) broken.add(known.kind.kind);
    judged.set(id, good ?? whole.resource);
  }
  const resources = onFoundation(judged, ({ id, spec }) => drafts.get(id)?.manifest.known.kind.foundation?.(spec));
  for (const { id, issue } of formerTwice(renamed, (former) => drafts.has(former))) {
    const page = pageOf(id);
    if (page) diagnostics.push(placed(page, issue, id));
  }
  for (const kind of broken) shapes.spoil(kind);
  shapes.finish(readable);
  diagnostics.push(...shapes.diagnostics);
  const ruleOf = (resource: Resource): FieldRule => {
    const known = drafts.get(resource.id)?.manifest.known;
    return known === undefined ? {} : shapes.ruleFor(known, resource.target, resource.spec);
  };
  return {
    environment,
    resources,
    targets: goodTargets(targets.entries),
    diagnostics: inOrder(diagnostics, files),
    inherited,
    sources: rendered.map((one) => ({ ...one, complete: one.complete && readable })),
    locate(id, at = '', part) {
      const resource = resources.get(id);
      // A spec that its kind found fault with may have no rule of its own.
      const spec = resource === undefined || diagnostics.some(isError) ? undefined : ruleOf(resource);
      return locateIn({ id, at, part, found: drafts.get(id), targets: targets.entries, spec });
    },
    ruleOf,
  };
}

/** All that was asked for; where that is only some files of a project, with what it has around them. */
function readAll(
  {
    project,
    environment,
    given,
    alone,
  }: Omit<DesiredOptions, 'providers' | 'given'> & { readonly given: DesiredOptions['given'] | undefined },
  diagnostics: Diagnostic[],
): Readings & { readonly left: readonly LeftOut[] } {
  const asked = readSources(manifestSources(project, environment, given), { diagnostics });
  if (given === undefined || alone === true || project.page === undefined) return { ...asked, left: [] };
  const around = readAround({ project, environment, named: asked });
  diagnostics.push(...around.diagnostics);
  return { ...asked, pages: [...asked.pages, ...around.targets], files: [...asked.files, ...around.files], left: around.left };
}

interface Headed {
  readonly page: Page;
  readonly heading: Heading;
}

function readHeadings(pages: readonly Page[], diagnostics: Diagnostic[]): readonly Headed[] {
  const headed: Headed[] = [];
  for (const page of pages) {
    const heading = headingOf(page);
    if ('apiVersion' in heading) headed.push({ page, heading });
    else for (const issue of heading) diagnostics.push(placed(page, issue));
  }
  return headed;
}

/** The providers that documents and settings speak of, by the group of a kind or by name. */
function wantedProviders(headed: readonly Headed[], environment: Environment) {
  const groups = new Set<string>();
  const names = new Set<string>();
  for (const { page, heading } of headed) {
    const slash = heading.apiVersion.indexOf('/');
    groups.add(slash < 0 ? heading.apiVersion : heading.apiVersion.slice(0, slash));
    if (heading.kind !== 'Target') continue;
    const { spec } = page.value as Fields;
    if (isFields(spec) && typeof spec.provider === 'string') names.add(spec.provider);
  }
  for (const { provider } of Object.values(environment.targets)) if (provider !== undefined) names.add(provider);
  return { groups, names };
}

function sortOut(headed: readonly Headed[], catalog: Catalog, diagnostics: Diagnostic[]) {
  const targetPages: Page[] = [];
  const found: (Headed & { readonly known: Known })[] = [];
  for (const { page, heading } of headed) {
    const known = catalog.kind(heading.apiVersion, heading.kind);
    if (known === 'target') targetPages.push(page);
    else if ('code' in known) diagnostics.push(placed(page, known));
    else found.push({ page, heading, known });
  }
  function* rows(targets: ReadonlyMap<string, TargetEntry>): Generator<Row> {
    const missing = new Map<string, { readonly issue: Issue; readonly pages: [Page, ...Page[]] }>();
    for (const { page, heading, known } of found) {
      const { metadata } = page.value as Fields;
      const written = isFields(metadata) && typeof metadata.target === 'string' ? metadata.target : undefined;
      const chosen = chooseTarget(targets, { target: written, provider: known.provider.name, kind: known.kind.kind });
      if ('code' in chosen && chosen.code === 'TARGET_MISSING') {
        const before = missing.get(known.provider.name);
        if (before === undefined) missing.set(known.provider.name, { issue: chosen, pages: [page] });
        else before.pages.push(page);
      } else if ('code' in chosen) diagnostics.push(placed(page, chosen));
      yield { page, heading, known, target: 'code' in chosen ? undefined : chosen.target };
    }
    for (const { issue, pages } of missing.values()) diagnostics.push(forAll(issue, pages));
  }
  return { rows, targetPages };
}

/** One lack that many documents have is said once, at the first of them: said of each, it would bury everything else. */
function forAll(issue: Issue, [first, ...others]: readonly [Page, ...Page[]]): Diagnostic {
  if (others.length === 0) return placed(first, issue);
  const some = others.slice(0, 5).map(fileLine).join(', ');
  const detail = `${count(others.length + 1, 'document')} want one: besides this, ${some}${others.length > 5 ? ', …' : ''}.`;
  return placed(first, { ...issue, detail });
}

/** Every document under its id, checked by its kind's schema; and all names, also of documents that are not right. */
function draft(rows: Iterable<Row>, catalog: Catalog, diagnostics: Diagnostic[]) {
  const drafts = new Map<ResourceId, Draft>();
  const names = new Names(catalog.has);
  const broken = new Set<string>();
  for (const { page, heading, known, target } of rows) {
    const kind = known.kind.kind;
    const { name } = heading;
    if (name !== undefined) names.add({ kind, provider: known.provider.name, name, page, ...(target === undefined ? {} : { target }) });
    const manifest = checkPage(page, known);
    const id = target === undefined || name === undefined ? undefined : resourceId({ target, kind, name });
    if (!isManifest(manifest)) {
      for (const issue of manifest) diagnostics.push(placed(page, issue, id));
      broken.add(kind);
    } else if (id === undefined || target === undefined) broken.add(kind);
    else {
      const first = drafts.get(id);
      if (first === undefined) drafts.set(id, { id, target, manifest });
      else diagnostics.push(placed(page, duplicate(id, first.manifest.page), id));
    }
  }
  return { drafts, names, broken };
}

const duplicate = (id: ResourceId, first: Page): Issue => ({
  code: 'DUPLICATE_ID',
  at: '/metadata/name',
  part: 'value',
  summary: `${shortId(id)} is described twice`,
  label: `the first is at ${fileLine(first)}`,
  hint: 'Take one of the two out, or give it another name. Documents of shared and environment folders are not merged.',
});

function goodTargets(entries: ReadonlyMap<string, TargetEntry>): ReadonlyMap<string, TargetManifest> {
  const good = new Map<string, TargetManifest>();
  for (const [name, { manifest }] of entries) if (manifest !== undefined) good.set(name, manifest);
  return good;
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';

function locateIn(wanted: {
  readonly id: ResourceId;
  readonly at: Pointer;
  readonly part: 'key' | undefined;
  readonly found: Draft | undefined;
  readonly targets: ReadonlyMap<string, TargetEntry>;
  readonly spec: FieldRule | undefined;
}): Located | undefined {
  const { id, at, part = 'value', found, targets, spec } = wanted;
  const place = at === '' ? '' : `/spec${at}`;
  if (found !== undefined)
    return placeIn(found.manifest.page, place, { part, rule: { fields: { spec: spec ?? found.manifest.known.rule } } });
  const name = id.slice(targetId('').length);
  const page = id === targetId(name) ? targets.get(name)?.page : undefined;
  return page === undefined ? undefined : placeIn(page, place, { part });
}
