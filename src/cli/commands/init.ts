import { join, resolve } from 'node:path';
import { initProject } from '../../app/init-project.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printJson } from '../print.ts';

/** `setpoint init [FOLDER]`: a project that plans and applies at once. Overwrites nothing. */
export const action: Action = async (context) => {
  const { words, terminal } = context;
  const dir = resolve(terminal.cwd, words[0] ?? '.');
  const { written, state } = await initProject(dir, terminal);
  const files = written.map((file) => join(words[0] ?? '', file));
  if (printJson(context, { written: files, state })) return EXIT.ok;
  for (const file of files) terminal.out(`wrote  ${file}\n`);
  const there = words[0] === undefined || dir === resolve(terminal.cwd) ? '' : `  cd ${words[0]}\n`;
  terminal.out(
    `\nState is kept ${state === 'git' ? 'in git, on the branch setpoint/state' : 'in .setpoint/state'}. Next:\n\n${there}  setpoint plan     shows what would happen\n  setpoint apply    does it, after asking\n`,
  );
  return EXIT.ok;
};
