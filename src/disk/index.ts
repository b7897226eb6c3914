export {
  createExclusively,
  listFiles,
  makeFolder,
  readIfThere,
  removeDurably,
  sweep,
  syncFolder,
  writeDurably,
  type WriteOptions,
} from './durable.ts';
export { diskFault, errnoOf } from './disk-fault.ts';
export { openLog, readLog, type Log } from './log.ts';
export { processRuns } from './process-runs.ts';
