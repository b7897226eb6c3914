import type { Params, PluginContext, PluginInstance, PluginMaker } from '../plugin.ts';
import type { StockOptions } from './options.ts';
import { startRun, type Run } from './run.ts';

interface Runner {
  readonly stream: string;
  readonly command: string;
  run: Run | undefined;
  /** Ends the subscription that feeds its input. */
  unplug: () => void;
}

/**
 * `io.cresco.executor` (sheet 6.1): commands under names, their lines on the data plane. Generation 3 comes with version 1.3,
 * generation 2 with 1.1, whose replies are wrong where its code is: it never forgets a runner and calls every start a success.
 */
export const executor =
  ({ generation }: StockOptions): PluginMaker =>
  (context) =>
    new Executor(context, generation);

type Reply = Readonly<Record<string, string>>;
const REFUSED = 'this sandbox runs no commands on its machine: start it with allowCommands: true';

class Executor implements PluginInstance {
  readonly #context: PluginContext;
  readonly #generation: 2 | 3;
  readonly #runners = new Map<string, Runner>();

  constructor(context: PluginContext, generation: 2 | 3) {
    this.#context = context;
    this.#generation = generation;
  }

  start(): Promise<boolean> {
    const { stream_name: stream, command } = this.#context.config;
    if (stream !== undefined && command !== undefined) {
      const refused = this.#begin(this.#configure(stream, command));
      // The plugin is up either way: whether its process runs is another question, asked with `status_process`.
      if (refused !== undefined) this.#context.log('Warn', 'io.cresco.executor.Plugin', `stream_name: ${stream} ${refused}`);
    }
    return Promise.resolve(true);
  }

  async stop(): Promise<void> {
    await this.#reset();
  }

  async handle(event: 'EXEC' | 'CONFIG', params: Params): Promise<Params> {
    return { ...params, ...(await this.#reply(`${event} ${params['action'] ?? ''}`, params)) };
  }

  async #reply(asked: string, params: Params): Promise<Reply> {
    const stream = params['stream_name'];
    switch (asked) {
      case 'CONFIG config_process':
        return this.#config(stream, params['command']);
      case 'CONFIG start_process':
        return this.#withRunner(stream, 'start_status', (runner) => this.#started(runner));
      case 'CONFIG status_process':
        return this.#withRunner(stream, 'run_status', ({ run }) => ({ run_status: String(run?.running === true) }));
      case 'CONFIG end_process':
        return this.#withRunner(stream, 'end_status', async (runner) => {
          await this.#end(runner);
          return { end_status: 'true' };
        });
      case 'CONFIG reset_runners':
        await this.#reset();
        return { reset_status: 'true' };
      case 'EXEC run_process':
        return this.#runNow(stream);
      default:
        return { error: 'true', error_msg: `Unknown action  [${params['action'] ?? 'null'}]` };
    }
  }

  #config(stream: string | undefined, command: string | undefined): Reply {
    const failed = (message: string): Reply => ({ error: 'true', error_msg: message, config_status: 'false' });
    const taken = `Runner already exist stream_name: ${stream ?? 'null'}`;
    if (stream === undefined) return failed(this.#generation === 3 ? 'Must provide stream_name' : taken);
    if (this.#runners.has(stream)) return failed(taken);
    if (command === undefined) return failed(this.#generation === 3 ? 'Must provide command' : taken);
    this.#configure(stream, command);
    return { config_status: 'true' };
  }

  #configure(stream: string, command: string): Runner {
    const runner: Runner = { stream, command, run: undefined, unplug: () => {} };
    this.#runners.set(stream, runner);
    return runner;
  }

  async #withRunner(stream: string | undefined, status: string, act: (runner: Runner) => Reply | Promise<Reply>): Promise<Reply> {
    const runner = stream === undefined ? undefined : this.#runners.get(stream);
    if (runner !== undefined) return act(runner);
    return { error_msg: stream === undefined ? 'stream_name = null' : `stream_name: ${stream} not found.`, [status]: 'false' };
  }

  #started(runner: Runner): Reply {
    if (runner.run?.running === true) return { start_status: String(this.#generation === 2) };
    const refused = this.#begin(runner);
    return refused === undefined ? { start_status: 'true' } : { error: 'true', error_msg: refused, start_status: 'false' };
  }

  #runNow(stream: string | undefined): Reply {
    const failed = (message: string): Reply => ({ error: 'true', error_msg: message, status: 'false' });
    const runner = stream === undefined ? undefined : this.#runners.get(stream);
    if (runner === undefined) {
      return this.#generation === 2 ? {} : failed(`stream_name: ${stream ?? 'null'} not configured (config_process first)`);
    }
    if (runner.run?.running === true) return failed('Process is already running');
    const refused = this.#begin(runner);
    return refused === undefined ? { status: 'true' } : failed(refused);
  }

  /** Starts a runner's command; a reason where this is not done. */
  #begin(runner: Runner): string | undefined {
    const { bus, limits, clock } = this.#context;
    const { stream, command } = runner;
    const line = (type: string, body: string): void => bus.publish({ body, properties: { stream_name: stream, type } });
    if (!limits.commands) {
      line('error', REFUSED);
      return REFUSED;
    }
    runner.unplug();
    const run = startRun({ command, limits, clock, line });
    runner.run = run;
    runner.unplug = bus.subscribe(`stream_name='${stream.replaceAll("'", "''")}' AND type='input'`, ({ body }) => run.write(body));
    return undefined;
  }

  /** 1.1 asks the process to end and keeps its runner, so that the name can never be configured again. */
  async #end(runner: Runner): Promise<void> {
    if (this.#generation === 2) {
      runner.run?.interrupt();
      return;
    }
    this.#runners.delete(runner.stream);
    await kill(runner);
  }

  async #reset(): Promise<void> {
    const all = [...this.#runners.values()];
    this.#runners.clear();
    await Promise.all(all.map(kill));
  }
}

async function kill({ run, unplug }: Runner): Promise<void> {
  unplug();
  await run?.kill();
}
