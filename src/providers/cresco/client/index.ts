/** The Cresco client library: the wire protocol of `wsapi`, and no kind. */
export type * from './results.ts';
export type * from './calls.ts';
export type * from './stock.ts';
export type * from './streams.ts';
export type * from './client.ts';
export type { PeerFacts, Trust } from '../../transport/trust.ts';
