import type { Operation } from '../../contract.ts';
import type { Colony } from '../session.ts';
import { files } from './files.ts';
import { governing } from './governing.ts';
import { listings } from './listings.ts';
import { logs } from './logs.ts';
import { processes } from './processes.ts';
import { rotateKey } from './rotate-key.ts';
import { submissions } from './submit.ts';
import { transfers } from './transfers.ts';

/** Acts on a colony that are no state, in the order in which `setpoint run TARGET` lists them. */
export const operations: readonly Operation<Colony>[] = [
  ...submissions,
  ...processes,
  ...logs,
  ...listings,
  ...files,
  ...transfers,
  ...governing,
  rotateKey,
];
