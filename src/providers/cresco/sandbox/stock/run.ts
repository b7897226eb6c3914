import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { execa } from 'execa';
import type { PluginContext } from '../plugin.ts';
import { lineCutter } from './lines.ts';
import { COOKIE, killTree, signalGroup, watchGroup } from './process-tree.ts';

/** A command that runs, with all that it started. */
export interface Run {
  readonly running: boolean;
  /** Writes to its standard input, with the CR LF that the executor puts behind each message. */
  write(body: string | Uint8Array): void;
  interrupt(): void;
  /** Resolves when none of its processes is left; no line comes after that. */
  kill(): Promise<void>;
}

interface Asked {
  readonly command: string;
  readonly limits: PluginContext['limits'];
  readonly clock: PluginContext['clock'];
  readonly line: (type: 'output' | 'error', text: string) => void;
}

/** Commands see nothing of the environment of this process: it holds secrets. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A shell that has just begun forgets an interrupt when it turns into its command (dash, 0.5.12), so it gets a second one. */
const STARTING_MS = 500;

/**
 * Starts `/bin/sh -c <command>` as a process group of its own, in the folder for temporary files. A command with `-interactive-` in it
 * begins a shell instead that is driven through its input (sheet 6.1). What a command leaves behind ends with it.
 */
export function startRun({ command, limits, clock, line }: Asked): Run {
  const cookie = randomUUID();
  const child = execa('/bin/sh', command.includes('-interactive-') ? ['-s'] : ['-c', command], {
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    extendEnv: false,
    env: { PATH, [COOKIE]: cookie },
    cwd: tmpdir(),
  });
  const { pid, stdin, stdout, stderr } = child;
  const timer = new AbortController();
  let running = pid !== undefined;
  let muted = false;
  let budget = limits.outputBytes;

  const say = (type: 'output' | 'error', text: string): void => {
    if (!muted) line(type, text);
  };
  const stopFor = (reason: string): void => {
    say('error', `killed: ${reason}`);
    muted = true;
    if (pid !== undefined && running) signalGroup(pid, 'SIGKILL');
  };
  for (const [type, stream] of [
    ['output', stdout],
    ['error', stderr],
  ] as const) {
    const cutter = lineCutter((text) => say(type, text));
    stream.on('data', (bytes: Uint8Array) => {
      if (muted) return;
      cutter.push(budget < bytes.length ? bytes.subarray(0, budget) : bytes);
      budget -= bytes.length;
      if (budget < 0) stopFor(`more output than this sandbox allows (${limits.outputBytes} bytes)`);
    });
    stream.on('end', () => cutter.end());
  }
  // A command that does not read its input, or has ended, breaks the pipe: that is its right.
  stdin.on('error', () => {});

  const ended = (async () => {
    if (pid === undefined) {
      say('error', (await child).shortMessage ?? 'could not be started');
      return;
    }
    watchGroup(pid);
    await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    running = false;
    timer.abort();
    await killTree(pid, cookie);
  })();
  /** Does something in so many milliseconds, if the command still runs then. */
  const after = (ms: number, act: () => void): void => {
    clock.sleep(ms, timer.signal).then(act, (error: unknown) => {
      if (!timer.signal.aborted) throw error;
    });
  };
  const began = clock.now();
  after(limits.seconds * 1000, () => stopFor(`it ran longer than this sandbox allows (${limits.seconds} s)`));

  return {
    get running() {
      return running;
    },
    write(body) {
      if (!running) return;
      if (stdin.writableLength > limits.outputBytes) {
        say('error', 'input was lost: the command does not read it');
        return;
      }
      stdin.write(body);
      stdin.write('\r\n');
    },
    interrupt() {
      const signal = (): void => {
        if (pid !== undefined && running) signalGroup(pid, 'SIGINT');
      };
      signal();
      if (running && clock.now() - began < STARTING_MS) after(STARTING_MS, signal);
    },
    async kill() {
      muted = true;
      if (pid !== undefined && running) signalGroup(pid, 'SIGKILL');
      await ended;
      // Should anything that escaped still hold the other end, nobody waits for it.
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
    },
  };
}
