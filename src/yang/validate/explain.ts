import type { Must } from '../node.ts';
import type { BaseType } from '../schema.ts';
import { createCursor, isUnknown, textOf, type Run } from '../tree.ts';
import { contextOf } from '../xpath/expression.ts';
import type { Cursor } from '../tree.ts';
import type { Checking } from './constraints.ts';
import { trailOf, type Trail } from './problems.ts';

type Read = NonNullable<Run['trace']>[number];

/** Types whose values are no secrets and short enough to be shown. */
const SHOWN: ReadonlySet<BaseType> = new Set<BaseType>([
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'decimal64',
  'boolean',
  'enumeration',
  'identityref',
]);

const MOST = 3;

/** Where to point and what to say about a `must` that failed: its first operand that is false, run again with its reads written down. */
export function explain(cursor: Cursor, must: Must, { run, base, depth }: Checking): { readonly trail: Trail; readonly label?: string } {
  const failed = must.parts.find((part) => {
    run.undecided = false;
    return !part.boolean(contextOf(cursor, run)) && !(run.tentative && run.undecided);
  });
  const trace: Read[] = [];
  run.trace = trace;
  (failed ?? must.test).boolean(contextOf(cursor, run));
  run.trace = undefined;
  const reads = trace.filter(
    (one, index) =>
      !isUnknown(one.value, run) && trace.findIndex((other) => other.schema === one.schema && other.parent === one.parent) === index,
  );
  const own = trailOf(base, depth, cursor);
  const given = reads.filter((one) => one.origin === 'given');
  const trails = new Map(given.map((one) => [one, trailOf(base, depth, leafOf(one))]));
  // Point at the first leaf that the instance itself sets below the node that has the rule; else at the node.
  const pointed = given.find((one) => (trails.get(one) ?? []).length > own.length);
  const others = reads.filter((one) => one !== pointed && !(one.schema === cursor.schema && one.parent === cursor.parent));
  const label = others
    .filter((one) => one.schema.type?.kinds.every((kind) => SHOWN.has(kind.base)))
    .slice(0, MOST)
    .map((one) => `${one.schema.name} is ${textOf(one.value)}${one.origin === 'default' ? ' (default)' : ''}`)
    .join(', ');
  return { trail: pointed ? (trails.get(pointed) ?? own) : own, ...(label === '' ? {} : { label }) };
}

const leafOf = (read: Read): Cursor => createCursor(read.schema, read.parent, read.value);
