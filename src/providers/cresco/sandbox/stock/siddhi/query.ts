import { Reader, Unreadable } from '../../tokens.ts';
import { openAggregate, type Aggregate } from './aggregate.ts';
import { readCondition, readExpression, type AggregateUse, type Expression, type Frame, type Scope } from './expression.ts';
import { openFifo } from './fifo.ts';
import { SIDDHI, type Attribute, type Datum, type Stream } from './stream.ts';
import { readWindow, type Window } from './window.ts';

/** A query that runs: takes the rows of one stream, at a time (milliseconds), and gives those of the other. */
export interface RunningQuery {
  take(row: readonly Datum[], now: number): readonly Datum[] | undefined;
}

interface Parsed {
  readonly filters: readonly Expression[];
  readonly window: Window | undefined;
  readonly selected: readonly Expression[];
  readonly aggregates: readonly AggregateUse[];
  readonly keys: readonly Expression[];
  readonly having: Expression | undefined;
}

/**
 * Compiles a query from one stream into another, the useful small part of SiddhiQL:
 *
 *     from S[filter]#window.length(5) select a, avg(b) as c group by a having c > 1.0 insert into T
 *
 * Throws Unreadable for anything else, and where the result does not have the very attributes of the output stream.
 */
export function compileQuery(text: string, { input, output }: { readonly input: Stream; readonly output: Stream }): RunningQuery {
  const query = parse(new Reader(text, SIDDHI), input, output);
  return run(query);
}

function parse(reader: Reader, input: Stream, output: Stream): Parsed {
  annotations(reader);
  reader.expect('FROM');
  if (reader.name() !== input.name) throw new Unreadable(`it does not read ${input.name}`);
  const filters: Expression[] = [];
  while (reader.take('[') !== undefined) {
    filters.push(readCondition(reader, { stream: input, aggregates: undefined }));
    reader.expect(']');
  }
  const window = reader.take('#') === undefined ? undefined : readWindow(reader);
  reader.expect('SELECT');
  const scope = { stream: input, aggregates: [] as AggregateUse[] } satisfies Scope;
  const { attributes, selected } = readSelection(reader, scope);
  const keys: Expression[] = [];
  if (reader.take('GROUP') !== undefined) {
    reader.expect('BY');
    do keys.push(readExpression(reader, { stream: input, aggregates: undefined }));
    while (reader.take(',') !== undefined);
  }
  const result = { name: output.name, attributes };
  const having = reader.take('HAVING') === undefined ? undefined : readCondition(reader, { stream: result, aggregates: undefined });
  reader.expect('INSERT', 'INTO');
  if (reader.name() !== output.name) throw new Unreadable(`it does not write ${output.name}`);
  reader.take(';');
  reader.end();
  const same = attributes.length === output.attributes.length && attributes.every((one, i) => isSame(one, output.attributes[i]));
  if (!same) throw new Unreadable(`what it selects is not what ${output.name} is made of`);
  return { filters, window, selected, aggregates: scope.aggregates, keys, having };
}

const isSame = (a: Attribute, b: Attribute | undefined): boolean => a.name === b?.name && a.type === b.type;

/** `@info(name = 'first')` says nothing that counts here. */
function annotations(reader: Reader): void {
  while (reader.take('@') !== undefined) {
    reader.name();
    if (reader.take('(') === undefined) continue;
    do {
      reader.name();
      reader.expect('=');
      reader.text();
    } while (reader.take(',') !== undefined);
    reader.expect(')');
  }
}

function readSelection(
  reader: Reader,
  scope: Scope,
): { readonly attributes: readonly Attribute[]; readonly selected: readonly Expression[] } {
  const { attributes: all } = scope.stream;
  if (reader.take('*') !== undefined) {
    return { attributes: all, selected: all.map(({ type }, i) => ({ type, of: ({ row }: Frame) => row[i] ?? null })) };
  }
  const attributes: Attribute[] = [];
  const selected: Expression[] = [];
  do {
    const { expression, plain } = readItem(reader, scope);
    const name = reader.take('AS') === undefined ? plain : reader.name();
    if (name === undefined) throw new Unreadable('an expression needs a name (as)');
    attributes.push({ name, type: expression.type });
    selected.push(expression);
  } while (reader.take(',') !== undefined);
  return { attributes, selected };
}

/** `plain`: the name of the attribute, where the item is nothing but one. */
function readItem(reader: Reader, scope: Scope): { readonly expression: Expression; readonly plain: string | undefined } {
  const before = reader.at;
  const expression = readExpression(reader, scope);
  const tokens = reader.since(before);
  const last = tokens.at(-1);
  const isPlain =
    last?.is === 'name' && (tokens.length === 1 || (tokens.length === 3 && tokens[1]?.is === 'symbol' && tokens[1].symbol === '.'));
  return { expression, plain: isPlain ? last.name : undefined };
}

interface Group {
  members: number;
  readonly aggregates: readonly Aggregate[];
}

const NONE: readonly Datum[] = [];

function run({ filters, window, selected, aggregates, keys, having }: Parsed): RunningQuery {
  const groups = new Map<string, Group>();
  const inside = openFifo<{ readonly row: readonly Datum[]; readonly at: number }>();
  const frameOf = (row: readonly Datum[]): Frame => ({ row, aggregates: NONE });
  const keyOf = (row: readonly Datum[]): string => (keys.length === 0 ? '' : JSON.stringify(keys.map(({ of }) => of(frameOf(row)))));
  const valueOf = (i: number, row: readonly Datum[]): Datum => aggregates[i]?.over?.of(frameOf(row)) ?? null;

  const enter = (row: readonly Datum[]): Group => {
    const key = keyOf(row);
    const fresh = (): Group => ({
      members: 0,
      aggregates: aggregates.map(({ name }) => openAggregate(name, { drops: window !== undefined })),
    });
    const group = groups.get(key) ?? fresh();
    groups.set(key, group);
    group.members += 1;
    group.aggregates.forEach((one, i) => one.add(valueOf(i, row)));
    return group;
  };
  const leave = (row: readonly Datum[]): void => {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) return;
    group.members -= 1;
    if (group.members === 0) groups.delete(key);
    else group.aggregates.forEach((one, i) => one.drop(valueOf(i, row)));
  };

  return {
    take(row, now) {
      if (!filters.every(({ of }) => of(frameOf(row)) === true)) return undefined;
      let values = NONE;
      if (aggregates.length > 0) {
        if (window !== undefined) {
          for (
            let oldest = inside.first();
            oldest !== undefined && window.isOver({ size: inside.size, age: now - oldest.at });
            oldest = inside.first()
          ) {
            leave(oldest.row);
            inside.shift();
          }
          inside.push({ row, at: now });
        }
        values = enter(row).aggregates.map((one) => one.value());
      }
      const result = selected.map(({ of }) => of({ row, aggregates: values }));
      return having === undefined || having.of(frameOf(result)) === true ? result : undefined;
    },
  };
}
