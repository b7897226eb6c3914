import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  writeFileSync,
  rmSync,
  statSync,
  symlinkSync,
  lstatSync,
  appendFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../src/core/diagnostic.ts';
import { createExclusively, listFiles, openLog, readLog, removeDurably, sweep, writeDurably } from '../../src/disk/index.ts';
import { assert, group } from '../kit/group.ts';

const folder = mkdtempSync(join(tmpdir(), 'setpoint-disk-'));
let count = 0;
const fresh = (): string => join(folder, String((count += 1)));

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
};

group('disk: whole files', (test) => {
  test('a file is made with its folders and then replaced, and nothing else is left', async () => {
    const path = join(fresh(), 'a', 'b.txt');
    await writeDurably(path, 'one');
    await writeDurably(path, 'zwei ü');
    assert.is(readFileSync(path, 'utf8'), 'zwei ü');
    assert.equal(readdirSync(join(path, '..')), ['b.txt']);
  });

  test('permission bits and a symbolic link outlive a rewrite', async () => {
    const base = fresh();
    mkdirSync(base);
    const path = join(base, 'secret');
    await writeDurably(path, 'x', { mode: 0o600 });
    symlinkSync('secret', join(base, 'link'));
    await writeDurably(join(base, 'link'), 'y');
    assert.is(statSync(path).mode & 0o777, 0o600);
    assert.ok(lstatSync(join(base, 'link')).isSymbolicLink());
    assert.is(readFileSync(path, 'utf8'), 'y');
  });

  test('a folder where a file is wanted, and a file where a folder is wanted, are named', async () => {
    const base = fresh();
    mkdirSync(join(base, 'taken'), { recursive: true });
    writeFileSync(join(base, 'file'), '');
    assert.is(await codeOf(writeDurably(join(base, 'taken'), 'x')), 'NOT_WRITABLE');
    assert.is(await codeOf(writeDurably(join(base, 'file', 'inner'), 'x')), 'NOT_WRITABLE');
    assert.equal(readdirSync(base).sort(), ['file', 'taken']);
  });

  test('of many that create a file at once exactly one does, and its content is whole', async () => {
    const path = join(fresh(), 'lease');
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => createExclusively(path, `holder ${i}`)));
    assert.is(results.filter(Boolean).length, 1);
    assert.is(readFileSync(path, 'utf8'), `holder ${results.indexOf(true)}`);
    assert.equal(readdirSync(join(path, '..')), ['lease']);
  });

  test('removing twice is quiet; temporary files are not listed and can be swept', async () => {
    const base = fresh();
    await writeDurably(join(base, 'b'), '');
    await writeDurably(join(base, 'c', 'd'), '');
    writeFileSync(join(base, '.b.1.1.tmp'), 'half');
    assert.equal(await listFiles(base), ['b', 'c/']);
    await sweep(base);
    await removeDurably(join(base, 'b'));
    await removeDurably(join(base, 'b'));
    assert.equal(readdirSync(base), ['c']);
    assert.equal(await listFiles(join(base, 'nowhere')), []);
  });
});

group('disk: logs', (test) => {
  test.after(() => rmSync(folder, { recursive: true, force: true }));

  test('concurrent appends keep their order and are all there', async () => {
    const path = join(fresh(), 'log');
    const log = openLog(path);
    await Promise.all(Array.from({ length: 200 }, (_, i) => log.append([`a${i}`, `b${i}`])));
    await log.close();
    const { lines, torn } = await readLog(path);
    assert.equal(lines, Array.from({ length: 200 }, (_, i) => [`a${i}`, `b${i}`]).flat());
    assert.not.ok(torn);
  });

  test('a torn last line is dropped when read and cut off before the next append', async () => {
    const path = join(fresh(), 'log');
    const first = openLog(path);
    await first.append(['whole']);
    await first.close();
    appendFileSync(path, 'torn');
    assert.equal(await readLog(path), { lines: ['whole'], torn: true });
    const second = openLog(path);
    await second.append(['next']);
    await second.close();
    assert.equal(await readLog(path), { lines: ['whole', 'next'], torn: false });
  });

  test('a torn line longer than what is read at once is found as well', async () => {
    const path = join(fresh(), 'log');
    const first = openLog(path);
    await first.append(['whole']);
    await first.close();
    appendFileSync(path, 'x'.repeat(200_000));
    const second = openLog(path);
    await second.append(['next']);
    await second.close();
    assert.equal((await readLog(path)).lines, ['whole', 'next']);
  });

  test('a line with a line end is refused, an absent log is empty', async () => {
    const path = join(fresh(), 'log');
    const log = openLog(path);
    assert.match(await codeOf(log.append(['a\nb'])), 'line end');
    await log.append([]);
    await log.close();
    assert.equal(await readLog(path), { lines: [], torn: false });
  });
});
