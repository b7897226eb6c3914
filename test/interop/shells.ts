import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { COMMANDS, GLOBALS } from '../../src/cli/commands.ts';
import { type Background, inBackground } from '../kit/background.ts';
import { copyExample, root } from '../kit/binary.ts';
import { assert } from '../kit/group.ts';
import { inScratch } from './kit/debts.ts';
import { debianProgram, run } from './kit/programs.ts';
import type { Stage } from './kit/stage.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const PROMPT = 'READY> ';
/** Puts every word that may stand there into the line. */
const ALL = '\u0007';
const TAB = '\t';

/**
 * What a person has in the file that a shell reads first, with the completion where its first line says it goes. The key that puts all
 * words into the line is one of bash and of zsh; fish has none.
 */
const SETTINGS: Readonly<Record<Shell, (folder: string, script: string) => Readonly<Record<string, string>>>> = {
  bash: () => ({
    '.bashrc': `PS1='${PROMPT}'\nbind 'set enable-bracketed-paste off'\nbind '"\\C-g": insert-completions'\nsource <(setpoint completion bash)\n`,
  }),
  zsh: (folder, script) => ({
    'functions/_setpoint': script,
    '.zshrc': `PS1='${PROMPT}'\nfpath=(${folder}/functions $fpath)\nautoload -Uz compinit && compinit -D
all() { _main_complete; compstate[insert]=all }\nzle -C all complete-word all\nbindkey '^G' all\n`,
  }),
  fish: (_, script) => ({
    '.config/fish/completions/setpoint.fish': script,
    '.local/share/fish/generated_completions/made': '', // or it reads every manual page, at its first start
    '.config/fish/config.fish': `function fish_prompt; printf '${PROMPT}'; end\nset -g fish_greeting\nset -g fish_autosuggestion_enabled 0\n`,
  }),
};

/**
 * The program on the PATH of a shell under test: completion is ours, or that of a hostile system; of any other command it notes the
 * words that it got, as the shell has read them.
 */
const shim = (folder: string): string => `#!/bin/sh
if [ "$1" = completion ] && [ $# -eq 2 -o "$3" = -- ]; then
  [ -n "$HOSTILE" ] && [ $# -gt 2 ] && { printf '%s\\n' "$HOSTILE"; exit; }
  exec '${process.execPath}' '${join(root, 'dist/cli/main.js')}' "$@"
fi
for word in "$@"; do printf '%s\\n' "$word"; done > '${folder}/got'
echo NOTED
`;

interface Desk {
  /** The words of the command that is run when these keys are pressed, and Enter behind them. */
  press(keys: string): Promise<readonly string[]>;
  /** The words that the shell offers at the end of a line. */
  offered(line: string): Promise<readonly string[]>;
  /** Nothing that was pressed so far ran anything else. */
  isClean(): boolean;
}

/** bash, zsh and fish as people use them: the same keys, the same words. */
export const stage: Stage = {
  name: 'shells',
  summary: 'bash, zsh and fish complete what is typed, in a terminal',
  async run(check) {
    debianProgram('script', ['bsdutils']);
    const programs = Object.fromEntries(SHELLS.map((shell) => [shell, debianProgram(shell, [shell])]));
    for (const shell of SHELLS) {
      const at = (hostile: string, act: (desk: Desk) => Promise<void>): Promise<void> =>
        inScratch(async (folder) => atDesk({ shell, program: programs[shell] ?? shell, folder, hostile }, act));

      await check(`${shell}: the words of the command line`, () =>
        at('', async ({ press, offered }) => {
          for (const [keys, words] of KEYS) assert.equal(await press(keys), words, JSON.stringify(keys));
          for (const [line, words] of OFFERS) assert.equal(await offered(line), [...words].sort(), line);
        }),
      );
      await check(`${shell}: files where no word is offered`, () =>
        at('', async ({ press }) => {
          assert.equal(await press(`setpoint apply tonight${TAB}`), ['apply', 'tonight.plan']);
          const [, folder] = await press(`setpoint -C brew${TAB}`);
          assert.is(folder?.replace(/\/$/, ''), 'brewery'); // zsh takes the slash away again
        }),
      );
      await check(`${shell}: targets, operations and inputs of a project`, () =>
        at('', async ({ press, offered }) => {
          assert.equal(await offered('setpoint -C brewery run '), ['brewery']);
          assert.equal(await press(`setpoint -C brewery run br${TAB} ge${TAB}`), ['-C', 'brewery', 'run', 'brewery', 'get']);
          assert.equal(await press(`setpoint -C brewery -t br${TAB}`), ['-C', 'brewery', '-t', 'brewery']);
        }),
      );
      const hostile = 'dp/$(touch done);touch done `touch done`';
      await check(`${shell}: a name that would be a command is a word`, () =>
        at(hostile, async ({ press, isClean }) => {
          assert.equal(await press(`setpoint run edge logs dp${TAB}`), ['run', 'edge', 'logs', hostile]);
          assert.ok(isClean(), 'it was run');
        }),
      );
    }
  },
};

/** What is pressed, and what is run: wherever one word fits, it is put there. */
const KEYS: readonly (readonly [keys: string, words: readonly string[]])[] = [
  [`setpoint pl${TAB}`, ['plan']],
  [`setpoint plan --exi${TAB}`, ['plan', '--exit-code']],
  [`setpoint state reb${TAB}`, ['state', 'rebind']],
  [`setpoint -C brewery pl${TAB}--wh${TAB}`, ['-C', 'brewery', 'plan', '--why']],
  [`setpoint --format mark${TAB}`, ['--format', 'markdown']],
  [`setpoint status --format=mark${TAB}`, ['status', '--format=markdown']],
  [`setpoint graph --as mer${TAB}`, ['graph', '--as', 'mermaid']],
  [`setpoint explain confhoard/C${TAB}`, ['explain', 'confhoard/Config']],
  [`setpoint help wat${TAB}`, ['help', 'watch']],
];

const globals = [...GLOBALS.map(([flags]) => /--[a-z-]+/.exec(flags)?.[0] ?? ''), '--help'];

/** A line, and all words that may stand at its end. */
const OFFERS: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['setpoint ', [...COMMANDS.map(({ name }) => name), 'help']],
  ['setpoint --', globals],
  ['setpoint state ', ['ls', 'show', 'mv', 'forget', 'rebind']],
  ['setpoint completion ', ['bash', 'zsh', 'fish']],
  ['setpoint watch --', ['--once', '--interval', '--ref', ...globals]],
  ['setpoint -C brewery --format ', ['text', 'json', 'ndjson', 'markdown']],
];

interface Seat {
  readonly shell: Shell;
  readonly program: string;
  readonly folder: string;
  readonly hostile: string;
}

async function atDesk({ shell, program, folder, hostile }: Seat, act: (desk: Desk) => Promise<void>): Promise<void> {
  const work = join(folder, 'work');
  mkdirSync(join(folder, 'bin'));
  mkdirSync(work);
  copyExample('quickstart', join(work, 'brewery'));
  writeFileSync(join(work, 'tonight.plan'), '');
  writeFileSync(join(folder, 'bin/setpoint'), shim(folder), { mode: 0o755 });
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    HOME: folder,
    ZDOTDIR: folder,
    LC_ALL: 'C.UTF-8',
    TERM: 'xterm',
    HOSTILE: hostile,
  };
  const script = run('setpoint', ['completion', shell], { env }).out;
  for (const [file, text] of Object.entries(SETTINGS[shell](folder, script))) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const typing = inBackground([program, '-i'], { cwd: work, env, terminal: true });
  try {
    await soon(typing, typing.until(PROMPT));
    const press = pressing(typing, join(folder, 'got'));
    await act({
      press,
      offered: async (line) => {
        if (shell !== 'fish') {
          const before = line.trim().split(' ').slice(1);
          const last = line.endsWith(' ') ? [] : before.slice(-1);
          return (await press(`${line}${ALL}`)).slice(before.length - last.length).toSorted();
        }
        const { out } = run(program, ['-c', `complete -C '${line}'`], { cwd: work, env });
        return out
          .trim()
          .split('\n')
          .map((one) => one.split('\t')[0] ?? '')
          .toSorted();
      },
      isClean: () => !existsSync(join(work, 'done')),
    });
    typing.type('exit\r');
    await soon(typing, typing.ended);
  } finally {
    await typing.end('SIGKILL');
  }
}

/** One line after another: the next is typed when the shell has its prompt again. */
function pressing(typing: Background, got: string): Desk['press'] {
  let lines = 0;
  return async (keys) => {
    lines += 1;
    rmSync(got, { force: true });
    typing.type(`${keys}\r`);
    await soon(typing, typing.until('NOTED', lines));
    return readFileSync(got, 'utf8').split('\n').slice(0, -1);
  };
}

const LONGEST_MS = 30_000;

/** Rejects with what is on the terminal where a shell waits for something else. */
async function soon(typing: Background, what: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  const limit = wait(LONGEST_MS, undefined, { signal: late.signal }).then(() => Promise.reject(new Error(`it waits:\n${typing.said()}`)));
  try {
    await Promise.race([what, limit.catch((error: unknown) => (late.signal.aborted ? undefined : Promise.reject(error as Error)))]);
  } finally {
    late.abort();
  }
}
