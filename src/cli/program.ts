import { Command, CommanderError, Option } from 'commander';
import { EXIT } from './exit.ts';
import type { Action, Globals, Terminal } from './frame.ts';
import { frame } from './frame.ts';
import { version } from './version.ts';

interface Spec {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly (readonly [name: string, summary: string])[];
  readonly options?: readonly (readonly [flags: string, summary: string])[];
  /** The command's code, loaded when it is run: start-up pays for one command, not for all. */
  readonly load: () => Promise<{ readonly action: Action }>;
}

const ONLY = ['--only <selector...>', 'only these: an id or the end of one, group/Kind, or label=value'] as const;
const ADOPT = ['--adopt [ids...]', 'take over existing objects: all, or only these'] as const;
const WAIT = ['--wait', 'wait until everything written is ready'] as const;

/** Every command there is, in the order in which a person meets them. */
export const COMMANDS: readonly Spec[] = [
  {
    name: 'init',
    summary: 'make a project that plans and applies at once',
    arguments: [['[folder]', 'where (default: here)']],
    load: () => import('./commands/init.ts'),
  },
  { name: 'validate', summary: 'check the manifests; reads no target', load: () => import('./commands/validate.ts') },
  {
    name: 'fmt',
    summary: 'format manifests; comments are kept',
    arguments: [['[files...]', 'files (default: all manifests)']],
    options: [['--check', 'change nothing; exit 1 if something would change']],
    load: () => import('./commands/fmt.ts'),
  },
  {
    name: 'plan',
    summary: 'show what apply would do; changes nothing',
    options: [
      ['-o, --out <file>', 'save the plan'],
      ['--exit-code', 'exit 2 if changes wait'],
      ONLY,
      ADOPT,
      ['--why <id>', 'the whole story of one resource'],
    ],
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'apply',
    summary: 'do what the plan says and nothing else',
    arguments: [['[plan]', 'a saved plan (default: plan now, and ask)']],
    options: [ONLY, ADOPT, WAIT],
    load: () => import('./commands/apply.ts'),
  },
  { name: 'destroy', summary: 'remove everything this project made', options: [ONLY, WAIT], load: () => import('./commands/destroy.ts') },
  {
    name: 'watch',
    summary: 'plan and apply again and again, from git',
    options: [
      ['--once', 'one round'],
      ['--interval <seconds>', 'seconds between rounds (default: 60)'],
      ['--ref <ref>', 'the branch to follow (default: the current one)'],
    ],
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'status',
    summary: 'what stands where, how ready it is, what differs',
    options: [ONLY],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'adopt',
    summary: 'take over existing objects, after showing every difference',
    arguments: [['<ids...>', 'resources']],
    load: () => import('./commands/adopt.ts'),
  },
  {
    name: 'explain',
    summary: 'a kind or one of its fields: type, default, what a change does',
    arguments: [['[kind]', 'group/Kind or group/Kind.field.field (default: all kinds)']],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'graph',
    summary: 'what needs what',
    options: [['--as <form>', 'text, dot or mermaid (default: text)']],
    load: () => import('./commands/graph.ts'),
  },
  {
    name: 'history',
    summary: 'what was changed, when, by which run',
    arguments: [['[id]', 'one resource (default: all)']],
    options: [['--limit <number>', 'how many entries (default: 50)']],
    load: () => import('./commands/history.ts'),
  },
  {
    name: 'rollback',
    summary: 'back to what was recorded before a run',
    arguments: [['[run]', 'the run to undo (default: the last one)']],
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'state',
    summary: 'what is recorded: ls, show ID, mv FROM TO, forget ID, rebind TARGET',
    arguments: [
      ['<verb>', 'ls, show, mv, forget or rebind'],
      ['[names...]', 'ids, or a target'],
    ],
    load: () => import('./commands/state.ts'),
  },
  {
    name: 'schema',
    summary: 'one JSON Schema of all kinds, for editors',
    options: [['-o, --out <file>', 'write it to a file']],
    load: () => import('./commands/schema.ts'),
  },
  {
    name: 'run',
    summary: 'an operation of a target: restart, submit, follow logs',
    arguments: [
      ['<target>', 'the target'],
      ['[operation]', 'the operation (default: list them)'],
      ['[inputs...]', 'name=value, or in order'],
    ],
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'sandbox',
    summary: 'the targets as sandboxes on this machine; ctl VERB works their switches',
    arguments: [['[words...]', 'ctl TARGET VERB [name=value...]']],
    load: () => import('./commands/sandbox.ts'),
  },
  {
    name: 'doctor',
    summary: 'find out what is wrong with the machine, the project, the targets',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'completion',
    summary: 'a completion script for a shell',
    arguments: [['<shell>', 'bash, zsh or fish']],
    load: () => import('./commands/completion.ts'),
  },
];

/** Parses the words of a command line and runs the command. Resolves with the exit code; prints everything itself. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('setpoint')
    .description('Config-as-code for the physical edge: plan, apply and keep what is written down.')
    .helpCommand('help [command]', 'the help of a command')
    .addOption(new Option('-C, --directory <dir>', 'the project (default: here or above)'))
    .addOption(new Option('-e, --environment <name>', 'the environment'))
    .addOption(new Option('-t, --target <name...>', 'only these targets'))
    .addOption(new Option('-f, --file <path...>', 'manifests from here instead; - is standard input'))
    .addOption(new Option('--sandbox', 'targets are sandboxes on this machine, with their own state'))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json', 'ndjson', 'markdown']).default('text'))
    .addOption(new Option('--no-color', 'no colours'))
    .addOption(new Option('--yes', 'do not ask'))
    .version(version(), '-V, --version', 'the version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) });
  for (const spec of COMMANDS) {
    const command = program.command(spec.name).summary(spec.summary).description(spec.summary);
    for (const [name, summary] of spec.arguments ?? []) command.argument(name, summary);
    for (const [flags, summary] of spec.options ?? []) command.option(flags, summary);
    command.action(async () => {
      const { action } = await spec.load();
      const globals = program.opts<Globals>();
      code = await frame({ action, globals, words: command.args, options: command.opts(), terminal });
    });
  }
  program
    .command('version')
    .summary('the version')
    .action(() => terminal.out(`setpoint ${version()}\n`));
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.manifests;
  }
}
