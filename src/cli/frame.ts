import { resolve } from 'node:path';
import type { Engine, EngineOptions } from '../app/engine.ts';
import type { Surroundings } from '../app/surroundings.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault, Faults } from '../core/diagnostic.ts';
import type { Format } from './commands.ts';
import { EXIT, exitOf, exitOfAll } from './exit.ts';
import { listenForInterrupts } from './interrupts.ts';
import { onlyAs } from './wrong-words.ts';

/** The options that every command takes. */
export interface Globals {
  readonly directory?: string;
  readonly environment?: string;
  readonly target?: readonly string[];
  readonly file?: readonly string[];
  readonly prune?: boolean;
  readonly sandbox?: boolean;
  readonly format: Format;
  readonly color: boolean;
  readonly yes?: boolean;
}

/** Where a command reads and writes. */
export interface Terminal extends Surroundings {
  out(text: string): void;
  err(text: string): void;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  input(): Promise<Uint8Array>;
  /** Undefined where nobody can answer; '' where somebody did not, or stopped. */
  ask(question: string, stop: AbortSignal): Promise<string | undefined>;
  /** Returns what takes the listener off again. */
  onInterrupt(listener: () => void): () => void;
}

/** What a command's code gets. */
export interface Context {
  readonly globals: Globals;
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly terminal: Terminal;
  /** Opens the project; closed by the frame when the command ends. */
  engine(options?: Partial<EngineOptions>): Promise<Engine>;
  /** Closes one before the command ends: a loop opens many. */
  close(engine: Engine): Promise<void>;
  /** The folder that file names in diagnostics are relative to: that of the project which was opened last. */
  readonly dir: () => string;
  /** True after the first interrupt. */
  readonly stopping: () => boolean;
  /**
   * From here on there are steps that must be let end: the first interrupt only begins nothing new, the second aborts. `say` tells
   * the person so. Returns what ends this.
   */
  graceful(say: (text: string) => void): () => void;
  /** Aborted by the first interrupt, for a command that runs until it is interrupted. */
  readonly stop: AbortSignal;
}

/** Resolves with the exit code. */
export type Action = (context: Context) => Promise<number>;

export interface FrameOptions {
  readonly action: Action;
  /** What it is called, and how it can print: another format is refused. */
  readonly name: string;
  readonly formats: readonly Format[];
  readonly globals: Globals;
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly terminal: Terminal;
}

/**
 * Runs a command: expected failures are drawn as diagnostics, anything else is a bug and says so. What it opened is closed however
 * it ends. As json it prints one document, whatever happens: the last that it said, so that a failure takes the place of a success.
 */
export async function frame(running: FrameOptions): Promise<number> {
  const { globals } = running;
  if (globals.format !== 'json') return await run(running);
  let document = '';
  try {
    return await run({ ...running, terminal: { ...running.terminal, out: (text) => void (document = text) } });
  } finally {
    running.terminal.out(document);
  }
}

async function run({ action, name, formats, globals, words, options, terminal }: FrameOptions): Promise<number> {
  const interrupts = listenForInterrupts(terminal);
  const stopping = (): boolean => interrupts.stop.aborted;
  const opened = new Set<Engine>();
  let dir = resolve(terminal.cwd, globals.directory ?? '.');
  const context: Context = {
    globals,
    words,
    options,
    terminal,
    dir: () => dir,
    stopping,
    graceful: (say) => interrupts.graceful(say),
    stop: interrupts.stop,
    async close(engine) {
      opened.delete(engine);
      await engine.close();
    },
    async engine(extra = {}) {
      const { openEngine } = await import('../app/open-engine.ts');
      const engine = await openEngine({
        surroundings: terminal,
        ...(globals.directory === undefined ? {} : { directory: globals.directory }),
        ...(globals.environment === undefined ? {} : { environment: globals.environment }),
        ...(globals.target === undefined ? {} : { targets: globals.target }),
        ...(globals.file === undefined ? {} : { given: await givenFrom(globals.file, terminal) }),
        ...(globals.prune ? { prune: true } : {}),
        sandbox: globals.sandbox ?? false,
        emit: (): void => undefined,
        stopping,
        signal: interrupts.abort,
        ...extra,
      });
      opened.add(engine);
      dir = engine.project.dir;
      return engine;
    },
  };
  try {
    onlyAs(formats, name, globals);
    return await action(context);
  } catch (error) {
    return await report(error, { globals, terminal, dir: () => dir });
  } finally {
    interrupts.close();
    await Promise.all([...opened].map((engine) => engine.close()));
  }
}

async function givenFrom(files: readonly string[], terminal: Terminal): Promise<NonNullable<EngineOptions['given']>> {
  return Promise.all(
    files.map(async (path) =>
      path === '-' ? { file: '(standard input)', text: await terminal.input() } : { path: resolve(terminal.cwd, path) },
    ),
  );
}

async function report(error: unknown, printing: Pick<Context, 'globals' | 'terminal' | 'dir'>): Promise<number> {
  const diagnostics = diagnosticsOf(error);
  if (diagnostics) {
    const { printDiagnostics } = await import('./print.ts');
    printDiagnostics(diagnostics, printing);
    return error instanceof Faults ? exitOfAll(diagnostics) : exitOf((error as Fault).code);
  }
  const { printJson } = await import('./print.ts');
  printJson(printing, { diagnostics: [BUG] });
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printing.terminal.err(`\nThis is a bug in setpoint, not in your manifests.\nWhat ran is recorded; nothing else was begun.\n\n${text}\n`);
  return EXIT.bug;
}

const BUG: Diagnostic = {
  code: 'BUG',
  severity: 'error',
  summary: 'this is a bug in setpoint, not in your manifests',
  detail: 'What ran is recorded; nothing else was begun.',
  hint: 'Report it with what was printed on standard error.',
};

const diagnosticsOf = (error: unknown): readonly Diagnostic[] | undefined =>
  error instanceof Faults ? error.diagnostics : error instanceof Fault ? [error.diagnostic] : undefined;
