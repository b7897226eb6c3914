import { run } from '../../src/cli/program.ts';
import type { BinaryOptions, Ended } from './binary.ts';
import { setpoint } from './binary.ts';

/**
 * Runs a command as `setpoint` of `binary.ts` does, within this process: most of what a short command costs is the start of a
 * process. What is about processes, signals, pipes or terminals wants the binary, and so does a command with options for node.
 */
export async function command(words: readonly string[], options: BinaryOptions): Promise<Ended> {
  if (options.node ?? options.program) return setpoint(words, options);
  const { cwd, env = {}, input = '' } = options;
  let out = '';
  let err = '';
  const code = await run(words, {
    env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C', ...env },
    cwd,
    holder: `somebody@here ${process.pid}`,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal: false,
    columns: 80,
    rows: 24,
    input: () => Promise.resolve(Buffer.from(input)),
    ask: () => Promise.resolve(undefined),
    onInterrupt: () => () => undefined,
  });
  return { code, signal: null, out, err };
}
