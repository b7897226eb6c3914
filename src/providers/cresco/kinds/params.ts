import { member, type Pointer } from '../../../core/pointer.ts';
import type { ResourceId } from '../../../core/id.ts';
import type { Finding } from '../../contract.ts';
import type { JarName, Params } from '../client/index.ts';

/** Parameters of a plugin, as manifests have them: what may be read, and what may not. */
export interface OwnParams {
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Words that the server puts into configurations, or takes out of them, itself. */
const RESERVED: ReadonlySet<string> = new Set([
  'pluginname',
  'version',
  'md5',
  'jarfile',
  'jarstatus',
  'bundle_id',
  'persistence_code',
  'inode_id',
  'resource_id',
  'edges',
  'pluginID',
  'location',
  'location_region',
  'location_agent',
  'region_id',
  'agent_id',
  'plugin_id',
  'status_code',
  'status_desc',
]);

/** Who wrote it: every plugin and every node bears it, since a fabric has no other place for it. */
const MARKS = { by: 'managed_by', id: 'setpoint_id', intent: 'setpoint_intent', secrets: 'setpoint_secrets' } as const;
const OURS: ReadonlySet<string> = new Set(Object.values(MARKS));

const isReserved = (name: string): boolean => RESERVED.has(name) || OURS.has(name);

/** Words that may not be written, and words that are written twice. */
export function paramFindings({ params = {}, secrets = {} }: OwnParams, at: Pointer): readonly Finding[] {
  const names = [
    ...Object.keys(params).map((name) => ({ name, pointer: member(`${at}/params`, name) })),
    ...Object.keys(secrets).map((name) => ({ name, pointer: member(`${at}/secrets`, name) })),
  ];
  const reserved = names.filter(({ name }) => isReserved(name)).map(({ name, pointer }) => reservedWord(name, pointer));
  const twice = Object.keys(secrets).filter((name) => Object.hasOwn(params, name));
  return [...reserved, ...twice.map((name) => twoValues(name, member(`${at}/secrets`, name)))];
}

/** The words that a kind itself puts among the parameters: whoever writes one means the field. */
export const fieldFindings = ({ params = {}, secrets = {} }: OwnParams, fields: Readonly<Record<string, string>>): readonly Finding[] =>
  Object.entries(fields).flatMap(([name, field]) =>
    Object.hasOwn(params, name) || Object.hasOwn(secrets, name)
      ? [
          {
            ...reservedWord(name, member(Object.hasOwn(params, name) ? '/params' : '/secrets', name)),
            hint: `Write it as spec.${field}.`,
          },
        ]
      : [],
  );

/** Everything as text, as the fabric keeps it. What stands for a value of another resource is left as it is until it is known. */
export const textsOf = (params: Readonly<Record<string, string | number | boolean>>): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'object' ? value : String(value)]));

/** The same spec with its parameters as text. */
export const withTexts = <T extends OwnParams>(spec: T): T =>
  spec.params === undefined ? spec : { ...spec, params: textsOf(spec.params) };

export const jarParams = ({ pluginName, version, md5 }: JarName): Params => ({ pluginname: pluginName, version, md5 });

/** Also which of the parameters are nobody's to read, so that whoever meets them without a manifest does not print them. */
export const markParams = (
  { id, intent }: { readonly id: ResourceId; readonly intent: string },
  secrets: Readonly<Record<string, unknown>> = {},
): Params => ({
  [MARKS.by]: 'setpoint',
  [MARKS.id]: id,
  [MARKS.intent]: intent,
  ...(Object.keys(secrets).length === 0 ? {} : { [MARKS.secrets]: JSON.stringify(Object.keys(secrets).sort()) }),
});

export const markOf = (config: Params): ResourceId | undefined => config[MARKS.id];
export const intentIn = (config: Params): string | undefined => config[MARKS.intent];

/** Undefined for a configuration that names no JAR whole: then it is of no package. */
export function jarIn(config: Params): JarName | undefined {
  const { pluginname: pluginName, version, md5 } = config;
  return pluginName === undefined || version === undefined || md5 === undefined ? undefined : { pluginName, version, md5 };
}

/** What of a live configuration is its owner's: neither the server's words, nor our marks, nor those of `without`. */
export function ownParamsIn(
  config: Params,
  { secret, without = [] }: { readonly secret: ReadonlySet<string>; readonly without?: readonly string[] },
): { readonly params?: Params; readonly secrets?: Params } {
  const own = Object.entries(config).filter(([name]) => !isReserved(name) && !without.includes(name));
  const params = own.filter(([name]) => !secret.has(name));
  const secrets = own.filter(([name]) => secret.has(name));
  return {
    ...(params.length === 0 ? {} : { params: Object.fromEntries(params) }),
    ...(secrets.length === 0 ? {} : { secrets: Object.fromEntries(secrets) }),
  };
}

/** The names of parameters that somebody calls secret: the manifest, the record, or who wrote them. */
export function secretNames(config: Params, ...specs: readonly ({ readonly secrets?: unknown } | undefined)[]): ReadonlySet<string> {
  const names = specs.flatMap((spec) => Object.keys((spec?.secrets ?? {}) as object));
  return new Set([...names, ...markedSecrets(config[MARKS.secrets])]);
}

function markedSecrets(mark: string | undefined): readonly string[] {
  try {
    const names: unknown = JSON.parse(mark ?? '[]');
    return Array.isArray(names) ? names.map(String) : [];
  } catch (error) {
    // Somebody changed the mark by hand.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

const reservedWord = (name: string, pointer: Pointer): Finding => ({
  code: 'PARAM_RESERVED',
  summary: `a parameter cannot be called ${name}`,
  detail: 'Cresco and Setpoint put a word of this name among the parameters themselves, so yours would be overwritten or taken for theirs.',
  hint: 'Name it otherwise, or leave it out.',
  pointer,
});

const twoValues = (name: string, pointer: Pointer): Finding => ({
  code: 'PARAM_TWICE',
  summary: `the parameter ${name} stands in params and in secrets`,
  detail: 'Both go into one flat map, and only one could be there.',
  hint: 'Take it out of params.',
  pointer,
});
