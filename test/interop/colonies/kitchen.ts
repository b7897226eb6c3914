import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyExample, root, type Ended } from '../../kit/binary.ts';
import { assert } from '../../kit/group.ts';
import { inScratch } from '../kit/debts.ts';
import { ended } from '../kit/ended.ts';
import { commandLine, type CommandLine } from './command-line.ts';
import { SAMPLE } from './keys.ts';

const ENV = {
  COLONIES_SERVER_PRVKEY: SAMPLE.serverKey,
  COLONIES_COLONY_PRVKEY: SAMPLE.colonyKey,
  COLONIES_PRVKEY: SAMPLE.userKey,
};
const main = join(root, 'dist/cli/main.js');

export interface At {
  readonly host: string;
  readonly port: number;
}

export interface RunOptions {
  /** Beside the keys that the example asks for. */
  readonly env?: Readonly<Record<string, string>>;
  /** For node itself: `--import file`. */
  readonly node?: readonly string[];
  /** Kills it. */
  readonly kill?: AbortSignal;
}

/** A project of ours, examples/manifests/colonies-cooking, and the command line of Colonies beside it. */
export interface Kitchen {
  readonly folder: string;
  readonly colony: string;
  /** As our side has it. */
  readonly address: string;
  /** The built `setpoint` in the project. */
  run(words: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Replaces the first place in a file that matches, of which there has to be one. */
  edit(path: string, from: RegExp, to: string): void;
  readonly theirs: CommandLine;
}

export interface KitchenOptions {
  /** The server. */
  readonly at: At;
  /** Of the command line of Colonies. */
  readonly program: string;
  /** What our side takes for the server. Default: the server. */
  readonly through?: At;
  /** Default: that of the example, cooking. */
  readonly colony?: string;
}

/** The example in a folder of its own, for this server; gone when the body has ended. */
export async function inKitchen<T>(options: KitchenOptions, body: (kitchen: Kitchen) => Promise<T>): Promise<T> {
  const { at, program, through = at, colony = 'cooking' } = options;
  return inScratch(async (folder) => {
    const address = `http://${through.host}:${through.port}`;
    const edit: Kitchen['edit'] = (path, from, to) => {
      const file = join(folder, path);
      const text = readFileSync(file, 'utf8');
      assert.match(text, from);
      writeFileSync(file, text.replace(from, to));
    };
    copyExample('colonies-cooking', folder);
    edit('manifests/targets.yaml', /http:\/\/127\.0\.0\.1:50080/, address);
    edit('manifests/targets.yaml', /colony: cooking/, `colony: ${colony}`);
    edit('manifests/people.yaml', /spec: \{\}/, `spec: { name: ${colony} }`);
    return body({
      folder,
      colony,
      address,
      run(words, { env = {}, node = [], kill } = {}) {
        const own = { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C', ...ENV, ...env };
        return ended(process.execPath, [...node, main, ...words], {
          cwd: folder,
          env: own,
          seconds: 120,
          ...(kill === undefined ? {} : { kill }),
        });
      },
      edit,
      theirs: commandLine(program, { ...at, colony }),
    });
  });
}

/** It ends with this code and says all of this; gives what it said. */
export async function says(running: Promise<Ended>, code: number, words: readonly string[]): Promise<string> {
  const { code: own, out, err } = await running;
  const told = `${out}${err}`.replaceAll(/(?<=\S) +/g, ' ');
  assert.is(own, code, told);
  for (const word of words) assert.ok(told.includes(word), `it does not say "${word}":\n${told}`);
  return told;
}
