import { Faults } from '../../core/diagnostic.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { graphDot, graphMermaid, graphText } from '../render/index.ts';

const FORMS = { text: graphText, dot: graphDot, mermaid: graphMermaid };

/** `setpoint graph`: what needs what, from the manifests alone. */
export const action: Action = async ({ engine, options, terminal }) => {
  const form = (options.as as keyof typeof FORMS | undefined) ?? 'text';
  const { resources, diagnostics } = await (await engine()).desired();
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new Faults(diagnostics);
  const edges = [...resources.values()].flatMap(({ id, needs }) => needs.map((need) => ({ from: id, to: need.id })));
  terminal.out(FORMS[form]({ ids: [...resources.keys()], edges }));
  return EXIT.ok;
};
