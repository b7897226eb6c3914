import { allKinds } from '../../app/all-kinds.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { COMMANDS } from '../program.ts';

const GLOBAL = ['--directory', '--environment', '--target', '--file', '--sandbox', '--format', '--no-color', '--yes', '--help'];

/** Words behind each command: its long options, and for `explain` the kinds there are. */
async function wordsOf(): Promise<ReadonlyMap<string, readonly string[]>> {
  const kinds = (await allKinds()).map(({ kind }) => kind);
  return new Map(
    COMMANDS.map(({ name, options = [] }) => {
      const flags = options.flatMap(([text]) => /--[a-z-]+/.exec(text) ?? []);
      const more = name === 'explain' ? kinds : name === 'state' ? ['ls', 'show', 'mv', 'forget', 'rebind'] : [];
      return [name, [...more, ...flags, ...GLOBAL]];
    }),
  );
}

const bash = (words: ReadonlyMap<string, readonly string[]>): string => `# setpoint completion bash > /etc/bash_completion.d/setpoint
_setpoint() {
  local word=\${COMP_WORDS[COMP_CWORD]} command= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in -*) ;; *) command=\${COMP_WORDS[i]}; break ;; esac
  done
  case $command in
    '') COMPREPLY=($(compgen -W '${[...words.keys()].join(' ')} ${GLOBAL.join(' ')}' -- "$word")) ;;
${[...words].map(([name, list]) => `    ${name}) COMPREPLY=($(compgen -f -W '${list.join(' ')}' -- "$word")) ;;`).join('\n')}
  esac
}
complete -o filenames -F _setpoint setpoint
`;

const zsh = (words: ReadonlyMap<string, readonly string[]>): string => `#compdef setpoint
# setpoint completion zsh > "\${fpath[1]}/_setpoint"
_setpoint() {
  local -a commands=(${COMMANDS.map(({ name, summary }) => `'${name}:${summary.replaceAll("'", '').replaceAll(':', ' -')}'`).join(' ')})
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  case $words[2] in
${[...words].map(([name, list]) => `    ${name}) compadd -- ${list.join(' ')}; _files ;;`).join('\n')}
  esac
}
compdef _setpoint setpoint
`;

const fish = (words: ReadonlyMap<string, readonly string[]>): string =>
  [
    '# setpoint completion fish > ~/.config/fish/completions/setpoint.fish',
    ...COMMANDS.map(({ name, summary }) => `complete -c setpoint -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", '')}'`),
    ...[...words].map(([name, list]) => `complete -c setpoint -n '__fish_seen_subcommand_from ${name}' -a '${list.join(' ')}'`),
    '',
  ].join('\n');

const SHELLS = { bash, zsh, fish };

/** `setpoint completion SHELL`: prints a script; nothing is installed. */
export const action: Action = async ({ words, terminal }) => {
  const [shell = ''] = words;
  if (!Object.hasOwn(SHELLS, shell)) {
    terminal.err(`There are completions for ${Object.keys(SHELLS).join(', ')}, not for "${shell}".\n`);
    return EXIT.manifests;
  }
  terminal.out(SHELLS[shell as keyof typeof SHELLS](await wordsOf()));
  return EXIT.ok;
};
