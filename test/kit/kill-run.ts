import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyExample, inFolder, setpoint } from './binary.ts';
import type { Ended } from './binary.ts';
import { assert } from './group.ts';

const preload = fileURLToPath(new URL('crash.mjs', import.meta.url));

/** What happens to an apply of the quickstart at the `at`-th write of state, journal, lease, plan or datastore. */
export interface Accident {
  readonly mode: 'kill' | 'kill-after' | 'short-write' | 'power' | 'enospc';
  readonly at: number;
  /** Apply over an existing brewery, with an edit and a removal, instead of the first one. */
  readonly second: boolean;
}

const apply = (cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> =>
  setpoint(['apply', '--yes'], { cwd, env, node: ['--import', preload] });

/** Only what the run itself writes counts: not what node or the loader do elsewhere. */
const match = (folder: string): string => `${folder}/(\\.setpoint|datastore)`;

async function prepare(folder: string, second: boolean): Promise<void> {
  copyExample('quickstart', folder);
  if (!second) return;
  const first = await setpoint(['apply', '--yes'], { cwd: folder });
  assert.is(first.code, 0, first.out + first.err);
  const file = join(folder, 'manifests/zone.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('setpoint: 18.5', 'setpoint: 18.6'));
  rmSync(join(folder, 'manifests/recipes.yaml'));
}

/** How many writes an apply without an accident makes. */
export const writesOf = (second: boolean): Promise<number> =>
  inFolder(async (folder) => {
    await prepare(folder, second);
    const count = join(folder, 'count');
    const ended = await apply(folder, { CRASH_MATCH: match(folder), CRASH_COUNT: count });
    assert.is(ended.code, 0, ended.out + ended.err);
    return readFileSync(count, 'utf8').trimEnd().split('\n').length;
  });

/**
 * After the accident: the next apply goes through, one more plan is empty, every value is what the manifests say, and the
 * datastore's log shows no commit that was made twice.
 */
export const survive = ({ mode, at, second }: Accident): Promise<void> =>
  inFolder(async (folder) => {
    await prepare(folder, second);
    const hurt = await apply(folder, { CRASH_MATCH: match(folder), CRASH_AT: String(at), CRASH_MODE: mode });
    const story = `${mode} at write ${at}${second ? ' of the second apply' : ''}`;
    // A full disk is told, as a step that failed or a target that cannot be opened; it is never a bug.
    if (mode === 'enospc') assert.ok([0, 1, 6].includes(hurt.code ?? -1), `${story}: ${hurt.out}${hurt.err}`);
    const again = await setpoint(['apply', '--yes'], { cwd: folder });
    assert.is(again.code, 0, `${story}: the next apply: ${again.out}${again.err}`);
    const plan = await setpoint(['plan', '--exit-code'], { cwd: folder });
    assert.is(plan.code, 0, `${story}: the plan after it: ${plan.out}${plan.err}`);
    const got = await setpoint(['run', 'brewery', 'get', '/brewhouse/temperature/fermentation'], { cwd: folder });
    const { setpoint: warm, highpoint } = JSON.parse(got.out) as Readonly<Record<string, string>>;
    assert.equal([warm, highpoint], [second ? '18.6' : '18.5', '18.8'], story);
    const log = await setpoint(['--format', 'ndjson', 'run', 'brewery', 'log'], { cwd: folder });
    const rows = log.out
      .split('\n')
      .flatMap((line) => (line === '' ? [] : ((JSON.parse(line) as { table?: { rows: string[][] } }).table?.rows ?? [])));
    const generations = new Set(rows.map(([generation]) => generation));
    assert.ok(generations.size <= (second ? 2 : 1), `${story}: made twice: ${JSON.stringify(rows)}`);
  });
