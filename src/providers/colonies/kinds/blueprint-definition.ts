import { readFileSync } from 'node:fs';
import { idParts, shortId } from '../../../core/id.ts';
import type { Inside, Remark } from '../../../core/resource.ts';
import type { Fields } from '../../../core/value.ts';
import type { Finding, Kind, Known, Shape, Sighting } from '../../contract.ts';
import type { BlueprintDefinition, BlueprintDefinitionDraft } from '../client/index.ts';
import type { Colony, ColonyRead } from '../session.ts';
import type { BlueprintDefinitionSpec } from '../types.ts';
import { contains } from './contains.ts';
import { schemaWarnings, storedSchema } from './definition-schema.ts';
import { signedBy } from './keys-needed.ts';
import { listed, type Around, type Match } from './listed.ts';
import { colonIn } from './names.ts';
import { markIn, marks } from './our-annotations.ts';
import { quietly } from './quietly.ts';

const SCHEMA = new URL('../../../../schemas/colonies/BlueprintDefinition.v1.json', import.meta.url);

/** A kind of blueprint. Its handle is the blueprintdefinitionid, its key the name; blueprints know it by its kind. */
export const blueprintDefinition: Kind<Colony, BlueprintDefinitionSpec> = {
  kind: 'colonies/BlueprintDefinition',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  open: () => shape,
  key: ({ name: own }, name) => own ?? name,
  observe: listed<BlueprintDefinition, BlueprintDefinitionSpec>({
    outlivesColony: true,
    list: (read, signal) => read.ask('getblueprintdefinitionsmsg', { colonyname: read.colony }, signal),
    handleOf: ({ blueprintdefinitionid }) => blueprintdefinitionid,
    nameOf: ({ metadata }) => metadata.name,
    sightingsOf: (found, around) => Promise.all(found.map((one) => sightingOf(one, around))),
  }),
  async make({ read, write }, { id, intent, want }, { signal }) {
    const name = want.name ?? idParts(id).name;
    const metadata = { name, colonyname: read.colony, annotations: marks({ id, intent }), generation: 1 };
    const blueprintdefinition: BlueprintDefinitionDraft = { kind: 'BlueprintDefinition', metadata, spec: sentSpec(want) };
    const { blueprintdefinitionid } = await write.call('addblueprintdefinitionmsg', { blueprintdefinition }, { signal });
    return { handle: blueprintdefinitionid, key: name };
  },
  remove: ({ read, write }, { id, want, recorded, live }, { signal }) => {
    const name = recorded?.key ?? live?.key ?? want.name ?? idParts(id).name;
    return quietly(write.call('removeblueprintdefinitionmsg', { namespace: read.colony, name }, { signal }));
  },
  mayWrite: signedBy('owner'),
};

const shape: Shape<BlueprintDefinitionSpec> = {
  check: ({ name, kind, names, schema }) => [
    ...colonIn(name, 'a blueprint definition', '/name'),
    ...(names?.kind === undefined || names.kind === kind ? [] : [otherKind(names.kind, kind)]),
    ...(schema === undefined ? [] : schemaWarnings(schema as Fields, '/schema')),
  ],
  normalize({ names, schema, ...rest }) {
    const others = Object.fromEntries(Object.entries(names ?? {}).filter(([word]) => word !== 'kind'));
    const stored = storedSchema((schema ?? {}) as Fields);
    return {
      ...rest,
      ...(Object.keys(others).length === 0 ? {} : { names: others }),
      ...(Object.keys(stored).length === 0 ? {} : { schema: stored }),
    };
  },
  together(all) {
    const first = new Map<string, string>();
    return all.flatMap(({ id, spec: { kind } }): readonly Finding[] => {
      const other = first.get(kind);
      if (other === undefined) first.set(kind, id);
      return other === undefined ? [] : [twoOfAKind(id, { kind, other })];
    });
  },
};

function sentSpec(want: BlueprintDefinitionSpec): BlueprintDefinitionDraft['spec'] {
  const { kind, group = '', version = '', names = {}, scope = 'Namespaced', schema, handler } = want;
  const { listKind = `${kind}List`, singular = kind.toLowerCase(), plural = `${singular}s`, shortNames } = names;
  const spec = { group, version, names: { kind, listKind, singular, plural, shortNames: shortNames ?? [] }, scope, handler };
  // A schema is JSON, whatever its type says.
  return { ...spec, ...(schema === undefined ? {} : { schema: schema as Fields }) };
}

/** A list and a map of the wire are what the schema's types call the same. */
function specOf({ metadata, spec }: BlueprintDefinition): BlueprintDefinitionSpec {
  const { group, version, names, scope, schema, handler } = spec;
  const seen = {
    name: metadata.name,
    group,
    version,
    kind: names.kind,
    names,
    scope,
    handler,
    ...(schema === undefined ? {} : { schema }),
  };
  return seen as unknown as BlueprintDefinitionSpec;
}

async function sightingOf(
  { item, known }: Match<BlueprintDefinition>,
  { read, all, call }: Around<BlueprintDefinition>,
): Promise<Sighting<BlueprintDefinitionSpec>> {
  const { blueprintdefinitionid, metadata } = item;
  const spec = specOf(item);
  const inside = known !== undefined && hasToGo(known, spec) ? await blueprintsOf(spec.kind, { read, signal: call.signal }) : undefined;
  const rivals = all.filter((other) => other !== item && other.spec.names.kind === spec.kind).map((other) => other.metadata.name);
  const mark = markIn(metadata.annotations);
  return {
    seen: 'live',
    handle: blueprintdefinitionid,
    key: metadata.name,
    spec,
    status: { blueprintdefinitionid, kind: spec.kind },
    ...(mark === undefined ? {} : { mark }),
    ...(known === undefined || rivals.length === 0 ? {} : { remarks: [rivalry(spec.kind, rivals)] }),
    ...(inside === undefined ? {} : { inside }),
  };
}

/** Nothing of it changes in place: it is removed, or made anew, and its blueprints stand in the way of both. */
const hasToGo = ({ want, applied }: Known, live: BlueprintDefinitionSpec): boolean => {
  if (want === undefined) return true;
  const isDropped = applied !== undefined && !contains(want, applied);
  return isDropped || !contains(shape.normalize(live) as unknown as Fields, want);
};

/** The server removes no definition while there is a blueprint of its kind. */
async function blueprintsOf(
  kind: string,
  { read, signal }: { readonly read: ColonyRead; readonly signal: AbortSignal },
): Promise<readonly Inside[]> {
  const all = await read.ask('getblueprintsmsg', { namespace: read.colony, kind, locationname: '' }, signal);
  return all.map(({ blueprintid, metadata }) => ({ kind: 'colonies/Blueprint', handle: blueprintid, name: metadata.name }));
}

const rivalry = (kind: string, others: readonly string[]): Remark => ({
  class: 'ineffective',
  at: '/kind',
  message: `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} of the kind ${kind} as well, and the server goes by one or the other`,
});

const otherKind = (name: string, kind: string): Finding => ({
  code: 'BLUEPRINT_KIND',
  summary: `the kind is called ${kind} and ${name}`,
  detail: 'Blueprints name the definition that they are of by its kind, and it has one.',
  hint: 'Take names.kind out.',
  pointer: '/names/kind',
});

const twoOfAKind = (resource: string, { kind, other }: { readonly kind: string; readonly other: string }): Finding => ({
  code: 'BLUEPRINT_KIND',
  summary: `two definitions are of the kind ${kind}`,
  detail: `The other one is ${shortId(other)}. The server takes both, and goes by one or the other.`,
  hint: 'Keep one of the two.',
  resource,
  pointer: '/kind',
});
