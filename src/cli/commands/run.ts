import { openOperations } from '../../app/operations.ts';
import type { Operations, Output } from '../../app/operations.ts';
import { Fault } from '../../core/diagnostic.ts';
import { EXIT } from '../exit.ts';
import type { Action, Context } from '../frame.ts';
import { styleOf } from '../print.ts';
import { clean, jsonLine, table } from '../render/index.ts';

/** `setpoint run TARGET [OPERATION] [name=value …]`: an act that is no state. One that changes something asks first. */
export const action: Action = async (context) => {
  const { terminal, globals } = context;
  const [target = '', name, ...words] = context.words;
  const operations = await openOperations(await context.engine(), target);
  if (name === undefined) {
    terminal.out(table({ columns: ['operation', 'inputs', 'what it does'], rows: operations.list.map(rowOf), style: styleOf(context) }));
    return EXIT.ok;
  }
  const operation = operations.named(name);
  const input = operations.inputsOf(operation, words);
  if (operation.mutates && !globals.yes) {
    const answer = await terminal.ask(`${operation.name} changes ${target}. Only "yes" does it: `, context.stop);
    if (answer === undefined) throw notAsked(operation.name, target);
    if (answer.trim() !== 'yes') {
      terminal.err(`${answer === '' ? '\n' : ''}Nothing was done.\n`);
      return context.stopping() ? EXIT.interrupted : EXIT.refused;
    }
  }
  for await (const output of operations.run(operation, input)) print(output, context);
  // One that goes on until Ctrl-C has done nothing wrong, and a script has to know all the same.
  return context.stopping() ? EXIT.interrupted : EXIT.ok;
};

const rowOf = ({ name, inputs, summary }: Operations['list'][number]): readonly string[] => [
  name,
  inputs.map((input) => (input.required ? input.name : `[${input.name}]`)).join(' '),
  summary,
];

const notAsked = (operation: string, target: string): Fault =>
  new Fault({
    code: 'NOT_APPROVED',
    summary: 'nobody can be asked here, so nothing was done',
    detail: `${operation} changes ${target}, and a person has to want that.`,
    hint: '--yes does it without asking.',
  });

function print(output: Output, context: Context): void {
  const { terminal, globals } = context;
  if (globals.format === 'json' || globals.format === 'ndjson') terminal.out(jsonLine(output));
  else if ('line' in output) terminal.out(`${clean(output.line)}\n`);
  else if ('table' in output) terminal.out(table({ ...output.table, style: styleOf(context) }));
  else terminal.out(`${JSON.stringify(output.value, undefined, 2)}\n`);
}
