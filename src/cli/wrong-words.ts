import type { Command, CommanderError } from 'commander';
import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault, nearest } from '../core/diagnostic.ts';
import type { Format } from './commands.ts';

/** What is wrong with the words of a command line, thrown where commander would have ended the process. */
export class WrongWords extends Error {
  override readonly name = 'WrongWords';
  /** Undefined where nothing is wrong: help and version end the parsing, too. */
  readonly diagnostic: Diagnostic | undefined;
  readonly isWrong: boolean;

  constructor(command: Command, error: CommanderError) {
    super(error.message);
    this.diagnostic = diagnosticOf(command, error);
    this.isWrong = error.exitCode !== 0;
  }
}

/** An option whose value is none that it takes. */
export const wrongValue = (option: string, takes: string, given: string): Fault =>
  new Fault({
    code: 'OPTION_VALUE',
    summary: `${option} takes ${takes}, not "${given}"`,
    detail: 'Nothing was done.',
    hint: 'Correct the value, or leave the option out: its help says what it does then.',
  });

/** Refuses a format that something does not have. Throws Fault OPTION_VALUE. */
export function onlyAs(formats: readonly Format[], name: string, { format }: { readonly format: Format }): void {
  if (!formats.includes(format)) throw notAs(formats, name, format);
}

export const notAs = (formats: readonly Format[], name: string, format: Format): Fault =>
  wrongValue(`--format of ${name}`, formats.join(', '), format);

/** In commander's messages the word that is meant stands between single quotes. */
const quoted = (message: string): string => /'([^']*)'/.exec(message)?.[1] ?? '';

function diagnosticOf(command: Command, { code, message }: CommanderError): Diagnostic | undefined {
  const called = nameOf(command);
  const word = quoted(message);
  const say = (name: string, summary: string, hint: string): Diagnostic => ({
    code: name,
    severity: 'error',
    summary,
    detail: `Nothing was done. ${usageOf(command)}`,
    hint,
  });
  const help = `${called} --help tells more.`;
  const near = (known: readonly string[], given = word): string => {
    const one = nearest(given, known);
    return one === undefined ? help : `Did you mean ${one}?`;
  };
  switch (code) {
    case 'commander.unknownCommand':
      return say('COMMAND_UNKNOWN', `${called} has no command called "${word}"`, near(command.commands.map((one) => one.name())));
    case 'commander.unknownOption':
      return say('OPTION_UNKNOWN', `${called} takes no ${word}`, near(optionsOf(command), word.split('=', 1)[0]));
    case 'commander.missingArgument':
      return say('WORDS_MISSING', `${called} needs a word more: ${word}`, help);
    case 'commander.excessArguments': {
      const extra = command.args[command.registeredArguments.length] ?? '';
      return say(
        'WORDS_TOO_MANY',
        `${called} does not know what to do with "${extra}"`,
        near(
          command.commands.map((one) => one.name()),
          extra,
        ),
      );
    }
    case 'commander.optionMissingArgument':
      return say('OPTION_VALUE', `${word.split(/[ ,]/).find((part) => part.startsWith('--')) ?? word} needs a value`, help);
    case 'commander.invalidArgument': {
      const given = /argument '([^']*)' is invalid|value '([^']*)' is invalid/.exec(message);
      const allowed = /Allowed choices are ([^.]*)\./.exec(message)?.[1] ?? 'something else';
      const value = given?.[1] ?? given?.[2] ?? '';
      const flag = /option '[^']*(--[a-z-]+)/.exec(message)?.[1] ?? called;
      return say('OPTION_VALUE', `${flag} takes ${allowed}, not "${value}"`, near(allowed.split(', '), value));
    }
    default:
      return code.startsWith('commander.help') || code === 'commander.version'
        ? undefined
        : say('WORDS_WRONG', message.replace(/^error: /, ''), help);
  }
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

const usageOf = (command: Command): string => `Usage: ${nameOf(command)} ${command.usage()}`;

function optionsOf(command: Command | null): readonly string[] {
  return command === null ? [] : [...command.options.map((option) => option.long ?? ''), ...optionsOf(command.parent), '--help'];
}
