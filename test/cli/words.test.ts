import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/commands.ts';
import { inFolder, root, setpoint } from '../kit/binary.ts';
import { golden } from '../kit/golden.ts';
import { assert, group } from '../kit/group.ts';
import { command } from '../kit/program.ts';
import { session } from './session.ts';

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

  test('what is typed is completed: commands, verbs, options, their values, kinds, also behind global options', () =>
    inFolder(async (folder) => {
      const offered = async (...typed: readonly string[]): Promise<readonly string[]> => {
        const { code, out, err } = await command(['completion', 'bash', '--', ...typed], { cwd: folder });
        assert.equal([code, err], [0, '']);
        return out.split('\n').filter((word) => word.startsWith(typed.at(-1) ?? ''));
      };
      assert.equal(await offered('pl'), ['plan']);
      assert.equal(await offered('plan', '--exi'), ['--exit-code']);
      assert.equal(await offered('state', 're'), ['rebind']);
      assert.equal(await offered('-C', 'brewery', '--sandbox', 'plan', '--wh'), ['--why']);
      assert.equal(await offered('explain', 'confhoard/C'), ['confhoard/Config']);
      assert.equal(await offered('completion', 'z'), ['zsh']);
      assert.equal(await offered('--format', 'j'), ['json']);
      assert.equal(await offered('graph', '--as=d'), ['--as=dot']);
      assert.equal(await offered('version', '--y'), ['--yes']);
      assert.equal(await offered('plam', 'p'), [], 'behind a command that there is not');
      assert.equal(await offered('plan', '-o', ''), [''], 'files are for the shell');
    }));

  test('the menus of zsh and fish say what each word means', () =>
    inFolder(async (folder) => {
      const { out } = await command(['completion', 'fish', '--', 'state', ''], { cwd: folder });
      assert.is(out.split('\n')[0], 'ls\tlist what is recorded');
    }));

  test('bash takes the words as its user would', () =>
    inFolder(async (folder) => {
      const { out } = await setpoint(['completion', 'bash'], { cwd: folder });
      writeFileSync(join(folder, 'setpoint'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/cli/main.js')}' "$@"\n`, {
        mode: 0o755,
      });
      const complete = (...words: readonly string[]): string => {
        const script = `${out}\nCOMP_WORDS=(setpoint ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _setpoint; echo "\${COMPREPLY[*]}"`;
        const env = { PATH: `${folder}:${process.env.PATH ?? ''}` };
        return spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', env }).stdout.trim();
      };
      assert.is(complete('-C', 'brewery', 'state', 're'), 'rebind');
      assert.is(complete('graph', '--as', '=', 'd'), 'dot');
      assert.is(complete('graph', '--as', '='), 'text dot mermaid');
    }));

  test('version and -V say the version of the package', () =>
    inFolder(async (folder) => {
      const [long, short] = await Promise.all([setpoint(['version'], { cwd: folder }), setpoint(['-V'], { cwd: folder })]);
      assert.match(long.out, /^setpoint \d+\.\d+\.\d+\n$/);
      assert.is(long.out, `setpoint ${short.out}`);
    }));
});
