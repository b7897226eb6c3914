import { resolve } from 'node:path';
import { saveText } from '../../app/save-text.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printJson } from '../print.ts';

/** `setpoint schema`: one JSON Schema of all kinds, as the YAML language server wants it. */
export const action: Action = async (context) => {
  const { options, terminal, globals } = context;
  const { bundle } = await import('../../app/all-kinds.ts');
  const schema = await bundle();
  const text = `${JSON.stringify(schema, undefined, 2)}\n`;
  if (typeof options.out === 'string') {
    await saveText(resolve(terminal.cwd, options.out), text);
    printJson(context, { written: [options.out] });
  } else terminal.out(globals.format === 'ndjson' ? `${JSON.stringify(schema)}\n` : text);
  return EXIT.ok;
};
