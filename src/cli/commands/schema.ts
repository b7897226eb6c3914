import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';

/** `setpoint schema`: one JSON Schema of all kinds, as the YAML language server wants it. */
export const action: Action = async ({ options, terminal }) => {
  const { bundle } = await import('../../app/all-kinds.ts');
  const text = `${JSON.stringify(await bundle(), undefined, 2)}\n`;
  if (typeof options.out === 'string') writeFileSync(resolve(terminal.cwd, options.out), text);
  else terminal.out(text);
  return EXIT.ok;
};
