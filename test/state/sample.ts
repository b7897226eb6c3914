import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../src/core/diagnostic.ts';
import type { Recorded } from '../../src/core/resource.ts';
import { openFolderStore, type Clock, type FolderStoreOptions, type Intent, type Store } from '../../src/state/index.ts';
import { MEMORY } from '../kit/memory.ts';

/** A record with little in it; `value` tells one version from another. */
export const recordOf = (id: string, value: string | number): Recorded => ({
  id,
  shape: 'confhoard/Config.v1',
  handle: `h-${id}`,
  applied: { value },
  needs: [],
  lifecycle: {},
  by: { run: 'r1', at: '2026-11-22T02:31:00.000Z' },
});

export const intentOf = (intent: string, id: string): Intent => ({
  intent,
  id,
  verb: 'update',
  handle: `h-${id}`,
  outcome: recordOf(id, intent),
  run: 'r1',
  at: '2026-11-22T02:31:00.000Z',
});

export const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
};

/** A clock that stands still until it is turned; heartbeats run when they are due. */
export function handClock(start = Date.parse('2026-11-22T02:31:00Z')): Clock & { turn(ms: number): void } {
  let now = start;
  const tasks = new Set<{ readonly ms: number; next: number; readonly task: () => void }>();
  return {
    now: () => now,
    every(ms, task) {
      const one = { ms, next: now + ms, task };
      tasks.add(one);
      return () => tasks.delete(one);
    },
    turn(ms) {
      now += ms;
      for (const one of tasks) {
        if (one.next > now) continue;
        one.next = now + one.ms;
        one.task();
      }
    },
  };
}

/** Waits for what happens on its own, such as the end of a heartbeat. The test's own limit ends a wait in vain. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 2));
}

export function folders(): { fresh(): string; remove(): void } {
  const base = mkdtempSync(join(MEMORY, 'setpoint-state-'));
  let count = 0;
  return { fresh: () => join(base, String((count += 1))), remove: () => rmSync(base, { recursive: true, force: true }) };
}

export const openAt = (root: string, options: Partial<FolderStoreOptions> = {}): Store =>
  openFolderStore({ root, holder: 'ann@cellar pid 1', ...options });
