import type { Operation } from '../../contract.ts';
import type { Fabric } from '../session.ts';
import { cepEvent } from './cep-event.ts';
import { listings } from './listings.ts';
import { logs } from './logs.ts';
import { packages } from './packages.ts';
import { power } from './power.ts';
import { resources } from './resources.ts';
import { runOnce } from './run-once.ts';
import { streams } from './streams.ts';

/** Acts on a fabric that are no state, in the order in which `setpoint run TARGET` lists them. */
export const operations: readonly Operation<Fabric>[] = [
  ...listings,
  resources,
  ...logs,
  ...streams,
  cepEvent,
  runOnce,
  ...packages,
  ...power,
];
