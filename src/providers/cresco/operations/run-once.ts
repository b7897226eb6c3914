import { Fault } from '../../../core/diagnostic.ts';
import type { Call, Operation, Output } from '../../contract.ts';
import type { AgentPlace, DataPlaneMessage, JarName, Process, Subscription } from '../client/index.ts';
import { jarParams } from '../kinds/params.ts';
import { agentText } from '../kinds/places.ts';
import type { Fabric, FabricRead } from '../session.ts';
import { follow, GAP } from './following.ts';
import { AGENT, agentIn, countIn, needed, SECONDS, wrongInput, type Words } from './inputs.ts';
import { PACKAGE, packageIn } from './packages.ts';
import { marked, unmarked, type Marked } from './shell.ts';
import { messageText, named } from './streams.ts';

const EXECUTOR = 'io.cresco.executor';
const ACTIVE = 10;
/** How often an executor is asked whether its process still runs. */
const ASK_MS = 1_000;
/** How long the last lines of a process that has ended may take. */
const LAST_LINES_MS = 3_000;

/** Runs a command in an executor of its own, which is gone afterwards, however it ends. */
export const runOnce: Operation<Fabric> = {
  name: 'run-once',
  summary: 'runs a command on an agent, prints its output until it ends, and leaves nothing behind',
  mutates: true,
  inputs: [
    AGENT,
    { name: 'command', summary: 'for /bin/sh (CMD on Windows)', required: true },
    { ...SECONDS, summary: 'ends the command after so many seconds' },
    { ...PACKAGE, summary: `which ${EXECUTOR}: name/version or name/version/md5 (default: the newest in the repositories)` },
  ],
  async *run(session, words, call) {
    const at = agentIn(words);
    const command = commandIn(words);
    const seconds = countIn(words, SECONDS.name);
    const { read, write } = session;
    const jar = await executorIn(read, words, call);
    const id = `run-once-${Math.floor(call.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')}`;
    const process = { ...at, plugin: id, stream: id };
    const text = (await isWindows(read, at, call)) ? unmarked(command) : marked(command, id);
    const config = { ...jarParams(jar), inode_id: id, persistence_code: '0', managed_by: 'setpoint run-once' };
    const made = { plugin: true, process: false };
    let failure: unknown;
    try {
      const { statusCode, statusDescription } = await write.agents
        .addPlugin({ ...at, config }, { signal: call.signal })
        .catch((error: unknown) => {
          made.plugin = !(error instanceof Fault) || error.sent !== 'no';
          throw error;
        });
      if (statusCode !== ACTIVE) throw noExecutor(`${agentText(at)} did not start it: ${statusCode} ${statusDescription}.`);
      yield* output(session, { process, text, seconds, onBegin: () => void (made.process = true) }, call);
    } catch (error) {
      failure = error;
    } finally {
      if (made.process) await ended(session, process);
      if (made.plugin) await removed(session, process, failure);
    }
    if (failure !== undefined) throw failure;
  },
};

interface Running {
  readonly process: Process;
  readonly text: Marked;
  readonly seconds: number | undefined;
  /** Called before the executor is told the command. */
  readonly onBegin: () => void;
}

/** The lines of the process until it has ended. Throws Fault CRESCO_COMMAND_FAILED for any exit code but 0. */
async function* output({ read, write }: Fabric, { process, text, seconds, onBegin }: Running, call: Call): AsyncGenerator<Output> {
  const { signal } = call;
  const over = new AbortController();
  const seen: { ended?: Ended } = {};
  const end = (ended: Ended): void => {
    seen.ended ??= ended;
    over.abort();
  };
  const until = AbortSignal.any([signal, over.signal]);
  const followed = follow<DataPlaneMessage, Subscription>({
    open: (options) => read.subscribe({ selector: named(process.stream) }, options),
    async onActive() {
      onBegin();
      await write.executor.configure({ ...process, command: text.command }, { signal });
      await write.executor.start(process, { signal });
      void watched({ read, write }, process, until).then(end, (error: unknown) => end({ how: 'fault', error }));
      if (seconds !== undefined) void write.pause(seconds * 1_000, until).then(() => end({ how: 'late' }), ignoreInterrupt);
    },
    signal: until,
    pause: (ms, stop) => write.pause(ms, stop),
  });
  let marks = 0;
  let code: number | undefined;
  for await (const one of followed) {
    if ('gap' in one) {
      yield GAP;
      continue;
    }
    const line = text.read(messageText(one.item));
    if (line.text !== undefined) yield { line: line.text };
    if (line.code === undefined) continue;
    code = line.code;
    marks += 1;
    // One on each output: behind both of them nothing comes.
    if (marks === 2) break;
  }
  over.abort();
  if (code !== undefined && code !== 0) throw failed(`ended with exit code ${code}`);
  if (code === 0) return;
  if (signal.aborted) yield { line: '(Interrupted: the command is ended, and its executor removed.)' };
  else if (seen.ended?.how === 'fault') throw seen.ended.error;
  else if (seen.ended?.how === 'late') throw failed(`was ended after ${seconds ?? 0} s`);
  else yield { line: '(It has ended; how, cannot be read.)' };
}

type Ended =
  | { readonly how: 'ended' | 'late' }
  /** Nobody can say any more how the process stands. */
  | { readonly how: 'fault'; readonly error: unknown };

/** Resolves when the executor says that the process does not run any more, and its last lines have had their time. */
async function watched({ read, write }: Pick<Fabric, 'read' | 'write'>, process: Process, signal: AbortSignal): Promise<Ended> {
  for (;;) {
    await write.pause(ASK_MS, signal);
    const status = await read.executor.status(process, { signal });
    if (status?.running === true) continue;
    await write.pause(LAST_LINES_MS, signal);
    return { how: 'ended' };
  }
}

function ignoreInterrupt(error: unknown): void {
  if (!(error instanceof Fault) || error.code !== 'INTERRUPTED') throw error;
}

/** Not every version of the executor ends with itself what it runs. Also when the run was interrupted, so without its signal. */
async function ended({ write }: Fabric, process: Process): Promise<void> {
  try {
    await write.executor.end(process);
  } catch (error) {
    // What keeps it from being ended keeps its executor from being removed as well: that is told.
    if (!(error instanceof Fault)) throw error;
  }
}

/** Removes the executor. What failed before is told with what fails here. */
async function removed({ write }: Fabric, process: Process, before: unknown): Promise<void> {
  try {
    await write.agents.removePlugin(process);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw leftOver(process, error, before);
  }
}

/** Throws Fault INPUT_VALUE. */
function commandIn(words: Words): string {
  const command = needed(words, 'command');
  if (!command.includes('-interactive-')) return command;
  throw wrongInput('command', command, {
    takes: 'a command without "-interactive-" in it, for which an executor starts a shell that never ends',
  });
}

/** Throws Fault CRESCO_NO_EXECUTOR, INPUT_VALUE. */
async function executorIn(read: FabricRead, words: Words, call: Call): Promise<JarName> {
  const given = words[PACKAGE.name];
  if (given !== undefined) return packageIn(read, given, call);
  const all = (await read.global.repositoryJars({ signal: call.signal })).filter(({ pluginName }) => pluginName === EXECUTOR);
  const [newest] = [...all].sort((a, b) => versions.compare(b.version, a.version));
  if (newest === undefined) throw noExecutor('No repository of the fabric has its JAR.');
  return newest;
}

const versions = new Intl.Collator('en', { numeric: true });

async function isWindows(read: FabricRead, at: AgentPlace, { signal }: Call): Promise<boolean> {
  const os = (await read.global.agentResources(at, { signal }))?.os;
  return /windows/i.test(`${os?.family ?? ''} ${os?.name ?? ''}`);
}

const noExecutor = (detail: string): Fault =>
  new Fault({
    code: 'CRESCO_NO_EXECUTOR',
    summary: `there is no ${EXECUTOR} to run the command`,
    detail: `Commands are run by that plugin, and a new one is made for each. ${detail}`,
    hint: 'upload puts its JAR into the repositories; the log of the agent says why a start fails.',
  });

const failed = (how: string): Fault =>
  new Fault({
    code: 'CRESCO_COMMAND_FAILED',
    summary: `the command ${how}`,
    detail: 'What it printed stands above. Nothing of it is left on the agent.',
    hint: 'Correct the command, or what it works on, and run it again.',
  });

function leftOver({ plugin, ...at }: Process, cause: Fault, before: unknown): Fault {
  const also = before instanceof Fault ? ` Before that: ${before.diagnostic.summary}.` : '';
  return new Fault(
    {
      code: 'CRESCO_LEFT_OVER',
      summary: `the executor ${plugin} may still be on ${agentText(at)}`,
      detail: `It was made for this command alone, and removing it failed: ${cause.diagnostic.summary}.${also} It is gone with the next restart of the agent.`,
      hint: 'The operation plugins shows whether it is there.',
    },
    { sent: 'maybe', cause },
  );
}
