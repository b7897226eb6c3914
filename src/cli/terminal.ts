import { surroundings } from '../app/surroundings.ts';
import type { Terminal } from './frame.ts';

/** The process as a command sees it. */
export function processTerminal(): Terminal {
  // A reader that has seen enough (`| head`) closes the pipe: the rest is printed to nobody.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    ...surroundings(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY && process.stderr.isTTY,
    // Asked for anew each time: a window may be resized.
    get columns() {
      return process.stdout.columns || 80; // 0 where a terminal does not say
    },
    get rows() {
      return process.stdout.rows || 24;
    },
    async input() {
      const parts: Buffer[] = [];
      for await (const part of process.stdin) parts.push(part as Buffer);
      return Buffer.concat(parts);
    },
    async ask(question, stop) {
      if (!process.stdin.isTTY) return undefined;
      const { createInterface } = await import('node:readline');
      // The terminal edits the line by itself, so that Ctrl-C stays an interrupt as everywhere else.
      const reader = createInterface({ input: process.stdin, terminal: false });
      process.stderr.write(question);
      return new Promise((resolve) => {
        reader.once('line', (line) => {
          resolve(line);
          reader.close();
        });
        reader.once('close', () => resolve('')); // Ctrl-D, or an interrupt
        stop.addEventListener('abort', () => reader.close(), { once: true });
      });
    },
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
  };
}
