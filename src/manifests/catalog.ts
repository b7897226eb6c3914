import { nearest } from '../core/diagnostic.ts';
import { groupOf } from '../core/id.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import type { AnyKind, AnyProvider } from '../providers/contract.ts';
import type { Issue } from './issue.ts';
import { packagedSchema } from './packaged-schema.ts';
import { ruleOf } from './rule.ts';
import { schemaCompiler, type Compile, type Validate } from './validator.ts';
import { checkable, manifestSchema } from './vocabulary.ts';

/** What manifests need of a provider. */
export type ProviderFacts = Pick<AnyProvider, 'name' | 'kinds' | 'options'>;

/** A provider before its code is wanted: `groups` are what its kinds' apiVersions begin with. */
export interface ProviderSource {
  readonly name: string;
  readonly groups: readonly string[];
  load(): Promise<ProviderFacts>;
}

/** A kind that manifests may have, ready to judge them. */
export interface Known {
  readonly provider: ProviderFacts;
  readonly kind: AnyKind;
  readonly schema: Fields;
  readonly rule: FieldRule;
  readonly validate: Validate;
}

/** The kind of resource that a document says it is, `Target`, or why it is nothing we know. */
export type KindLookup = Known | 'target' | Issue;

export interface Catalog {
  readonly compile: Compile;
  readonly providerNames: readonly string[];
  provider(name: string): ProviderFacts | undefined;
  /** By apiVersion and kind as written. */
  kind(apiVersion: string, kind: string): KindLookup;
  /** Whether there is a kind of that name, `cresco/Pipeline`; of a provider that nobody spoke of, any may be. */
  has(kind: string): boolean;
  readonly validateTarget: Validate;
}

const SETPOINT = 'setpoint';
const TARGET = 'Target';

/**
 * The kinds there are. Only providers that `groups` or `names` speak of are loaded: of the others no more than their names is
 * needed, to say what exists.
 */
export async function loadCatalog(
  sources: readonly ProviderSource[],
  wanted: { readonly groups: ReadonlySet<string>; readonly names: ReadonlySet<string> },
): Promise<Catalog> {
  const needed = sources.filter((source) => wanted.names.has(source.name) || source.groups.some((group) => wanted.groups.has(group)));
  const [compile, ...loaded] = await Promise.all([schemaCompiler(), ...needed.map((source) => source.load())]);
  const providers = new Map(loaded.map((provider) => [provider.name, provider]));
  const known = new Map<string, Known>();
  const exact = new Map<string, KindLookup>();
  for (const provider of loaded) {
    for (const kind of provider.kinds as readonly AnyKind[]) {
      const entry = describe(provider, kind, compile);
      known.set(kind.kind, entry);
      exact.set(`${groupOf(kind.kind)}/${kind.version} ${kindWord(kind.kind)}`, entry);
    }
  }
  exact.set(`${SETPOINT}/v1 ${TARGET}`, 'target');
  const unread = new Set(sources.filter((source) => !needed.includes(source)).flatMap((source) => source.groups));
  const groups = [SETPOINT, ...sources.flatMap((source) => source.groups)];
  return {
    compile,
    providerNames: sources.map((source) => source.name),
    provider: (name) => providers.get(name),
    has: (kind) => known.has(kind) || unread.has(groupOf(kind)),
    kind(apiVersion, kind) {
      const word = `${apiVersion} ${kind}`;
      let found = exact.get(word);
      if (found === undefined) exact.set(word, (found = unknownKind({ apiVersion, kind, groups, known })));
      return found;
    },
    validateTarget: compile((targetSchema ??= targetManifest())),
  };
}

let targetSchema: Fields | undefined;
const targetManifest = (): Fields =>
  manifestSchema({ apiVersion: `${SETPOINT}/v1`, kind: TARGET, spec: checkable(packagedSchema('setpoint/Target.v1.json')) });

const kindWord = (kind: string): string => kind.slice(kind.indexOf('/') + 1);

/** What is compiled for a kind is kept as long as the kind is: `watch` reads manifests again and again. */
const described = new WeakMap<AnyKind, Known>();

function describe(provider: ProviderFacts, kind: AnyKind, compile: Compile): Known {
  const before = described.get(kind);
  if (before !== undefined) return before;
  // A kind's schema is a file: it is read when the first manifest of that kind is judged.
  let schema: Fields | undefined;
  let validate: Validate | undefined;
  const apiVersion = `${groupOf(kind.kind)}/${kind.version}`;
  const known: Known = {
    provider,
    kind,
    get schema() {
      return (schema ??= kind.schema());
    },
    get rule() {
      return ruleOf(this.schema);
    },
    get validate() {
      return (validate ??= compile(manifestSchema({ apiVersion, kind: kindWord(kind.kind), spec: checkable(this.schema) })));
    },
  };
  described.set(kind, known);
  return known;
}

function unknownKind(options: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly groups: readonly string[];
  readonly known: ReadonlyMap<string, Known>;
}): Issue {
  const { apiVersion, kind, groups, known } = options;
  const [group = ''] = apiVersion.split('/');
  if (!groups.includes(group)) {
    const near = nearest(group, groups);
    return {
      code: 'KIND_UNKNOWN',
      at: '/apiVersion',
      part: 'value',
      summary: `there is no group of kinds called ${JSON.stringify(group)}`,
      detail: `The groups are ${groups.join(', ')}.`,
      ...(near === undefined ? {} : { hint: `Did you mean ${near}/v1?` }),
    };
  }
  const there = group === SETPOINT ? [`${SETPOINT}/${TARGET}`] : [...known.keys()].filter((name) => groupOf(name) === group);
  const versions =
    group === SETPOINT && kind === TARGET ? ['v1'] : [known.get(`${group}/${kind}`)?.kind.version].filter((v) => v !== undefined);
  if (versions.length > 0) {
    return {
      code: 'VERSION_UNKNOWN',
      at: '/apiVersion',
      part: 'value',
      summary: `${kind} is not known in the version ${JSON.stringify(apiVersion)}`,
      hint: `Write ${group}/${versions[0]}.`,
    };
  }
  const elsewhere = [...known.keys()].filter((name) => kindWord(name) === kind);
  const near = nearest(kind, there.map(kindWord));
  const hint = near !== undefined ? `Did you mean ${near}?` : elsewhere[0] === undefined ? undefined : `There is ${elsewhere[0]}.`;
  return {
    code: 'KIND_UNKNOWN',
    at: '/kind',
    part: 'value',
    summary: `${group} has no kind called ${JSON.stringify(kind)}`,
    detail: group === SETPOINT && kind === 'Project' ? PROJECT : `Its kinds are ${there.map(kindWord).join(', ')}.`,
    ...(hint === undefined ? {} : { hint }),
  };
}

const PROJECT = 'A Project is the file setpoint.yaml itself and cannot stand among the manifests.';
