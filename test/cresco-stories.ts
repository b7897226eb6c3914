import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../src/core/value.ts';
import { openCresco, type CrescoClient } from '../src/providers/cresco/client/index.ts';
import { sandbox } from '../src/providers/cresco/sandbox/index.ts';
import type { Ended } from './kit/binary.ts';
import { inFolder, setpoint, writeFiles } from './kit/binary.ts';
import { assert } from './kit/group.ts';
import { command } from './kit/program.ts';
import { jar } from './providers/cresco/kinds/jar.ts';

/** What nobody may ever print or keep. */
export const CANARIES = { KEY: 'c4nary-key-8f1d', TOKEN: 'c4nary-token-44ab', PASSWORD: 'c4nary-password-91c0' } as const;

const READER = jar({ name: 'example.reader', version: '1.0.0' });

const PROJECT = `apiVersion: setpoint/v1
kind: Project
metadata: { name: plant }
spec: { manifests: manifests, state: { folder: state } }
`;

export const PACKAGE = `apiVersion: cresco/v1
kind: PluginPackage
metadata: { name: reader }
spec: { jar: jars/reader.jar }
`;

export const plugin = (name: string, { agent = 'pi-1', rate = 10 } = {}): string => `apiVersion: cresco/v1
kind: Plugin
metadata: { name: ${name} }
spec:
  plugin: reader
  agent: { region: dp, agent: ${agent} }
  params: { rate: ${rate} }
  secrets: { password: { env: PASSWORD } }
`;

export const pipeline = (rate: number): string => `apiVersion: cresco/v1
kind: Pipeline
metadata: { name: telemetry }
spec:
  nodes:
    - name: source
      plugin: reader
      agent: { region: dp, agent: pi-1 }
      params: { rate: ${rate} }
      secrets: { token: { env: TOKEN } }
    - name: sink
      plugin: reader
      agent: { region: dp, agent: pi-2 }
  edges:
    - { from: source, to: sink }
`;

/** A project, and the fabric that its target means: not with --sandbox, but by address, key and certificate, as a real one is. */
export interface Plant {
  readonly folder: string;
  readonly address: string;
  readonly fingerprint: string;
  /** Another client of the same fabric. */
  readonly hand: CrescoClient;
  write(files: Readonly<Record<string, string>>): void;
  /** Takes a file away. */
  drop(path: string): void;
  control(name: string, input?: Readonly<Record<string, string>>): Promise<Value>;
  /** Runs a command and fails unless it ends with this code. Whatever it prints fits a terminal. */
  ends(words: string, code: number, env?: Readonly<Record<string, string>>): Promise<string>;
  /** The built binary, in a process of its own. */
  binary(words: string): Promise<Ended>;
  /** Every plugin and pipeline that is no part of the server, with its status. */
  there(): Promise<readonly string[]>;
}

export const ENV = { CRESCO_KEY: CANARIES.KEY, TOKEN: CANARIES.TOKEN, PASSWORD: CANARIES.PASSWORD } as const;

export const target = ({ address, tls }: { readonly address: string; readonly tls?: string }): string => `apiVersion: setpoint/v1
kind: Target
metadata: { name: plant }
spec:
  provider: cresco
  address: ${address}
  options:
    serviceKey: { env: CRESCO_KEY }
${tls === undefined ? '' : `    tls: ${tls}\n`}`;

interface State {
  readonly agents: readonly { readonly agent: string; readonly plugins: readonly { readonly id: string; readonly code: number }[] }[];
  readonly pipelines: readonly { readonly name: string; readonly code: number }[];
}

/** `pace`: how many times as slow as the real one things happen on the fabric. */
export const plant = (
  files: Readonly<Record<string, string>>,
  body: (plant: Plant) => Promise<void>,
  { pace = 0.02 }: { readonly pace?: number } = {},
): Promise<void> =>
  inFolder(async (folder) => {
    const fabric = await sandbox({ options: { serviceKey: CANARIES.KEY, agents: ['dp/pi-1', 'dp/pi-2'], pace, voidMs: 10_000 / pace } });
    const { fingerprint } = fabric.options?.['tls'] as unknown as { readonly fingerprint: string };
    const { address } = fabric;
    const hand = openCresco({ address, serviceKey: CANARIES.KEY, tls: { fingerprint } });
    let printed = '';
    const heard = (ended: Ended): Ended => {
      printed += ended.out + ended.err;
      return ended;
    };
    const split = (words: string): readonly string[] => words.split(' ').filter((word) => word !== '');
    try {
      // Who uploads a JAR waits five seconds until agents look for it again: here it has been there for long.
      const md5 = createHash('md5').update(READER).digest('hex');
      await hand.global.uploadPlugin({ pluginName: 'example.reader', version: '1.0.0', md5, bytes: READER });
      writeFiles(folder, {
        'setpoint.yaml': PROJECT,
        'manifests/target.yaml': target({ address, tls: `{ fingerprint: "${fingerprint}" }` }),
        'manifests/package.yaml': PACKAGE,
        ...files,
      });
      writeBytes(join(folder, 'jars'), 'reader.jar', READER);
      await body({
        folder,
        address,
        fingerprint,
        hand,
        write: (more) => writeFiles(folder, more),
        drop: (path) => rmSync(join(folder, path)),
        control: (name, input = {}) => fabric.control(name, input),
        async ends(words, code, env = {}) {
          const { code: was, out, err } = heard(await command(split(words), { cwd: folder, env: { ...ENV, ...env } }));
          assert.is(was, code, `setpoint ${words} ended with ${was}\n${out}${err}`);
          return `${out}\n${err}`;
        },
        binary: async (words) => heard(await setpoint(split(words), { cwd: folder, env: ENV })),
        async there() {
          const { agents, pipelines } = (await fabric.control('state', {})) as unknown as State;
          const plugins = agents.flatMap(({ agent, plugins: own }) =>
            own
              .filter(({ id }) => !id.startsWith('system-'))
              .map(({ id, code }) => `${agent} ${id.startsWith('inode-') ? 'node' : id} ${code}`),
          );
          return [...plugins, ...pipelines.map(({ name, code }) => `${name} ${code}`)].sort();
        },
      });
      assertNoCanary(folder, printed);
    } finally {
      await hand.close();
      await fabric.close();
    }
  });

function writeBytes(folder: string, name: string, bytes: Uint8Array): void {
  writeFiles(folder, { [name]: '' });
  writeFileSync(join(folder, name), bytes);
}

/** Neither in what was printed nor in any file of the project: state, journal, plans. */
function assertNoCanary(folder: string, printed: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
  const places = [['the output', printed], ...files.map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const)] as const;
  for (const secret of Object.values(CANARIES)) {
    const forms = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)];
    assert.equal(
      places.filter(([, text]) => forms.some((form) => text.includes(form))).map(([place]) => place),
      [],
    );
  }
}

/** Text as it reads when lines are not broken. */
export const flowing = (text: string): string => text.replaceAll(/\s+/g, ' ');
