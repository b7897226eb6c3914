import type { Codec, Of } from '../codec.ts';

/**
 * Whose key a request has to be signed with.
 * `server`: the server owner's. `owner`: that of the colony's owner, who is no member. `member`: a user of the colony, or an approved
 * executor of it. `anyMember`: also an executor that is pending, rejected or unregistered. `memberOrOwner`. `executor`: an approved
 * executor. `self`: the very user or executor that it is about. `assignee`: the executor that has the process. `party`: whoever submitted
 * the process, or has it. `anybody`: any key at all. `nobody`: it is not signed.
 */
export type Signer =
  'server' | 'owner' | 'member' | 'anyMember' | 'memberOrOwner' | 'executor' | 'self' | 'assignee' | 'party' | 'anybody' | 'nobody';

/** What a request does to the server. `set`: doing it twice is doing it once. `once`: it must not be repeated unseen. */
export type Effect = 'reads' | 'set' | 'once';

/** One row of the table of requests. `Q` are the fields besides `msgtype`. */
export interface Message<Q, R> {
  readonly signer: Signer;
  readonly effect: Effect;
  readonly reply: Codec<R>;
  /** Where the type of the fields is kept; there is no value. */
  readonly fields: Fields<Q>;
}

declare const type: unique symbol;
/** A type that is told to the compiler alone. */
export interface Fields<Q> {
  readonly [type]?: Q;
}
export const fields = <Q>(): Fields<Q> => ({});

export type RequestOf<M> = M extends { readonly fields: Fields<infer Q> } ? Q : never;
export type ReplyOf<M> = M extends { readonly reply: Codec<unknown> } ? Of<M['reply']> : never;

export type Table = Readonly<Record<string, Message<unknown, unknown>>>;

/** Fields that many requests have. */
export interface InColony {
  readonly colonyname: string;
}
export type None = Readonly<Record<never, never>>;
