import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { confine, isPlainName } from '../../../../../src/providers/cresco/sandbox/stock/confine.ts';
import { agentFiles, pluginFolder } from '../../../../../src/providers/cresco/sandbox/stock/index.ts';
import { assert, group } from '../../../../kit/group.ts';

group('files of a sandbox', (test) => {
  let root = '';
  test.before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'setpoint-confine-')));
    await mkdir(join(root, 'in/deep'), { recursive: true });
    await mkdir(join(root, 'inner'));
    await writeFile(join(root, 'in/file'), 'inside');
    await writeFile(join(root, 'secret'), 'outside');
    await symlink('../secret', join(root, 'in/link'));
    await symlink('..', join(root, 'in/up'));
    await symlink('in', join(root, 'alias'));
  });
  test.after(() => rm(root, { recursive: true }));

  const allowed = ['in/file', 'in', 'in/deep/../file', 'in/deep/new/newer', 'alias/file', 'in/..file'];
  const refused = ['secret', 'in/../secret', 'in/link', 'in/up/secret', 'in/up/new', 'inner', 'inner/new', 'in/file/below', '.'];
  for (const path of allowed)
    test(`${path} is inside`, async () => assert.ok((await confine([join(root, 'in')])(join(root, path)))?.startsWith(join(root, 'in'))));
  for (const path of refused)
    test(`${path} is outside`, async () => assert.is(await confine([join(root, 'in')])(join(root, path)), undefined));

  test('a relative path, one that no system takes, and any path where nothing is allowed are outside', async () => {
    assert.is(await confine([root])('in/file'), undefined);
    assert.is(await confine([root])(join(root, 'in\0')), undefined);
    assert.is(await confine([])(join(root, 'in')), undefined);
    assert.is(await confine([join(root, 'nowhere')])(join(root, 'in')), undefined);
    assert.ok(await confine([join(root, 'alias')])(join(root, 'in/file')), 'the folder that is allowed may be a link itself');
    assert.ok(await confine(['/'])(join(root, 'in/file')));
  });

  test('plain names', () => {
    for (const name of ['a', '..a', 'a b', 'é']) assert.ok(isPlainName(name));
    for (const name of ['', '.', '..', 'a/b', '../a', 'a\\b', 'a\0']) assert.not(isPlainName(name));
  });

  test('a plugin has a folder of its own, whatever its id is', () => {
    const folders = ['..', '../x', 'a/b', '.', 'A', 'plugin-1'].map((id) => pluginFolder('/data', id));
    for (const folder of folders) assert.match(folder, /^\/data\/plugin-data\/[^/.]+$/);
    assert.is(new Set(folders).size, folders.length);
  });

  test('an agent tells size and MD5, and parts that are filled up with zeros', async () => {
    const files = agentFiles([join(root, 'in')]);
    const filepath = join(root, 'in/file');
    assert.equal(await files.getfileinfo({ filepath }), {
      status: '10',
      status_desc: 'file found',
      md5: '335cf4508dd597be4bfc9caa3e08b901',
      size: '6',
    });
    const part = await files.getfiledata({ filepath, skiplength: '2', partsize: '6' });
    assert.is(gunzipSync(Buffer.from(part['payload'] ?? '', 'base64')).toString(), 'side\0\0');
  });

  test('an agent says why it does not', async () => {
    const files = agentFiles([join(root, 'in')]);
    const reason = async (filepath: string): Promise<unknown> => {
      const { status, status_desc } = await files.getfileinfo({ filepath });
      assert.is(status, '9');
      return status_desc;
    };
    assert.match(String(await reason(join(root, 'secret'))), /outside of the folders/);
    assert.match(String(await reason(join(root, 'in/link'))), /outside of the folders/);
    assert.is(await reason(join(root, 'in/nothing')), 'file does not exist');
    assert.is(await reason(join(root, 'in/deep')), 'no file');
    assert.is((await files.getfileinfo({}))['status_desc'], 'no filepath');
    const filepath = join(root, 'in/file');
    for (const [skiplength, partsize] of [
      ['-1', '1'],
      ['0', 'x'],
      ['0', '999999999999'],
      ['1e3', '1'],
    ] as const) {
      assert.is((await files.getfiledata({ filepath, skiplength, partsize }))['status'], '9');
    }
  });
});
