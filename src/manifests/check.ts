import type { Lifecycle } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import { isFields } from '../core/value.ts';
import type { Catalog, Known } from './catalog.ts';
import { fieldOf } from './explain-one.ts';
import type { Issue } from './issue.ts';
import type { Page } from './page.ts';

/** What a document says about itself before anybody looked at it closely. Enough to be referred to by others. */
export interface Heading {
  readonly apiVersion: string;
  readonly kind: string;
  /** As written; it may be no name at all. */
  readonly name?: string;
}

/** A document that fits its kind's schema: names are not looked up yet. */
export interface Manifest {
  readonly page: Page;
  readonly known: Known;
  readonly name: string;
  readonly target?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
  readonly was: readonly string[];
  readonly lifecycle: Lifecycle;
  readonly spec: Fields;
}

interface Metadata {
  readonly name: string;
  readonly target?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly dependsOn?: readonly string[];
  readonly was?: readonly string[];
}

const NOTHING: Fields = {};
const NO_LABELS: Readonly<Record<string, string>> = {};
const NO_NAMES: readonly string[] = [];
const NO_LIFECYCLE: Lifecycle = {};

/** Group, version, kind and name of a document, or what keeps it from being a manifest at all. */
export function headingOf(page: Page): Heading | readonly Issue[] {
  const { value } = page;
  if (!isFields(value)) {
    const detail = 'A manifest is a mapping with apiVersion, kind, metadata and spec. Documents are divided by a line of three dashes.';
    return [{ code: 'MANIFEST_EXPECTED', at: '', part: 'value', summary: 'this document is no manifest', detail }];
  }
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion === 'string' && typeof kind === 'string') {
    const name = isFields(metadata) ? metadata.name : undefined;
    return typeof name === 'string' ? { apiVersion, kind, name } : { apiVersion, kind };
  }
  const issues: Issue[] = [];
  for (const field of ['apiVersion', 'kind']) {
    if (!Object.hasOwn(value, field)) {
      const detail = 'The two say what the document describes; without them nothing else of it can be judged.';
      issues.push({ code: 'FIELD_MISSING', at: '', part: 'key', summary: `the document needs the field "${field}"`, detail });
    } else if (typeof value[field] !== 'string') {
      issues.push({
        code: 'FIELD_TYPE',
        at: `/${field}`,
        part: 'value',
        summary: `${fieldOf(`/${field}`)} must be text`,
        hint: `Write a name, such as ${field === 'kind' ? 'Config' : 'confhoard/v1'}.`,
      });
    }
  }
  return issues;
}

/** The manifest that a document is, or all that is wrong with it. Does nothing but look: no name is resolved, no default added. */
export function checkPage(page: Page, known: Known): Manifest | readonly Issue[] {
  const value = page.value as Fields;
  const issues = known.validate(Object.hasOwn(value, 'spec') ? value : { ...value, spec: NOTHING }, page.lexical);
  if (issues.length > 0) return issues;
  const metadata = value.metadata as unknown as Metadata;
  return {
    page,
    known,
    name: metadata.name,
    ...(metadata.target === undefined ? {} : { target: metadata.target }),
    labels: metadata.labels ?? NO_LABELS,
    dependsOn: metadata.dependsOn ?? NO_NAMES,
    was: metadata.was ?? NO_NAMES,
    lifecycle: (value.lifecycle as Lifecycle | undefined) ?? NO_LIFECYCLE,
    spec: (value.spec as Fields | undefined) ?? NOTHING,
  };
}

/** True for a manifest, false for what is wrong with one. */
export const isManifest = (checked: Manifest | readonly Issue[]): checked is Manifest => !Array.isArray(checked);

/** The kind of a heading's document among those of a catalog. */
export const kindOf = (heading: Heading, catalog: Catalog) => catalog.kind(heading.apiVersion, heading.kind);
