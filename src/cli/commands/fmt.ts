import { resolve } from 'node:path';
import { formatFiles } from '../../app/format-files.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printDiagnostics, printJson } from '../print.ts';

/** `setpoint fmt`: comments and values are kept; a file that is no YAML is left as it is and named. */
export const action: Action = async (context) => {
  const { options, terminal, words } = context;
  const check = options.check === true;
  const engine = await context.engine();
  const files = words.length > 0 ? words.map((file) => resolve(terminal.cwd, file)) : undefined;
  const { changed, diagnostics } = await formatFiles(engine, { files, check });
  const wrong = diagnostics.length > 0 ? [{ diagnostics }] : [];
  const isTold = printJson(context, { changed, diagnostics }, [...changed.map((file) => ({ file })), ...wrong]);
  if (!isTold) for (const file of changed) terminal.out(`${check ? 'would change' : 'formatted'}  ${file}\n`);
  if (diagnostics.length > 0) {
    if (!isTold) printDiagnostics(diagnostics, context);
    return EXIT.manifests;
  }
  return check && changed.length > 0 ? EXIT.failed : EXIT.ok;
};
