import { inFolder } from '../kit/binary.ts';
import { golden } from '../kit/golden.ts';
import { assert, group } from '../kit/group.ts';
import { command } from '../kit/program.ts';
import { background, plain, session } from './session.ts';

group('cli/sandbox', (test) => {
  test(
    'a sandbox stands in for the target; its switches make drift, silence and failures, and a plan says what that means',
    () =>
      inFolder(async (folder) => {
        const { run, text } = session(folder);
        await run('init');
        await run('sandbox ctl', { exit: 6 });
        const sandbox = background(['sandbox'], { cwd: folder });
        await sandbox.until('Their switches');
        await run('--sandbox apply --yes');
        await run('sandbox', { exit: 4 });
        await run('sandbox ctl');
        for (const format of ['json', 'ndjson']) {
          const { out } = await command(['sandbox', 'ctl', '--format', format], { cwd: folder });
          assert.equal(Object.keys((JSON.parse(out) as { targets: object }).targets), ['brewery']);
          const worked = await command(['sandbox', 'ctl', 'brewery', 'up', '--format', format], { cwd: folder });
          assert.equal(JSON.parse(worked.out), { format: 1, answer: null });
        }
        await run('sandbox ctl brewery chagne', { exit: 3 });
        await run('sandbox ctl brewry', { exit: 3 });
        await run('sandbox ctl brewery change /brewhouse/temperature/fermentation/highpoint 21.0 user=bob');
        await run('--sandbox plan --exit-code', { exit: 2 });
        await run('sandbox ctl brewery fail-next-commit');
        await run('--sandbox apply --yes', { exit: 1 });
        await run('--sandbox apply --yes');
        await run('sandbox ctl brewery down');
        await run('--sandbox plan', { exit: 6 });
        await run('--sandbox status', { exit: 6 });
        await run('sandbox ctl brewery up');
        await run('--sandbox plan');
        await run('plan --exit-code', { exit: 2 });
        assert.is(await sandbox.end('SIGINT'), 0, sandbox.said());
        await run('--sandbox plan');
        golden(import.meta.url, 'sandbox', `$ setpoint sandbox\n${plain(sandbox.said(), folder)}\n${text()}`);
      }),
    { seconds: 90 },
  );
});
