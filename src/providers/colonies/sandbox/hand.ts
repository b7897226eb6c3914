import type { Value } from '../../../core/value.ts';
import { wrongInput, type Input } from '../../switches.ts';
import { UTC } from './instant.ts';
import * as models from './models.ts';
import { keyOf } from './names.ts';
import { Mismatch, readText, writeText, type Shape } from './shape.ts';
import type { Table } from './table.ts';
import type { World } from './world.ts';

/** The rows of one kind as somebody finds them who has the server's database before him: by id or by name, in a colony or anywhere. */
export interface Hand {
  size(): number;
  /** All rows as JSON, times in UTC. */
  rows(): readonly Value[];
  /** The row, as JSON text that can be changed and put back. Throws Fault SWITCH_INPUT where there is none, or several. */
  find(input: Input): { readonly id: string; readonly text: string };
  /** Throws Fault SWITCH_INPUT for text that is no such row. */
  put(text: string, id?: string): void;
  drop(id: string): void;
}

interface Parts<Row> {
  readonly table: Table<Row>;
  readonly shape: Shape<Row>;
  /** The row's key, made where the row has none yet. */
  readonly idOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  readonly colonyOf: (row: Row) => string;
  /** What a new row lacks. */
  readonly complete?: (row: Row) => Row;
}

const handOf = <Row>(world: World, kind: string, { table, shape, idOf, nameOf, colonyOf, complete = (row) => row }: Parts<Row>): Hand => ({
  size: () => table.size,
  rows: () => [...table.rows()].map((row) => JSON.parse(writeText(shape, row, UTC)) as Value),
  find({ name, colony }) {
    if (name === undefined) throw wrongInput('name is the name or the id of what is meant');
    const found = [...table.entries()].filter(
      ([id, row]) => (id === name || nameOf(row) === name) && (colony === undefined || colonyOf(row) === colony),
    );
    const [first] = found;
    if (first === undefined) throw wrongInput(`there is no ${kind} called ${name}`);
    if (found.length > 1) throw wrongInput(`there are several that are called ${name}: name the colony, or the id`);
    return { id: first[0], text: writeText(shape, first[1], UTC) };
  },
  put(text, id) {
    const row = read(shape, kind, text);
    const full = id === undefined ? complete(row) : row;
    if (world.colonies.get(colonyOf(full)) === undefined && kind !== 'colony')
      throw wrongInput(`there is no colony called ${colonyOf(full)}`);
    table.put(id ?? idOf(full), full);
  },
  drop: (id) => table.drop(id),
});

function read<Row>(shape: Shape<Row>, kind: string, text: string): Row {
  try {
    return readText(shape, text);
  } catch (cause) {
    if (cause instanceof Mismatch) throw wrongInput(`row is the JSON of a ${kind}: ${cause.message}`);
    throw cause;
  }
}

/** What stands in no row yet, the server makes up. */
const given = (value: string, otherwise: () => string): string => (value === '' ? otherwise() : value);

/** By the names that they have as kinds of manifests, where they are ones. */
export function handsOn(world: World): Readonly<Record<string, Hand>> {
  const inMetadata = {
    nameOf: ({ metadata }: models.Blueprint | models.Definition) => metadata.name,
    colonyOf: ({ metadata }: models.Blueprint | models.Definition) => metadata.colonyname,
  };
  const named = {
    idOf: ({ colonyname, name }: models.User | models.Location) => keyOf(colonyname, name),
    nameOf: ({ name }: models.User | models.Location) => name,
    colonyOf: ({ colonyname }: models.User | models.Location) => colonyname,
  };
  return {
    colony: handOf(world, 'colony', {
      table: world.colonies,
      shape: models.colony,
      idOf: ({ name }) => name,
      nameOf: ({ name }) => name,
      colonyOf: ({ name }) => name,
    }),
    user: handOf(world, 'user', { table: world.users, shape: models.user, ...named }),
    location: handOf(world, 'location', { table: world.locations, shape: models.location, ...named }),
    executor: handOf(world, 'executor', {
      table: world.executors,
      shape: models.executor,
      idOf: ({ colonyname, executorname }) => keyOf(colonyname, executorname),
      nameOf: ({ executorname }) => executorname,
      colonyOf: ({ colonyname }) => colonyname,
      complete: (row) => ({ ...row, commissiontime: world.now() }),
    }),
    function: handOf(world, 'function', {
      table: world.functions,
      shape: models.func,
      idOf: ({ functionid }) => functionid,
      nameOf: ({ executorname, funcname }) => `${executorname}/${funcname}`,
      colonyOf: ({ colonyname }) => colonyname,
      complete: (row) => ({ ...row, functionid: given(row.functionid, world.id) }),
    }),
    file: handOf(world, 'file', {
      table: world.files,
      shape: models.file,
      idOf: ({ fileid }) => fileid,
      nameOf: ({ label, name }) => `${label}/${name}`,
      colonyOf: ({ colonyname }) => colonyname,
      complete: (row) => ({ ...row, fileid: given(row.fileid, world.id) }),
    }),
    snapshot: handOf(world, 'snapshot', {
      table: world.snapshots,
      shape: models.snapshot,
      idOf: ({ snapshotid }) => snapshotid,
      nameOf: ({ name }) => name,
      colonyOf: ({ colonyname }) => colonyname,
      complete: (row) => ({ ...row, snapshotid: given(row.snapshotid, world.id) }),
    }),
    process: handOf(world, 'process', {
      table: world.processes,
      shape: models.processRow,
      idOf: ({ processid }) => processid,
      nameOf: ({ spec }) => spec.nodename,
      colonyOf: ({ spec }) => spec.conditions.colonyname,
      complete: (row) => ({ ...row, processid: given(row.processid, world.id) }),
    }),
    attribute: handOf(world, 'attribute', {
      table: world.attributes,
      shape: models.attribute,
      idOf: ({ attributeid }) => attributeid,
      nameOf: ({ key }) => key,
      colonyOf: ({ targetcolonyname }) => targetcolonyname,
    }),
    workflow: handOf(world, 'workflow', {
      table: world.graphs,
      shape: models.graphRow,
      idOf: ({ processgraphid }) => processgraphid,
      nameOf: ({ processgraphid }) => processgraphid,
      colonyOf: ({ colonyname }) => colonyname,
      complete: (row) => ({ ...row, processgraphid: given(row.processgraphid, world.id) }),
    }),
    cron: handOf(world, 'cron', {
      table: world.crons,
      shape: models.cron,
      idOf: ({ cronid }) => cronid,
      nameOf: ({ name }) => name,
      colonyOf: ({ colonyname }) => colonyname,
      complete: (row) => ({ ...row, cronid: given(row.cronid, world.id) }),
    }),
    generator: handOf(world, 'generator', {
      table: world.generators,
      shape: models.generator,
      idOf: ({ generatorid }) => generatorid,
      nameOf: ({ name }) => name,
      colonyOf: ({ colonyname }) => colonyname,
      complete: (row) => ({ ...row, generatorid: given(row.generatorid, world.id) }),
    }),
    definition: handOf(world, 'definition', {
      table: world.definitions,
      shape: models.definition,
      idOf: ({ blueprintdefinitionid }) => blueprintdefinitionid,
      ...inMetadata,
      complete: (row) => ({ ...row, blueprintdefinitionid: given(row.blueprintdefinitionid, world.id) }),
    }),
    blueprint: handOf(world, 'blueprint', {
      table: world.blueprints,
      shape: models.blueprint,
      idOf: ({ blueprintid }) => blueprintid,
      ...inMetadata,
      complete: (row) => ({ ...row, blueprintid: given(row.blueprintid, world.id) }),
    }),
  };
}
