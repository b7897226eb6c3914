import { Fault, type Diagnostic } from '../core/diagnostic.ts';
import type { KindName, ResourceId } from '../core/id.ts';
import { shortId } from '../core/id.ts';
import { isRef } from '../core/mark.ts';
import type { FieldRule, Resource } from '../core/resource.ts';
import type { Fields, Value } from '../core/value.ts';
import { isFields, isList } from '../core/value.ts';
import type { Claim, Finding, ProjectFiles, Shape } from '../providers/contract.ts';
import type { Known } from './catalog.ts';
import { Claims } from './conflicts.ts';
import type { Page } from './page.ts';
import { fileLine, placeIn } from './places.ts';
import { targetId, type TargetEntry } from './targets.ts';

/** The resources of one kind on one target: what can only be judged of all of them. */
interface Company {
  readonly known: Known;
  readonly shape: Shape<object> | undefined;
  readonly keys: Map<string, ResourceId>;
  readonly all: { readonly id: ResourceId; readonly spec: object }[];
  spoiled: boolean;
}

/**
 * What kinds themselves say about specs, offline: each one alone, and all of a target together. A kind is opened once a target,
 * with the project's files and the target's options.
 */
export class Shapes {
  readonly diagnostics: Diagnostic[] = [];
  readonly #files: ProjectFiles;
  readonly #targets: ReadonlyMap<string, TargetEntry>;
  readonly #companies = new Map<string, Company>();
  /** By target: two kinds may write to one place. */
  readonly #claims = new Map<string, Claims>();
  readonly #claimants = new Map<ResourceId, Known>();
  readonly #pageOf: (id: ResourceId) => Page | undefined;

  constructor(options: {
    readonly files: ProjectFiles;
    readonly targets: ReadonlyMap<string, TargetEntry>;
    readonly pageOf: (id: ResourceId) => Page | undefined;
  }) {
    this.#files = options.files;
    this.#targets = options.targets;
    this.#pageOf = options.pageOf;
  }

  shapeOf(known: Known, target: string): Shape<object> | undefined {
    return this.#company(known, target).shape;
  }

  ruleFor(known: Known, target: string, spec: Fields): FieldRule {
    return this.shapeOf(known, target)?.rule?.(spec, known.rule) ?? known.rule;
  }

  /** The resource with its spec normalized, or nothing when its kind finds fault with it. */
  judge(resource: Resource, known: Known): Resource | undefined {
    const { id, target, spec } = resource;
    const company = this.#company(known, target);
    const { shape } = company;
    const findings = shape?.check(spec) ?? [];
    for (const finding of findings) this.#report(id, finding, known);
    if (findings.some((finding) => finding.severity !== 'warning')) {
      company.spoiled = true;
      return undefined;
    }
    const normal = shape === undefined ? spec : (shape.normalize(spec) as Fields);
    if (shape?.claims) this.#claim(resource, known, shape.claims(normal, id));
    if (shape?.together) company.all.push({ id, spec: normal });
    this.#claimKey(company, resource, normal);
    return normal === spec ? resource : { ...resource, spec: normal };
  }

  /** One of this kind could not be read: what only all of them together tell is not judged. */
  spoil(kind: KindName): void {
    for (const company of this.#companies.values()) if (company.known.kind.kind === kind) company.spoiled = true;
  }

  /** What shows only when all have been judged. `complete`: every document could be read. */
  finish(complete: boolean): void {
    for (const claims of this.#claims.values()) {
      for (const { first, second, path, at } of claims.conflicts()) {
        const finding = { ...claimTwice(this.#whereIs(first), path), ...(at === undefined ? {} : { pointer: at }) };
        this.#report(second, finding, this.#claimants.get(second) as Known);
      }
    }
    for (const { shape, all, spoiled, known } of this.#companies.values()) {
      if (!complete || spoiled || all.length === 0) continue;
      for (const finding of shape?.together?.(all) ?? []) this.#report(finding.resource ?? all[0]?.id ?? '', finding, known);
    }
  }

  #company(known: Known, target: string): Company {
    const word = `${target}/${known.kind.kind}`;
    let company = this.#companies.get(word);
    if (company === undefined) {
      const shape = this.#open(known, target);
      company = { known, shape, keys: new Map(), all: [], spoiled: false };
      this.#companies.set(word, company);
    }
    return company;
  }

  #open(known: Known, target: string): Shape<object> | undefined {
    const entry = this.#targets.get(target);
    // A target with mistakes in it: they are told, and its resources are judged by the schema alone.
    if (entry?.manifest === undefined) return undefined;
    try {
      return known.kind.open?.(this.#files, entry.manifest.options);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { page } = entry;
      const place = page === undefined ? {} : withSource(page, '/spec/options');
      this.diagnostics.push({ ...error.diagnostic, ...place, ...(error.diagnostic.resource ? {} : { resource: targetId(target) }) });
      return undefined;
    }
  }

  #claim({ id, target }: Resource, known: Known, claimed: readonly Claim[]): void {
    let claims = this.#claims.get(target);
    if (claims === undefined) this.#claims.set(target, (claims = new Claims()));
    claims.add(id, claimed);
    this.#claimants.set(id, known);
  }

  #claimKey(company: Company, { id, name, needs }: Resource, spec: Fields): void {
    const { known, keys } = company;
    const key = known.kind.key?.(needs.length === 0 ? spec : (idsForRefs(spec) as Fields), name);
    if (key === undefined) return;
    const first = keys.get(key);
    if (first === undefined) keys.set(key, id);
    else this.#report(id, keyTwice(this.#whereIs(first), key), known);
  }

  #whereIs(id: ResourceId): string {
    const page = this.#pageOf(id);
    return page === undefined ? shortId(id) : `${shortId(id)} (${fileLine(page)})`;
  }

  #report(id: ResourceId, { part, ...finding }: Finding, known: Known): void {
    const page = this.#pageOf(id);
    const pointer = `/spec${finding.pointer ?? ''}`;
    const place = page === undefined ? {} : withSource(page, pointer, { part: part ?? 'value', rule: { fields: { spec: known.rule } } });
    this.diagnostics.push({ ...finding, severity: finding.severity ?? 'error', resource: id, pointer, ...place });
  }
}

function withSource(page: Page, pointer: string, how: Parameters<typeof placeIn>[2] = {}): Pick<Diagnostic, 'at' | 'source'> {
  const { source, ...at } = placeIn(page, pointer, how);
  return { at, source };
}

/** A natural key is compared offline, where nobody knows a handle: the id of what is referred to stands for it. */
function idsForRefs(value: Value): Value {
  if (isRef(value)) return value['setpoint:ref'];
  if (isList(value)) return value.map(idsForRefs);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, idsForRefs(inner)]));
}

const claimTwice = (first: string, path: string): Finding => ({
  code: 'CLAIM_TWICE',
  summary: `two manifests set ${path}`,
  detail: `${first} sets it too. One place has one owner: otherwise each would undo the other's change for ever.`,
  hint: 'Take it out of one of the two.',
});

const keyTwice = (first: string, key: string): Finding => ({
  code: 'KEY_TWICE',
  summary: `two manifests describe one object, ${key}`,
  detail: `${first} describes it too: on the live system both have the same natural key.`,
  hint: 'Take one of the two out, or give its object another name.',
});
