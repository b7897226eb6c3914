import { list, Mismatch, readText, struct, text, writeText, type Members, type Shape, type Struct } from './shape.ts';
import type { World } from './world.ts';

/** What the server says no with: status and words as in the real one, because tools match on them. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Throws Refusal. */
export function refuse(status: number, message: string): never {
  throw new Refusal(status, message);
}

/**
 * The real server falls over this request (a nil pointer), is picked up again, and answers 500 and not a byte.
 */
export class Fallen extends Error {
  override readonly name = 'Fallen';
}

/** The answer of two handlers to somebody who is no member: status 200 and not a byte. */
export const EMPTY = Symbol('empty');

/** JSON text; undefined for `{}`. */
export type Reply = string | undefined | typeof EMPTY;

export interface Asked<M> {
  readonly message: M;
  /** The id that the signature proves; '' where nobody has to sign. */
  readonly signer: string;
  /** The payload as it came, for the few that answer with it. */
  readonly payload: string;
  /** The client went away, or the server ends. */
  readonly signal: AbortSignal;
}

/** How one request is answered. All that it changes is on disk before its answer leaves. */
export interface Handler {
  /** Nobody has to sign it. */
  readonly unsigned?: true;
  /** The type of the reply, where it is not that of the request. */
  readonly replyType?: string;
  /** Throws Refusal; anything else that is thrown is a bug. */
  run(
    world: World,
    asked: { readonly type: string; readonly payload: string; readonly signer: string; readonly signal: AbortSignal },
  ): Reply | Promise<Reply>;
}
/** By payload type. */
export type Handlers = Readonly<Record<string, Handler>>;

/**
 * A handler of a message with these fields. `failed` is how the server begins when it cannot read it ("Failed to add colony"), and
 * `mismatch` how it begins in the one other case, where it does so in other words. What is checked first is what the server checks
 * first: JSON, then that the type in the signed payload is the one outside of it.
 */
export function handler<F extends Members>(
  failed: string,
  fields: F,
  run: (world: World, asked: Asked<Struct<F>>) => Reply | Promise<Reply>,
  extra: Pick<Handler, 'unsigned' | 'replyType'> & { readonly mismatch?: string } = {},
): Handler {
  const shape = struct({ ...fields, msgtype: text });
  const { mismatch = failed, ...rest } = extra;
  return {
    ...rest,
    run(world, { type, payload, signer, signal }) {
      const message = readMessage(failed, shape, payload);
      if (message.msgtype !== type) refuse(400, `${mismatch}, msg.MsgType does not match payloadType`);
      return run(world, { message: message as Struct<F>, signer, payload, signal });
    },
  };
}

function readMessage<M>(failed: string, shape: Shape<M>, payload: string): M {
  if (payload.trim() === 'null') throw new Fallen('the message is null');
  try {
    return readText(shape, payload);
  } catch (cause) {
    if (cause instanceof Mismatch) refuse(400, `${failed}, invalid JSON`);
    throw cause;
  }
}

/** A reply of this shape. */
export const tell = <T>(world: World, shape: Shape<T>, value: T): string => writeText(shape, value, world.zone);

/** A list as the reply: where there is nothing, the server says null. */
export const tellAll = <T>(world: World, shape: Shape<T>, rows: readonly T[]): string =>
  tell(world, list(shape), rows.length === 0 ? null : rows);
