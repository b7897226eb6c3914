import { labelsOf, latestOf } from './files.ts';
import { handler, refuse, tell, tellAll, type Handlers } from './handler.ts';
import { stored, UTC } from './instant.ts';
import { needMember } from './members.ts';
import { snapshot, type Snapshot } from './models.ts';
import { keyOf, needName, readBack } from './names.ts';
import { text, writeText } from './shape.ts';
import type { World } from './world.ts';

const reading = { nameOf: ({ name }: Snapshot): string => name, what: 'invalid split name', status: 500 };
const found = { colonyname: text, snapshotid: text, name: text };

/** Which files there were under a label (sheet 3.12). */
export const snapshotHandlers: Handlers = {
  createsnapshotmsg: handler(
    'Failed to create snapshot',
    { colonyname: text, label: text, name: text },
    (world, { message: { colonyname, label: given, name }, signer }) => {
      needMember(world, signer, colonyname);
      needName(world, 'Failed to create snapshot', name);
      if (snapshotNamed(world, colonyname, name)) {
        refuse(
          500,
          name.includes(':')
            ? 'pq: duplicate key value violates unique constraint "prod_snapshots_name_key"'
            : `Snapshot with name <${name}> in Colony <${colonyname}> already exists`,
        );
      }
      const label = given.endsWith('/') ? given.slice(0, -1) : given;
      const files = labelsOf(world, colonyname, { name: label, exact: true }).flatMap((one) => latestOf(world, colonyname, one.name));
      const now = world.now();
      const fileids = files.length === 0 ? null : files.map(({ fileid }) => fileid);
      const made: Snapshot = { snapshotid: world.id(), colonyname, label, name, fileids, added: now };
      world.snapshots.put(made.snapshotid, { ...made, added: stored(now) });
      // It comes from memory, with all its digits and in UTC.
      return writeText(snapshot, made, UTC);
    },
  ),

  getsnapshotmsg: handler('Failed to get snapshot', found, (world, { message: { colonyname, snapshotid, name }, signer }) => {
    needMember(world, signer, colonyname);
    if (snapshotid === '' && name === '') refuse(500, 'Failed to get snapshot, malformatted msg');
    const one = snapshotid === '' ? snapshotNamed(world, colonyname, name) : snapshotWithId(world, colonyname, snapshotid);
    if (one !== undefined) return tell(world, snapshot, readBack([one], reading)[0] ?? one);
    const sought = snapshotid === '' ? `name <${name}>` : `Id <${snapshotid}>`;
    return refuse(500, `Snapshot not found with ${sought} in Colony <${colonyname}> does not exists`);
  }),

  getsnapshotsmsg: handler('Failed to get snapshots', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    needMember(world, signer, colonyname);
    return tellAll(world, snapshot, [...readBack(world.snapshotsOf(colonyname), reading)].reverse());
  }),

  removesnapshotmsg: handler('Failed to remove snapshot', found, (world, { message: { colonyname, snapshotid, name }, signer }) => {
    needMember(world, signer, colonyname);
    if (snapshotid === '' && name === '') refuse(500, 'Failed to remove snapsnot, malformatted msg');
    const one = snapshotid === '' ? snapshotNamed(world, colonyname, name) : snapshotWithId(world, colonyname, snapshotid);
    if (one !== undefined) world.snapshots.drop(one.snapshotid);
    return undefined;
  }),

  removeallsnapshotmsg: handler('Failed to remove snapshot', { colonyname: text }, (world, { message: { colonyname }, signer }) => {
    needMember(world, signer, colonyname);
    for (const { snapshotid } of world.snapshotsOf(colonyname)) world.snapshots.drop(snapshotid);
    return undefined;
  }),
};

const snapshotNamed = (world: World, colonyname: string, name: string): Snapshot | undefined =>
  world.snapshotNamed(keyOf(colonyname, name)).find((one) => one.colonyname === colonyname && one.name === name);

function snapshotWithId(world: World, colonyname: string, snapshotid: string): Snapshot | undefined {
  const one = world.snapshots.get(snapshotid);
  return one?.colonyname === colonyname ? one : undefined;
}
