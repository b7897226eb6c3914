import type { CommandSpec, OptionSpec } from './commands.ts';
import { COMMANDS, GLOBALS } from './commands.ts';

/** A command line that is being typed, up to the word that is to be completed. */
export interface TypedLine {
  /** The command, or its verb once that stands there. Undefined: the next word is the command. */
  readonly spec?: CommandSpec;
  /** The words of the command before the last one. */
  readonly words: readonly string[];
  /** What was said for options so far, by their long names. */
  readonly said: ReadonlyMap<string, string>;
  /** The option whose value is being typed. */
  readonly option?: OptionSpec;
  /** What of the last word stays as it is: `--format=`, or `agent=` of an operation. */
  readonly prefix: string;
  /** What of the last word is to be completed. */
  readonly last: string;
}

/** `-h` is no option of ours, but everybody has it. */
const HELP: OptionSpec = ['-h, --help', 'this help'];
/** The command that commander has. */
const HELP_COMMAND: CommandSpec = {
  name: 'help',
  summary: 'the help of a command',
  arguments: [['[command]', 'the command', COMMANDS.map(({ name }) => name)]],
};

/** Behind a command that there is not, anything may stand. */
const UNKNOWN: CommandSpec = { name: '', summary: '', arguments: [['[words...]', '']] };

export const ALL_COMMANDS: readonly CommandSpec[] = [...COMMANDS, HELP_COMMAND];

export const longOf = ([flags]: OptionSpec): string => /--[a-z-]+/.exec(flags)?.[0] ?? '';
const isNamed = (option: OptionSpec, word: string): boolean => word === longOf(option) || word === /^-[A-Za-z]/.exec(option[0])?.[0];
/** A value that may be left out is no word of its own. */
const takesValue = ([flags]: OptionSpec): boolean => flags.includes('<');

/** What may stand behind this command, or before any. */
export const optionsOf = (spec: CommandSpec | undefined): readonly OptionSpec[] => [...(spec?.options ?? []), ...GLOBALS, HELP];

export function readLine(typed: readonly string[]): TypedLine {
  const said = new Map<string, string>();
  const words: string[] = [];
  let spec: CommandSpec | undefined;
  let pending: OptionSpec | undefined;
  const optionOf = (word: string): OptionSpec | undefined => optionsOf(spec).find((option) => isNamed(option, word));
  for (const word of typed.slice(0, -1)) {
    const [, name = word, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
    const option = optionOf(name);
    if (pending) {
      said.set(longOf(pending), word);
      pending = undefined;
    } else if (option && value === undefined && takesValue(option)) pending = option;
    else if (option) said.set(longOf(option), value ?? '');
    else if (spec === undefined) spec = word.startsWith('-') ? undefined : (ALL_COMMANDS.find((one) => one.name === word) ?? UNKNOWN);
    else {
      const verb = words.length === 0 ? spec.verbs?.find((one) => one.name === word) : undefined;
      if (verb) spec = verb;
      else if (spec.passes || !word.startsWith('-')) words.push(word);
    }
  }
  const last = typed.at(-1) ?? '';
  const so = { words, said, ...(spec === undefined ? {} : { spec }) };
  if (pending) return { ...so, option: pending, prefix: '', last };
  const [, name, value = ''] = /^((?:--)?[a-z][\w-]*)=(.*)$/is.exec(last) ?? [];
  if (name === undefined) return { ...so, prefix: '', last };
  const option = optionOf(name);
  if (!option && !spec?.passes) return { ...so, prefix: '', last };
  return { ...so, ...(option === undefined ? {} : { option }), prefix: `${name}=`, last: value };
}
