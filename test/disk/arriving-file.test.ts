import { mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrivingFile } from '../../src/disk/arriving-file.ts';
import { faultOf } from '../kit/fault.ts';
import { assert, group } from '../kit/group.ts';
import { temporaryFolder } from '../providers/confhoard/folder.ts';

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder('arriving');
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

group('disk: a file that arrives', (test) => {
  test('has its name when it is kept, and is not there when it is abandoned', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a/b/mash.json');
      const file = await arrivingFile(path);
      file.write(Buffer.from('one '));
      file.write(Buffer.from('two'));
      assert.ok((await readdir(join(folder, 'a/b'))).every((name) => /^\..*\.tmp$/.test(name)));
      await file.keep();
      await file.abandon();
      assert.is(await readFile(path, 'utf8'), 'one two');
      const other = await arrivingFile(path);
      other.write(Buffer.from('half'));
      await other.abandon();
      assert.is(await readFile(path, 'utf8'), 'one two');
      assert.equal(await readdir(join(folder, 'a/b')), ['mash.json']);
    }));

  test('replaces a link, and not what it leads to; a folder in its place stays', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'theirs'), 'theirs');
      await symlink(join(folder, 'theirs'), join(folder, 'link'));
      const file = await arrivingFile(join(folder, 'link'));
      file.write(Buffer.from('ours'));
      await file.keep();
      assert.is(await readFile(join(folder, 'theirs'), 'utf8'), 'theirs');
      assert.is(await readFile(join(folder, 'link'), 'utf8'), 'ours');
      assert.is(await readlink(join(folder, 'link')).catch(() => 'no link'), 'no link');

      await mkdir(join(folder, 'sub/full'), { recursive: true });
      const stuck = await arrivingFile(join(folder, 'sub'));
      assert.is((await faultOf(stuck.keep())).code, 'NOT_WRITABLE');
      await stuck.abandon();
      assert.equal((await readdir(folder)).sort(), ['link', 'sub', 'theirs']);
      assert.is((await faultOf(arrivingFile(join(folder, 'theirs/below')))).code, 'NOT_WRITABLE');
    }));
});
