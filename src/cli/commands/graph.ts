import { Faults } from '../../core/diagnostic.ts';
import { FOR_PEOPLE } from '../commands.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printJson } from '../print.ts';
import { graphDot, graphMermaid, graphText } from '../render/index.ts';
import { onlyAs } from '../wrong-words.ts';

const FORMS = { text: graphText, dot: graphDot, mermaid: graphMermaid };

/** `setpoint graph`: what needs what, from the manifests alone. */
export const action: Action = async (context) => {
  const { engine, options, terminal, globals } = context;
  if (options.as !== undefined) onlyAs(FOR_PEOPLE, 'setpoint graph --as', globals);
  const form = (options.as as keyof typeof FORMS | undefined) ?? 'text';
  const { resources, diagnostics } = await (await engine()).desired();
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new Faults(diagnostics);
  const nodes = [...resources.values()].map(({ id, needs }) => ({ id, needs: [...new Set(needs.map((need) => need.id))] }));
  if (printJson(context, { resources: nodes }, nodes)) return EXIT.ok;
  const edges = nodes.flatMap(({ id, needs }) => needs.map((to) => ({ from: id, to })));
  terminal.out(FORMS[form]({ ids: [...resources.keys()], edges }));
  return EXIT.ok;
};
