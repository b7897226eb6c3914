import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExclusively, writeDurably } from '../../src/disk/index.ts';
import { assert, group } from '../kit/group.ts';

const folder = mkdtempSync(join(tmpdir(), 'setpoint-leftovers-'));
const HOUR = 3600;

/** The number of a process that has ended. */
const dead = spawnSync(process.execPath, ['-e', '']).pid;

function left(base: string, name: string, hours: number): void {
  const path = join(base, name);
  writeFileSync(path, 'half');
  const then = Date.now() / 1000 - hours * HOUR;
  utimesSync(path, then, then);
}

group('what a killed process left half written', (test) => {
  test.after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [how, write] of [
    ['written', writeDurably],
    ['created', (path: string, text: string) => createExclusively(path, text, { mode: 0o600 })],
  ] as const) {
    test(`goes when something is ${how} beside it, and nothing else does`, async () => {
      const base = join(folder, how);
      mkdirSync(base);
      const ours = join(base, 'cooker.key');
      left(base, `.cooker.key.${dead}.1.tmp`, 25);
      left(base, `.other.key.${dead}.7.tmp`, 48);
      const stay = [
        // Of a process that runs, however long it takes; and of somebody who may be on another machine.
        [`.cooker.key.${process.pid}.99.tmp`, 48],
        [`.cooker.key.${dead}.2.tmp`, 23],
        // Not ours by name.
        ['.cooker.key.tmp', 48],
        ['.cooker.key.word.1.tmp', 48],
        [`cooker.key.${dead}.1.tmp`, 48],
      ] as const;
      for (const [name, hours] of stay) left(base, name, hours);
      mkdirSync(join(base, `.folder.${dead}.1.tmp`));
      await write(ours, 'whole');
      assert.equal(readdirSync(base).sort(), ['cooker.key', `.folder.${dead}.1.tmp`, ...stay.map(([name]) => name)].sort());
    });
  }
});
