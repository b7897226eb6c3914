import { nearest } from '../../../core/diagnostic.ts';
import type { Fields, Value } from '../../../core/value.ts';
import { wrongInput, type Control, type Input } from '../../switches.ts';
import { parseJson, writeJson, type Json } from '../client/json.ts';
import type { Bench } from './controls.ts';
import { executorNamed, setState, unregister } from './executors.ts';
import { handsOn, type Hand } from './hand.ts';
import { APPROVED, PENDING, REJECTED, type Executor } from './models.ts';
import type { World } from './world.ts';

/** What somebody else does, whose keys a test does not have: an owner, another member, the server's own cleanup, a database's admin. */
export function byHand({ world }: Bench): readonly Control[] {
  /** On disk before the control answers. */
  const deed = (name: string, summary: string, inputs: readonly string[], run: (world: World, input: Input) => Value | void): Control => ({
    name,
    summary,
    inputs,
    run: async (input) => {
      const done = run(world(), input);
      await world().keep.settled();
      return done;
    },
  });
  const toExecutor = (name: string, summary: string, run: (world: World, executor: Executor) => void): Control =>
    deed(name, summary, ['executor', 'colony'], (now, input) => run(now, executorIn(now, input)));
  return [
    deed('add-user', 'adds a user to a colony, without its owner', ['name', 'userid', 'colony'], (now, input) =>
      handsOn(now)['user']?.put(text({ colonyname: colonyIn(now, input), name: need(input, 'name'), userid: need(input, 'userid') })),
    ),
    deed(
      'add-executor',
      'adds an executor to a colony, without its owner; approved unless approved=false',
      ['name', 'executorid', 'type', 'approved', 'colony'],
      (now, input) => {
        const state = input['approved'] === 'false' ? PENDING : APPROVED;
        const names = { colonyname: colonyIn(now, input), executorname: need(input, 'name'), executortype: input['type'] ?? '' };
        handsOn(now)['executor']?.put(text({ ...names, executorid: need(input, 'executorid'), state }));
      },
    ),
    deed(
      'add-function',
      'an executor says once more what it can do, without its key',
      ['executor', 'name', 'description', 'colony'],
      (now, input) => {
        const { colonyname, executorname, locationname } = executorIn(now, input);
        const row = { colonyname, executorname, locationname, funcname: need(input, 'name'), description: input['description'] ?? '' };
        handsOn(now)['function']?.put(text(row));
      },
    ),
    toExecutor('approve', 'an owner approves an executor', (now, executor) => setState(now, executor, APPROVED)),
    toExecutor('reject', 'an owner rejects an executor', (now, executor) => setState(now, executor, REJECTED)),
    toExecutor('unregister', 'removes an executor as the server does with one that it has not heard of for long', unregister),
    deed(
      'put',
      'puts a row into the database: a kind and its JSON, as the server writes it; ids are made where none are given',
      ['kind', 'row', 'colony'],
      (now, input) => {
        const row = jsonIn(input, 'row');
        if (!isObject(row)) throw wrongInput('row is a JSON object');
        // Kinds that say their colony elsewhere pass over it.
        const colony = input['colony'] === undefined && row['colonyname'] !== undefined ? {} : { colonyname: colonyIn(now, input) };
        handIn(now, input).put(writeJson({ ...colony, ...row }));
      },
    ),
    deed(
      'change',
      'sets a member of a row to a JSON value (path=/spec/image value="\\"x\\""), or takes it out where no value is given; a blueprint whose spec is changed gets its next generation',
      ['kind', 'name', 'path', 'value', 'colony'],
      (now, input) => {
        const hand = handIn(now, input);
        const { id, text: before } = hand.find(input);
        const path = need(input, 'path');
        const changed = changedAt(
          parseJson(before),
          path.split('/').slice(1),
          input['value'] === undefined ? undefined : jsonIn(input, 'value'),
        );
        hand.put(writeJson(input['kind'] === 'blueprint' && path.startsWith('/spec') ? nextGeneration(changed) : changed), id);
      },
    ),
    deed('remove', 'takes a row out of the database, and nothing that belongs to it', ['kind', 'name', 'colony'], (now, input) => {
      const hand = handIn(now, input);
      hand.drop(hand.find(input).id);
    }),
    deed('rows', 'the rows of a kind, as the server writes them', ['kind'], (now, input) => handIn(now, input).rows()),
  ];
}

const text = (row: Fields): string => JSON.stringify(row);

function need(input: Input, name: string): string {
  const given = input[name];
  if (given === undefined || given === '') throw wrongInput(`${name} is missing`);
  return given;
}

function jsonIn(input: Input, name: string): Json {
  try {
    return parseJson(need(input, name));
  } catch (error) {
    if (error instanceof SyntaxError) throw wrongInput(`${name} is JSON`);
    throw error;
  }
}

/** The colony that is meant: the only one, where none is named. */
function colonyIn(world: World, { colony }: Input): string {
  if (colony !== undefined) return colony;
  const [only, ...more] = world.colonies.rows();
  if (only === undefined || more.length > 0) throw wrongInput('colony is the name of a colony');
  return only.name;
}

function executorIn(world: World, input: Input): Executor {
  const name = need(input, 'executor');
  return executorNamed(world, colonyIn(world, input), name) ?? fail(`there is no executor called ${name}`);
}
function fail(what: string): never {
  throw wrongInput(what);
}

function handIn(world: World, { kind = '' }: Input): Hand {
  const hands = handsOn(world);
  const hand = Object.hasOwn(hands, kind) ? hands[kind] : undefined;
  if (hand !== undefined) return hand;
  const kinds = Object.keys(hands);
  const guess = nearest(kind, kinds);
  throw wrongInput(`kind is one of ${kinds.join(', ')}${guess === undefined ? '' : `: ${guess}, probably`}`);
}

type Members = { readonly [name: string]: Json };
const isObject = (value: Json): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with the member at a path set, objects made on the way; or taken out. Items of lists are named by their number. */
function changedAt(value: Json, [name, ...rest]: readonly string[], to: Json | undefined): Json {
  if (name === undefined) return to ?? null;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return items.flatMap((item, i) =>
      String(i) !== name ? [item] : rest.length === 0 && to === undefined ? [] : [changedAt(item, rest, to)],
    );
  }
  const members = isObject(value) ? value : {};
  if (rest.length > 0 || to !== undefined) return { ...members, [name]: changedAt(members[name] ?? null, rest, to) };
  return Object.fromEntries(Object.entries(members).filter(([other]) => other !== name));
}

function nextGeneration(row: Json): Json {
  const metadata = isObject(row) ? (row['metadata'] ?? null) : null;
  const generation = isObject(metadata) ? (metadata['generation'] ?? 0) : 0;
  return changedAt(row, ['metadata', 'generation'], Number(generation) + 1);
}
