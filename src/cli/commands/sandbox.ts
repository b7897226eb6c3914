import { openControl, startSandboxes } from '../../app/control.ts';
import type { Switches } from '../../app/control.ts';
import { unknownWord } from '../../app/inputs.ts';
import { EXIT } from '../exit.ts';
import type { Action, Context } from '../frame.ts';
import { styleOf } from '../print.ts';
import { jsonLine, table } from '../render/index.ts';

/** `setpoint sandbox`: runs until it is interrupted. */
export const action: Action = async (context) => {
  const { terminal, stop } = context;
  const running = await startSandboxes(await context.engine());
  const rows = [...running.targets].map(([name, { address }]) => [name, address]);
  terminal.out(table({ columns: ['target', 'address'], rows, style: styleOf(context) }));
  terminal.out(
    `\nUse them with --sandbox. Switches: setpoint sandbox ctl, or ${running.control}\nThey run until this is interrupted, and keep what they hold for the next time.\n`,
  );
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  await running.close();
  return EXIT.ok;
};

/** `setpoint sandbox ctl [TARGET [SWITCH name=value…]]`: without a switch, lists them. */
export const ctl: Action = async (context) => {
  const { terminal, words, globals } = context;
  const [target, verb, ...inputs] = words;
  const control = await openControl(await context.engine());
  if (target === undefined || verb === undefined) {
    const chosen = [...control.switches].filter(([name]) => target === undefined || name === target);
    if (target !== undefined && chosen.length === 0) {
      const known = [...control.switches.keys()];
      throw unknownWord({ code: 'TARGET_UNKNOWN', summary: `no sandbox runs for a target called "${target}"`, word: target, known });
    }
    list(context, chosen);
    return EXIT.ok;
  }
  const answer = await control.work({ target, verb, words: inputs });
  if (globals.format === 'json' || globals.format === 'ndjson') terminal.out(jsonLine({ answer }));
  else terminal.out(answer === null ? 'Done.\n' : `${JSON.stringify(answer, undefined, 2)}\n`);
  return EXIT.ok;
};

function list(context: Context, all: readonly (readonly [target: string, Switches])[]): void {
  const { terminal, globals } = context;
  if (globals.format === 'json' || globals.format === 'ndjson') {
    terminal.out(jsonLine({ targets: Object.fromEntries(all) }));
    return;
  }
  const rows = all.flatMap(([target, switches]) =>
    switches.map(({ name, inputs, summary }) => [target, name, inputs.map((input) => `[${input}]`).join(' '), summary]),
  );
  terminal.out(table({ columns: ['target', 'switch', 'inputs', 'what it does'], rows, style: styleOf(context) }));
}
