import { execFile } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Fields } from '../../../src/core/value.ts';
import { createDraft, openCandidate, parsePath } from '../../../src/providers/confhoard/datastore/index.ts';
import { assert } from '../../kit/group.ts';
import { FERMENTATION, openStore, schema, storeBench } from './store-bench.ts';
import { temporaryFolder } from './folder.ts';

const CRASH = fileURLToPath(new URL('../../kit/crash.mjs', import.meta.url));
const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs the writer in a process of its own. */
export function runWriter(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', CRASH, '--import', 'tsx', WRITER, ...args],
      { env: { ...process.env, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, signal: child.signalCode, output: stdout + stderr }),
    );
  });
}

const HOP = "/definitions/ingredients/hops[name='w-0']/description";
const GRAVITY = '/brewhouse/gravity/fermentation/original';

/** A datastore with two owners in which something stands already; every case begins with a copy of it. */
export async function crashBench() {
  const seed = await storeBench();
  await seed.set(`${FERMENTATION}/lowpoint`, 16.5);
  await seed.set(GRAVITY, '1.0500');
  await seed.store.register({ app: 'GravityProvider', module: 'brewhouse', path: '/brewhouse/gravity' });
  return {
    /** The file operations of an undisturbed run, numbered from 1. */
    async operations(): Promise<readonly string[]> {
      return inCopy(seed.folder, async (folder) => {
        const counts = `${folder}.count`;
        const { code, output } = await runWriter([folder, 'w', '1'], { CRASH_COUNT: counts, CRASH_MATCH: `${folder}/` });
        assert.is(code, 0, output);
        const lines = (await readFile(counts, 'utf8')).trim().split('\n');
        await rm(counts);
        return lines;
      });
    },
    /** Kills the writer at one operation, then looks: all of a commit or nothing, and everybody can go on. */
    async kill(at: number, mode: string): Promise<void> {
      await inCopy(seed.folder, async (folder) => {
        const { signal } = await runWriter([folder, 'w', '1'], { CRASH_AT: String(at), CRASH_MODE: mode, CRASH_MATCH: `${folder}/` });
        assert.is(signal, 'SIGKILL', `nothing was killed at operation ${at}`);
        await wholeAndUsable(folder, `${mode} at ${at}`);
      });
    },
    async full(at: number): Promise<void> {
      await inCopy(seed.folder, async (folder) => {
        const { signal } = await runWriter([folder, 'w', '1'], { CRASH_AT: String(at), CRASH_MODE: 'enospc', CRASH_MATCH: `${folder}/` });
        assert.is(signal, null);
        await wholeAndUsable(folder, `disk full at ${at}`);
      });
    },
    close: () => seed[Symbol.asyncDispose](),
  };
}

async function inCopy<T>(seed: string, body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder('crash');
  try {
    await cp(seed, folder, { recursive: true });
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function wholeAndUsable(folder: string, what: string): Promise<void> {
  const store = await openStore(folder);
  const running = await store.read('running');
  assert.equal(running.problems, [], what);
  assert.equal((await store.read('persist')).tree, running.tree, `${what}: what runs is persisted`);
  const at = (tree: Fields, path: string) => createDraft(tree).read(parsePath(schema, path));
  // The first commit of the writer spans two owners.
  const hop = at(running.tree, HOP);
  assert.is(at(running.tree, GRAVITY), hop === undefined ? '1.05' : '1.001', `${what}: half a commit is seen`);
  assert.is(at(running.tree, `${FERMENTATION}/lowpoint`), '16.5');
  const logged: number[] = [];
  for await (const { generation } of store.log()) logged.push(generation);
  assert.equal(
    logged,
    Array.from({ length: running.generation }, (_, i) => running.generation - i),
    `${what}: the log tells every commit once`,
  );
  // The lock of the dead process keeps nobody out.
  const candidate = await openCandidate(store);
  candidate.set(`${FERMENTATION}/lowpoint`, 16.3);
  assert.is((await candidate.commit({ user: 'next', via: 'test' })).generation, running.generation + 1, what);
  for (const name of ['running', 'persist'] as const)
    assert.is(at((await store.read(name)).tree, `${FERMENTATION}/lowpoint`), '16.3', what);
}
