import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What was started or put somewhere and is to be gone again, the newest last. */
const debts = new Set<() => void | Promise<void>>();
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Something that has to be undone, also if the program is interrupted meanwhile: then everything owed is undone, the newest first,
 * before it ends. Gives what undoes it, once.
 */
export function owed(undo: () => void | Promise<void>): () => Promise<void> {
  if (debts.size === 0) for (const signal of Object.keys(CODES) as (keyof typeof CODES)[]) process.on(signal, interrupted);
  debts.add(undo);
  return async () => {
    if (!debts.delete(undo)) return;
    if (debts.size === 0) for (const signal of Object.keys(CODES)) process.off(signal, interrupted);
    await undo();
  };
}

/** A folder of this name with a number, below that for temporary files, and what removes it. */
export function scratchFolder(name: string): { readonly folder: string; readonly remove: () => Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  return { folder, remove: owed(() => rmSync(folder, { recursive: true, force: true })) };
}

/** A folder that is gone when the body has ended, or the program is interrupted. */
export async function inScratch<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const { folder, remove } = scratchFolder('setpoint-interop');
  try {
    return await body(folder);
  } finally {
    await remove();
  }
}

function interrupted(signal: keyof typeof CODES): void {
  const undo = async (): Promise<void> => {
    // One that fails may not keep the others from being undone.
    for (const one of [...debts].reverse()) await Promise.allSettled([Promise.resolve().then(one)]);
  };
  void undo().finally(() => process.exit(CODES[signal]));
}
