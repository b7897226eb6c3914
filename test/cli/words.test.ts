import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/commands.ts';
import { inFolder, setpoint } from '../kit/binary.ts';
import { golden } from '../kit/golden.ts';
import { assert, group } from '../kit/group.ts';
import { session } from './session.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

group('cli/words', (test) => {
  test('wrong words end with 3, say what was meant, and do nothing', () =>
    inFolder(async (folder) => {
      const { run, text } = session(folder);
      const lines = [
        'plam',
        'plan --exit-coed',
        'plan --format jsn',
        'plan brewery',
        'plan --only',
        'adopt',
        'state lss',
        'state mv power',
      ];
      for (const line of [...lines, 'sandbox clt', 'completion tcsh', 'graph --as svg', 'history --limit no', 'watch --interval 0']) {
        await run(line, { exit: 3 });
      }
      golden(import.meta.url, 'wrong-words', text());
    }));

  test('without a word, the help goes to standard error and the end is not well', () =>
    inFolder(async (folder) => {
      const { code, out, err } = await setpoint([], { cwd: folder });
      assert.is(code, 3);
      assert.is(out, '');
      assert.match(err, /^Usage: setpoint /);
    }));

  test('every command has a help that reads well', () =>
    inFolder(async (folder) => {
      const { run, text } = session(folder);
      await run('--help');
      for (const { name, verbs = [] } of COMMANDS) {
        await run(`help ${name}`);
        for (const verb of verbs) await run(`${name} ${verb.name} --help`);
      }
      golden(import.meta.url, 'help', text());
    }));

  for (const shell of ['bash', 'zsh', 'fish']) {
    if (!has(shell)) test.skip(`the completion for ${shell} is one that ${shell} can read`, `${shell} is not installed`);
    else
      test(`the completion for ${shell} is one that ${shell} can read`, () =>
        inFolder(async (folder) => {
          const { out, code } = await setpoint(['completion', shell], { cwd: folder });
          assert.is(code, 0);
          writeFileSync(join(folder, 'script'), out);
          const { status, stderr } = spawnSync(shell, ['-n', 'script'], { cwd: folder, encoding: 'utf8' });
          assert.is(status, 0, stderr);
        }));
  }

  test('bash completes commands, verbs, options and kinds, also behind global options', () =>
    inFolder(async (folder) => {
      const { out } = await setpoint(['completion', 'bash'], { cwd: folder });
      const complete = (...words: readonly string[]): string => {
        const script = `${out}\nCOMP_WORDS=(setpoint ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _setpoint; echo "\${COMPREPLY[*]}"`;
        return spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' }).stdout.trim();
      };
      assert.is(complete('pl'), 'plan');
      assert.is(complete('plan', '--exi'), '--exit-code');
      assert.is(complete('state', 're'), 'rebind');
      assert.is(complete('-C', 'brewery', 'plan', '--wh'), '--why');
      assert.is(complete('explain', 'confhoard/C'), 'confhoard/Config');
      assert.is(complete('completion', 'z'), 'zsh');
    }));

  test('version and -V say the version of the package', () =>
    inFolder(async (folder) => {
      const [long, short] = await Promise.all([setpoint(['version'], { cwd: folder }), setpoint(['-V'], { cwd: folder })]);
      assert.match(long.out, /^setpoint \d+\.\d+\.\d+\n$/);
      assert.is(long.out, `setpoint ${short.out}`);
    }));
});
