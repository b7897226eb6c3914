import { shortId, type ResourceId } from '../../../core/id.ts';
import type { Pointer } from '../../../core/pointer.ts';
import { equal, type Value } from '../../../core/value.ts';
import type { Claim } from '../../contract.ts';
import type { ColonyFunction } from '../client/index.ts';
import type { FunctionSpec } from '../types.ts';

type Described = Pick<FunctionSpec, 'description' | 'args'>;

/** What a function is like, in one form: the server keeps nothing, an empty text and false as the same. */
export function describedAs({ description, args }: Described): Described {
  const all = (args ?? []).map(({ name, type, description: meaning, required, enum: only }) => ({
    name,
    type,
    ...(meaning ? { description: meaning } : {}),
    ...(required === true ? { required } : {}),
    ...(only !== undefined && only.length > 0 ? { enum: only } : {}),
  }));
  return { ...(description ? { description } : {}), ...(all.length > 0 ? { args: all } : {}) };
}

/** The same of a row of the server's, where a list cannot be written to. */
export const described = ({ description, args }: ColonyFunction): Described =>
  describedAs({
    ...(description === undefined ? {} : { description }),
    args: args.map((arg) => ({ ...arg, enum: [...arg.enum] })),
  });

export const isLike = (row: ColonyFunction, wanted: Described): boolean =>
  equal(described(row) as unknown as Value, describedAs(wanted) as unknown as Value);

/** A function stands in the manifest of its executor or in one of its own: each would take the other's for a double. */
export const claimOn = ({ name, executor }: { readonly name: string; readonly executor: ResourceId }, at: Pointer): Claim => ({
  path: `the function ${name} of ${shortId(executor)}`,
  at,
});
