import { examine } from '../../app/examine.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printJson, styleOf } from '../print.ts';
import { table } from '../render/index.ts';

/** `setpoint doctor`: machine, project, state, targets; each check is a line, and what is wrong says what to do. */
export const action: Action = async (context) => {
  const { terminal, globals } = context;
  const checks = [];
  for await (const check of examine(() => context.engine(), terminal)) {
    checks.push(check);
    if (globals.format === 'ndjson') printJson(context, check); // as it is found: a target may take long
  }
  if (globals.format === 'json') printJson(context, { checks });
  else if (globals.format === 'text') {
    const style = styleOf(context);
    const rows = checks.map(({ name, ok, message }) => [ok ? 'ok' : 'WRONG', name, style.hint(message)]);
    terminal.out(table({ columns: ['', 'check', 'finding'], rows, style }));
  }
  return checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
};
