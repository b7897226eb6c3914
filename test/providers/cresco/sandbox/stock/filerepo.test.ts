import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Params, PluginInstance } from '../../../../../src/providers/cresco/sandbox/plugin.ts';
import { filerepo } from '../../../../../src/providers/cresco/sandbox/stock/filerepo.ts';
import { assert, group } from '../../../../kit/group.ts';
import { testFabric, until, type TestFabric } from './fabric.ts';

const gzjson = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64');
const unpacked = (packed: string | undefined): unknown => JSON.parse(gunzipSync(Buffer.from(packed ?? '', 'base64')).toString());
const md5 = (text: string | Uint8Array): string => createHash('md5').update(text).digest('hex');

/** A producer and a consumer of one name, on two agents, and the folders between which they move files. */
async function transfer(more: Params = {}) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'setpoint-filerepo-')));
  const [source, target] = [join(root, 'source'), join(root, 'target')];
  await mkdir(source);
  const fabric = testFabric([source, target]);
  const maker = filerepo({ generation: 3, folder: join(root, 'own'), allowedFolders: [source, target] });
  const producer = fabric.place('src', maker, { filerepo_name: "it's", scan_dir: source, enable_scan: 'true', ...more });
  const consumer = fabric.place('dst', maker, { filerepo_name: "it's", repo_dir: target });
  return {
    fabric,
    producer,
    consumer,
    source,
    target,
    async put(name: string, text: string | Uint8Array, modified: number) {
      await mkdir(join(source, name, '..'), { recursive: true });
      await writeFile(join(source, name), text);
      await utimes(join(source, name), modified, modified);
    },
    close: async () => {
      await fabric.stop();
      await rm(root, { recursive: true });
    },
  };
}

/** Lets time pass until the producer has broadcast once more and looked at its folder: it sleeps again. */
async function nextRound(fabric: TestFabric, ms = 15_000): Promise<void> {
  await fabric.clock.advance(ms);
  await until(() => fabric.clock.sleeping === 1);
}
const confirmed = (fabric: TestFabric): readonly string[] => fabric.log.filter((line) => line.endsWith(' confirmed'));

group('filerepo: files move', (test) => {
  test('what is there at the first look reaches nobody; what changes later does, flattened; what goes stays', async () => {
    const { fabric, producer, consumer, source, target, put, close } = await transfer();
    const broadcasts = fabric.hear("filerepo_name = 'it''s' AND broadcast");
    await put('early', 'early', 1);
    assert.ok(await producer.start());
    assert.ok(await consumer.start());
    await fabric.clock.advance(4_999);
    assert.is(broadcasts.length, 0);
    await nextRound(fabric, 1);
    const place = { repo_region_id: 'r', repo_agent_id: 'agent-of-src', repo_plugin_id: 'src' };
    assert.equal(JSON.parse(String(broadcasts[0]?.body)), { action: 'discover', filerepo_name: "it's", ...place, transfer_id: '-1' });
    assert.equal(await readdir(target), []);

    const large = Buffer.alloc(600_000, 'large');
    await put('deep/er/one', large, 2);
    await put('two', '', 2);
    await nextRound(fabric);
    await until(() => confirmed(fabric).length === 1);
    assert.equal(confirmed(fabric), ['Info transfer 2 confirmed']);
    assert.equal((await readdir(target)).sort(), ['one', 'two']);
    assert.is(md5(await readFile(join(target, 'one'))), md5(large));

    await rm(join(source, 'two'));
    await put('early', 'late', 3);
    await nextRound(fabric);
    await until(() => confirmed(fabric).length === 2);
    assert.equal((await readdir(target)).sort(), ['early', 'one', 'two']);
    assert.is(await readFile(join(target, 'early'), 'utf8'), 'late');
    assert.is(JSON.parse(String(broadcasts[2]?.body)).transfer_id, '2');
    await nextRound(fabric);
    assert.is(JSON.parse(String(broadcasts[3]?.body)).transfer_id, '3');
    assert.is(confirmed(fabric).length, 2, 'a change is sent once');
    await close();
  });

  test('a consumer answers a broadcast to its producer alone', async () => {
    const { fabric, producer, consumer, close } = await transfer({ scan_delay: '10', scan_period: '20' });
    const answers = fabric.hear("plugin_id = 'src'");
    await producer.start();
    await consumer.start();
    await nextRound(fabric, 10);
    const place = { sub_region_id: 'r', sub_agent_id: 'agent-of-dst', sub_plugin_id: 'dst' };
    assert.equal(
      answers.map(({ body, properties }) => [JSON.parse(String(body)), properties]),
      [
        [
          { action: 'subscribe', filerepo_name: "it's", ...place },
          { filerepo_name: "it's", region_id: 'r', agent_id: 'agent-of-src', plugin_id: 'src' },
        ],
      ],
    );
    await close();
  });

  test('what anybody says on the data plane does no harm', async () => {
    const { fabric, producer, consumer, target, put, close } = await transfer();
    await producer.start();
    await consumer.start();
    for (const body of ['', '[]', 'null', '{', '{"action":"discover"}', '{"action":"subscribe","sub_region_id":1}', Buffer.from('x')]) {
      fabric.bus.publish({ body, properties: { filerepo_name: "it's", broadcast: true } });
      fabric.bus.publish({ body, properties: { filerepo_name: "it's", region_id: 'r', agent_id: 'agent-of-src', plugin_id: 'src' } });
    }
    await nextRound(fabric, 5_000);
    await put('one', 'one', 1);
    await nextRound(fabric);
    await until(() => confirmed(fabric).length === 1);
    assert.equal(await readdir(target), ['one']);
    await close();
  });

  test('names that lead elsewhere, lost files and files of elsewhere are not fetched', async () => {
    const { fabric, consumer, source, target, put, close } = await transfer();
    await put('one', 'one', 1);
    await consumer.start();
    const file = (fileName: string, filePath: string) => ({ fileName, filePath, MD5: '', lastModified: '0', filesize: '3' });
    const repolistin = gzjson({
      a: file('../up', join(source, 'one')),
      b: file('gone', join(source, 'gone')),
      c: file('passwd', '/etc/passwd'),
      d: file('one', join(source, 'one')),
      e: 'no file',
    });
    const from = { repo_region_id: 'r', repo_agent_id: 'agent-of-src', repo_plugin_id: 'src' };
    const reply = await consumer.handle('EXEC', { action: 'repolistin', transfer_id: '4', repolistin, ...from });
    assert.equal(reply, { action: 'repolistin', transfer_id: '4', ...from, status: '10', status_desc: 'repolist received' });
    await until(() => confirmed(fabric).length === 1);
    assert.equal(await readdir(target), ['one']);
    assert.is(fabric.log.filter((line) => line.includes('was not fetched')).length, 3);
    await close();
  });
});

group('filerepo: how it starts', (test) => {
  test('a source without enable_scan does nothing, as in the pipelines of the described client', async () => {
    const { fabric, close, source } = await transfer();
    const maker = filerepo({ generation: 3, folder: source, allowedFolders: [source] });
    for (const config of [
      { filerepo_name: 'n', scan_dir: source },
      { filerepo_name: 'n', scan_dir: source, enable_scan: 'false' },
      { scan_dir: source },
      {},
    ]) {
      assert.ok(await fabric.place('idle', maker, config as Params).start());
      assert.is(fabric.clock.sleeping, 0);
    }
    await close();
  });

  test('scan_recursive false looks at the folder alone, and links are never followed', async () => {
    const { fabric, producer, source, put, close } = await transfer({ scan_recursive: 'false' });
    await put('one', 'one', 1);
    await put('deep/two', 'two', 1);
    await symlink('/etc/passwd', join(source, 'link'));
    await producer.start();
    await nextRound(fabric, 5_000);
    const reply = await producer.handle('EXEC', { action: 'getrepofilelist', repo_name: 'any' });
    assert.equal(unpacked(reply?.['repofilelist']), [
      { filepath: join(source, 'one'), md5: md5('one'), lastmodified: '1000', filesize: '3' },
    ]);
    await close();
  });

  test('folders that were not allowed are refused, with the reason in the log', async () => {
    const { fabric, source, close } = await transfer();
    const maker = filerepo({ generation: 3, folder: source, allowedFolders: [source] });
    assert.not(await fabric.place('a', maker, { filerepo_name: 'n', scan_dir: '/etc', enable_scan: 'true' }).start());
    assert.not(await fabric.place('b', maker, { filerepo_name: 'n', repo_dir: join(source, '../elsewhere') }).start());
    assert.match(fabric.log[0] ?? '', /^Error \/etc is outside of the folders that this sandbox may touch/);
    assert.is(fabric.log.length, 2);
    await close();
  });
});

group('filerepo: actions', (test) => {
  /** What a reply adds to the request. */
  const ask = async (plugin: PluginInstance, params: Params): Promise<Params> => {
    const reply = (await plugin.handle('EXEC', params)) ?? {};
    for (const [name, value] of Object.entries(params)) assert.is(reply[name], value);
    return Object.fromEntries(Object.entries(reply).filter(([name]) => !(name in params)));
  };

  test('lists, folders and whole files', async () => {
    const { fabric, producer, consumer, source, target, put, close } = await transfer({ instance_id: '7' });
    await put('one', 'one', 1);
    await producer.start();
    await consumer.start();
    await nextRound(fabric, 5_000);
    const path = join(source, 'one');
    const { repofilelist, ...list } = await ask(producer, { action: 'getrepofilelist', repo_name: 'any' });
    assert.equal(unpacked(repofilelist), [{ filepath: path, md5: md5('one'), lastmodified: '1000', filesize: '3' }]);
    assert.equal(list, { status: '10', status_desc: 'list found', scan_dir: source, instance_id: '7' });
    assert.equal(await ask(producer, { action: 'getrepofilelist' }), { status: '9', status_desc: 'list not found' });
    assert.equal(await ask(producer, { action: 'getscandir' }), { status: '10', status_desc: 'scan_dir found', scan_dir: source });
    assert.is((await ask(consumer, { action: 'getscandir' }))['status'], '9');
    const { file_metadata, file_data, ...got } = await ask(producer, { action: 'getfile', file_path: path });
    assert.equal(got, { status: '10', status_desc: 'file found' });
    assert.is(Buffer.from(file_data ?? '', 'base64').toString(), 'one');
    assert.is((unpacked(file_metadata) as Record<string, unknown>)['MD5'], md5('one'));
    assert.equal(await ask(producer, { action: 'getfile', file_path: '/etc/passwd' }), { status: '9', status_desc: 'fileInfo == null' });
    assert.equal(await ask(producer, { action: 'getfile' }), { status: '8', status_desc: 'no filename parameter' });
    await writeFile(join(target, 'mine'), 'mine');
    const mine = unpacked((await ask(consumer, { action: 'getrepofilelist', repo_name: 'any' }))['repofilelist']) as { filepath: string }[];
    assert.equal(
      mine.map(({ filepath }) => filepath),
      [join(target, 'mine')],
    );
    assert.is(await producer.handle('EXEC', { action: 'toString' }), undefined);
    assert.is(await producer.handle('CONFIG', { action: 'getscandir' }), undefined);
    await close();
  });

  test('files are sent on request', async () => {
    const { fabric, producer, consumer, source, target, put, close } = await transfer();
    await put('one', 'one', 1);
    await producer.start();
    await consumer.start();
    await nextRound(fabric, 5_000);
    const file_list = gzjson([join(source, 'one'), '/etc/passwd']);
    const to = { dst_region: 'r', dst_agent: 'agent-of-dst', dst_plugin: 'dst' };
    const request = { action: 'putfilesremote', repo_name: 'any', file_list, ...to };
    assert.equal(await ask(producer, { action: 'putfilesremote', repo_name: 'any', ...to }), {});
    assert.equal(await ask(producer, request), { status: '10', status_desc: 'request sent' });
    await until(async () => (await readdir(target)).includes('one'));
    assert.equal(fabric.log, ['Warn /etc/passwd was not sent: it is not catalogued']);
    await close();
  });

  test('a repository is cleared, its sub-folders and the source never', async () => {
    const { producer, consumer, target, source, put, close } = await transfer();
    await consumer.start();
    await producer.start();
    await mkdir(join(target, 'sub'));
    for (const name of ['a', 'b', 'c']) await writeFile(join(target, name), name);
    await put('keep', 'keep', 1);
    assert.equal(await ask(consumer, { action: 'removefile', repo_name: 'r', file_name: 'a' }), {
      status: '10',
      status_desc: 'file removed',
    });
    for (const file_name of ['a', '../source/keep', 'sub', '..']) {
      assert.equal(await ask(consumer, { action: 'removefile', repo_name: 'r', file_name }), {
        status: '9',
        status_desc: 'file not removed',
      });
    }
    assert.equal(await ask(producer, { action: 'removefile', repo_name: 'r', file_name: 'keep' }), {
      status: '9',
      status_desc: 'file not removed',
    });
    assert.is((await ask(consumer, { action: 'removefile', repo_name: 'r' }))['status_desc'], 'No repo or file name name found');
    assert.equal(await ask(consumer, { action: 'clearrepo', repo_name: 'r' }), { status: '10', status_desc: 'repo cleared' });
    assert.equal(await ask(producer, { action: 'clearrepo', repo_name: 'r' }), { status: '10', status_desc: 'repo cleared' });
    assert.equal(await readdir(target), ['sub']);
    assert.equal(await readdir(source), ['keep']);
    await close();
  });

  test('a file is streamed in numbered parts, from where and as long as asked', async () => {
    const { fabric, producer, source, put, close } = await transfer();
    await put('one', '0123456789', 1);
    await producer.start();
    const heard = fabric.hear("stream = 's'");
    const request = {
      action: 'streamfile',
      file_path: join(source, 'one'),
      start_byte: '2',
      byte_length: '5',
      transfer_id: 't',
      ident_key: 'stream',
      ident_id: 's',
      buffer_size: '2',
    };
    assert.equal(await ask(producer, request), { status: '10', status_desc: 'endByte > file size' });
    await until(() => heard.length === 3);
    assert.equal(
      heard.map(({ body, properties }) => [Buffer.from(body).toString(), properties]),
      [
        ['23', { stream: 's', transfer_id: 't', seq_num: '0' }],
        ['45', { stream: 's', transfer_id: 't', seq_num: '1' }],
        ['6', { stream: 's', transfer_id: 't', seq_num: '2' }],
      ],
    );
    for (const wrong of [
      { file_path: '/etc/passwd' },
      { file_path: join(source, 'gone') },
      { start_byte: '-1' },
      { buffer_size: '0' },
      { byte_length: 'x' },
    ]) {
      assert.not.equal((await ask(producer, { ...request, transfer_id: 'u', ...wrong }))['status'], '10');
    }
    await close();
  });

  test('a stream is cancelled by its id', async () => {
    const { fabric, producer, source, put, close } = await transfer();
    await put('one', Buffer.alloc(1_000_000), 1);
    await producer.start();
    const heard = fabric.hear("stream = 's'");
    const request = {
      action: 'streamfile',
      file_path: join(source, 'one'),
      start_byte: '0',
      byte_length: '1000000',
      transfer_id: 't',
      ident_key: 'stream',
      ident_id: 's',
      buffer_size: '1',
    };
    await producer.handle('EXEC', request);
    await until(() => heard.length > 0);
    assert.equal(await ask(producer, { action: 'streamfilecancel', transfer_id: 't' }), {
      status_code: '10',
      status_desc: 'transfer cancelled',
    });
    await producer.stop();
    assert.ok(heard.length < 1_000_000);
    assert.equal(await ask(producer, { action: 'streamfilecancel', transfer_id: 't' }), {
      status_code: '9',
      status_desc: 'transfer not found',
    });
    await close();
  });
});
