import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openAt } from './sample.ts';
import { acts, BLANK, tell, type Told } from './script.ts';
import type { Store } from '../../src/state/index.ts';
import { mortal } from '../kit/children.ts';

const worker = fileURLToPath(new URL('store-worker.ts', import.meta.url));
const preload = fileURLToPath(new URL('../kit/crash.mjs', import.meta.url));

export interface Life {
  readonly medium: 'folder' | 'git';
  readonly root: string;
  /** See test/kit/crash.mjs. */
  readonly at?: number;
  readonly mode?: string;
  readonly match: string;
  readonly count?: string;
}

/** Runs the script of acts in a process of its own. Returns what each act said: `done`, or the code of its fault. */
export function live({ medium, root, at, mode, match, count }: Life): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = mortal(
      spawn(process.execPath, ['--import', 'tsx', '--import', preload, worker, 'script', medium, root], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          CRASH_MATCH: match,
          ...(at === undefined ? {} : { CRASH_AT: String(at) }),
          ...(mode === undefined ? {} : { CRASH_MODE: mode }),
          ...(count === undefined ? {} : { CRASH_COUNT: count }),
        },
      }),
    );
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', () => resolve(text.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(line.indexOf(' ') + 1)]))));
  });
}

/** What a life without an accident does, one line an operation. */
export async function operations(life: Life & { readonly count: string }): Promise<readonly string[]> {
  rmSync(life.count, { force: true });
  const said = await live(life);
  if (said.some((one) => one !== 'done') || said.length !== acts.length) throw new Error(`the script fails by itself: ${said.join(' ')}`);
  return readFileSync(life.count, 'utf8').trimEnd().split('\n');
}

const same = (a: Told, b: Told): boolean =>
  JSON.stringify([a.instance, a.values, a.open]) === JSON.stringify([b.instance, b.values, b.open]);

/** An empty binding is one that was never asked for: nothing is recorded, so nothing has to be protected. */
const mayBe = (told: Told, expected: Told): boolean =>
  same(told, expected) ||
  (Object.keys(expected.values).length === 0 && expected.open.length === 0 && same({ ...told, instance: expected.instance }, expected));

/**
 * After a life that was cut short: the state says what was acknowledged, or that and the act under way; nothing half; and work
 * goes on, through one more checkpoint, as if nothing had been. Returns what is wrong, or nothing.
 */
export async function verdict(said: readonly string[], open: () => Promise<Store>): Promise<string | undefined> {
  const acknowledged = said.filter((one) => one === 'done').length;
  const before = acts[acknowledged - 1]?.after ?? BLANK;
  const during = acts[acknowledged]?.after ?? before;
  const store = await open();
  const told = await tell(store);
  if (told.damage.length > 0) return `damage: ${told.damage.join('; ')}`;
  if (!mayBe(told, before) && !mayBe(told, during)) {
    return `after ${acknowledged} acts: ${JSON.stringify(told)}, expected ${JSON.stringify(before)} or ${JSON.stringify(during)}`;
  }
  const lease = await store.lease({ target: 'edge', run: 'r2' });
  await store.checkpoint({ run: 'r2', message: 'after the crash' });
  await lease.release();
  await store.close();
  const later = await tell(await open());
  if (later.damage.length > 0 || !mayBe(later, told))
    return `after one more checkpoint: ${JSON.stringify(later)}, before it ${JSON.stringify(told)}`;
  return undefined;
}

export const folderAt =
  (root: string): (() => Promise<Store>) =>
  () =>
    Promise.resolve(openAt(root));

export function emptyFolder(root: string): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
}
