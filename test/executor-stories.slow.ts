import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withPlant } from './executor-stories.ts';
import { assert, group } from './kit/group.ts';

group('several programs, and programs that are interrupted', (test) => {
  test(
    'the first Ctrl-C lets a program end, the second ends it; with --unregister the work goes back to the queue',
    () =>
      withPlant(async ({ program, submit, user, folder }) => {
        const until = (file: string) => ({
          funcname: 'script',
          args: [`until [ -e ${join(folder, file)} ]; do sleep 0.05; done; echo found`],
        });
        const first = program('shell', { words: ['--script'] });
        await first.says(/is ready/);
        const patient = await submit('shell-executor', until('done'));
        await first.says(/script begins/);
        first.signal('SIGINT');
        await first.says(/stopping: nothing new is taken, 1 still run/);
        writeFileSync(join(folder, 'done'), '');
        assert.is(await first.ended, 0, first.said());
        assert.equal((await user.waitForProcess(patient)).out, ['found']);

        const second = program('shell', { words: ['--script', '--unregister'] });
        await second.says(/is ready/);
        const impatient = await submit('shell-executor', until('never'));
        await second.says(/script begins/);
        second.signal('SIGINT');
        await second.says(/stopping/);
        // One press that arrives twice counts once, so the second one comes later.
        await new Promise((resolve) => setTimeout(resolve, 100));
        second.signal('SIGINT');
        assert.is(await second.ended, 0, second.said());
        assert.match(second.said(), /removed the executor shell; its name stays taken/);
        const { state, errors } = await user.call('getprocessmsg', { processid: impatient.processid });
        assert.equal([state, errors], [0, []]);
      }),
    { seconds: 40 },
  );

  test(
    'three programs share the work',
    () =>
      withPlant(async ({ program, submit, user, folder }) => {
        const programs = ['a', 'b', 'c'].map((name) => program('shell', { name, words: ['--script'] }));
        await Promise.all(programs.map((one) => one.says(/is ready/)));
        // The first three end when all three have begun, which takes a program for each.
        const script = `: > ${join(folder, 'begun.$COLONIES_PROCESS_ID')}; until [ $(ls ${folder} | grep -c begun) -ge 3 ]; do sleep 0.05; done`;
        const all = await Promise.all(Array.from({ length: 12 }, () => submit('shell-executor', { funcname: 'script', args: [script] })));
        const ended = await Promise.all(all.map((process) => user.waitForProcess(process)));
        assert.ok(ended.every(({ state }) => state === 2));
        assert.is(new Set(ended.map(({ assignedexecutorid }) => assignedexecutorid)).size, 3);
        for (const one of programs) one.signal('SIGINT');
        for (const one of programs) assert.is(await one.ended, 0, one.said());
      }),
    { seconds: 40 },
  );
});
