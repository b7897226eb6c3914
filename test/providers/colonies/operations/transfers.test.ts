import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../../../../src/core/diagnostic.ts';
import type { File } from '../../../../src/providers/colonies/client/index.ts';
import { openColonies, openColonyFiles } from '../../../../src/providers/colonies/client/index.ts';
import type { Colony } from '../../../../src/providers/colonies/index.ts';
import { sandbox } from '../../../../src/providers/colonies/sandbox/index.ts';
import { putFile, type ColonyFiles } from '../../../../src/providers/colonies/storage/colony-files.ts';
import { storeOf } from '../../../../src/providers/colonies/storage/store-of.ts';
import { openS3 } from '../../../../src/providers/transport/s3.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { openS3Peer, type S3Peer } from '../../../kit/s3-peer.ts';
import { COLONY, lines, rows, withBench, type Bench } from './bench.ts';

interface Place {
  readonly bench: Bench;
  readonly peer: S3Peer;
  /** All that an operation says, in lines; a table as `name: what`. */
  run(name: string, input: Readonly<Record<string, string>>): Promise<readonly string[]>;
  fails(name: string, input: Readonly<Record<string, string>>): Promise<string>;
  /** Paths are below the project's folder. */
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** Everything below a folder of the project. */
  list(folder: string): Promise<readonly string[]>;
  /** What somebody says of a file to the server, whatever is in the store. */
  claim(file: Partial<File>): Promise<void>;
}

/** The sandbox, a store beside it, and a target that names both. */
const withPlace = (body: (place: Place) => Promise<void>): Promise<void> =>
  withBench(async (bench) => {
    const peer = await openS3Peer();
    const store = openS3(peer.options);
    const session: Colony = { ...bench.session, write: { ...bench.session.write, folder: bench.dir, store } };
    const full = (path: string): string => join(bench.dir, path);
    const run: Place['run'] = async (name, input) => lines(await bench.run(name, input, { session }));
    try {
      await body({
        bench,
        peer,
        run,
        fails: async (name, input) => (await faultOf(run(name, input))).code,
        async write(path, text) {
          await mkdir(dirname(full(path)), { recursive: true });
          await writeFile(full(path), text);
        },
        read: (path) => readFile(full(path), 'utf8'),
        list: async (folder) =>
          (await readdir(full(folder), { recursive: true, withFileTypes: true }))
            .filter((one) => one.isFile())
            .map((one) => one.name)
            .sort(),
        async claim(file) {
          const s3object = {
            server: '',
            port: 0,
            tls: false,
            accesskey: '',
            secretkey: '',
            region: '',
            encryptionkey: '',
            encryptionalg: '',
            bucket: 'plant',
            object: 'a1',
          };
          await bench.hand(
            'addfilemsg',
            {
              file: {
                colonyname: COLONY,
                label: '/in',
                name: 'x',
                size: 4n,
                checksum: '',
                checksumalg: 'SHA256',
                ref: { protocol: 's3', s3object },
                ...file,
              },
            },
            bench.keys.member,
          );
        },
      });
    } finally {
      await store.close();
      await peer.close();
    }
  });

/** Of nothing in particular. */
const OTHER_SUM = '2a2e5d57cd5cbe9b0ba8e2c0fae4d0fb8b2b0b3d0d7e5f7d9b4a3f1b0f3b7c11';

group('colonies: files with their bytes', (test) => {
  test('a file is put once, got whole, and every change is a revision of its own', () =>
    withPlace(async ({ run, write, read, peer, fails, bench }) => {
      await write('mash.json', '{"celsius":65}');
      assert.equal(await run('put-file', { from: 'mash.json', label: 'recipes/lagers/' }), [
        '/recipes/lagers/mash.json has a new revision.',
      ]);
      assert.match((await run('put-file', { from: 'mash.json', label: '/recipes/lagers' }))[0] ?? '', /nothing was sent/);
      assert.is(peer.objects.size, 1);
      const got = { label: '/recipes/lagers', file: 'mash.json' };
      assert.match((await run('get-file', { ...got, to: 'got/' }))[0] ?? '', /got\/mash\.json is there, and whole/);
      assert.is(await read('got/mash.json'), '{"celsius":65}');
      await write('mash.json', '{"celsius":67}');
      await run('put-file', { from: 'mash.json', label: '/recipes/lagers' });
      assert.is(peer.objects.size, 2);
      // What is there and is another one stays, unless it is said.
      assert.is(await fails('get-file', { ...got, to: 'got' }), 'COLONIES_FILES_DIFFER');
      assert.is(await read('got/mash.json'), '{"celsius":65}');
      await run('get-file', { ...got, to: 'got', overwrite: 'yes' });
      assert.is(await read('got/mash.json'), '{"celsius":67}');
      assert.is(await fails('get-file', { ...got, file: 'boil.json' }), 'COLONIES_NOT_FOUND');
      assert.is(await fails('put-file', { from: 'none.json', label: '/recipes' }), 'DISK_FAILED');
      for (const label of ['/', '..', '/a/../b', 'a:b'])
        assert.ok(['INPUT_VALUE', 'COLONIES_NAME'].includes(await fails('put-file', { from: 'mash.json', label })), label);

      const [file] = await bench.hand(
        'getfilemsg',
        { colonyname: COLONY, label: got.label, name: got.file, latest: true },
        bench.keys.member,
      );
      const { server, port, accesskey, secretkey } = file?.ref.s3object ?? {};
      assert.equal({ at: `${server ?? ''}:${port ?? 0}`, accesskey, secretkey }, { at: peer.endpoint, accesskey: '', secretkey: '' });
      assert.match((await run('remove-file', { ...got, bytes: 'yes' }))[0] ?? '', /2 objects removed/);
      assert.is(peer.objects.size, 0);
    }));

  test('what the server refuses is not left in the store, and what it may have taken is', () =>
    withPlace(async ({ bench, peer, write }) => {
      await write('mash.json', 'mash');
      const store = openS3(peer.options);
      for (const [sent, left] of [
        ['answered', 0],
        ['maybe', 1],
      ] as const) {
        const refusal = new Fault({ code: 'COLONIES_SERVER', summary: 'its database failed', hint: 'Its log says more.' }, { sent });
        const call: ColonyFiles['call'] = (type, request, signal) =>
          type === 'addfilemsg' ? Promise.reject(refusal) : bench.session.write.call(type, request, { signal });
        const putting = putFile(
          { colony: COLONY, store, call },
          { path: join(bench.dir, 'mash.json'), label: '/recipes' },
          bench.call().signal,
        );
        assert.is(await faultOf(putting), refusal);
        assert.is(peer.objects.size, left, sent);
      }
      await store.close();
    }));

  test('bytes that are not those of the checksum, or that nobody could check, are never written', () =>
    withPlace(async ({ fails, write, list, peer, claim, read }) => {
      peer.objects.set('a1', Buffer.from('mush'));
      await write('to/x', 'ours');
      const get = { label: '/in', file: 'x', to: 'to', overwrite: 'yes' };
      await claim({ checksum: OTHER_SUM });
      assert.is(await fails('get-file', get), 'COLONIES_FILE_CHECKSUM');
      for (const strange of [{ checksum: 'none' }, { checksumalg: 'MD5', checksum: OTHER_SUM }, { checksum: OTHER_SUM, size: -1n }]) {
        await claim(strange);
        assert.is(await fails('get-file', get), 'COLONIES_FILE_STRANGE');
      }
      peer.objects.clear();
      await claim({ checksum: OTHER_SUM });
      assert.is(await fails('get-file', get), 'S3_NO_OBJECT');
      assert.equal(await list('to'), ['x']);
      assert.is(await read('to/x'), 'ours');
    }));

  test('no name of the server leads out of the folder', () =>
    withPlace(async ({ fails, bench, claim, write, peer }) => {
      peer.objects.set('a1', Buffer.from('mush'));
      await write('to/keep', '');
      for (const name of ['../out', '..', 'a/b', 'a\\b', 'a\u0000b', '.', '\u001b[2J']) {
        await claim({ name, label: `/in/${name.length}`, checksum: OTHER_SUM });
        assert.is(await fails('get-file', { label: `/in/${name.length}`, file: name, to: 'to' }), 'COLONIES_FILE_PATH', name);
      }
      for (const label of ['/in/..', '/in/a/../../..', '/in//a']) {
        await claim({ label, checksum: OTHER_SUM });
        assert.is(await fails('sync-files', { folder: 'to', label: '/in' }), 'COLONIES_FILE_PATH', label);
      }
      await bench.run('make-snapshot', { label: '/in/..', snapshot: 'up' });
      // Nor does a link that somebody left in it.
      await symlink('/', join(bench.dir, 'to/link'));
      await claim({ label: '/linked/link/tmp', checksum: OTHER_SUM });
      assert.is(await fails('sync-files', { folder: 'to', label: '/linked' }), 'COLONIES_FILE_PATH');
      assert.equal(peer.asked, []);
    }));

  test('a folder and a label become the same, and nothing that differs is decided by chance', () =>
    withPlace(async ({ run, fails, write, read, list, bench }) => {
      await write('one/mash.json', 'mash');
      await write('one/lagers/helles.json', 'helles');
      await write('one/.cfs', '{}');
      await symlink('mash.json', join(bench.dir, 'one/link'));
      const said = await run('sync-files', { folder: 'one', label: '/recipes' });
      assert.equal(said.slice(1), [
        'put  /recipes/lagers/helles.json',
        'put  /recipes/mash.json',
        '2 files the same on both sides, 2 of them from now on.',
      ]);
      assert.match(said[0] ?? '', /^link is left alone/);
      await run('sync-files', { folder: 'two', label: '/recipes' });
      assert.equal(await list('two'), ['helles.json', 'mash.json']);
      assert.is(await read('two/lagers/helles.json'), 'helles');

      await write('two/lagers/helles.json', 'stronger');
      await write('two/boil.json', 'boil');
      assert.equal(rows(await bench.run('compare-files', { folder: join(bench.dir, 'two'), label: '/recipes' })), [
        ['boil.json', 'only here'],
        ['lagers/helles.json', 'different here and there'],
      ]);
      assert.is(await fails('sync-files', { folder: 'two', label: '/recipes' }), 'COLONIES_FILES_DIFFER');
      assert.equal(await list('one'), ['.cfs', 'helles.json', 'mash.json']);
      await run('sync-files', { folder: 'two', label: '/recipes', keep: 'here' });
      await run('sync-files', { folder: 'one', label: '/recipes', keep: 'there' });
      assert.equal([await read('one/lagers/helles.json'), await read('one/boil.json')], ['stronger', 'boil']);
      assert.equal(await run('sync-files', { folder: 'two', label: '/recipes' }), ['3 files the same on both sides, as they were.']);
    }));

  test('a snapshot is what was there then, and says what is gone from it', () =>
    withPlace(async ({ run, fails, write, read, list }) => {
      await write('one/mash.json', 'before');
      await write('one/lagers/helles.json', 'helles');
      await run('sync-files', { folder: 'one', label: '/recipes' });
      await run('make-snapshot', { label: '/recipes', snapshot: 'monday' });
      await write('one/mash.json', 'after');
      await run('sync-files', { folder: 'one', label: '/recipes', keep: 'here' });
      const snapshot = { snapshot: 'monday', folder: 'then' };
      await run('get-snapshot', snapshot);
      assert.is(await read('then/mash.json'), 'before');
      assert.is(await read('then/lagers/helles.json'), 'helles');
      await write('then/mash.json', 'touched');
      assert.is(await fails('get-snapshot', snapshot), 'COLONIES_FILES_DIFFER');
      await run('get-snapshot', { ...snapshot, overwrite: 'yes' });
      assert.is(await read('then/mash.json'), 'before');
      await run('remove-file', { label: '/recipes', file: 'mash.json' });
      assert.is(await fails('get-snapshot', { ...snapshot, folder: 'rest' }), 'COLONIES_SNAPSHOT_GONE');
      assert.equal(await list('rest'), ['helles.json']);
    }));

  test('without a store the bytes stay where they are, and it is said what to set', () =>
    withBench(async (bench) => {
      await bench.write('one/mash.json', 'mash');
      const at = { folder: join(bench.dir, 'one'), label: '/recipes' };
      const fails = async (name: string, input: Readonly<Record<string, string>>): Promise<string> => {
        const { code, hint } = (await faultOf(bench.run(name, input))).diagnostic;
        assert.match(hint ?? '', /spec\.options\.storage/);
        return code;
      };
      for (const [name, input] of Object.entries({
        'put-file': { from: join(at.folder, 'mash.json'), label: '/recipes' },
        'get-file': { label: '/recipes', file: 'mash.json' },
        'sync-files': at,
        'get-snapshot': { snapshot: 'monday', folder: at.folder },
        'remove-file': { label: '/recipes', file: 'mash.json', bytes: 'yes' },
      }))
        assert.is(await fails(name, input), 'COLONIES_NO_STORAGE', name);
      assert.equal(rows(await bench.run('compare-files', at)), [['mash.json', 'only here']]);
    }));

  test('a sandbox never uses the store of the real server', async () => {
    const storage = { endpoint: 'https://minio.example', bucket: 'plant', accessKey: 'who', secretKey: 'what' };
    assert.is(storeOf({ options: { storage } })?.address, 'https://minio.example/plant');
    const system = await sandbox({ options: { colony: COLONY, storage } });
    await system.close();
    assert.is(storeOf({ options: { storage, ...system.options } }), undefined);
    assert.is((await faultOf(() => storeOf({ options: { storage: { ...storage, tls: { ca: 'none.pem' } } } }))).code, 'COLONIES_STORE_CA');
  });

  test('programs move files with the client alone', () =>
    withPlace(async ({ bench, peer, write, read }) => {
      const client = openColonies({ address: bench.session.read.address, key: bench.keys.member });
      const files = openColonyFiles(client, { colony: COLONY, storage: peer.options });
      await write('mash.json', 'mash');
      assert.is(await files.put({ path: join(bench.dir, 'mash.json'), label: '/recipes' }), true);
      await files.get({ label: '/recipes', name: 'mash.json', to: join(bench.dir, 'got/mash.json') });
      assert.is(await read('got/mash.json'), 'mash');
      assert.is((await faultOf(files.get({ label: '/recipes', name: 'none', to: join(bench.dir, 'got/x') }))).code, 'COLONIES_NOT_FOUND');
      await files.close();
      await client.close();
    }));
});
