import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, writeFiles, type Ended } from '../../kit/binary.ts';
import { assert } from '../../kit/group.ts';
import { inScratch } from '../kit/debts.ts';
import { ended } from '../kit/ended.ts';
import { openPython, py, type Python } from '../kit/python.ts';
import type { Check } from '../kit/stage.ts';
import { commandLine } from './command-line.ts';
import { startGateway } from './gateway.ts';
import { SAMPLE } from './keys.ts';

const colony = 'files';
const main = join(root, 'dist/cli/main.js');
const PROJECT = `apiVersion: setpoint/v1
kind: Project
metadata: { name: files }
spec: { manifests: manifests, state: { folder: .setpoint/state } }
`;
const targetOf = (address: string, endpoint: string): string => `apiVersion: setpoint/v1
kind: Target
metadata: { name: plant }
spec:
  provider: colonies
  address: ${address}
  options:
    colony: ${colony}
    key: { env: COLONIES_PRVKEY }
    storage: { endpoint: '${endpoint}', bucket: plant, accessKey: { env: AWS_S3_ACCESSKEY }, secretKey: { env: AWS_S3_SECRETKEY } }
`;

/**
 * By their paths. Nothing in them repeats, and one is larger than what is read at once. The one of no bytes is only synced by the command of
 * Colonies: its `fs get` waits for ever for the end of a progress bar that has no length.
 */
const TREE: Readonly<Record<string, Buffer>> = {
  'mash.json': Buffer.from('{"celsius": 65}\n'),
  'nothing.txt': Buffer.alloc(0),
  'two words, ö.txt': Buffer.from('ölbryggning'),
  'lagers/helles/steps.bin': Buffer.from(Uint32Array.from({ length: 300_000 }, (_, n) => Math.imul(n, 2_654_435_761)).buffer),
};

interface Desk {
  /** Of this side: a project of ours, with the server and the store as its target. */
  readonly folder: string;
  /** The built `setpoint run plant …`. */
  ours(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** The same, where it has to work. */
  must(words: readonly string[]): Promise<string>;
  /** `colonies …`, which has to work. */
  theirs(words: readonly string[], input?: string): Promise<string>;
  readonly python: Python;
  /** Where the store keeps its objects. */
  readonly objects: string;
}

/** Files in a real S3 store: what the command of Colonies, pycolonies or ours puts there, the others get, byte for byte. */
export async function playFiles(
  { host, port, name }: { readonly host: string; readonly port: number; readonly name: string },
  { python: interpreter, program }: { readonly python: string; readonly program: string },
  check: Check,
): Promise<void> {
  const owner = commandLine(program, { host, port, colony });
  await owner.must(['colony', 'add', '--name', colony, '--colonyid', SAMPLE.colonyId]);
  await owner.must(['user', 'add', '--name', 'me', '--email', '', '--phone', '', '--userid', SAMPLE.userId]);
  await inScratch(async (folder) => {
    const gateway = await startGateway(join(folder, 'store'));
    const python = openPython(interpreter);
    const env = {
      ...{ PATH: process.env.PATH, HOME: folder, TZ: 'UTC', LC_ALL: 'C', COLONIES_CLI_ASCII: 'true', ...gateway.env },
      ...{ COLONIES_SERVER_HOST: host, COLONIES_SERVER_PORT: String(port), COLONIES_TLS: 'false', COLONIES_SERVER_TLS: 'false' },
      ...{ COLONIES_COLONY_NAME: colony, COLONIES_PRVKEY: SAMPLE.userKey },
    };
    try {
      await python.value(`import os\nos.environ.update(${JSON.stringify({ ...env, PATH: '' })})\nfrom pycolonies import Colonies`);
      await python.value(`client = Colonies(${py(host)}, ${port}, False)\nkey = ${py(SAMPLE.userKey)}`);
      writeFiles(folder, {
        'setpoint.yaml': PROJECT,
        'manifests/targets.yaml': targetOf(`http://${host}:${port}`, gateway.env['AWS_S3_ENDPOINT'] ?? ''),
      });
      const ours: Desk['ours'] = (words, own = {}) =>
        ended(process.execPath, [main, 'run', 'plant', ...words, '--yes'], { cwd: folder, env: { ...env, ...own } });
      const desk: Desk = {
        folder,
        ours,
        must: (words) => worked(ours(words), words),
        theirs: (words, input) => worked(ended(program, words, { cwd: folder, env, ...(input === undefined ? {} : { input }) }), words),
        python,
        objects: join(folder, 'store/objects/plant'),
      };
      for (const [what, act] of CHAPTERS) await check(`files on ${name}: ${what}`, () => act(desk));
    } finally {
      await python.close();
      await gateway.stop();
    }
  });
  await owner.must(['colony', 'remove', '--name', colony], 'YES\n');
}

type Chapter = readonly [what: string, act: (desk: Desk) => Promise<void>];

const CHAPTERS: readonly Chapter[] = [
  [
    'a tree that `fs sync` puts is what we fetch',
    async ({ folder, theirs, must }) => {
      plant(join(folder, 'a'), TREE);
      await theirs(['fs', 'sync', '--dir', 'a', '--label', '/theirs', '--yes', '--quite']);
      await must(['sync-files', 'a-here', '/theirs']);
      assert.ok(isTree(join(folder, 'a-here'), TREE));
      assert.match(await must(['sync-files', 'a', '/theirs']), 'as they were');
    },
  ],
  [
    'a tree that we put is what `fs sync` and `fs get` fetch',
    async ({ folder, theirs, must }) => {
      plant(join(folder, 'b'), TREE);
      await must(['sync-files', 'b', '/ours']);
      mkdirSync(join(folder, 'b-there'));
      await theirs(['fs', 'sync', '--dir', 'b-there', '--label', '/ours', '--yes', '--quite']);
      assert.ok(isTree(join(folder, 'b-there'), TREE));
      await theirs(['fs', 'get', '--label', '/ours/lagers/helles', '--name', 'steps.bin', '--dir', 'b-got']);
      assert.ok(readFileSync(join(folder, 'b-got/steps.bin')).equals(TREE['lagers/helles/steps.bin'] as Buffer));
    },
  ],
  [
    'pycolonies and ours get what the other puts',
    async ({ folder, python, must }) => {
      await python.value(`client.upload_data('${colony}', key, filename='log.csv', data=bytes(range(256)) * 300, label='/python')`);
      await must(['get-file', '/python', 'log.csv', 'c/']);
      assert.ok(readFileSync(join(folder, 'c/log.csv')).equals(Buffer.from(Array.from({ length: 76_800 }, (_, n) => n % 256))));
      for (const [label, name, path] of [
        ['/ours/lagers/helles', 'steps.bin', 'lagers/helles/steps.bin'],
        ['/ours', 'nothing.txt', 'nothing.txt'],
      ] as const) {
        const got = await python.value(
          `import base64\nbase64.b64encode(client.download_data('${colony}', key, label=${py(label)}, filename=${py(name)})).decode()`,
        );
        assert.ok(Buffer.from(String(got), 'base64').equals(TREE[path] as Buffer), path);
      }
      // The command of Colonies writes the address of the store in one, and -1 for its port.
      const { raised } = await python.run(`client.download_data('${colony}', key, label='/theirs', filename='mash.json')`);
      assert.is(raised, 'EndpointResolutionError');
    },
  ],
  [
    'a snapshot of either side is what the other downloads, whatever was put since',
    async ({ folder, theirs, must }) => {
      await must(['make-snapshot', '/ours', 'of-ours']);
      await theirs(['fs', 'snapshot', 'create', '--label', '/theirs', '--snapshotname', 'of-theirs']);
      plant(join(folder, 'a'), { 'mash.json': Buffer.from('{"celsius": 67}\n') });
      await must(['sync-files', 'a', '/theirs', 'keep=here']);
      await must(['sync-files', 'a', '/ours', 'keep=here']);
      await must(['get-snapshot', 'of-theirs', 'd-here']);
      assert.ok(isTree(join(folder, 'd-here'), TREE));
      mkdirSync(join(folder, 'd-there'));
      await theirs(['fs', 'snapshot', 'download', '--snapshotname', 'of-ours', '--dir', 'd-there']);
      assert.ok(isTree(join(folder, 'd-there'), TREE));
    },
  ],
  [
    'bytes that somebody changed in the store, and keys that are not its own, are told and harm nothing',
    async ({ folder, ours, must, objects }) => {
      writeFileSync(join(folder, 'grain.txt'), 'pilsner malt');
      const before = new Set(readdirSync(objects));
      await must(['put-file', 'grain.txt', '/bad']);
      const object = readdirSync(objects).find((name) => !before.has(name)) ?? '';
      writeFileSync(join(objects, object), 'pilsner salt');
      const changed = await ours(['get-file', '/bad', 'grain.txt', 'e/']);
      assert.is(changed.code, 1);
      assert.match(changed.err, 'COLONIES_FILE_CHECKSUM');
      assert.equal(readdirSync(join(folder, 'e')), []);
      const wrong = await ours(['get-file', '/bad', 'grain.txt', 'e/'], { AWS_S3_SECRETKEY: 'not-the-secret' });
      assert.is(wrong.code, 6, wrong.err);
      assert.match(wrong.err, 'S3_KEYS');
      assert.not.match(wrong.out + wrong.err, /not-the-secret|interop-access/);
    },
  ],
  [
    'what is removed by either side is gone from the store',
    async ({ theirs, must, ours, objects }) => {
      await must(['remove-file', '/bad', 'grain.txt', '--bytes']);
      await must(['remove-file', '/python', 'log.csv', '--bytes']);
      await theirs(['fs', 'remove', '--label', '/theirs', '--name', 'mash.json'], 'YES\n');
      const gone = await ours(['get-file', '/theirs', 'mash.json', 'f/']);
      assert.match(gone.err, 'COLONIES_NOT_FOUND');
      await theirs(['fs', 'label', 'remove', '--label', '/theirs', '--yes']);
      for (const name of ['mash.json', 'nothing.txt', 'two words, ö.txt']) await must(['remove-file', '/ours', name, '--bytes']);
      await must(['remove-file', '/ours/lagers/helles', 'steps.bin', '--bytes']);
      // It has a folder of its own there, for what is still arriving.
      assert.equal(
        readdirSync(objects).filter((one) => !one.startsWith('.')),
        [],
      );
    },
  ],
];

async function worked(running: Promise<Ended>, words: readonly string[]): Promise<string> {
  const { code, out, err } = await running;
  assert.is(code, 0, `${words.join(' ')}\n${out}${err}`);
  return out + err;
}

function plant(folder: string, tree: Readonly<Record<string, Buffer>>): void {
  for (const [path, bytes] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

/** These files and no other, but the notes that the command of Colonies leaves in each folder. */
function isTree(folder: string, tree: Readonly<Record<string, Buffer>>): boolean {
  const found = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== '.cfs')
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  assert.equal(found.sort(), Object.keys(tree).sort());
  return Object.entries(tree).every(([path, bytes]) => readFileSync(join(folder, path)).equals(bytes));
}
