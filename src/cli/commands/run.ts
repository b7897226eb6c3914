import { openOperations } from '../../app/operations.ts';
import type { Operations, Output } from '../../app/operations.ts';
import { Fault } from '../../core/diagnostic.ts';
import { EXIT } from '../exit.ts';
import type { Action, Context } from '../frame.ts';
import { printJson, styleOf } from '../print.ts';
import { clean, table } from '../render/index.ts';

/** `setpoint run TARGET [OPERATION] [name=value …]`: an act that is no state. One that changes something asks first. */
export const action: Action = async (context) => {
  const { terminal, globals } = context;
  const [target = '', name, ...words] = context.words;
  const operations = await openOperations(await context.engine(), target);
  if (name === undefined) {
    const list = operations.list.map(told);
    if (printJson(context, { operations: list }, list)) return EXIT.ok;
    terminal.out(table({ columns: ['operation', 'inputs', 'what it does'], rows: operations.list.map(rowOf), style: styleOf(context) }));
    return EXIT.ok;
  }
  const operation = operations.named(name);
  const input = operations.inputsOf(operation, words);
  if (operation.mutates && !globals.yes) {
    // A program reads JSON, and a question is for a person.
    const answer =
      globals.format === 'text' ? await terminal.ask(`${operation.name} changes ${target}. Only "yes" does it: `, context.stop) : undefined;
    if (answer === undefined) throw notAsked(operation.name, target);
    if (answer.trim() !== 'yes') {
      terminal.err(`${answer === '' ? '\n' : ''}Nothing was done.\n`);
      return context.stopping() ? EXIT.interrupted : EXIT.refused;
    }
  }
  const outputs: Output[] = [];
  for await (const output of operations.run(operation, input)) {
    if (globals.format === 'json') outputs.push(output);
    else print(output, context);
  }
  if (globals.format === 'json') printJson(context, { outputs });
  // One that goes on until Ctrl-C has done nothing wrong, and a script has to know all the same.
  return context.stopping() ? EXIT.interrupted : EXIT.ok;
};

/** An operation as a program reads it. */
const told = ({ name, summary, mutates, inputs }: Operations['list'][number]): object => ({
  name,
  summary,
  mutates,
  inputs: inputs.map((input) => ({
    name: input.name,
    summary: input.summary,
    required: input.required ?? false,
    flag: input.flag ?? false,
  })),
});

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
  const { terminal } = context;
  if (printJson(context, output)) return;
  if ('line' in output) terminal.out(`${clean(output.line)}\n`);
  else if ('table' in output) terminal.out(table({ ...output.table, style: styleOf(context) }));
  else terminal.out(`${JSON.stringify(output.value, undefined, 2)}\n`);
}
