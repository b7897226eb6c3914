import { attributeHandlers } from './attributes.ts';
import { channelHandlers } from './channels.ts';
import { colonyHandlers } from './colonies.ts';
import { executorHandlers } from './executors.ts';
import { fileHandlers } from './files.ts';
import { functionHandlers } from './functions.ts';
import type { Handlers } from './handler.ts';
import { locationHandlers } from './locations.ts';
import { logHandlers } from './logs.ts';
import { serverHandlers } from './server-info.ts';
import { snapshotHandlers } from './snapshots.ts';
import { userHandlers } from './users.ts';
import { workHandlers } from './work-handlers.ts';

/** Every request that the server answers. */
export const handlers: Handlers = {
  ...serverHandlers,
  ...colonyHandlers,
  ...userHandlers,
  ...executorHandlers,
  ...functionHandlers,
  ...attributeHandlers,
  ...logHandlers,
  ...channelHandlers,
  ...fileHandlers,
  ...snapshotHandlers,
  ...locationHandlers,
  ...workHandlers,
};
