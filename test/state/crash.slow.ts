import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openGitStore, repository } from '../../src/git/index.ts';
import type { Store } from '../../src/state/index.ts';
import { assert, group } from '../kit/group.ts';
import { emptyFolder, folderAt, live, operations, verdict, type Life } from './crash.ts';
import { folders } from './sample.ts';

const at = folders();
/** So many lives at once: each is a process of its own, mostly waiting for the disk. */
const LANES = 4;

interface Matrix {
  readonly life: Life;
  readonly lane: (n: number) => {
    readonly root: string;
    readonly prepare: () => void;
    readonly match: string;
    readonly open: () => Promise<Store>;
  };
  readonly total: number;
  readonly mode: string;
  /** Which operations are worth this mode. */
  readonly numbers: readonly number[];
}

/** Lives once for each number and gathers what was wrong. `expected`: codes that may end a life, where the mode does not kill. */
async function all({ life, lane, mode, numbers }: Matrix, expected: readonly string[] = []): Promise<readonly string[]> {
  const failures: string[] = [];
  const queue = [...numbers];
  const work = async (n: number): Promise<void> => {
    const { root, prepare, match, open } = lane(n);
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) {
      prepare();
      const said = await live({ ...life, root, match, at: number, mode });
      const last = said.find((one) => one !== 'done');
      if (last !== undefined && !expected.includes(last)) failures.push(`${mode} at ${number}: ended with ${last}`);
      const wrong = await verdict(said, open);
      if (wrong) failures.push(`${mode} at ${number}: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, n) => work(n)));
  return failures;
}

const numbersOf = (lines: readonly string[], wanted: RegExp): readonly number[] =>
  lines.flatMap((line, i) => (wanted.test(line) ? [i + 1] : []));

group('state in a folder, cut short at every write', (test) => {
  const base = at.fresh();
  const life: Life = { medium: 'folder', root: join(base, 'all'), match: join(base, 'all') };
  const lane: Matrix['lane'] = (n) => {
    const root = join(base, `lane${n}`);
    return { root, match: root, prepare: () => emptyFolder(root), open: folderAt(root) };
  };
  let lines: readonly string[] = [];

  test('the script runs through', async () => {
    emptyFolder(life.root);
    lines = await operations({ ...life, count: join(base, 'count') });
    console.log(`${lines.length} operations`);
    assert.ok(lines.length > 60);
  });

  for (const [mode, wanted, expected] of [
    ['kill', /./, []],
    ['kill-after', / (rename|link|unlink) /, []],
    ['short-write', / write /, []],
    ['power', /./, []],
    ['enospc', / (open|write|fsync|fdatasync|link|mkdir) /, ['DISK_FULL']],
  ] as const) {
    test(
      mode,
      async () => {
        const numbers = numbersOf(lines, wanted);
        assert.ok(numbers.length > 0);
        assert.equal(await all({ life, lane, mode, total: lines.length, numbers }, expected), []);
      },
      { seconds: 900 },
    );
  }
});

for (const remote of [false, true]) {
  group(`state in git ${remote ? 'with' : 'without'} a remote, cut short at every write and every call of git`, (test) => {
    test.after(() => at.remove());
    const base = at.fresh();
    const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1' };
    const git = (folder: string, ...args: string[]): unknown => execFileSync('git', args, { cwd: folder, env, stdio: 'ignore' });
    const prepareAt = (root: string): void => {
      emptyFolder(root);
      git(root, 'init', '--quiet', '-b', 'main');
      if (!remote) return;
      emptyFolder(`${root}.git`);
      git(`${root}.git`, 'init', '--quiet', '--bare');
      git(root, 'remote', 'add', 'origin', `${root}.git`);
    };
    const openGit = (root: string) => async (): Promise<Store> => {
      const found = await repository(root, env);
      if (!found) throw new Error(`${root} is no repository`);
      return openGitStore({
        repository: found,
        project: '',
        environment: 'prod',
        holder: 'bob@cellar pid 2',
        remote: await found.remote(),
      });
    };
    const matchOf = (root: string): string => `${join(root, '.git/setpoint')}|spawn git`;
    const life: Life = { medium: 'git', root: join(base, 'all'), match: matchOf(join(base, 'all')) };
    const lane: Matrix['lane'] = (n) => {
      const root = join(base, `lane${n}`);
      return { root, match: matchOf(root), prepare: () => prepareAt(root), open: openGit(root) };
    };
    let lines: readonly string[] = [];

    test(
      'the script runs through',
      async () => {
        prepareAt(life.root);
        lines = await operations({ ...life, count: join(base, 'count') });
        console.log(`${lines.length} operations`);
        assert.ok(lines.length > 60);
      },
      { seconds: 60 },
    );

    for (const mode of ['kill', 'kill-after'] as const) {
      test(
        mode,
        async () => {
          const numbers = numbersOf(lines, mode === 'kill' ? /./ : / spawn .*(fast-import|push|update-ref|fetch)/);
          assert.ok(numbers.length > 0);
          assert.equal(await all({ life, lane, mode, total: lines.length, numbers }), []);
        },
        { seconds: 1800 },
      );
    }
  });
}
