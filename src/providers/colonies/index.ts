export { colonies } from './colonies.ts';
export { colonyOf } from './session.ts';
export type { Colony, ColonyRead, ColonyWrite, Keys, Standing } from './session.ts';
export type * from './types.ts';
