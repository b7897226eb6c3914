import { readFileSync } from 'node:fs';
import { Fault } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import { isRef } from '../../../core/mark.ts';
import type { Difference } from '../../../core/plan.ts';
import { member } from '../../../core/pointer.ts';
import type { Author } from '../../../core/resource.ts';
import type { Fields } from '../../../core/value.ts';
import type { Call, Done, Finding, Kind, Known, Shape, Sighting, Work } from '../../contract.ts';
import type { Blueprint, BlueprintDefinition } from '../client/index.ts';
import { schemaProblems } from '../rules/blueprint-schema.ts';
import type { Colony, ColonyRead } from '../session.ts';
import type { BlueprintSpec } from '../types.ts';
import { readinessIn } from './blueprint-status.ts';
import { contains } from './contains.ts';
import { grouped } from './grouped.ts';
import { signedBy } from './keys-needed.ts';
import { listed, type Around, type Match } from './listed.ts';
import { colonIn } from './names.ts';
import { oneByOne } from './one-by-one.ts';
import { forPeople, markIn, marks, OURS } from './our-annotations.ts';
import { patched } from './patched.ts';
import { quietly } from './quietly.ts';

const SCHEMA = new URL('../../../../schemas/colonies/Blueprint.v1.json', import.meta.url);

/** A wish that a reconciler of ColonyOS fulfils. Its handle is the blueprintid, its key the name, its revision the generation. */
export const blueprint: Kind<Colony, BlueprintSpec> = {
  kind: 'colonies/Blueprint',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  open: () => ({ check, normalize }),
  key: ({ name: own }, name) => own ?? name,
  observe: listed<Blueprint, BlueprintSpec>({
    outlivesColony: true,
    list: (read, signal) => read.ask('getblueprintsmsg', { namespace: read.colony, kind: '', locationname: '' }, signal),
    handleOf: ({ blueprintid }) => blueprintid,
    nameOf: ({ metadata }) => metadata.name,
    async sightingsOf(found, around) {
      const definitions = grouped(await definitionsOf(around.read, around.call.signal), ({ spec }) => spec.names.kind);
      return Promise.all(found.map((one) => sightingOf(one, { ...around, definitions })));
    },
  }),
  async make({ read, write }, { id, intent, want }, { signal }) {
    const { colony } = read;
    const { name = idParts(id).name, definition, spec, locationname, labels = {}, annotations = {} } = want;
    const kind = (await definitionsOf(read, signal)).find(({ blueprintdefinitionid }) => blueprintdefinitionid === definition)?.spec.names
      .kind;
    if (kind === undefined) throw noDefinition(id, definition);
    const metadata = {
      name,
      colonyname: colony,
      ...(locationname === undefined ? {} : { locationname }),
      labels,
      annotations: { ...annotations, ...marks({ id, intent }) },
      generation: 1,
    };
    const add = () => write.call('addblueprintmsg', { blueprint: { kind, metadata, spec: spec as Fields } }, { signal });
    // Of two at once that are the first of their kind at a place, the server takes one back: it makes a cron for them, and makes it twice.
    return doneOf(await oneByOne({ session: write, lane: `${kind}\n${locationname ?? ''}` }, add));
  },
  update,
  remove: ({ read, write }, { id, want, recorded, live }, { signal }) => {
    const name = recorded?.key ?? live?.key ?? want.name ?? idParts(id).name;
    return quietly(write.call('removeblueprintmsg', { namespace: read.colony, name }, { signal }));
  },
  // The owner may write one as well; but then the server cannot tell who reconciles it, and nobody ever does.
  mayWrite: signedBy('member'),
  effects,
};

/** A removal has the server send its reconciler a `cleanup`: what that has made in the real world goes. */
function effects(differences: readonly Difference[]): readonly string[] {
  if (differences.some(({ forcesReplace }) => forcesReplace === true)) {
    return ['its reconciler is told to clean up what it has made of it, and then to make it anew'];
  }
  // A manifest cannot do without a spec: this one is gone.
  const isRemoved = differences.some(({ path, dropped }) => path === '/spec' && dropped === true);
  return isRemoved ? ['its reconciler is told to clean up what it has made of it'] : [];
}

function check({ name, locationname, annotations = {}, spec, schema }: BlueprintSpec): readonly Finding[] {
  return [
    ...colonIn(name, 'a blueprint', '/name'),
    ...colonIn(locationname, 'a location', '/locationname'),
    ...Object.keys(annotations)
      .filter((one) => one.startsWith(OURS))
      .map((one) => ownMark(member('/annotations', one))),
    ...(schema === undefined
      ? []
      : schemaProblems(spec as Fields, schema as Fields).map(({ at, problem }) => notAllowed(problem, `/spec${at}`))),
  ];
}

const normalize: Shape<BlueprintSpec>['normalize'] = ({ schema: _, labels, annotations, ...rest }) => ({
  ...rest,
  ...(isEmpty(labels) ? {} : { labels }),
  ...(isEmpty(annotations) ? {} : { annotations }),
});

const isEmpty = (texts: Readonly<Record<string, string>> | undefined): texts is undefined =>
  texts === undefined || Object.keys(texts).length === 0;

/**
 * Reads the blueprint and writes it back with the differences in it: the server puts the whole document in place of the old one, and
 * what its reconciler and others have written there is theirs. It has no way to tell that somebody wrote in between.
 */
async function update({ read, write }: Colony, work: Work<BlueprintSpec>, { signal }: Call): Promise<Done> {
  const { id, want, recorded, live, differences } = work;
  const name = recorded?.key ?? live?.key ?? want.name ?? idParts(id).name;
  const now = await read.ask('getblueprintmsg', { namespace: read.colony, name }, signal);
  if (live !== undefined && now.blueprintid !== live.handle) throw another(id, name);
  const { spec, labels, annotations } = patched(wishOf(now), differences) as ReturnType<typeof wishOf>;
  const metadata = { ...now.metadata, labels: labels ?? {}, annotations: { ...annotations, ...marks(work) } };
  const blueprint = { kind: now.kind, metadata, spec: spec ?? {}, ...(now.status === undefined ? {} : { status: now.status }) };
  return doneOf(await write.call('updateblueprintmsg', { blueprint }, { signal }));
}

/** What of a blueprint is somebody's wish, and ours to write. */
const wishOf = ({ spec, metadata }: Blueprint) => ({ spec, labels: metadata.labels, annotations: forPeople(metadata.annotations) });

const doneOf = ({ blueprintid, metadata }: Blueprint): Done => ({
  handle: blueprintid,
  key: metadata.name,
  revision: String(metadata.generation),
});

interface Among extends Around<Blueprint> {
  readonly definitions: ReadonlyMap<string, readonly BlueprintDefinition[]>;
}

const definitionsOf = (read: ColonyRead, signal: AbortSignal): Promise<readonly BlueprintDefinition[]> =>
  read.ask('getblueprintdefinitionsmsg', { colonyname: read.colony }, signal);

/** The handle of the definition that a blueprint is of: a blueprint has its kind, of which there may be two. Then the one that is meant. */
function definitionOf({ kind }: Blueprint, known: Known | undefined, { definitions }: Among): string {
  const all = definitions.get(kind) ?? [];
  const meant = [known?.want, known?.applied].map((spec) => spec?.['definition']).find(isRef)?.['setpoint:ref'];
  const found = all.find(({ metadata }) => meant !== undefined && markIn(metadata.annotations) === meant) ?? all[0];
  return found?.blueprintdefinitionid ?? kind;
}

async function sightingOf({ item, known }: Match<Blueprint>, among: Among): Promise<Sighting<BlueprintSpec>> {
  const { read, call } = among;
  const { signal } = call;
  const { blueprintid, kind, metadata, status } = item;
  const spec = normalize({
    name: metadata.name,
    definition: definitionOf(item, known, among),
    ...wishOf(item),
    ...(metadata.locationname === undefined ? {} : { locationname: metadata.locationname }),
  });
  const mark = markIn(metadata.annotations);
  const author = known !== undefined && isOtherwise(known, item) ? await authorOf(blueprintid, { read, signal }) : undefined;
  return {
    seen: 'live',
    handle: blueprintid,
    key: metadata.name,
    spec,
    status: { blueprintid, kind, generation: Number(metadata.generation), ...(status === undefined ? {} : { reported: status }) },
    readiness: readinessIn(status ?? {}),
    revision: String(metadata.generation),
    ...(mark === undefined ? {} : { mark }),
    ...(author === undefined ? {} : { author }),
  };
}

/** Somebody else has written its spec: who, only its history tells. */
const isOtherwise = ({ applied }: Known, { spec }: Blueprint): boolean => applied !== undefined && !contains(spec, applied['spec'] ?? {});

async function authorOf(
  blueprintid: string,
  { read, signal }: { readonly read: ColonyRead; readonly signal: AbortSignal },
): Promise<Author | undefined> {
  const [last] = await read.ask('getblueprinthistorymsg', { blueprintid, limit: 1 }, signal);
  if (last === undefined) return undefined;
  const { changedby, timestamp } = last;
  const [users, executors] = await Promise.all([read.users(signal), read.executors(signal)]);
  const who =
    users.find(({ userid }) => userid === changedby)?.name ??
    executors.find(({ executorid }) => executorid === changedby)?.executorname ??
    `${changedby.slice(0, 12)}…`;
  return { who, ...(timestamp === undefined ? {} : { at: timestamp }) };
}

const ownMark = (pointer: string): Finding => ({
  code: 'BLUEPRINT_MARK',
  summary: `annotations that begin with ${OURS} are our own`,
  detail: 'They say whose the blueprint is, so that it is known again.',
  hint: 'Give it another name.',
  pointer,
  part: 'key',
});

const notAllowed = (problem: string, pointer: string): Finding => ({
  code: 'BLUEPRINT_SPEC',
  summary: `the definition does not allow it: ${problem}`,
  detail: "The server holds a blueprint against its definition's schema, and refuses this one.",
  hint: 'Correct the value, or the schema of the definition: then all blueprints of the kind are made anew.',
  pointer,
});

const noDefinition = (resource: string, definition: string): Fault =>
  new Fault(
    {
      code: 'BLUEPRINT_DEFINITION',
      summary: 'the definition of the blueprint is not there',
      detail: `The colony has no blueprint definition with the id ${definition}, so nobody can tell what kind the blueprint is of. Nothing was sent.`,
      hint: 'Plan again.',
      resource,
    },
    { sent: 'no' },
  );

const another = (resource: string, name: string): Fault =>
  new Fault(
    {
      code: 'STALE',
      summary: `the blueprint ${name} is another one by now`,
      detail: 'It was removed and made anew since it was looked at. Nothing was written.',
      hint: 'Plan again.',
      resource,
    },
    { sent: 'no' },
  );
