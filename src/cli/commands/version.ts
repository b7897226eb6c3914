import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printJson } from '../print.ts';
import { version } from '../version.ts';

/** `setpoint version`. */
export const action: Action = async (context) => {
  if (!printJson(context, { version: version() })) context.terminal.out(`setpoint ${version()}\n`);
  return EXIT.ok;
};
