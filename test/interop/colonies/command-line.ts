import { spawn } from 'node:child_process';
import type { Ended } from '../../kit/binary.ts';
import { assert } from '../../kit/group.ts';
import { owed } from '../kit/debts.ts';
import { SAMPLE } from './keys.ts';

export interface CommandLine {
  /** Runs a command of `colonies`; `input` answers its questions. */
  run(words: readonly string[], input?: string): Promise<Ended>;
  /** The same, where it has to work: what it printed, from both streams. */
  must(words: readonly string[], input?: string): Promise<string>;
}

const SECONDS = 60;

/** The real command line of Colonies, in the hands of somebody who has all the keys. */
export function commandLine(
  program: string,
  { host, port, colony }: { readonly host: string; readonly port: number; readonly colony: string },
): CommandLine {
  const env = {
    ...{ PATH: process.env.PATH, HOME: '/', TZ: 'UTC', COLONIES_CLI_ASCII: 'true', COLONIES_TLS: 'false' },
    ...{ COLONIES_SERVER_HOST: host, COLONIES_SERVER_PORT: String(port), COLONIES_COLONY_NAME: colony },
    ...{ COLONIES_PRVKEY: SAMPLE.userKey, COLONIES_COLONY_PRVKEY: SAMPLE.colonyKey, COLONIES_SERVER_PRVKEY: SAMPLE.serverKey },
  };
  const run: CommandLine['run'] = (words, input = '') =>
    new Promise((resolve, reject) => {
      const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
      const settle = owed(() => void child.kill('SIGKILL'));
      const late = setTimeout(() => void child.kill('SIGKILL'), SECONDS * 1000);
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      child.stdin.on('error', () => undefined); // it may ask nothing
      child.stdin.end(input);
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(late);
        void settle();
        resolve({ code, signal, out, err });
      });
    });
  return {
    run,
    async must(words, input) {
      const { code, out, err } = await run(words, input);
      assert.is(code, 0, `colonies ${words.join(' ')}\n${out}${err}`);
      return out + err;
    },
  };
}
