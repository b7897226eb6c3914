import { count } from '../../core/count.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printDiagnostics } from '../print.ts';

/** `setpoint validate`: everything that can be said without a target. */
export const action: Action = async (context) => {
  const { globals, terminal } = context;
  const engine = await context.engine();
  const { diagnostics, resources, targets } = await engine.desired();
  const wrong = diagnostics.some(({ severity }) => severity === 'error');
  if (diagnostics.length > 0 || globals.format === 'json' || globals.format === 'ndjson') printDiagnostics(diagnostics, context);
  if (wrong) return EXIT.manifests;
  if (globals.format === 'text') terminal.out(`Valid: ${count(resources.size, 'resource')} on ${count(targets.size, 'target')}.\n`);
  return EXIT.ok;
};
