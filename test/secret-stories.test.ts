import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';
import { account, git, inProject, run, target, vaultFile } from './vault.ts';

group('a secret that is missing', (test) => {
  test('is told with all others, each at its line with what to do, before anything is read or written', () =>
    inProject({}, async (project, vault) => {
      writeFiles(project, {
        'manifests/targets.yaml': target(vault, '{ file: secrets/token }'),
        'manifests/a.yaml': account('a', { password: '{ env: NO_SUCH_PASSWORD }' }),
        'manifests/b.yaml': account('b', { password: '{ age: secrets/b.age }', note: 'fine' }),
        'manifests/c.yaml': account('c', { password: '{ generate: bytes32, keep: { file: secrets/c } }' }),
      });
      const before = readdirSync(project, { recursive: true }).length;
      for (const words of ['plan', 'plan --format json', 'apply --yes', 'destroy --yes']) {
        const { code, out, err } = await run(project, words);
        assert.is(code, 3, `${words}\n${out}${err}`);
        const said = out + err;
        for (const part of ['a.yaml', 'NO_SUCH_PASSWORD', 'secrets/token', 'targets.yaml', 'SECRET_LOCKED', 'SETPOINT_AGE_IDENTITY'])
          assert.ok(said.includes(part), `${words} does not say ${part}:\n${said}`);
      }
      const { out, err } = await run(project, 'plan');
      assert.match(out + err, /SECRET_MISSING {2}the environment variable NO_SUCH_PASSWORD is not set\n.*manifests\/a\.yaml:6:13/);
      assert.match(out + err, 'Set NO_SUCH_PASSWORD, or write it in .env.');
      assert.match(out + err, /3 errors in 3 files/);
      assert.not.ok(existsSync(vault), 'the vault was touched');
      assert.not.ok(existsSync(join(project, 'secrets')), 'a secret was generated for a plan that cannot be');
      assert.is(readdirSync(project, { recursive: true }).length, before, 'something was written');
      assert.is(git(project, 'for-each-ref').toString(), '');
    }));

  test('is none once it is there: the same project plans and applies', () =>
    inProject({ '.env': 'PASSWORD=from dotenv\n' }, async (project, vault) => {
      writeFiles(project, {
        'manifests/targets.yaml': target(vault, '{ exec: [echo, token-of-echo] }'),
        'manifests/a.yaml': account('a', { password: '{ env: PASSWORD }' }),
        'manifests/b.yaml': account('b', { password: '{ generate: bytes32, keep: { file: secrets/b } }' }),
      });
      const env = { SETPOINT_STATE_KEY: 'key-of-the-state' };
      const { code, out, err } = await run(project, 'apply --yes', env);
      assert.is(code, 0, out + err);
      const { token, accounts } = vaultFile(vault);
      assert.equal([token, accounts.a?.password], ['token-of-echo', 'from dotenv']);
      assert.is(`${accounts.b?.password}\n`, readFileSync(join(project, 'secrets/b'), 'utf8'));
      // Its fingerprint was recorded though nobody knew it when it was planned.
      const again = await run(project, 'plan --exit-code', env);
      assert.is(again.code, 0, again.out + again.err);
    }));
});
