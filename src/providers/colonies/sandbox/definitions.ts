import { handler, refuse, tell, type Handlers } from './handler.ts';
import { needColonyOwner, needMemberOrOwner } from './members.ts';
import { definition, type Definition } from './models.ts';
import { list, pointer, text } from './shape.ts';
import type { World } from './world.ts';

/** Blueprint definitions (sheet 3.11). The server takes any, whatever is in them. */
export const definitionHandlers: Handlers = {
  addblueprintdefinitionmsg: handler(
    'Failed to add blueprint definition',
    { blueprintdefinition: pointer(definition) },
    (world, { message: { blueprintdefinition: wanted }, signer }) => {
      if (wanted === null) refuse(400, 'Failed to add blueprint definition, blueprint definition is nil');
      const { colonyname, name } = wanted.metadata;
      needColonyOwner(world, signer, colonyname);
      const row = { ...wanted, blueprintdefinitionid: wanted.blueprintdefinitionid === '' ? world.id() : wanted.blueprintdefinitionid };
      if (world.definitions.get(row.blueprintdefinitionid) !== undefined) refuseDouble('pkey');
      if (definitionNamed(world, colonyname, name) !== undefined) refuseDouble('colony_name_name_key');
      world.definitions.put(row.blueprintdefinitionid, row);
      return tell(world, definition, row);
    },
  ),

  getblueprintdefinitionmsg: handler(
    'Failed to get blueprint definition',
    { colonyname: text, name: text },
    (world, { message: { colonyname, name }, signer }) => {
      needMemberOrOwner(world, signer, colonyname);
      return tell(world, definition, definitionNamed(world, colonyname, name) ?? refuse(404, 'Blueprint definition not found'));
    },
  ),

  getblueprintdefinitionsmsg: handler(
    'Failed to get blueprint definitions',
    { colonyname: text },
    (world, { message: { colonyname }, signer }) => {
      needMemberOrOwner(world, signer, colonyname);
      return tell(world, list(definition), definitionsByName(world, colonyname));
    },
  ),

  removeblueprintdefinitionmsg: handler(
    'Failed to remove blueprint definition',
    { namespace: text, name: text },
    (world, { message: { namespace, name }, signer }) => {
      needColonyOwner(world, signer, namespace);
      const row = definitionNamed(world, namespace, name);
      if (row === undefined) refuse(404, `BlueprintDefinition '${name}' not found in namespace '${namespace}'`);
      const { kind } = row.spec.names;
      const users = world.blueprintsOf(namespace).filter((one) => one.kind === kind).length;
      if (users > 0) {
        refuse(409, `cannot remove BlueprintDefinition '${name}': ${String(users)} blueprint(s) of kind '${kind}' still exist`);
      }
      world.definitions.drop(row.blueprintdefinitionid);
      return undefined;
    },
  ),
};

/** In the words of the server's database. */
const refuseDouble = (constraint: string): never =>
  refuse(500, `pq: duplicate key value violates unique constraint "prod_blueprintdefinitions_${constraint}"`);

const definitionNamed = (world: World, colonyname: string, name: string): Definition | undefined =>
  world.definitionsOf(colonyname).find(({ metadata }) => metadata.name === name);

const definitionsByName = (world: World, colonyname: string): readonly Definition[] =>
  [...world.definitionsOf(colonyname)].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));

/** The one that blueprints of a kind are held against. */
export const definitionFor = (world: World, colonyname: string, kind: string): Definition | undefined =>
  definitionsByName(world, colonyname).find(({ spec }) => spec.names.kind === kind);

/** For what is asked of reconcilers by hand and for cleaning up the server looks in all colonies, and takes the first that it finds. */
export const definitionAnywhere = (world: World, kind: string): Definition | undefined =>
  [...world.definitions.rows()].find(({ spec }) => spec.names.kind === kind);
