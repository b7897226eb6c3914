import type { ResourceId } from '../core/id.ts';
import { NAME, resourceId } from '../core/id.ts';
import type { Need, RefRule, Resource } from '../core/resource.ts';
import type { Manifest } from './check.ts';
import type { Issue } from './issue.ts';
import type { Names, Referrer } from './names.ts';
import type { Resolver } from './resolve.ts';

/** A manifest that knows its target and id. */
export interface Draft {
  readonly id: ResourceId;
  readonly target: string;
  readonly manifest: Manifest;
}

const NOBODY: readonly ResourceId[] = [];

/** Hop 3: the resource that a manifest describes, and all that is wrong with the names in it. */
export function resourceOf(
  { id, target, manifest }: Draft,
  { names, resolver }: { readonly names: Names; readonly resolver: Resolver },
): { readonly resource: Resource; readonly issues: readonly Issue[] } {
  const { page, known, name, labels, lifecycle, dependsOn, was } = manifest;
  const from: Referrer = { kind: known.kind.kind, target, provider: known.provider.name };
  const resolved = resolver.resolve({ spec: manifest.spec, rule: known.rule, from, lexical: page.lexical });
  let { issues, needs } = resolved;
  if (dependsOn.length > 0) {
    const depended = dependencies(dependsOn, from, names);
    issues = [...issues, ...depended.issues];
    needs = [...needs, ...depended.needs];
  }
  const before = was.length === 0 ? { ids: NOBODY, issues: [] } : formerIds(was, from);
  if (before.issues.length > 0) issues = [...issues, ...before.issues];
  const resource: Resource = {
    id,
    kind: known.kind.kind,
    version: known.kind.version,
    target,
    name,
    spec: resolved.spec,
    needs,
    lifecycle,
    labels,
    ...(resolved.hasSecrets ? { hasSecrets: true } : {}),
    was: before.ids,
    origin: { file: page.file, line: page.line, document: page.index },
  };
  return { resource, issues };
}

function dependencies(dependsOn: readonly string[], from: Referrer, names: Names): { needs: readonly Need[]; issues: readonly Issue[] } {
  const needs: Need[] = [];
  const issues: Issue[] = [];
  for (const [i, text] of dependsOn.entries()) {
    const { kind, referred } = names.depend(from, text, `/metadata/dependsOn/${i}`);
    const ref: RefRule = { kind, by: 'handle', wait: 'exists', onReplace: 'rewrite', onRemove: 'blocks' };
    if ('code' in referred) issues.push(referred);
    else if (referred.id !== undefined) needs.push({ id: referred.id, at: '', ref });
  }
  return { needs, issues };
}

/** `metadata.was`: a name is one on the same target, `target/name` one on another. */
function formerIds(was: readonly string[], { kind, target }: Referrer): { ids: readonly ResourceId[]; issues: readonly Issue[] } {
  const ids: ResourceId[] = [];
  const issues: Issue[] = [];
  for (const [i, text] of was.entries()) {
    const slash = text.indexOf('/');
    const name = text.slice(slash + 1);
    const where = slash < 0 ? target : text.slice(0, slash);
    if (NAME.test(name) && NAME.test(where)) ids.push(resourceId({ target: where, kind, name }));
    else {
      const summary = `${JSON.stringify(text)} is no former name`;
      issues.push({ code: 'NAME_INVALID', at: `/metadata/was/${i}`, part: 'value', summary, hint: 'Write name, or target/name.' });
    }
  }
  return { ids, issues };
}

const WAS_HINT = 'Take the former name out of metadata.was, or remove the manifest that still has it.';

/** Former names that are still, or twice, in use: nobody could tell which resource the live object belongs to. */
export function formerTwice(drafts: Iterable<Draft & { readonly was: readonly ResourceId[] }>, isTaken: (id: ResourceId) => boolean) {
  const heirs = new Map<ResourceId, ResourceId>();
  const found: { readonly id: ResourceId; readonly issue: Issue }[] = [];
  for (const { id, was } of drafts) {
    for (const [i, former] of was.entries()) {
      const heir = heirs.get(former);
      const at = `/metadata/was/${i}`;
      const summary = isTaken(former) ? `${former} is still described by a manifest` : `${former} became ${heir} already`;
      if (isTaken(former) || heir !== undefined)
        found.push({ id, issue: { code: 'WAS_TAKEN', at, part: 'value', summary, hint: WAS_HINT } });
      else heirs.set(former, id);
    }
  }
  return found;
}
