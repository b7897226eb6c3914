import type { Ended } from '../../kit/binary.ts';
import { assert } from '../../kit/group.ts';
import { ended } from '../kit/ended.ts';
import { SAMPLE } from './keys.ts';

export interface CommandLine {
  /** Runs a command of `colonies`; `input` answers its questions. */
  run(words: readonly string[], input?: string): Promise<Ended>;
  /** The same, where it has to work: what it printed, from both streams. */
  must(words: readonly string[], input?: string): Promise<string>;
}

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
  const run: CommandLine['run'] = (words, input = '') => ended(program, words, { env, input });
  return {
    run,
    async must(words, input) {
      const { code, out, err } = await run(words, input);
      assert.is(code, 0, `colonies ${words.join(' ')}\n${out}${err}`);
      return out + err;
    },
  };
}
