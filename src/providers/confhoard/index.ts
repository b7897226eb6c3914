export { confhoard } from './confhoard.ts';
export { type ConfhoardRead, type ConfhoardSession, type ConfhoardWrite } from './session.ts';
export * as datastore from './datastore/index.ts';
export { schemaFor } from './modules.ts';
export type { ConfigSpec, Zone } from './types.ts';
