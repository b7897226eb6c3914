import { groupOf } from '../core/id.ts';
import type { Fields, Value } from '../core/value.ts';
import { byText } from '../core/value.ts';
import type { AnyKind } from '../providers/contract.ts';
import { packagedSchema } from './packaged-schema.ts';
import { checkable, manifestSchema } from './vocabulary.ts';

interface Entry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: Fields;
}

/**
 * One JSON Schema for every document that a project may hold, for editors: by `apiVersion` and `kind` it leads to the schema of
 * that kind, so that fields are completed, explained and checked while they are written. Sensitive fields take the source of a
 * secret here, as they do in a manifest.
 */
export function schemaBundle(kinds: readonly Pick<AnyKind, 'kind' | 'version' | 'schema'>[]): Fields {
  const entries = [target(), ...kinds.map(entryOf)].sort((a, b) => byText(nameOf(a), nameOf(b)));
  const project = { apiVersion: 'setpoint/v1', kind: 'Project', schema: projectSchema() };
  const all = [...entries, project];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Setpoint manifest',
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: {
      apiVersion: {
        description: 'Group and version of the kind.',
        enum: [...new Set(all.map(({ apiVersion }) => apiVersion))].sort(byText),
      },
      kind: { description: 'What the document describes.', enum: [...new Set(all.map(({ kind }) => kind))].sort(byText) },
    },
    allOf: all.map((entry) => ({
      if: {
        required: ['apiVersion', 'kind'],
        properties: { apiVersion: { const: entry.apiVersion }, kind: { const: entry.kind } },
      },
      then: { $ref: `#/$defs/${nameOf(entry)}` },
    })),
    $defs: Object.fromEntries(
      all.flatMap((entry) => {
        const { $defs, ...schema } = entry.schema;
        return [[nameOf(entry), schema] as const, ...Object.entries(($defs ?? {}) as Fields)];
      }),
    ),
  };
}

/** `cresco.v1.Pipeline`: a name that needs no escaping in a reference. */
const nameOf = ({ apiVersion, kind }: Pick<Entry, 'apiVersion' | 'kind'>): string => `${apiVersion.replace('/', '.')}.${kind}`;

function entryOf({ kind: name, version, schema }: Pick<AnyKind, 'kind' | 'version' | 'schema'>): Entry {
  const apiVersion = `${groupOf(name)}/${version}`;
  const kind = name.slice(name.indexOf('/') + 1);
  return { apiVersion, kind, schema: manifestSchema({ apiVersion, kind, spec: checkable(schema(), `${nameOf({ apiVersion, kind })}.`) }) };
}

function target(): Entry {
  const named = { apiVersion: 'setpoint/v1', kind: 'Target' };
  const spec = checkable(packagedSchema('setpoint/Target.v1.json'), `${nameOf(named)}.`);
  return { ...named, schema: manifestSchema({ ...named, spec }) };
}

function projectSchema(): Fields {
  const { schema, defs } = checkable(packagedSchema('own/project.json'), 'setpoint.v1.Project.');
  return { ...schema, $defs: defs as Value };
}
