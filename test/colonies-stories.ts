import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../src/core/value.ts';
import { hashText, idOf, openColonies, type ColoniesClient } from '../src/providers/colonies/client/index.ts';
import { sandbox } from '../src/providers/colonies/sandbox/index.ts';
import type { Clock } from '../src/providers/transport/clock.ts';
import { inFolder, setpoint, writeFiles, type Ended } from './kit/binary.ts';
import { assert } from './kit/group.ts';
import { command } from './kit/program.ts';

/** A key that is the same in every run, one for each name. */
export const keyOf = (name: string): string => hashText(`the key of ${name}`);

/** Whose they are; and what nobody may ever print or keep. */
export const KEYS = { SERVER_KEY: keyOf('the server'), COLONY_KEY: keyOf('the colony'), KEY: keyOf('setpoint') } as const;
export const IDS = { server: idOf(KEYS.SERVER_KEY), colony: idOf(KEYS.COLONY_KEY), setpoint: idOf(KEYS.KEY) } as const;

const PROJECT = `apiVersion: setpoint/v1
kind: Project
metadata: { name: kitchens }
spec: { manifests: manifests, state: { folder: state } }
`;

export const target = (
  address: string,
  keys: readonly ('serverKey' | 'colonyKey' | 'key')[] = ['serverKey', 'colonyKey', 'key'],
): string => `apiVersion: setpoint/v1
kind: Target
metadata: { name: kitchens }
spec:
  provider: colonies
  address: ${address}
  options:
    colony: cooking
${keys.map((key) => `    ${key}: { env: ${key.replace(/K/, '_K').toUpperCase()} }\n`).join('')}`;

/** The colony and the member who reads it. */
export const PEOPLE = `apiVersion: colonies/v1
kind: Colony
metadata: { name: cooking }
spec: {}
---
apiVersion: colonies/v1
kind: User
metadata: { name: setpoint }
spec: { email: platform@kitchens.example }
`;

export const executor = (name: string, more = ''): string => `apiVersion: colonies/v1
kind: Executor
metadata: { name: ${name} }
spec:
  executortype: cooker
  key: { generate: secp256k1, keep: { file: keys/${name}.key } }
${more}`;

/** The file of a key, which a rename, say, leaves on the disk. */
export const keyFile = (name: string): string => `keys/${name}.key`;

/** A project, and the server that its target means: not with --sandbox, but by address and keys, as a real one is. */
export interface Kitchens {
  readonly folder: string;
  readonly address: string;
  /** Another client of the same server, which signs with any key. */
  readonly hand: ColoniesClient;
  write(files: Readonly<Record<string, string>>): void;
  read(path: string): string;
  /** Takes a file or a folder away. */
  drop(path: string): void;
  control(name: string, input?: Readonly<Record<string, string>>): Promise<Value>;
  /** Runs a command and fails unless it ends with this code, where one is given. Nothing that it prints is wider than a terminal. */
  ends(words: string, code: number | undefined, env?: Readonly<Record<string, string>>): Promise<string>;
  /** The built binary, in a process of its own. */
  binary(words: string, node?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** The requests since `reset-counts`: how many of them change something, and how often each type was made. */
  counts(): Promise<Counted>;
}

interface Counted {
  readonly writes: number;
  readonly types: Readonly<Record<string, number>>;
}

export interface KitchensOptions {
  /** Of a target's options.sandbox. */
  readonly server?: Readonly<Record<string, Value>>;
  readonly clock?: Clock;
}

export const kitchens = (
  files: Readonly<Record<string, string>>,
  body: (kitchens: Kitchens) => Promise<void>,
  { server = {}, clock }: KitchensOptions = {},
): Promise<void> =>
  inFolder(async (folder) => {
    const options = { colony: 'cooking', serverKey: KEYS.SERVER_KEY, sandbox: { serverKey: KEYS.SERVER_KEY, ...server } };
    const there = await sandbox({ options }, clock);
    const { address } = there;
    const hand = openColonies({ address, key: KEYS.KEY });
    let printed = '';
    const heard = (ended: Ended): Ended => {
      printed += ended.out + ended.err;
      return ended;
    };
    const split = (words: string): readonly string[] => words.split(' ').filter((word) => word !== '');
    try {
      writeFiles(folder, { 'setpoint.yaml': PROJECT, 'manifests/target.yaml': target(address), 'manifests/people.yaml': PEOPLE, ...files });
      await body({
        folder,
        address,
        hand,
        write: (more) => writeFiles(folder, more),
        read: (path) => readFileSync(join(folder, path), 'utf8'),
        drop: (path) => rmSync(join(folder, path), { recursive: true }),
        control: (name, input = {}) => there.control(name, input),
        async ends(words, code, env = {}) {
          const { code: was, out, err } = heard(await command(split(words), { cwd: folder, env: { ...KEYS, ...env } }));
          assert.is(was, code ?? was, `setpoint ${words} ended with ${was}\n${out}${err}`);
          assertNarrow(out + err, words);
          return `${out}\n${err}`;
        },
        binary: async (words, node = [], env = {}) => heard(await setpoint(split(words), { cwd: folder, node, env: { ...KEYS, ...env } })),
        counts: async () => (await there.control('counts', {})) as unknown as Counted,
      });
      assertNoKey(folder, printed);
    } finally {
      await hand.close();
      await there.close();
    }
  });

/** An id is as long as it is, and stands on a line of its own where it has to. */
function assertNarrow(text: string, words: string): void {
  const wide = text.split('\n').filter((line) => line.length > 80 && !/\b[0-9a-f]{64}\b/.test(line));
  assert.equal(wide, [], `setpoint ${words}`);
}

/** Whoever is killed while it stores a key leaves it under a name of the moment as well. */
const isKey = (path: string): boolean => path.startsWith('keys/');

/** Neither in what was printed nor in any file of the project but those of the keys themselves: state, journal, plans. */
function assertNoKey(folder: string, printed: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
  const generated = files.filter(isKey).map((path) => readFileSync(join(folder, path), 'utf8').trim());
  const kept = files.filter((path) => !isKey(path)).map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const);
  for (const secret of [...Object.values(KEYS), ...generated]) {
    const places = [['the output', printed] as const, ...kept].filter(([, text]) => text.includes(secret)).map(([place]) => place);
    assert.equal(places, []);
  }
}

/** Text as it reads when lines are not broken. */
export const flowing = (text: string): string => text.replaceAll(/\s+/g, ' ');
