import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from './binary.ts';
import { assert, group } from './group.ts';

const kit = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
const HEAD = `import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mortal } from ${kit('children.ts')};
const start = (code, options) => {
  const child = mortal(spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'], ...options }), { family: options?.detached });
  return new Promise((resolve) => child.stdout.once('data', (text) => resolve(Number(text))));
};
const FOREVER = 'console.log(process.pid); process.on("SIGTERM", () => 0); setInterval(() => 0, 1000);';
/** Ended ones that nobody has asked about yet are gone as well. Waits: a signal that was sent has not always arrived. */
const gone = async (pid) => {
  for (;;) {
    try {
      process.kill(pid, 0);
      if (process.platform === 'linux' && /\\) Z /.test(readFileSync('/proc/' + pid + '/stat', 'utf8'))) return;
    } catch (error) {
      if (error.code === 'ESRCH' || error.code === 'ENOENT') return;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const FAMILY = 'require("node:child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(FOREVER) + '], { stdio: "inherit" }); setInterval(() => 0, 1000)';
`;
const script = (body: string): { readonly out: string; readonly code: number | null } => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', HEAD + body], {
    encoding: 'utf8',
    cwd: root,
  });
  return { out: stdout + stderr, code: status };
};
group('kit: programs that tests start', (test) => {
  test('end with their test, whether it fails, has no end, or leaves them behind', () => {
    const { out } = script(`
      import { group, tally } from ${kit('group.ts')};
      const pids = [];
      globalThis.UVU_INDEX = globalThis.UVU_QUEUE.push([]) - 1;
      group('three bad ends', (test) => {
        test.before(async () => void pids.push(await start(FOREVER)));
        test('fails', async () => { pids.push(await start(FOREVER)); throw new Error('no'); });
        test('has no end', async () => { pids.push(await start(FAMILY, { detached: true })); await new Promise(() => 0); }, { seconds: 1 });
        test('leaves it', async () => void pids.push(await start(FOREVER)));
        test('they are gone, and what began before the tests is not', async () => {
          for (const pid of pids.slice(1)) await gone(pid);
          process.kill(pids[0], 0);
        });
      });
      for (const run of globalThis.UVU_QUEUE[globalThis.UVU_INDEX]) await run();
      await gone(pids[0]);
      console.log('\\n' + JSON.stringify([tally.passed, tally.failed, pids.length]));
      process.exit();
    `);
    assert.is(out.trim().split('\n').at(-1), '[2,2,4]', out);
  });

  test('end with the process of the tests, when that is told to end', () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const { out, code } = script(
        `console.log(await start(FOREVER)); process.kill(process.pid, '${signal}'); setInterval(() => 0, 1000);`,
      );
      assert.ok(code !== null && code > 128, out);
      assert.is(script(`await gone(${Number(out)}); console.log('gone'); process.exit();`).out, 'gone\n', signal);
    }
  });

  test('are all mortal', () => {
    const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter(
      // The interop stages owe the end of theirs (kit/debts.ts); the runner's lanes are the tests themselves.
      (file) => file.endsWith('.ts') && !file.startsWith('interop') && file !== 'kit/children.test.ts',
    );
    const others = files.filter((file) => /(?<!\bmortal\(\s*)\bspawn\(/.test(readFileSync(join(root, 'test', file), 'utf8')));
    assert.equal(others, []);
  });
});
