export * from './work.ts';
export * from './members.ts';
export * from './schedules.ts';
export * from './blueprints.ts';
export * from './files.ts';
export type * from './drafts.ts';
