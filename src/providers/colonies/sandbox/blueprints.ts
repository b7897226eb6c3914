import { equal, type Fields } from '../../../core/value.ts';
import { schemaProblem } from '../rules/blueprint-schema.ts';
import { definitionAnywhere, definitionFor } from './definitions.ts';
import { handler, refuse, tell, tellAll, type Handlers } from './handler.ts';
import { seconds, UTC, type Instant } from './instant.ts';
import { needMember, needMemberOrOwner } from './members.ts';
import { blueprint, blueprintHistory, process, type Blueprint, type Definition } from './models.ts';
import { keyOf } from './names.ts';
import { keepReconciled, reconcileCron, submitWork } from './reconcile.ts';
import { flag, free, list, map, pointer, text, whole, writeText } from './shape.ts';
import { shown } from './shown.ts';
import { initiatorNamed, initiatorOf } from './submit.ts';
import type { World } from './world.ts';

/** Blueprints (sheet 3.11, 6.9 and 6.10): documents that executors look after. The server keeps them, counts changes and gives work. */
export const blueprintHandlers: Handlers = {
  addblueprintmsg: handler('Failed to add blueprint', { blueprint: pointer(blueprint) }, (world, { message, signer }) => {
    if (message.blueprint === null) refuse(400, 'Failed to add blueprint, blueprint is nil');
    const { colonyname, name, locationname } = message.blueprint.metadata;
    needMemberOrOwner(world, signer, colonyname);
    const row = { ...message.blueprint, blueprintid: message.blueprint.blueprintid === '' ? world.id() : message.blueprint.blueprintid };
    const { spec } = definitionOf(world, row);
    if (named(world, colonyname, name) !== undefined) refuse(409, `blueprint with name '${name}' already exists in colony '${colonyname}'`);
    if (world.blueprints.get(row.blueprintid) !== undefined) {
      refuse(500, 'pq: duplicate key value violates unique constraint "prod_blueprints_pkey"');
    }
    if (locationname !== '') needLocation(world, row);
    world.blueprints.put(row.blueprintid, row);
    remember(world, row, { changedby: signer, changetype: 'create' });
    if (spec.handler.executorType !== '' && spec.handler.functionName !== '') {
      const work = { handler: spec.handler, initiatorid: signer };
      keepReconciled(world, row, work);
      submitWork(world, { blueprint: row, ...work, kwargs: kwargsOf(row) });
    }
    return tell(world, blueprint, row);
  }),

  getblueprintmsg: handler(
    'Failed to get blueprint',
    { namespace: text, name: text },
    (world, { message: { namespace, name }, signer }) => {
      needMemberOrOwner(world, signer, namespace);
      return tell(world, blueprint, named(world, namespace, name) ?? refuse(404, 'Blueprint not found'));
    },
  ),

  getblueprintsmsg: handler(
    'Failed to get blueprints',
    { namespace: text, kind: text, locationname: text },
    (world, { message: { namespace, kind, locationname }, signer }) => {
      needMemberOrOwner(world, signer, namespace);
      const location = locationname.toLowerCase();
      const rows = world.blueprintsOf(namespace).filter((row) => {
        // A location without a kind is passed over.
        if (kind === '') return true;
        return row.kind === kind && (location === '' || row.metadata.locationname.toLowerCase() === location);
      });
      return tellAll(
        world,
        blueprint,
        [...rows].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
      );
    },
  ),

  updateblueprintmsg: handler(
    'Failed to update blueprint',
    { blueprint: pointer(blueprint), forcegeneration: flag },
    (world, { message: { blueprint: wanted, forcegeneration }, signer }) => {
      if (wanted === null) refuse(400, 'Failed to update blueprint, blueprint is nil');
      const { colonyname, name } = wanted.metadata;
      needMemberOrOwner(world, signer, colonyname);
      const old = named(world, colonyname, name) ?? refuse(404, `blueprint '${name}' not found in namespace '${colonyname}'`);
      const { spec } = definitionOf(world, wanted);
      const changed = forcegeneration || !equal(old.spec ?? {}, wanted.spec ?? {});
      const generation = old.metadata.generation + (changed ? 1n : 0n);
      const row: Blueprint = { ...wanted, blueprintid: old.blueprintid, metadata: { ...wanted.metadata, generation } };
      world.blueprints.put(row.blueprintid, row);
      if (changed) {
        remember(world, row, { changedby: signer, changetype: 'update' });
        const { handler: own } = spec;
        // Nobody is set to work in the name of somebody who has none in the colony: its owner.
        if (own.executorType !== '' && own.functionName !== '' && initiatorNamed(world, colonyname, signer) !== undefined) {
          submitWork(world, { blueprint: row, handler: own, initiatorid: signer, kwargs: kwargsOf(row) });
        }
      }
      return tell(world, blueprint, row);
    },
  ),

  updateblueprintstatusmsg: handler(
    'Failed to update blueprint status',
    { colonyname: text, blueprintname: text, status: map(free) },
    (world, { message: { colonyname, blueprintname, status }, signer }) => {
      needMember(world, signer, colonyname);
      const row = named(world, colonyname, blueprintname) ?? refuse(404, 'Blueprint not found');
      world.blueprints.put(row.blueprintid, { ...row, status });
      return undefined;
    },
  ),

  reconcileblueprintmsg: handler(
    'Failed to reconcile blueprint',
    { namespace: text, name: text, force: flag },
    (world, { message: { namespace, name, force }, signer }) => {
      needMember(world, signer, namespace);
      const found = named(world, namespace, name) ?? refuse(404, 'Blueprint not found');
      const generation = found.metadata.generation + (force ? 1n : 0n);
      const row = { ...found, metadata: { ...found.metadata, generation } };
      if (force) world.blueprints.put(row.blueprintid, row);
      const { initiatorid } = initiatorOf(world, namespace, signer);
      const own = definitionAnywhere(world, row.kind)?.spec.handler;
      if (own === undefined || own.executorType === '') refuse(400, 'Blueprint has no handler with executor type defined');
      if (own.functionName === '') refuse(400, 'Blueprint has no handler with function name defined');
      const kwargs = { ...kwargsOf(row), ...(force ? { force: true } : {}) };
      return tell(world, process, shown(world, submitWork(world, { blueprint: row, handler: own, initiatorid, kwargs })));
    },
  ),

  removeblueprintmsg: handler(
    'Failed to remove blueprint',
    { namespace: text, name: text },
    (world, { message: { namespace, name }, signer }) => {
      needMemberOrOwner(world, signer, namespace);
      const row = named(world, namespace, name) ?? refuse(404, 'Blueprint not found');
      world.blueprints.drop(row.blueprintid);
      const { locationname } = row.metadata;
      const alike = world.blueprintsOf(namespace).filter((one) => one.kind === row.kind && one.metadata.locationname === locationname);
      const idle = alike.length === 0 ? reconcileCron(world, row) : undefined;
      if (idle !== undefined) world.crons.drop(idle.cronid);
      const own = definitionAnywhere(world, row.kind)?.spec.handler;
      if (own !== undefined && own.executorType !== '') {
        const cleanup = { ...own, functionName: 'cleanup' };
        submitWork(world, { blueprint: row, handler: cleanup, initiatorid: signer, kwargs: kwargsOf(row) });
      }
      return undefined;
    },
  ),

  getblueprinthistorymsg: handler(
    'Failed to get blueprint history',
    { blueprintid: text, limit: whole },
    (world, { message: { blueprintid, limit }, signer }) => {
      const row = world.blueprints.get(blueprintid) ?? refuse(404, 'Blueprint not found');
      needMemberOrOwner(world, signer, row.metadata.colonyname);
      const newest = [...world.historyOf(blueprintid)].reverse().map((one) => ({ ...one, timestamp: onTheWall(world, one.timestamp) }));
      const wanted = limit > 0 ? newest.slice(0, limit) : newest;
      return writeText(list(blueprintHistory), wanted.length === 0 ? null : wanted, UTC);
    },
  ),
};

/** What the clocks of the server's time zone show, which the database gives back as if it were UTC. */
const onTheWall = (world: World, at: Instant): Instant => at + seconds(world.zone(Number(at / 1_000_000n)));

const named = (world: World, colonyname: string, name: string): Blueprint | undefined =>
  world.blueprintsOf(colonyname).find(({ metadata }) => metadata.name === name);

const kwargsOf = ({ kind, metadata }: Blueprint): Fields => ({ kind, blueprintName: metadata.name });

/** Throws Refusal 400 where there is none for the kind, and where the blueprint does not keep to it. */
function definitionOf(world: World, { kind, metadata, spec }: Blueprint): Definition {
  if (kind === '') refuse(400, 'blueprint kind is required');
  const found = definitionFor(world, metadata.colonyname, kind);
  if (found === undefined) refuse(400, `BlueprintDefinition for kind '${kind}' not found in namespace '${metadata.colonyname}'`);
  const { schema } = found.spec;
  const problem = schema === null ? undefined : schemaProblem(spec ?? {}, schema as unknown as Fields);
  if (problem !== undefined) refuse(400, `blueprint validation failed: ${problem}`);
  return found;
}

/** A location that a blueprint names is made when there is none, and never removed. */
function needLocation(world: World, { metadata: { colonyname, locationname, name } }: Blueprint): void {
  const key = keyOf(colonyname, locationname);
  if (world.locations.get(key) !== undefined) return;
  const description = `Auto-created from blueprint ${name}`;
  world.locations.put(key, { locationid: world.id(), name: locationname, colonyname, description, long: 0, lat: 0 });
}

function remember(world: World, row: Blueprint, change: { readonly changedby: string; readonly changetype: string }): void {
  const { colonyname, name, generation } = row.metadata;
  const historyid = world.uuid();
  world.history.put(historyid, {
    historyid,
    blueprintid: row.blueprintid,
    kind: row.kind,
    namespace: colonyname,
    name,
    generation,
    spec: row.spec,
    status: row.status,
    timestamp: world.now(),
    ...change,
  });
}
