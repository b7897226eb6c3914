import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { version } from '../version.ts';

/** `setpoint version`. */
export const action: Action = async ({ terminal }) => {
  terminal.out(`setpoint ${version()}\n`);
  return EXIT.ok;
};
