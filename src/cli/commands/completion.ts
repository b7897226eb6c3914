import { completions } from '../completing.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { clean } from '../render/index.ts';

/**
 * Each script asks the program what may stand there, one word a line, with its summary behind a tab in the shells that show it.
 * Names that a live system tells are somebody else's: no script lets its shell read them as anything but words.
 * Where nothing is offered, files are: the shell's own completion of them.
 */
const SHELLS = {
  bash: `# source <(setpoint completion bash)
_setpoint() {
  local word=\${COMP_WORDS[COMP_CWORD]} offered
  [[ $word == = ]] && word=
  COMPREPLY=()
  while IFS= read -r offered; do
    [[ $offered == "$word"* ]] && COMPREPLY+=("$(printf %q "$offered")")
  done < <(setpoint completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _setpoint setpoint
`,
  zsh: `#compdef setpoint
# setpoint completion zsh > "\${fpath[1]}/_setpoint"
_setpoint() {
  local line
  local -a offered
  for line in "\${(@f)$(setpoint completion zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    [[ -n $line ]] && offered+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if ((\$#offered)); then _describe -t words word offered; else _files; fi
}
# The first completion runs this file as the function; with source it is defined.
if [[ \$funcstack[1] == _setpoint ]]; then _setpoint "$@"; else compdef _setpoint setpoint; fi
`,
  fish: `# setpoint completion fish > ~/.config/fish/completions/setpoint.fish
function __setpoint_offered
    set -l typed (commandline -opc)
    set -l last (commandline -ct)
    set -l offered (setpoint completion fish -- $typed[2..] "$last" 2>/dev/null)
    if test (count $offered) -gt 0
        printf '%s\\n' $offered
    else
        __fish_complete_path "$last"
    end
end
complete -c setpoint -f -a '(__setpoint_offered)'
`,
};

/** `setpoint completion SHELL`: prints a script; nothing is installed. With words: what may stand in place of the last of them. */
export const action: Action = async (context) => {
  const { terminal } = context;
  const [shell, ...typed] = context.words;
  if (typed.length === 0) terminal.out(SHELLS[shell as keyof typeof SHELLS]);
  else
    for (const { word, summary } of await completions(typed, context))
      terminal.out(shell === 'bash' ? `${clean(word)}\n` : `${clean(word)}\t${clean(summary ?? '')}\n`);
  return EXIT.ok;
};
