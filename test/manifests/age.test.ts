import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armor, Encrypter, generateHybridIdentity, generateIdentity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import type { Fault } from '../../src/core/diagnostic.ts';
import type { Fields } from '../../src/core/value.ts';
import { makeSecret, resolveSecret, type Surroundings } from '../../src/manifests/secrets.ts';
import { assert, group } from '../kit/group.ts';
import { brief, manifest, readFiles } from './demo.ts';
import { faultOf } from '../kit/fault.ts';

/** Made by age-keygen 1.1.1, which writes two lines of comment above it. */
const IDENTITY = 'AGE-SECRET-KEY-1FGQJFJ7G6VM0D2F6ECM4JXKN4WAMAJ60G8CP3K3YFJQH4JFC79XQ5MDFLE';
/** `printf 'correct horse\n' | age -a -r …`, age 1.1.1. */
const ARMORED = `-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBUb2JzZkdkcUN1b0pXMU4x
SElBVkUwbld0ZTVMUGYreURKUUhod3k0QVNBCk8zTitYUUh2R3JTdzM5YVo2WXVZ
czdWZ3Njc045N1dpU05sTGpsZkJVQ2cKLS0tIHdoZCs2VkgwYjVHN05FcHduWXJX
U1ltUndvaC9DNXBTMk5idzVvR3NCdTQKIIlBj4h4qdA0nicQQfPDUxCi+6k/R10q
DmPPT/WH2Y9zzF0104m5D4Nii4/vPg==
-----END AGE ENCRYPTED FILE-----
`;

/** A carriage return at the end would be part of a line end. */
const TEXT = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.endsWith('\r'));

interface Lab extends Surroundings {
  put(name: string, content: string | Uint8Array): void;
  /** The same folder with these variables and no others. */
  with(env: Surroundings['env']): Lab;
}

async function inLab(body: (lab: Lab) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'setpoint-age-'));
  const lab = (env: Surroundings['env']): Lab => ({
    dir,
    env,
    dice: randomBytes,
    put: (name, content) => writeFileSync(join(dir, name), content),
    with: lab,
  });
  try {
    await body(lab({ SETPOINT_AGE_IDENTITY: IDENTITY }));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const refused = (source: Fields, around: Surroundings): Promise<Fault> => faultOf(makeSecret(source, around));

/** `CODE summary`, after a look that nothing of an identity or a secret is in what is told. */
async function told(source: Fields, around: Surroundings): Promise<string> {
  const fault = await refused(source, around);
  const all = JSON.stringify([fault.diagnostic, fault.message, String(fault.stack), String(fault.cause)]);
  assert.not.ok(/AGE-SECRET-KEY-1[A-Z0-9]|correct horse/.test(all), all);
  assert.is(fault.retry, false);
  assert.is(fault.sent, 'no');
  assert.ok(fault.diagnostic.hint);
  return `${fault.code} ${fault.diagnostic.summary}`;
}

async function encrypted(text: string | Uint8Array, ...identities: readonly string[]): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const identity of identities) encrypter.addRecipient(await identityToRecipient(identity));
  return encrypter.encrypt(text);
}

group('age secrets', (test) => {
  test('are the whole file, less one line end, armored or binary', async () => {
    await inLab(async (lab) => {
      lab.put('armored.age', ARMORED);
      lab.put('windows.age', `\r\n${ARMORED.replaceAll('\n', '\r\n')}`);
      lab.put('binary.age', armor.decode(ARMORED));
      lab.put('long.age', await encrypted(`${'ä'.repeat(200_000)}\n\n`, IDENTITY));
      for (const age of ['armored.age', 'windows.age', 'binary.age', join(lab.dir, 'binary.age')])
        assert.is(await resolveSecret({ age }, lab), 'correct horse', age);
      assert.is(await resolveSecret({ age: 'long.age' }, lab), `${'ä'.repeat(200_000)}\n`);
    });
  });

  test('any text comes back', async () => {
    await inLab(async (lab) => {
      await fc.assert(
        fc.asyncProperty(TEXT, async (text) => {
          lab.put('any.age', await encrypted(`${text}\n`, IDENTITY));
          assert.is(await resolveSecret({ age: 'any.age' }, lab), text);
        }),
        { numRuns: 50 },
      );
    });
  });

  test('open with any of several identities, from the environment and from a file', async () => {
    await inLab(async (lab) => {
      const [other, hybrid] = [await generateIdentity(), await generateHybridIdentity()];
      lab.put('own.age', ARMORED);
      lab.put('other.age', await encrypted('other', other));
      lab.put('hybrid.age', await encrypted('hybrid', hybrid));
      lab.put('both.age', await encrypted('both', await generateIdentity(), other));
      lab.put('keys.txt', `# created: today\n# public key: age1…\n${other}\r\n\n  ${hybrid}\n`);
      const all = lab.with({ SETPOINT_AGE_IDENTITY: IDENTITY, SETPOINT_AGE_IDENTITY_FILE: 'keys.txt' });
      assert.is(await resolveSecret({ age: 'own.age' }, all), 'correct horse');
      assert.is(await resolveSecret({ age: 'other.age' }, all), 'other');
      assert.is(await resolveSecret({ age: 'hybrid.age' }, all), 'hybrid');
      assert.is(await resolveSecret({ age: 'both.age' }, lab.with({ SETPOINT_AGE_IDENTITY_FILE: join(lab.dir, 'keys.txt') })), 'both');
      assert.is(await resolveSecret({ age: 'other.age' }, lab.with({ SETPOINT_AGE_IDENTITY: `# mine\n${IDENTITY}\n${other}` })), 'other');
    });
  });

  test('that no identity opens say so', async () => {
    await inLab(async (lab) => {
      const source = { age: 'a.age' };
      lab.put('a.age', await encrypted('correct horse', await generateIdentity()));
      assert.is(await told(source, lab.with({})), 'SECRET_LOCKED there is no age identity to decrypt with');
      assert.is(await told(source, lab.with({ SETPOINT_AGE_IDENTITY: '' })), 'SECRET_LOCKED there is no age identity to decrypt with');
      assert.is(await told(source, lab), 'SECRET_LOCKED the age file a.age is not for the identity in SETPOINT_AGE_IDENTITY');
      const gone = lab.with({ SETPOINT_AGE_IDENTITY_FILE: 'gone.txt' });
      assert.is(await told(source, gone), 'SECRET_LOCKED the file gone.txt of SETPOINT_AGE_IDENTITY_FILE is not there');
      lab.put('two.txt', `${IDENTITY}\n${await generateIdentity()}\n`);
      const two = lab.with({ SETPOINT_AGE_IDENTITY_FILE: 'two.txt' });
      assert.is(await told(source, two), 'SECRET_LOCKED the age file a.age is not for any of the 2 identities in two.txt');
      lab.put('ssh.txt', `${IDENTITY}\n-----BEGIN OPENSSH PRIVATE KEY-----\n`);
      const ssh = lab.with({ SETPOINT_AGE_IDENTITY_FILE: 'ssh.txt' });
      assert.is(await told(source, ssh), 'SECRET_LOCKED line 2 of ssh.txt is no age identity that can be used');
      const cut = lab.with({ SETPOINT_AGE_IDENTITY: IDENTITY.slice(0, -1) });
      assert.is(await told(source, cut), 'SECRET_LOCKED identity 1 of SETPOINT_AGE_IDENTITY is mistyped or cut');
      const encrypter = new Encrypter();
      encrypter.setScryptWorkFactor(1);
      encrypter.setPassphrase('x');
      lab.put('a.age', await encrypter.encrypt('correct horse'));
      assert.is(await told(source, lab), 'SECRET_LOCKED the age file a.age is encrypted with a passphrase');
    });
  });

  test('that are not there, empty, too large, no age file or no text say so', async () => {
    await inLab(async (lab) => {
      lab.put('plain.age', 'correct horse\n');
      lab.put('nothing.age', '');
      lab.put('empty.age', await encrypted('\n', IDENTITY));
      lab.put('bytes.age', await encrypted(Buffer.from([0xff, 0xfe]), IDENTITY));
      lab.put('future.age', 'age-encryption.org/v2\n');
      lab.put('large.age', '');
      truncateSync(join(lab.dir, 'large.age'), 1024 * 1024 + 1);
      symlinkSync('/dev/zero', join(lab.dir, 'endless.age'));
      const cases: readonly (readonly [age: string, told: string])[] = [
        ['gone.age', 'SECRET_MISSING the file gone.age is not there'],
        ['.', 'SECRET_MISSING the file . cannot be read (EISDIR)'],
        ['empty.age', 'SECRET_MISSING the file empty.age is empty'],
        ['plain.age', 'SECRET_UNREADABLE the file plain.age is no age file'],
        ['nothing.age', 'SECRET_UNREADABLE the file nothing.age is no age file'],
        ['future.age', 'SECRET_UNREADABLE the file future.age is no age file'],
        ['bytes.age', 'SECRET_UNREADABLE the file bytes.age holds bytes that are no UTF-8 text'],
        ['large.age', 'SECRET_UNREADABLE the file large.age is larger than 1 MiB'],
        ['endless.age', 'SECRET_UNREADABLE the file endless.age is larger than 1 MiB'],
      ];
      for (const [age, expected] of cases) assert.is(await told({ age }, lab), expected);
      // The bound is the same for a file in plain text.
      assert.is(await told({ file: 'endless.age' }, lab), 'SECRET_UNREADABLE the file endless.age is larger than 1 MiB');
    });
  });

  test('that were cut or changed anywhere never give a part of their text', async () => {
    await inLab(async (lab) => {
      const whole = await encrypted('correct horse', IDENTITY);
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), async (at, bits) => {
          const bad = Uint8Array.from(whole);
          bad[at] = (bad[at] ?? 0) ^ bits;
          lab.put('bad.age', bits === 0 ? whole.subarray(0, at) : bad);
          assert.match(await told({ age: 'bad.age' }, lab), /^SECRET_(UNREADABLE|LOCKED) /);
        }),
        { numRuns: 100 },
      );
    });
  });

  test('are told at their line', async () => {
    const { missingSecrets } = await import('../../src/manifests/missing-secrets.ts');
    await inLab(async (lab) => {
      const found = await readFiles({ 'a.yaml': manifest('demo/v1 Box a', 'size: 3\npassword: {age: secret.age}') });
      assert.equal(brief(found), []);
      const diagnostics = await missingSecrets(found, (source) => resolveSecret(source, lab.with({})));
      assert.equal(brief({ diagnostics }), ['SECRET_LOCKED a.yaml:7:13+17 there is no age identity to decrypt with']);
    });
  });
});

group('secrets that are generated into an age file', (test) => {
  const source = (keep: Fields = { age: 'keys/a.age' }): Fields => ({ generate: 'bytes32', keep });

  test('are armored, for this machine, and stay what they were', async () => {
    await inLab(async (lab) => {
      assert.is(await resolveSecret(source(), lab), undefined);
      const made = await makeSecret(source(), lab);
      assert.match(made, /^[0-9a-f]{64}$/);
      const file = join(lab.dir, 'keys/a.age');
      assert.match(readFileSync(file, 'utf8'), /^-----BEGIN AGE ENCRYPTED FILE-----\n/);
      assert.is(statSync(file).mode & 0o777, 0o600);
      assert.equal(readdirSync(join(lab.dir, 'keys')), ['a.age'], 'nothing half-made is left');
      assert.is(await makeSecret(source(), lab), made);
      assert.is(await resolveSecret({ age: 'keys/a.age' }, lab), made);
    });
  });

  test('made by many at once are one', async () => {
    await inLab(async (lab) => {
      assert.is(new Set(await Promise.all(Array.from({ length: 10 }, () => makeSecret(source(), lab)))).size, 1);
    });
  });

  test('are readable by every recipient', async () => {
    await inLab(async (lab) => {
      const colleague = await generateIdentity();
      const recipients = await Promise.all([colleague, IDENTITY].map(identityToRecipient));
      const made = await makeSecret(source({ age: 'a.age', recipients }), lab);
      assert.is(await resolveSecret(source({ age: 'a.age' }), lab.with({ SETPOINT_AGE_IDENTITY: colleague })), made);
    });
  });

  test('are not made where nobody here could read them again', async () => {
    await inLab(async (lab) => {
      const stranger = await identityToRecipient(await generateIdentity());
      const forOthers = source({ age: 'a.age', recipients: [stranger] });
      assert.is(await told(source(), lab.with({})), 'SECRET_LOCKED there is no age identity to decrypt with');
      assert.is(await told(forOthers, lab), 'SECRET_LOCKED the age file a.age is not for the identity in SETPOINT_AGE_IDENTITY');
      const mistyped = source({ age: 'a.age', recipients: ['age1nobody'] });
      assert.is(await told(mistyped, lab), 'SECRET_UNKEPT age1nobody is no age recipient');
      assert.equal(readdirSync(lab.dir), []);
      lab.put('taken.age', await encrypted('correct horse', IDENTITY));
      assert.is(
        await told({ ...source({ age: 'taken.age/a' }) }, lab),
        `SECRET_UNKEPT a new secret cannot be kept in ${join(lab.dir, 'taken.age/a')}`,
      );
    });
  });

  test('are written in manifests as one form, and no half of it', async () => {
    const { diagnostics } = await readFiles({
      'a.yaml': [
        '{generate: bytes32, keep: {age: k.age}}',
        '{generate: bytes32, keep: {age: k.age, recipients: [age1abc]}}',
        '{generate: bytes32, keep: {age: k.age, file: k}}',
        '{generate: bytes32, keep: {file: k, recipients: [age1abc]}}',
        '{generate: bytes32, keep: {age: k.age, recipients: [AGE-SECRET-KEY-1ABC]}}',
        '{age: a, env: B}',
      ]
        .map((secret, index) => manifest(`demo/v1 Box b${index}`, `size: 3\npassword: ${secret}`))
        .join('---\n'),
    });
    const wrong = new Set(diagnostics.map(({ resource }) => resource?.at(-1)));
    assert.equal([...wrong], ['2', '3', '4', '5'], JSON.stringify(diagnostics));
  });
});
