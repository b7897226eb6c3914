import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { writeFiles } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';
import { account, git, inProject, run, target, vaultFile } from './vault.ts';

/** No two ways of quoting it are the same text. */
const canary = (name: string): string => `c4nary-${name} "ä"&'\\'`;

const formsOf = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  secret.slice(0, secret.indexOf(' ') < 0 ? undefined : secret.indexOf(' ')),
];

/** Every file of a project, the objects of its repository unpacked, except where secrets are meant to be. */
function contentsOf(project: string): readonly (readonly [place: string, content: string])[] {
  const files = readdirSync(project, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^(?:\.env$|secrets\/|\.git\/objects\/)/.test(path) && statSync(join(project, path)).isFile())
    .map((path) => [path, readFileSync(join(project, path), 'utf8')] as const);
  return [...files, ['git objects', git(project, 'cat-file', '--batch-all-objects', '--batch').toString()]];
}

group('no secret', (test) => {
  test(
    'is in any output, in state, journal, saved plans or git objects, on good days and bad ones',
    () =>
      inProject({}, async (project, vault) => {
        const identity = await generateIdentity();
        const encrypter = new Encrypter();
        encrypter.addRecipient(await identityToRecipient(identity));
        const [token, inEnv, inFile, inExec, inAge, key] = [canary('t'), canary('e'), canary('f'), canary('x'), canary('a'), canary('k')];
        const [rotated, byHand, later] = [canary('r'), canary('h'), canary('l')];
        const secrets: string[] = [token, inEnv, inFile, inExec, inAge, key, rotated, byHand, later, identity];
        const env = {
          TOKEN: token,
          ACCOUNT: inEnv,
          KEY: key,
          SETPOINT_STATE_KEY: 'key-of-the-state',
          SETPOINT_AGE_IDENTITY: identity,
        };
        writeFiles(project, {
          'secrets/file': `${inFile}\n`,
          'secrets/print': `#!/bin/sh\ncat <<'EOF'\n${inExec}\nEOF\n`,
          'manifests/targets.yaml': target(vault, '{ env: TOKEN }'),
          'manifests/accounts.yaml': [
            account('env', { password: '{ env: ACCOUNT }', keys: '{ one: { env: KEY }, two: { file: secrets/file } }' }),
            account('file', { password: '{ file: secrets/file }', note: 'first' }),
            account('exec', { password: '{ exec: [./secrets/print] }' }),
            account('age', { password: '{ age: secrets/age }' }),
            account('made', { password: '{ generate: bytes32, keep: { file: secrets/made } }' }),
            account('sealed', { password: '{ generate: secp256k1, keep: { age: secrets/sealed } }' }),
          ].join('---\n'),
        });
        writeFileSync(join(project, 'secrets/age'), await encrypter.encrypt(`${inAge}\n`));
        chmodSync(join(project, 'secrets/print'), 0o755);
        git(project, 'add', '.');
        git(project, 'commit', '-q', '-m', 'Accounts');

        const told: string[] = [];
        const play = async (words: string, code: number, more: Readonly<Record<string, string>> = {}): Promise<string> => {
          const { out, err, ...ended } = await run(project, words, { ...env, ...more });
          told.push(`setpoint ${words}\n${out}${err}`);
          assert.is(ended.code, code, `setpoint ${words}\n${out}${err}`);
          return out + err;
        };
        await play('validate', 0);
        await play('plan -o first.plan', 0);
        for (const format of ['json', 'ndjson', 'markdown']) await play(`plan --format ${format}`, 0);
        await play('apply first.plan --yes', 0);
        const { accounts } = vaultFile(vault);
        assert.equal(
          ['env', 'file', 'exec', 'age'].map((name) => accounts[name]?.password),
          [inEnv, inFile, inExec, inAge],
          'the vault has them',
        );
        assert.equal(accounts.env?.keys, { one: key, two: inFile });
        secrets.push(accounts.made?.password ?? '', accounts.sealed?.password ?? '');
        assert.match(secrets.slice(-3).join(' '), /^AGE-SECRET-KEY-1\w+ [0-9a-f]{64} [0-9a-f]{64}$/);
        await play('plan --exit-code', 0);

        // One is rotated, by us and by hand; what a hand wrote is nobody's to print either.
        await play('plan --exit-code --format json', 2, { ACCOUNT: rotated });
        await play('apply --yes --format ndjson', 0, { ACCOUNT: rotated });
        writeFileSync(
          join(vault, 'accounts.json'),
          readFileSync(join(vault, 'accounts.json'), 'utf8').replace(JSON.stringify(inExec), JSON.stringify(byHand)),
        );
        const drifted = await play('plan', 0, { ACCOUNT: rotated });
        assert.match(drifted, /password +\(secret, changed\) +drifted/);
        for (const words of ['plan --format json', 'plan --format markdown', 'plan --why exec', 'status --format json', 'status'])
          await play(words, 0, { ACCOUNT: rotated });
        await play('apply --yes', 0, { ACCOUNT: rotated });
        for (const words of ['history', 'history env', 'history --format json', 'state show env', 'doctor'])
          await play(words, 0, { ACCOUNT: rotated });
        await play('run vault tell', 1, { ACCOUNT: rotated });
        await play('run vault tell --format json', 1, { ACCOUNT: rotated });

        // The system refuses, and quotes all that it was sent; then a bug of ours does.
        writeFiles(project, { 'manifests/refused.yaml': account('other', { login: 'refused', password: '{ env: LATER }' }) });
        for (const format of ['text', 'json', 'ndjson', 'markdown'])
          await play(`apply --yes --format ${format}`, 1, { ACCOUNT: rotated, LATER: later });
        writeFiles(project, { 'manifests/refused.yaml': account('other', { login: 'bug', password: '{ env: LATER }' }) });
        const bug = await play('apply --yes', 70, { ACCOUNT: rotated, LATER: later });
        assert.match(bug, '(secret)');
        writeFiles(project, { 'manifests/refused.yaml': account('other', { login: 'other' }) });
        await play('apply --yes', 0, { ACCOUNT: rotated });
        await play('rollback --yes', 0, { ACCOUNT: rotated });
        await play('destroy --yes', 0, { ACCOUNT: rotated });

        const everything = [...told.map((text) => [text.split('\n', 1)[0] ?? '', text] as const), ...contentsOf(project)];
        assert.ok(
          everything.some(([, text]) => text.includes('fingerprint')),
          'state was looked at',
        );
        for (const secret of secrets) {
          assert.ok(secret.length > 8);
          const found = everything.flatMap(([place, text]) =>
            formsOf(secret).flatMap((form) => (text.includes(form) ? [`${place}: ${form}`] : [])),
          );
          assert.equal(found, [], 'a secret was told or written down');
        }
      }),
    { seconds: 120 },
  );
});
