import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInputs, inputsOf } from '../../src/app/inputs.ts';
import { inFolder, writeFiles } from '../kit/binary.ts';
import { assert, group } from '../kit/group.ts';
import { command } from '../kit/program.ts';

const LOGS = {
  name: 'logs',
  inputs: [{ name: 'agent', required: true }, { name: 'follow', flag: true }, { name: 'level' }, { name: 'last' }],
  typed: 'setpoint run edge logs',
} as const;

const codeOf = (words: readonly string[]): unknown => {
  try {
    inputsOf(LOGS, words);
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
  return undefined;
};

group('cli/operations: inputs', (test) => {
  test('by name, with dashes or without, as a flag, and in order', () => {
    const wanted = { agent: 'dp/pi-1', follow: 'yes', level: 'Debug' };
    for (const line of [
      'dp/pi-1 --follow --level Debug',
      '--follow dp/pi-1 Debug',
      'level=Debug agent=dp/pi-1 follow=yes',
      '--level=Debug --agent dp/pi-1 --follow',
    ]) {
      assert.equal(inputsOf(LOGS, line.split(' ')), wanted, line);
    }
    assert.equal(inputsOf(LOGS, ['dp/pi-1', 'Debug', '-5']), { agent: 'dp/pi-1', level: 'Debug', last: '-5' });
    assert.equal(inputsOf(LOGS, ['dp/pi-1', '--level', '--odd']), { agent: 'dp/pi-1', level: '--odd' });
  });

  test('what is unknown, too much or missing', () => {
    assert.is(codeOf(['dp/pi-1', '--folow']), 'INPUT_UNKNOWN');
    assert.is(codeOf(['dp/pi-1', '-x']), 'INPUT_UNKNOWN');
    assert.is(codeOf(['a', 'b', 'c', 'd']), 'INPUT_UNKNOWN');
    assert.is(codeOf(['dp/pi-1', '--level']), 'INPUT_MISSING');
    assert.is(codeOf(['--follow']), 'INPUT_MISSING');
    assert.equal(readInputs(LOGS, ['--follow', '--level']), { input: { follow: 'yes' }, awaited: 'level' });
  });
});

const TARGET = `apiVersion: setpoint/v1
kind: Target
metadata: { name: edge }
spec:
  provider: cresco
  address: wss://fabric.example:8282
  options:
    serviceKey: { env: CRESCO_SERVICE_KEY }
    sandbox: { agents: [dp/pi-1, dp/pi-2], pace: 0.01 }
`;

const inProject = (body: (folder: string) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    writeFiles(folder, {
      'setpoint.yaml':
        'apiVersion: setpoint/v1\nkind: Project\nmetadata: { name: lab }\nspec:\n  manifests: manifests\n  state: { folder: .setpoint/state }\n',
      'manifests/targets.yaml': TARGET,
    });
    await body(folder);
  });

group('cli/operations: completion from the live system', (test) => {
  test('targets, operations, agents, values and names of inputs', () =>
    inProject(async (folder) => {
      const offered = async (...typed: readonly string[]): Promise<readonly string[]> => {
        const { code, out, err } = await command(['completion', 'bash', '--', '--sandbox', ...typed], { cwd: folder });
        assert.equal([code, err], [0, '']);
        return out.split('\n').slice(0, -1);
      };
      const agents = ['global-region/global-controller', 'dp/pi-1', 'dp/pi-2'];
      assert.equal(await offered('run', ''), ['edge']);
      assert.ok((await offered('run', 'edge', 'l')).includes('logs'));
      assert.equal((await offered('run', 'edge', 'logs', 'dp')).slice(0, 4), [...agents, '--agent']);
      assert.equal(await offered('-C', '.', 'run', 'edge', 'logs', '--agent', ''), agents);
      assert.equal(await offered('run', 'edge', 'kill-jvm', 'agent', '=', 'dp'), agents);
      assert.equal(
        await offered('run', 'edge', 'kill-jvm', 'agent=dp'),
        agents.map((agent) => `agent=${agent}`),
      );
      assert.ok(!(await offered('run', 'edge', 'logs', 'dp/pi-1', '--level', 'Debug', '')).some((one) => /level|agent/.test(one)));
      assert.equal(await offered('run', 'edge', 'kill-jvm', 'dp/pi-1', 'dp/pi-2', ''), []);
      for (const nothing of [
        ['apply', ''],
        ['run', 'egde', ''],
        ['run', 'edge', 'lgos', ''],
      ])
        assert.equal(await offered(...nothing), []);
    }));

  test('names that the system tells are words in bash, and never commands', () =>
    inFolder(async (folder) => {
      const { out } = await command(['completion', 'bash'], { cwd: folder });
      const bin = join(folder, 'bin');
      mkdirSync(bin);
      // The shell asks the program for what may follow: this one answers with what a hostile fabric might.
      writeFileSync(join(bin, 'setpoint'), `#!/bin/sh\nprintf '%s\\n' 'dp/$(touch ${folder}/done)' 'dp/two' 'rack'\n`, { mode: 0o755 });
      const script = `${out}\nCOMP_WORDS=(setpoint run edge logs dp/); COMP_CWORD=4; _setpoint; eval "printf '%s\\n' \${COMPREPLY[*]}"; test -e ${folder}/done && echo RUN`;
      const { stdout } = spawnSync('bash', ['-c', script], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: `${bin}:${process.env.PATH ?? ''}` },
      });
      assert.equal(stdout.trim().split('\n'), [`dp/$(touch ${folder}/done)`, 'dp/two']);
    }));

  test('what cannot be found out is quiet', () =>
    inFolder(async (folder) => {
      const { code, out, err } = await command(['completion', 'fish', '--', 'run', ''], { cwd: folder });
      assert.equal([code, out, err], [0, '', '']);
    }));
});

group('cli/operations: doctor and run over a fabric', (test) => {
  test('a sandbox is examined, listed, and nothing that changes it happens unasked', () =>
    inProject(async (folder) => {
      const doctor = await command(['--sandbox', 'doctor'], { cwd: folder });
      assert.is(doctor.code, 0, doctor.out);
      assert.match(doctor.out, /ok {2}edge: agents +3 of 3 are active/);
      const agents = await command(['--sandbox', 'run', 'edge', 'agents', '--region', 'dp'], { cwd: folder });
      assert.match(agents.out, /^agent +mode +plugins\ndp\/pi-1 +REGION_GLOBAL +1\ndp\/pi-2 +AGENT +1\n$/);
      const kill = await command(['--sandbox', 'run', 'edge', 'kill-jvm', 'dp/pi-1'], { cwd: folder });
      assert.is(kill.code, 5);
    }));
});
