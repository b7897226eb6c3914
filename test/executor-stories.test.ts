import { readdirSync } from 'node:fs';
import { withPlant } from './executor-stories.ts';
import { assert, group } from './kit/group.ts';
import { eventually, onFloor } from './providers/colonies/executor/floor.ts';

group('exercises of ColonyOS', (test) => {
  test('a process that takes too long is run once and once more for each retry, and then fails; nobody’s late result counts', () =>
    onFloor(async ({ start, submit, finished, now }) => {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => void (release = resolve));
      const runs: string[] = [];
      // They do not ask whether their work is still wanted: the server has to tell them.
      const executors = [1, 2, 3].map((n) =>
        start({
          watchMs: 3_600_000,
          functions: {
            brew: async ({ process }) => {
              runs.push(`${n}: ${process.retries}`);
              await released;
              return `late, from ${n}`;
            },
          },
        }),
      );
      await Promise.all(executors.map((one) => one.until('ready')));
      const process = await submit('brew', { maxexectime: 2, maxretries: 2 });
      const failed = await finished(process);
      assert.equal([failed.state, failed.errors, failed.retries], [3, ['Maximum execution time limit exceeded'], 2]);
      assert.equal(runs.map((run) => run.slice(3)).sort(), ['0', '1', '2'], 'once, and once more for each of the two retries');
      assert.is(new Set(runs.map((run) => run.slice(0, 1))).size, 3, 'by another one each time: the others are still at it');
      release();
      const tallies = await Promise.all(executors.map((one) => one.end()));
      assert.equal(tallies, Array(3).fill({ succeeded: 0, failed: 0, lost: 1, left: 0 }));
      for (const one of executors) await one.until('ended', /had taken it away and refused the result/);
      assert.is((await now(process)).state, 3);
    }));

  test('twenty processes are shared evenly by two executors that wait for work', () =>
    onFloor(async ({ start, submit, finished, count, control }) => {
      await control('reset-counts');
      const executors = [1, 2].map(() => start({ pollSeconds: 3_600, functions: { work: () => undefined } }));
      for (let n = 0; n < 20; n += 1) {
        // Both are waiting: each has asked once, and once more after each process that it did.
        await eventually(async () => (await count('assignprocessmsg')) === 2 + n);
        await finished(await submit('work'));
      }
      const tallies = await Promise.all(executors.map((one) => one.end()));
      assert.equal(
        tallies.map(({ succeeded }) => succeeded),
        [10, 10],
      );
    }));
});

group('the examples of executors', (test) => {
  test('helloworld greets, and ends with Ctrl-C', () =>
    withPlant(async ({ program, submit, user, logsOf, folder }) => {
      const hello = program('helloworld');
      await hello.says(/is ready for helloworld/);
      const process = await submit('helloworld-executor', { funcname: 'helloworld', args: ['edge'] });
      assert.equal((await user.waitForProcess(process)).out, ['hello edge']);
      assert.is(await logsOf(process), 'Hello from executor\n');
      hello.signal('SIGINT');
      assert.is(await hello.ended, 0, hello.said());
      assert.equal(readdirSync(folder), ['helloworld.key']);
      // The key is kept, so that it is the same executor the next time.
      const again = program('helloworld');
      await again.says(/is ready/);
      assert.not.match(again.said(), /registered|approved/);
      again.signal('SIGTERM');
      assert.is(await again.ended, 0, again.said());
    }));

  test(
    'shell runs what is allowed, within its limits, without a shell, and without the keys of its environment',
    () =>
      withPlant(async ({ program, submit, user, logsOf }) => {
        const words = ['--allow', 'echo,sh,sleep,env', '--seconds', '1', '--bytes', '1000'];
        const shell = program('shell', { words });
        await shell.says(/is ready for run/);
        const run = async (...args: readonly string[]) => {
          const process = await submit('shell-executor', { funcname: 'run', args });
          const { state, out, errors, attributes } = await user.waitForProcess(process);
          return { state, out, errors, code: attributes.find(({ key }) => key === 'exitcode')?.value, log: await logsOf(process) };
        };
        const said = '$(id); `id` && rm -rf / # ä';
        assert.equal(await run('echo', said), { state: 2, out: [said], errors: [], code: '0', log: `${said}\n` });
        const three = await run('sh', '-c', 'echo out; sleep 0.1; echo err >&2; exit 3');
        assert.equal(three, { state: 3, out: [], errors: ['sh ended with 3'], code: '3', log: 'out\nerr\n' });
        assert.equal((await run('id')).errors, ['id is not allowed here: echo, sh, sleep, env']);
        assert.equal((await run('sleep', '60')).errors, ['sleep took longer than 1 s']);
        assert.equal((await run('sh', '-c', 'while :; do echo 0123456789; done')).errors, ['sh wrote more than 1000 bytes']);
        assert.not.match((await run('env')).log, /PRVKEY/);
        shell.signal('SIGINT');
        assert.is(await shell.ended, 0, shell.said());
        assert.match(shell.said(), /3 succeeded|2 succeeded/);
      }),
    { seconds: 40 },
  );

  test('shell does not start with a limit that would be none', () =>
    withPlant(async ({ program }) => {
      for (const [words, why] of [
        [['--bytes', 'x'], /^--bytes x is no number above 0/],
        [['--seconds', '99999999'], /^--seconds 99999999 is no number above 0 and up to 2147483\.\n$/],
        [['--cwd', 'nowhere'], /^--cwd nowhere is no folder\.\n$/],
      ] as const) {
        const shell = program('shell', { words: ['--allow', 'echo', ...words] });
        assert.is(await shell.ended, 1, shell.said());
        assert.match(shell.said(), why);
      }
    }));
});
