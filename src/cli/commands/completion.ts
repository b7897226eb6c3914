import { allKinds } from '../../app/all-kinds.ts';
import { completions } from '../completing.ts';
import type { CommandSpec, OptionSpec } from '../commands.ts';
import { COMMANDS, GLOBALS } from '../commands.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { clean } from '../render/index.ts';

/** What may stand behind a command, and what it is called in the menus of zsh and fish. */
interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly words: readonly string[];
  /** The program itself knows more, from the project and its live systems. */
  readonly isLive: boolean;
}

const longOf = ([flags]: OptionSpec): string => /--[a-z-]+/.exec(flags)?.[0] ?? '';
const shortOf = ([flags]: OptionSpec): string | undefined => /^-[A-Za-z]/.exec(flags)?.[0];
const GLOBAL_WORDS = [...GLOBALS.map(longOf), '--help'];

/** Global options whose next word is their value: it is not the command. */
const VALUED = GLOBALS.filter(([flags]) => flags.includes('<')).flatMap((option) => [longOf(option), shortOf(option) ?? longOf(option)]);

async function completed(): Promise<readonly Completed[]> {
  const kinds = (await allKinds()).map(({ kind }) => kind);
  return COMMANDS.map((spec) => ({
    name: spec.name,
    summary: spec.summary.replaceAll("'", ''),
    isLive: spec.name === 'run',
    words: [...(spec.name === 'explain' ? kinds : []), ...wordsOf(spec), ...GLOBAL_WORDS],
  }));
}

const wordsOf = ({ verbs = [], options = [], arguments: taken = [] }: CommandSpec): readonly string[] => [
  ...verbs.map(({ name }) => name),
  ...taken.flatMap(([, , takes]) => takes ?? []),
  ...options.map(longOf),
];

/** `compgen -W` would run what stands in its words, and live names are somebody else's: those are compared one by one. */
const bashCase = ({ words, isLive }: Completed): string => {
  const fixed = `COMPREPLY=($(compgen -f -W '${words.join(' ')}' -- "$word"))`;
  if (!isLive) return fixed;
  return `${fixed}
      while IFS= read -r live; do
        [[ $live == "$word"* ]] && COMPREPLY+=("$live")
      done < <(setpoint completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)`;
};

const bash = (commands: readonly Completed[]): string => `# source <(setpoint completion bash)
_setpoint() {
  local word=\${COMP_WORDS[COMP_CWORD]} command='' live i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${[...new Set(VALUED)].join('|')}) ((i++)) ;;
      -*) ;;
      *) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $command in
    '') COMPREPLY=($(compgen -W '${[...commands.map(({ name }) => name), ...GLOBAL_WORDS].join(' ')}' -- "$word")) ;;
${commands.map((command) => `    ${command.name}) ${bashCase(command)} ;;`).join('\n')}
  esac
}
complete -o filenames -F _setpoint setpoint
`;

const ZSH_LIVE = `\${(f)"$(setpoint completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"} `;

const zsh = (commands: readonly Completed[]): string => `#compdef setpoint
# setpoint completion zsh > "\${fpath[1]}/_setpoint"
_setpoint() {
  local -a commands=(${commands.map(({ name, summary }) => `'${name}:${summary.replaceAll(':', ' -')}'`).join(' ')})
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  case $words[2] in
${commands.map(({ name, words, isLive }) => `    ${name}) compadd -- ${isLive ? ZSH_LIVE : ''}${words.join(' ')}; _files ;;`).join('\n')}
  esac
}
compdef _setpoint setpoint
`;

const FISH_LIVE = '(setpoint completion fish -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null) ';

const fish = (commands: readonly Completed[]): string =>
  [
    '# setpoint completion fish > ~/.config/fish/completions/setpoint.fish',
    ...commands.map(({ name, summary }) => `complete -c setpoint -n __fish_use_subcommand -a ${name} -d '${summary}'`),
    ...commands.map(
      ({ name, words, isLive }) =>
        `complete -c setpoint -n '__fish_seen_subcommand_from ${name}' -a '${isLive ? FISH_LIVE : ''}${words.join(' ')}'`,
    ),
    '',
  ].join('\n');

const SHELLS = { bash, zsh, fish };

/** `setpoint completion SHELL`: prints a script; nothing is installed. With words: what may stand in place of the last of them. */
export const action: Action = async (context) => {
  const { terminal } = context;
  const [shell, ...typed] = context.words;
  if (typed.length === 0) terminal.out(SHELLS[shell as keyof typeof SHELLS](await completed()));
  else for (const word of await completions(typed, context)) terminal.out(`${clean(word)}\n`);
  return EXIT.ok;
};
