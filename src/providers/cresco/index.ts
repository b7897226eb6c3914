export { cresco } from './cresco.ts';
export type { Fabric, FabricRead, FabricWrite } from './session.ts';
export { fabricOf } from './session.ts';
export type * from './types.ts';
