import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog, readLog } from '../../src/disk/index.ts';
import { mortal } from '../kit/children.ts';
import { assert, group } from '../kit/group.ts';

const base = mkdtempSync(join(tmpdir(), 'setpoint-full-'));
const worker = fileURLToPath(new URL('log-worker.ts', import.meta.url));
const preload = fileURLToPath(new URL('../kit/crash.mjs', import.meta.url));

/** Runs the worker with an accident; what it said for each line. */
function run(path: string, accident: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  return new Promise((resolve, reject) => {
    const child = mortal(
      spawn(process.execPath, ['--import', 'tsx', '--import', preload, worker, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...accident },
      }),
    );
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', () => {
      const lines = text.split('\n').filter((line) => line !== '');
      resolve(new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)])));
    });
  });
}

const linesOf = (said: ReadonlyMap<string, string>): readonly string[] =>
  [...said].flatMap(([what, became]) => (what.startsWith('line') && became === 'done' ? [what, what.replace('line', 'more of')] : []));

group('disk: a full disk and a sudden end', (test) => {
  test.after(() => rmSync(base, { recursive: true, force: true }));

  for (const [name, match, at] of [
    ['a write', 'write .*log$', 4],
    ['an fsync', 'fdatasync .*log$', 7],
    ['the first open', 'open .*log$', 1],
  ] as const) {
    test(`${name} that fails once loses its own lines and no others`, async () => {
      const folder = join(base, match.replace(/\W/g, ''));
      mkdirSync(folder);
      const path = join(folder, 'log');
      const said = await run(path, { CRASH_MATCH: match, CRASH_AT: String(at), CRASH_MODE: 'enospc-once' });
      assert.equal(
        [...said.values()].filter((became) => became !== 'done'),
        ['DISK_FULL'],
      );
      assert.equal(await readLog(path), { lines: linesOf(said), torn: false });
    });
  }

  test('a disk that stays full: the old file is whole, no temporary file is left, the log ends with its last good line', async () => {
    const folder = join(base, 'full');
    mkdirSync(folder);
    const path = join(folder, 'log');
    writeFileSync(`${path}.file`, 'old');
    const said = await run(path, { CRASH_MATCH: 'full/', CRASH_AT: '9', CRASH_MODE: 'enospc' });
    assert.is(said.get('file'), 'DISK_FULL');
    assert.is(readFileSync(`${path}.file`, 'utf8'), 'old');
    assert.equal(readdirSync(folder).sort(), ['log', 'log.file']);
    const { lines, torn } = await readLog(path);
    assert.equal([lines, torn], [linesOf(said), false]);
    assert.ok(lines.length > 0 && lines.length < 20);
  });

  test('killed in the middle of a write: everything acknowledged is there, the torn line is told, and the log goes on', async () => {
    const folder = join(base, 'torn');
    mkdirSync(folder);
    const path = join(folder, 'log');
    const said = await run(path, { CRASH_MATCH: 'write .*log$', CRASH_AT: '5', CRASH_MODE: 'short-write' });
    assert.is(said.size, 4);
    const { lines, torn } = await readLog(path);
    assert.equal(lines.slice(0, 8), linesOf(said));
    assert.ok(torn);
    const log = openLog(path);
    await log.append(['after']);
    await log.close();
    assert.equal(await readLog(path), { lines: [...lines, 'after'], torn: false });
  });
});
