import { startSandboxes, workSwitch } from '../../app/control.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';

/** `setpoint sandbox` runs until it is interrupted; `setpoint sandbox ctl [TARGET VERB name=value…]` works its switches. */
export const action: Action = async (context) => {
  const { terminal, words } = context;
  const engine = await context.engine();
  if (words[0] === 'ctl') {
    const [, target = '', verb = '', ...inputs] = words;
    const input = Object.fromEntries(inputs.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
    terminal.out(`${JSON.stringify(await workSwitch(engine, { target, verb, input }), undefined, 2)}\n`);
    return EXIT.ok;
  }
  if (words.length > 0) {
    terminal.err(`setpoint sandbox knows ctl, not "${words[0]}".\n`);
    return EXIT.manifests;
  }
  const running = await startSandboxes(engine);
  for (const [name, { address }] of running.targets) terminal.out(`${name}  ${address}\n`);
  terminal.out(`switches  ${running.control}   (setpoint sandbox ctl)\nUse it with --sandbox. Interrupt stops it.\n`);
  await new Promise<void>((resolve) => context.onStop(resolve));
  await running.close();
  return EXIT.ok;
};
