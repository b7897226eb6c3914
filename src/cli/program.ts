import { Argument, Command, Option } from 'commander';
import type { CommandSpec, OptionSpec } from './commands.ts';
import { COMMANDS, FOR_PEOPLE, GLOBALS, READABLE } from './commands.ts';
import { EXIT } from './exit.ts';
import type { Globals, Terminal } from './frame.ts';
import { frame } from './frame.ts';
import { version } from './version.ts';
import { notAs, WrongWords } from './wrong-words.ts';

/** At most so wide: prose in longer lines is hard to read. */
const WIDEST = 100;

/** Parses the words of a command line and runs the command. Resolves with the exit code; prints everything itself. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  let help = '';
  const width = (): number => (terminal.isTerminal ? Math.min(WIDEST, terminal.columns) : 80);
  const program = prepared(new Command('setpoint'))
    .description('Config-as-code for the physical edge: plan, apply and keep what is written down.')
    .helpCommand('help [command]', 'the help of a command')
    .version(version(), '-V, --version', 'the version')
    .configureOutput({
      writeOut: (text) => (help += text),
      writeErr: (text) => terminal.err(text),
      outputError: () => undefined, // said as a diagnostic below, like everything else that is wrong
      getOutHelpWidth: width,
      getErrHelpWidth: width,
    });
  for (const option of GLOBALS) program.addOption(optionOf(option));
  program.addHelpText('after', '\nsetpoint help COMMAND tells more of one. A first project: setpoint init.');
  const add = (parent: Command, spec: CommandSpec, called = `setpoint ${spec.name}`): void => {
    const command = prepared(parent.command(spec.name))
      .summary(spec.summary)
      .description(`${capital(spec.summary)}.`);
    for (const [name, summary, takes] of spec.arguments ?? []) {
      const argument = new Argument(name, summary);
      command.addArgument(takes ? argument.choices(takes) : argument);
    }
    if (spec.passes) command.allowUnknownOption();
    for (const option of spec.options ?? []) command.addOption(optionOf(option));
    for (const verb of spec.verbs ?? []) add(command, verb, `${called} ${verb.name}`);
    if (spec.verbs) command.helpCommand(false);
    command.addHelpText('after', helpBelow(spec));
    const { load, formats = READABLE } = spec;
    if (!load) return;
    command.action(async () => {
      const { action } = await load();
      const globals = program.opts<Globals>();
      code = await frame({ action, name: called, formats, globals, words: command.args, options: command.opts(), terminal });
    });
  };
  for (const spec of COMMANDS) add(program, spec);
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof WrongWords)) throw error;
    const { color, format } = program.opts<Globals>();
    const wrong = error.diagnostic ?? (FOR_PEOPLE.includes(format) ? undefined : notAs(FOR_PEOPLE, 'a help', format).diagnostic);
    if (wrong) {
      const { printDiagnostics } = await import('./print.ts');
      printDiagnostics([wrong], { globals: { color, format }, terminal });
    } else terminal.out(help);
    return error.isWrong || wrong ? EXIT.manifests : EXIT.ok;
  }
}

/** Whatever would end the process is thrown, with the command that it is about. */
function prepared(command: Command): Command {
  return command.helpOption('-h, --help', 'this help').exitOverride((error) => {
    throw new WrongWords(command, error);
  });
}

function optionOf([flags, summary, takes]: OptionSpec): Option {
  const option = new Option(flags, summary);
  if (takes === 'many')
    option.argParser((value: string, before?: readonly string[] | true) => [...(Array.isArray(before) ? before : []), value]);
  else if (takes) option.choices(takes);
  return flags.startsWith('--format') ? option.default('text') : option;
}

function helpBelow({ examples, name }: CommandSpec): string {
  const left = Math.max(0, ...(examples ?? []).map(([line]) => line.length));
  const lines = (examples ?? []).map(([line, meaning]) =>
    left + meaning.length + 4 <= 80 ? `  ${line.padEnd(left)}  ${meaning}` : `  ${line}\n      ${meaning}`,
  );
  const also = name === 'init' || name === 'completion' || name === 'version' ? [] : ['', 'What every command takes: setpoint --help.'];
  return [...(lines.length > 0 ? ['', 'Examples:', ...lines] : []), ...also].join('\n');
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
