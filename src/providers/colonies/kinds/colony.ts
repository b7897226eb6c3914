import { readFileSync } from 'node:fs';
import { Fault } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import type { Difference } from '../../../core/plan.ts';
import type { Fields } from '../../../core/value.ts';
import type { Ask, Call, Done, Finding, Kind, Known, Live, Shape, Sighting, Work } from '../../contract.ts';
import { idOf, type Colony as Row } from '../client/index.ts';
import { noKey } from '../faults.ts';
import { identify } from '../identify.ts';
import type { Colony, ColonyRead } from '../session.ts';
import type { ColonySpec } from '../types.ts';
import { idBehind, keyBehind, publicOf, rotated } from './identity.ts';
import { needsKey } from './faults.ts';
import { livesIn } from './lives-in.ts';
import { taken, takenFault } from './taken.ts';

const SCHEMA = new URL('../../../../schemas/colonies/Colony.v1.json', import.meta.url);

/** The colony itself, which the server's owner makes. Its handle is the colonyid, its key the name. */
export const colony: Kind<Colony, ColonySpec> = {
  kind: 'colonies/Colony',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  open: (_, { colony: named }) => shapeOf(typeof named === 'string' ? named : undefined),
  key: ({ name: own }, name) => own ?? name,
  foundation: () => 0,
  observe,
  make,
  remove,
  mayWrite: ({ verb, spec, options }) =>
    needsKey(options, 'server', 'a colony') ??
    (verb === 'create' && spec.key === undefined ? needsKey(options, 'owner', 'a colony') : undefined),
  publicOf,
  effects,
};

const shapeOf = (named: string | undefined): Shape<ColonySpec> => ({
  check: ({ name }) => (name === undefined || named === undefined || name === named ? [] : [otherName(name, named)]),
  normalize: (spec) => (spec.name !== undefined || named === undefined ? spec : { name: named, ...spec }),
});

const otherName = (name: string, named: string): Finding => ({
  code: 'COLONIES_OTHER_COLONY',
  summary: `the target speaks of the colony ${named}, and this is ${name}`,
  detail: 'A target is one colony on one server: everything with that target is looked for in there.',
  hint: `Leave name out; or write a Target of its own with spec.options.colony: ${name}.`,
  pointer: '/name',
});

async function* observe(read: ColonyRead, { known, strangers }: Ask, { signal }: Call): AsyncGenerator<readonly Sighting<ColonySpec>[]> {
  const rows = await visible(read, signal);
  const byName = new Map(rows.map((row) => [row.name, row]));
  const answers = known.map((one): Sighting<ColonySpec> => {
    const row = byName.get(one.key ?? '');
    return row === undefined ? { seen: 'absent', id: one.id } : answer(row, one, read);
  });
  // The keys of the target see into its own colony alone.
  const going = new Set(known.flatMap(({ id, want }) => (want === undefined ? [id] : [])));
  const isGoing = (one: Sighting<ColonySpec>): boolean => one.seen === 'live' && one.key === read.colony && going.has(one.id ?? '');
  const inside = answers.some(isGoing) ? await livesIn(read, signal) : undefined;
  const asked = new Set(known.map(({ key }) => key));
  const others = strangers ? rows.filter(({ name }) => !asked.has(name)).map((row) => live(row, {})) : [];
  yield [...answers.map((one) => (inside !== undefined && isGoing(one) ? { ...one, inside } : one)), ...others];
  const all = read.ids.server !== undefined;
  yield [{ seen: 'end', strangers: !strangers ? 'none' : all ? 'all' : 'some' }];
}

/** All colonies where the server's owner asks; otherwise the target's own, if there is one. */
async function visible(read: ColonyRead, signal: AbortSignal): Promise<readonly Row[]> {
  if (read.ids.server !== undefined) return read.ask('getcoloniesmsg', {}, signal);
  const colonyid = await identify(read, signal);
  return colonyid === undefined ? [] : [{ colonyid, name: read.colony }];
}

/** A colony of that name with another owner is another one, and to make it anew would be to remove everything in it. */
function answer(row: Row, one: Known, read: ColonyRead): Sighting<ColonySpec> {
  const { id, want, handle } = one;
  const spec = (want ?? {}) as ColonySpec;
  const mine = spec.key === undefined ? read.ids.owner : idBehind(spec.key);
  const isOurs = mine === row.colonyid || (want === undefined && handle === row.colonyid) || (mine === undefined && spec.key === undefined);
  if (isOurs) return { ...live(row, spec), id, ...rotated(one, row.colonyid, mine) };
  // Ours is gone, and somebody made another one.
  if (want === undefined) return { seen: 'absent', id };
  return { seen: 'unknown', id, fault: { ...taken({ what: 'colony', name: row.name, theirs: row.colonyid, mine }), resource: id } };
}

const live = ({ colonyid, name }: Row, spec: ColonySpec): Extract<Sighting<ColonySpec>, { readonly seen: 'live' }> => ({
  seen: 'live',
  handle: colonyid,
  key: name,
  // A key is compared by its id: as long as it is a mark, it is none that could be sent.
  spec: { name, ...(spec.key === undefined ? {} : { key: keyBehind(colonyid) as unknown as string }) },
  status: { colonyid, name },
});

async function make({ read, write }: Colony, { id, want }: Work<ColonySpec>, { signal }: Call): Promise<Done> {
  const name = want.name ?? idParts(id).name;
  const colonyid = want.key === undefined ? read.ids.owner : idOf(want.key);
  if (colonyid === undefined) throw noKey('owner');
  try {
    await write.call('addcolonymsg', { colony: { colonyid, name } }, { signal });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'COLONIES_EXISTS') throw error;
    const there = (await read.ask('getcoloniesmsg', {}, signal)).find((row) => row.name === name);
    if (there?.colonyid !== colonyid) throw takenFault({ what: 'colony', name, theirs: there?.colonyid, mine: colonyid });
  }
  return { handle: colonyid, key: name };
}

async function remove({ write }: Colony, { id, want, recorded }: Work<ColonySpec>, { signal }: Call): Promise<void> {
  const colonyname = recorded?.key ?? want.name ?? idParts(id).name;
  try {
    await write.call('removecolonymsg', { colonyname }, { signal });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'COLONIES_NO_COLONY') throw error;
  }
}

/** `live` has what is in the colony, where somebody here may look. Every manifest of a colony has a name, once it is read. */
function effects(differences: readonly Difference[], live?: Live): readonly string[] {
  if (!differences.some(({ path, dropped }) => path === '/name' && dropped === true)) return [];
  return [
    'everything in the colony goes with it: users, executors, processes, crons, logs, files; blueprints and their definitions alone stay behind',
    ...(live?.inside === undefined ? ['nobody here may look into the colony: whatever others have in it goes unseen'] : []),
  ];
}
