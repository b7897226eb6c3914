import type { Action } from './frame.ts';

/** `many`: it may be repeated, and its values are kept in order. A list: nothing else may be its value. */
export type OptionSpec = readonly [flags: string, summary: string, takes?: 'many' | readonly string[]];

/** One command of the command line, or one verb of a command. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly (readonly [name: string, summary: string, takes?: readonly string[]])[];
  readonly options?: readonly OptionSpec[];
  /** Printed below its help, with what each does. */
  readonly examples?: readonly (readonly [line: string, meaning: string])[];
  readonly verbs?: readonly CommandSpec[];
  /** Options that nobody knows here are words of its own: inputs of an operation. */
  readonly passes?: true;
  /** How it can print, where that is not as most do: READABLE. */
  readonly formats?: readonly Format[];
  /** The command's code, loaded when it is run: start-up pays for one command, not for all. */
  readonly load?: () => Promise<{ readonly action: Action }>;
}

export const FORMATS = ['text', 'json', 'ndjson', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** For a person, as one document, as a line each: how every command prints that says nothing else. */
export const READABLE: readonly Format[] = ['text', 'json', 'ndjson'];
/** It is about nothing that a program would read. */
export const FOR_PEOPLE: readonly Format[] = ['text'];

/** What every command takes. */
export const GLOBALS: readonly OptionSpec[] = [
  ['-C, --directory <dir>', 'the project (default: here or above)'],
  ['-e, --environment <name>', 'the environment'],
  ['-t, --target <name>', 'only this target; may be repeated', 'many'],
  ['-f, --file <path>', 'manifests from here instead; - is standard input; may be repeated', 'many'],
  ['--prune', 'with -f: these manifests are all there are, what they lack is removed'],
  ['--sandbox', 'targets are sandboxes on this machine, with their own state'],
  ['--format <format>', 'how to print', FORMATS],
  ['--no-color', 'no colours'],
  ['--yes', 'do not ask'],
];

const ONLY: OptionSpec = ['--only <selector>', 'an id or the end of one, group/Kind, or label=value; may be repeated', 'many'];
const ADOPT: OptionSpec = ['--adopt [id]', 'take over existing objects: all, or only this; may be repeated', 'many'];
const WAIT: OptionSpec = ['--wait', 'wait until everything written is ready'];

const verbOf =
  (verb: 'ls' | 'show' | 'mv' | 'forget' | 'rebind'): (() => Promise<{ readonly action: Action }>) =>
  async () => ({ action: (await import('./commands/state.ts'))[verb] });

/** Every command there is, in the order in which a person meets them. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'make a project that plans and applies at once',
    arguments: [['[folder]', 'where (default: here)']],
    examples: [['setpoint init brewery', 'writes brewery/setpoint.yaml and two manifests']],
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'validate',
    summary: 'check the manifests; reads no target',
    examples: [['setpoint validate -f zone.yaml -f targets.yaml', 'only these files']],
    load: () => import('./commands/validate.ts'),
  },
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
    examples: [
      ['setpoint plan -o brewery.plan', 'saves it, for setpoint apply brewery.plan'],
      ['setpoint plan --only area=cellar', 'what has this label, and what it needs'],
      ['setpoint plan --format markdown', 'for a pull-request comment'],
    ],
    formats: FORMATS,
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'apply',
    summary: 'do what the plan says and nothing else',
    arguments: [['[plan]', 'a saved plan (default: plan now, and ask)']],
    options: [ONLY, ADOPT, WAIT],
    examples: [
      ['setpoint apply', 'plans, shows the plan, asks, does it'],
      ['setpoint apply brewery.plan', 'exactly this plan, without asking'],
      ['setpoint apply --yes', 'without asking: for a script'],
    ],
    formats: FORMATS,
    load: () => import('./commands/apply.ts'),
  },
  {
    name: 'destroy',
    summary: 'remove everything this project made',
    options: [ONLY, WAIT],
    formats: FORMATS,
    load: () => import('./commands/destroy.ts'),
  },
  {
    name: 'watch',
    summary: 'plan and apply again and again, from git',
    options: [
      ['--once', 'one round'],
      ['--interval <seconds>', 'seconds between rounds (default: 60)'],
      ['--ref <ref>', 'the branch to follow (default: the current one)'],
    ],
    examples: [
      ['setpoint watch --once', 'for a timer or a CI job'],
      ['setpoint watch --interval 300 --ref main', 'what is on main, every five minutes'],
    ],
    // It has no end at which it could print one document.
    formats: ['text', 'ndjson', 'markdown'],
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
    formats: FORMATS,
    load: () => import('./commands/adopt.ts'),
  },
  {
    name: 'explain',
    summary: 'a kind or one of its fields: type, default, what a change does',
    arguments: [['[kind]', 'group/Kind or group/Kind.field.field (default: all kinds)']],
    examples: [
      ['setpoint explain confhoard/Config.zone.band', 'one field'],
      ['setpoint explain Config.config/brewhouse/temperature', 'what the YANG modules let stand there'],
    ],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'graph',
    summary: 'what needs what',
    options: [['--as <form>', 'text, dot or mermaid (default: text)', ['text', 'dot', 'mermaid']]],
    examples: [['setpoint graph --as dot | dot -Tsvg > graph.svg', 'a picture']],
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
    arguments: [['[run]', 'a run, or its last letters; later ones are undone, too (default: the last one)']],
    examples: [['setpoint rollback 9f3a', 'undoes the run that ends with 9f3a, and all since']],
    formats: FORMATS,
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'state',
    summary: 'what is recorded, and the ways to mend it; writes to no target',
    verbs: [
      { name: 'ls', summary: 'list what is recorded', load: verbOf('ls') },
      { name: 'show', summary: 'print records whole', arguments: [['<ids...>', 'resources']], load: verbOf('show') },
      {
        name: 'mv',
        summary: 'record a resource under a new name',
        arguments: [
          ['<from>', 'the resource'],
          ['<to>', 'its new name, or its new id'],
        ],
        load: verbOf('mv'),
      },
      {
        name: 'forget',
        summary: 'drop records; what stands on the target is left alone',
        arguments: [['<ids...>', 'resources']],
        load: verbOf('forget'),
      },
      {
        name: 'rebind',
        summary: 'bind the state of a target to the system that answers now',
        arguments: [['<targets...>', 'targets whose system really was replaced']],
        load: verbOf('rebind'),
      },
    ],
  },
  {
    name: 'schema',
    summary: 'one JSON Schema of all kinds, for editors',
    options: [['-o, --out <file>', 'write it to a file']],
    examples: [['setpoint schema -o schema.json', '# yaml-language-server: $schema=schema.json']],
    load: () => import('./commands/schema.ts'),
  },
  {
    name: 'run',
    summary: 'an operation of a target: restart, submit, follow logs',
    arguments: [
      ['<target>', 'the target'],
      ['[operation]', 'the operation (default: list them)'],
      ['[inputs...]', 'name=value or --name value, or in order'],
    ],
    examples: [
      ['setpoint run brewery', 'what this target can be told to do'],
      ['setpoint run edge logs dp/pi-3 --follow', 'until Ctrl-C'],
    ],
    passes: true,
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'sandbox',
    summary: 'the targets as sandboxes on this machine, until interrupted',
    verbs: [
      {
        name: 'ctl',
        summary: 'work a switch of a running sandbox: fail, fall silent, change by hand',
        arguments: [
          ['[target]', 'the target'],
          ['[switch]', 'the switch (default: list them)'],
          ['[inputs...]', 'name=value, or in order'],
        ],
        load: async () => ({ action: (await import('./commands/sandbox.ts')).ctl }),
      },
    ],
    examples: [
      ['setpoint sandbox', 'in one terminal'],
      ['setpoint --sandbox apply', 'in another'],
      ['setpoint sandbox ctl brewery down', 'and what does a plan say now?'],
    ],
    formats: FOR_PEOPLE,
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
    arguments: [
      ['<shell>', 'bash, zsh or fish', ['bash', 'zsh', 'fish']],
      ['[typed...]', 'for the script itself: prints what may stand in place of the last word'],
    ],
    examples: [['source <(setpoint completion bash)', 'for this shell']],
    formats: FOR_PEOPLE,
    load: () => import('./commands/completion.ts'),
  },
  { name: 'version', summary: 'the version', load: () => import('./commands/version.ts') },
];
