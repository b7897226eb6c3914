import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Background, hasTerminal } from '../kit/background.ts';
import { inFolder } from '../kit/binary.ts';
import { assert, group } from '../kit/group.ts';
import { command } from '../kit/program.ts';
import { screen } from './render/screen.ts';
import { background, session } from './session.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** What is on the screen in the end, without colours; that the cursor is there again is checked on the way. */
function onScreen(raw: string): string {
  const shown = screen({ columns: 80, rows: 24 });
  shown.write(raw.replaceAll(/\u001b\[\d*m/g, ''));
  assert.not.ok(shown.cursorHidden(), 'the cursor is given back');
  return shown.text();
}

async function asked(folder: string, keys: string): Promise<{ readonly code: number | null; readonly text: string }> {
  const apply = background(['apply'], { cwd: folder, terminal: true });
  await apply.until('Only "yes" does: ');
  apply.type(keys);
  return { code: await apply.ended, text: onScreen(apply.said()) };
}

/** A sandbox of which a switch was worked. */
async function sandboxWith(folder: string, control: string): Promise<Background> {
  const { run } = session(folder);
  await run('init');
  const sandbox = background(['sandbox'], { cwd: folder });
  await sandbox.until('Their switches');
  await run(`sandbox ctl brewery ${control}`);
  return sandbox;
}
/** Keeps every writer out until the sandbox ends, so that an apply has something to wait for. */
const HELD = 'hold-lock 60';

group('cli/terminal', (test) => {
  if (!hasTerminal()) {
    test.skip(
      'questions, progress and interrupts on a real terminal',
      'script (util-linux), which gives a program a terminal, is not installed',
    );
    return test('nothing is asked without one', () =>
      inFolder(async (folder) => {
        await command(['init'], { cwd: folder });
        assert.is((await command(['apply'], { cwd: folder })).code, 5);
      }));
  }

  test(
    'only "yes" applies; anything else, Ctrl-D and Ctrl-C do not',
    () =>
      inFolder(async (folder) => {
        await command(['init'], { cwd: folder });
        for (const [keys, code] of [
          ['y\n', 5],
          ['\n', 5],
          [CTRL_D, 5],
          [CTRL_C, 130],
        ] as const) {
          const refused = await asked(folder, keys);
          assert.is(refused.code, code, refused.text);
          assert.match(refused.text, /Nothing was applied\./);
          assert.not.ok(existsSync(join(folder, '.setpoint/state/default')), 'nothing was written');
        }
        const done = await asked(folder, 'yes\n');
        assert.is(done.code, 0, done.text);
        assert.match(done.text, /\n1 done in [\d.]+ s\s*$/);
      }),
    { seconds: 60 },
  );

  test(
    'a plan is coloured where somebody sees it, and says the same without colours',
    () =>
      inFolder(async (folder) => {
        await command(['init'], { cwd: folder });
        const said = async (env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<string> => {
          const plan = background([...words, 'plan'], { cwd: folder, env, terminal: true });
          assert.is(await plan.ended, 0);
          return plan.said();
        };
        const seen = (raw: string): string => onScreen(raw).replaceAll(/\d\.\d s/g, '<n> s');
        const coloured = await said({});
        assert.match(coloured, /\u001b\[32m\+/);
        for (const plain of [await said({ NO_COLOR: '1' }), await said({}, '--no-color'), await said({ TERM: 'dumb' })]) {
          assert.not.match(plain, /\u001b\[\d+m/);
          assert.is(seen(plain), seen(coloured));
        }
      }),
    { seconds: 60 },
  );

  test(
    'the first Ctrl-C lets a running step end and spoils nothing on the screen',
    () =>
      inFolder(async (folder) => {
        const sandbox = await sandboxWith(folder, HELD);
        const apply = background(['--sandbox', 'apply', '--yes'], { cwd: folder, terminal: true });
        await apply.until('1 running');
        apply.type(CTRL_C);
        await apply.until('Stopping');
        await sandbox.end();
        assert.is(await apply.ended, 130, apply.said());
        const lines = onScreen(apply.said()).trimEnd().split('\n');
        assert.match(
          lines.slice(-2).join('\n'),
          /^(\^C)?Stopping: running steps end and are recorded\. Once more aborts them\.\r?\n1 done in/,
        );
        assert.is((await command(['--sandbox', 'plan', '--exit-code'], { cwd: folder })).code, 0, 'what was done is recorded');
      }),
    { seconds: 60 },
  );

  test(
    'the second Ctrl-C aborts, says so, and the next run finds out by looking',
    () =>
      inFolder(async (folder) => {
        const sandbox = await sandboxWith(folder, HELD);
        const apply = background(['--sandbox', 'apply', '--yes'], { cwd: folder, terminal: true });
        await apply.until('1 running');
        apply.type(CTRL_C);
        await apply.until('Stopping');
        await new Promise((resolve) => setTimeout(resolve, 200)); // one press may arrive twice: this is another one
        apply.type(CTRL_C);
        assert.is(await apply.ended, 130, apply.said());
        const text = onScreen(apply.said());
        assert.match(text, /Stopping: [\s\S]*Aborting: what became of running steps is found out by the next run\./);
        assert.match(text, /1 unknown \(the next run looks before it does anything there\)/);
        await sandbox.end();
        const next = await command(['--sandbox', 'apply', '--yes'], { cwd: folder });
        assert.is(next.code, 0, next.out + next.err);
        assert.is((await command(['--sandbox', 'plan', '--exit-code'], { cwd: folder })).code, 0);
      }),
    { seconds: 60 },
  );

  test('an interrupt while looking plans nothing', () =>
    inFolder(async (folder) => {
      const sandbox = await sandboxWith(folder, 'stall');
      const plan = background(['--sandbox', 'plan'], { cwd: folder, terminal: true });
      await plan.until('looking:');
      plan.type(CTRL_C);
      assert.is(await plan.ended, 130, plan.said());
      assert.match(onScreen(plan.said()), /^(\^C)?error INTERRUPTED {2}interrupted while looking\n[\s\S]*Nothing was written\./);
      await sandbox.end();
    }));
});
