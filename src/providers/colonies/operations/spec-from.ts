import type { Fields, Value } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import { Unfit } from '../client/codec.ts';
import { funcSpec } from '../client/models/work.ts';

interface Place {
  /** What it is called where it is told of: `[0]` in a list. */
  readonly at: string;
  /** Its functions are told apart by their names. */
  readonly inWorkflow?: boolean;
}

/** Words of Colonies up to v1.7, which the server passes over and we do not. */
const ELDERS: ReadonlySet<string> = new Set(['executorids', 'processes-per-node']);

/**
 * A function spec that somebody wrote by hand, or what is wrong with it, to be told as it is. The server refuses a value of another type
 * without saying which, and passes over a member that it does not know: a time limit with a slip in its name would be none.
 */
export function specFrom(value: Value, { at, inWorkflow = false }: Place): Fields | string {
  if (!isFields(value) || typeof value['funcname'] !== 'string' || !isFields(value['conditions'])) {
    return 'Each function spec is an object with funcname and conditions';
  }
  const known = knownOf(value, at);
  if (typeof known === 'string') return known;
  const unknown = unknownIn({ given: value, known, at });
  if (unknown !== undefined) return `${unknown} is no member of a function spec`;
  if (known.conditions.executortype === '') return `${at}.conditions has no executortype: no executor would take it`;
  if (inWorkflow && known.nodename === '') return `${at} has no nodename, which a function of a workflow needs`;
  return value;
}

function knownOf(spec: Fields, at: string): ReturnType<typeof funcSpec.read> | string {
  try {
    return funcSpec.read(spec, at);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return error.message;
  }
}

interface Pair {
  readonly given: unknown;
  readonly known: unknown;
  readonly at: string;
}

/** The first member that was given and is not among those that were read. What says nothing need not be known. */
function unknownIn({ given, known, at }: Pair): string | undefined {
  if (isList(given as Value))
    return (given as readonly Value[])
      .map((one, i) => unknownIn({ given: one, known: (known as readonly unknown[])[i], at: `${at}[${i}]` }))
      .find((one) => one !== undefined);
  if (!isFields(given as Value)) return undefined;
  for (const [name, member] of Object.entries(given as Fields)) {
    if (member === null || member === '' || ELDERS.has(name)) continue;
    const there = `${at}.${name}`;
    if (!Object.hasOwn(known as object, name)) return there;
    const below = unknownIn({ given: member, known: (known as Fields)[name], at: there });
    if (below !== undefined) return below;
  }
  return undefined;
}
