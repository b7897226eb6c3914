import { assignHandlers } from './assign.ts';
import { blueprintHandlers } from './blueprints.ts';
import { childHandlers } from './children.ts';
import { cronHandlers } from './crons.ts';
import { definitionHandlers } from './definitions.ts';
import { generatorHandlers } from './generators.ts';
import type { Handlers } from './handler.ts';
import { processHandlers } from './process-handlers.ts';
import { processListHandlers } from './process-lists.ts';
import { statisticsHandlers } from './statistics.ts';
import { workflowHandlers } from './workflows.ts';

/** Everything that has to do with work (sheet 3.6, 3.7 and 3.9 to 3.11). */
export const workHandlers: Handlers = {
  ...processHandlers,
  ...processListHandlers,
  ...assignHandlers,
  ...workflowHandlers,
  ...childHandlers,
  ...cronHandlers,
  ...generatorHandlers,
  ...definitionHandlers,
  ...blueprintHandlers,
  ...statisticsHandlers,
};
