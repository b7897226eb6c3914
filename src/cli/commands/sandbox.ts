import { openControl, startSandboxes } from '../../app/control.ts';
import type { Switches } from '../../app/control.ts';
import { EXIT } from '../exit.ts';
import type { Action, Context } from '../frame.ts';
import { printJson, sentence, styleOf } from '../print.ts';
import { table } from '../render/index.ts';

/** `setpoint sandbox`: runs until it is interrupted. */
export const action: Action = async (context) => {
  const { terminal, stop } = context;
  const running = await startSandboxes(await context.engine());
  const rows = [...running.targets].map(([name, { address }]) => [name, address]);
  terminal.out(table({ columns: ['target', 'address'], rows, style: styleOf(context) }));
  terminal.out(
    `\n${sentence('Use them with --sandbox. They run until this is interrupted, and keep what they hold for the next time.', context)}`,
  );
  terminal.out(`Their switches: setpoint sandbox ctl, or ${running.control}\n`);
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  await running.close();
  return EXIT.ok;
};

/** `setpoint sandbox ctl [TARGET [SWITCH name=value…]]`: without a switch, lists them. */
export const ctl: Action = async (context) => {
  const { terminal, words } = context;
  const [target, verb, ...inputs] = words;
  const control = await openControl(await context.engine());
  if (target === undefined || verb === undefined) {
    list(context, target === undefined ? control.switches : new Map([[target, control.switchesOf(target)]]));
    return EXIT.ok;
  }
  const answer = await control.work({ target, verb, words: inputs });
  if (!printJson(context, { answer })) terminal.out(answer === null ? 'Done.\n' : `${JSON.stringify(answer, undefined, 2)}\n`);
  return EXIT.ok;
};

function list(context: Context, all: ReadonlyMap<string, Switches>): void {
  const { terminal } = context;
  if (printJson(context, { targets: Object.fromEntries(all) })) return;
  const rows = [...all].flatMap(([target, switches]) =>
    switches.map(({ name, inputs, summary }) => [target, name, inputs.map((input) => `[${input}]`).join(' '), summary]),
  );
  terminal.out(table({ columns: ['target', 'switch', 'inputs', 'what it does'], rows, style: styleOf(context) }));
}
