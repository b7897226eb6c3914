import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The user whom no file belongs to. */
const NOBODY = 65_534;

/** A folder for somebody whom permissions bind: for root, who may do everything, the body is run as nobody. */
export async function boundByPermissions(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'setpoint-bound-'));
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  try {
    if (isRoot) process.seteuid?.(NOBODY);
    await body(folder);
  } finally {
    if (isRoot) process.seteuid?.(0);
    rmSync(folder, { recursive: true, force: true });
  }
}
