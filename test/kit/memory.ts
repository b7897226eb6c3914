import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where temporary folders go: into memory where there is such a place. Tests are about what a process leaves that dies, not about a
 * machine without power; and every write of state waits for the disk, and for all others who use it.
 */
export const MEMORY = isFit('/dev/shm') ? '/dev/shm' : tmpdir();

/** Whether one may write there, and run what was written. */
function isFit(folder: string): boolean {
  let probe: string | undefined;
  try {
    probe = mkdtempSync(join(folder, 'setpoint-probe-'));
    const program = join(probe, 'program');
    writeFileSync(program, '', { mode: 0o700 });
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  } finally {
    if (probe !== undefined) rmSync(probe, { recursive: true, force: true });
  }
}
