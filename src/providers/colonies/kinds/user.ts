import { readFileSync } from 'node:fs';
import { Fault, type Diagnostic } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import type { Difference } from '../../../core/plan.ts';
import type { Fields } from '../../../core/value.ts';
import type { Ask, Call, Done, Finding, Kind, Known, Live, Shape, Sighting, Work } from '../../contract.ts';
import { idOf, type User as Row } from '../client/index.ts';
import { noKey } from '../faults.ts';
import type { Colony, ColonyRead, Standing } from '../session.ts';
import type { UserSpec } from '../types.ts';
import { idBehind, identityFindings, isUnnamed, keyBehind, publicOf, rotated, sameIdentity } from './identity.ts';
import { needsKey, needsOwner, unlessGone } from './faults.ts';
import { colonIn } from './names.ts';
import { unread } from './readable.ts';
import { taken, takenFault } from './taken.ts';

const SCHEMA = new URL('../../../../schemas/colonies/User.v1.json', import.meta.url);

/** A user of the colony. Its handle is the userid, its key the name. */
export const user: Kind<Colony, UserSpec> = {
  kind: 'colonies/User',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  open: () => shape,
  key: ({ name: own }, name) => own ?? name,
  foundation: (spec) => (isOwn(spec) ? 1 : undefined),
  observe,
  make,
  remove: ({ read, write }, { id, want, recorded }, { signal }) => {
    const name = recorded?.key ?? want.name ?? idParts(id).name;
    return unlessGone(() => write.call('removeusermsg', { colonyname: read.colony, name }, { signal }));
  },
  mayWrite: ({ verb, spec, ...signing }) =>
    needsOwner(signing, 'a user') ??
    (verb === 'create' && isOwn(spec) ? needsKey(signing.options, 'member', 'the user that stands for it') : undefined),
  publicOf,
  effects,
};

/** It stands for the key that the target itself reads and applies with. */
const isOwn = (spec: object): boolean => !('userid' in spec) && !('key' in spec);

const shape: Shape<UserSpec> = {
  check: ({ name, key, userid }): readonly Finding[] => [
    ...colonIn(name, 'a user', '/name'),
    ...identityFindings({ key, id: userid }, { field: 'userid', optional: true }),
  ],
  together: sameIdentity,
  // Nothing and an empty text are the same to the server.
  normalize: ({ email, phone, ...rest }) => ({ ...rest, ...(email ? { email } : {}), ...(phone ? { phone } : {}) }),
};

async function* observe(read: ColonyRead, { known, strangers }: Ask, { signal }: Call): AsyncGenerator<readonly Sighting<UserSpec>[]> {
  const standing = await read.standing(signal);
  if (standing.is !== 'member') {
    yield known.map((one) => (isOwn(one.want ?? one.applied ?? NOBODY) ? unknownToAll(one, read, standing) : unread(one, read, standing)));
    yield [{ seen: 'end', strangers: strangers ? 'some' : 'none' }];
    return;
  }
  const rows = await read.users(signal);
  const byName = new Map(rows.map((row) => [row.name, row]));
  const byId = new Map(rows.map((row) => [row.userid, row]));
  const answers = known.map((one) => answer(one, { read, byName, byId }));
  yield answers;
  const asked = new Set([...known, ...answers].map((one) => ('key' in one ? one.key : undefined)));
  if (strangers) yield rows.filter(({ name }) => !asked.has(name)).map((row) => live(row, { spec: {}, read }));
  yield [{ seen: 'end', strangers: strangers ? 'all' : 'none' }];
}

/**
 * Whoever the server does not know as a member is no user of the colony, and neither is a key that nobody has made yet. A user that was
 * added with another key of the target's is another matter: of that one, nobody here can see anything.
 */
function unknownToAll({ id, handle, key: name = '' }: Known, { ids }: ColonyRead, { is }: Standing): Sighting<UserSpec> {
  if (is === 'absent' || handle === undefined || handle === ids.member) return { seen: 'absent', id };
  return { seen: 'unknown', id, fault: { ...otherKey({ name, had: handle, has: ids.member }), resource: id } };
}

/** What is asked about without a word on what it is like. */
const NOBODY: UserSpec = { userid: '' };

interface Seen {
  readonly read: ColonyRead;
  readonly byName: ReadonlyMap<string, Row>;
  readonly byId: ReadonlyMap<string, Row>;
}

function answer(one: Known, { read, byName, byId }: Seen): Sighting<UserSpec> {
  const { id, want, applied, handle, key: name = '' } = one;
  const spec = (want ?? applied ?? NOBODY) as UserSpec;
  const mine = spec.userid ?? (isOwn(spec) ? read.ids.member : idBehind(spec.key));
  const named = byName.get(name);
  const row = (isUnnamed(one) && named?.userid !== handle ? byId.get(handle ?? '') : undefined) ?? named;
  // Ours under the name that it had: the one with the new name takes its place.
  const old = row === undefined && handle !== undefined && want !== undefined && !isOwn(spec) ? byId.get(handle) : undefined;
  if (old !== undefined) return { ...live(old, { spec, read }), id };
  // No field tells the target's own key from the one that it had: there the id alone is what is meant.
  const isOurs = row !== undefined && (row.userid === mine || (row.userid === handle && (want === undefined || !isOwn(spec))));
  if (isOurs) return { ...live(row, { spec, read }), id, ...rotated(one, row.userid, mine) };
  // Ours is gone, whoever has its name by now.
  if (want === undefined) return { seen: 'absent', id };
  const other = mine === undefined ? undefined : byId.get(mine);
  const fault =
    row !== undefined
      ? taken({ what: 'user', name, theirs: row.userid, mine })
      : other !== undefined
        ? elsewhere({ name, other, isOwn: isOwn(spec) })
        : undefined;
  return fault === undefined ? { seen: 'absent', id } : { seen: 'unknown', id, fault: { ...fault, resource: id } };
}

const live = (
  { name, userid, email, phone }: Row,
  { spec, read: { ids } }: { readonly spec: UserSpec; readonly read: ColonyRead },
): Extract<Sighting<UserSpec>, { readonly seen: 'live' }> => ({
  seen: 'live',
  handle: userid,
  key: name,
  spec: {
    name,
    userid,
    // A key is compared by its id: as long as it is a mark, it is none that could be sent.
    ...(spec.key === undefined ? {} : { key: keyBehind(userid) as unknown as string }),
    ...(email === '' ? {} : { email }),
    ...(phone === '' ? {} : { phone }),
  },
  status: { userid, name, ...(userid === ids.member ? { ours: true } : {}) },
});

async function make({ read, write }: Colony, { id, want }: Work<UserSpec>, { signal }: Call): Promise<Done> {
  const name = want.name ?? idParts(id).name;
  const userid = want.userid ?? (isOwn(want) ? read.ids.member : idOf(want.key ?? ''));
  if (userid === undefined) throw noKey('member');
  const { email = '', phone = '' } = want;
  try {
    await write.call('addusermsg', { user: { colonyname: read.colony, userid, name, email, phone } }, { signal });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'COLONIES_EXISTS') throw error;
    // It is there: ours, which was added in the meantime, or somebody else's.
    const theirs = await idOfUser(read, name, signal);
    if (theirs !== userid) throw takenFault({ what: 'user', name, theirs, mine: userid });
  }
  return { handle: userid, key: name };
}

/** Undefined where nobody here may read it. */
async function idOfUser(read: ColonyRead, name: string, signal: AbortSignal): Promise<string | undefined> {
  if ((await read.standing(signal)).is !== 'member') return undefined;
  return (await read.users(signal)).find((row) => row.name === name)?.userid;
}

function effects(differences: readonly Difference[], live?: Live): readonly string[] {
  const isReplaced = differences.some(({ forcesReplace }) => forcesReplace === true);
  // An email that is dropped and nothing else is a replacement.
  const goes = !isReplaced && differences.some(({ dropped }) => dropped === true);
  return [
    ...(goes && live?.status['ours'] === true
      ? ['this target reads and writes the colony as this user: afterwards it can do neither']
      : []),
    ...(goes || isReplaced ? ['crons and generators that this user made stop, until its id is a member again'] : []),
  ];
}

const otherKey = ({ name, had, has }: { readonly name: string; readonly had: string; readonly has: string | undefined }): Diagnostic => ({
  code: 'COLONIES_NOT_MEMBER',
  severity: 'error',
  summary: `the key of the target is not that of the user ${name} any more`,
  detail: `That user was added with the id ${had}. ${has === undefined ? 'The key of the target (spec.options.key) is not made yet' : `The key of the target (spec.options.key) has the id ${has}, which is no member's`}: whether the user is still there, nobody here can see. Nothing is planned for it.`,
  hint: `Set spec.options.key to the key that it had. If that one is lost, write a User manifest of another name for the new key, and take this one out: setpoint state forget User/${name}.`,
});

const elsewhere = ({ name, other, isOwn: own }: { readonly name: string; readonly other: Row; readonly isOwn: boolean }): Diagnostic => ({
  code: 'COLONIES_OTHER_NAME',
  severity: 'error',
  summary: `${own ? 'the key of the target' : 'this key'} is that of the user ${other.name}`,
  detail: `The id ${other.userid} is in the colony already, under that name. The server would take it a second time as ${name}, and from then on nobody could tell which of the two a cron belongs to.`,
  hint: `Write spec.name: ${other.name}, and lifecycle: {adopt: true}.`,
});
