import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Fault } from '../../src/core/diagnostic.ts';
import { Faults } from '../../src/core/diagnostic.ts';
import type { Fields } from '../../src/core/value.ts';
import { parseDotenv, withDotenv } from '../../src/manifests/dotenv.ts';
import { missingSecrets } from '../../src/manifests/missing-secrets.ts';
import { makeSecret, resolveSecret, type Surroundings } from '../../src/manifests/secrets.ts';
import { assert, group } from '../kit/group.ts';
import { brief, manifest, readFiles, SHELF } from './demo.ts';
import { faultOf } from '../kit/fault.ts';

async function inFolder(body: (around: Surroundings & { readonly dir: string }) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'setpoint-secrets-'));
  try {
    await body({ dir, env: { PATH: process.env.PATH, TOKEN: 'from-env', EMPTY: '' }, dice: randomBytes });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const refused = (source: Fields, around: Surroundings): Promise<Fault> => faultOf(makeSecret(source, around));

group('secrets by reference', (test) => {
  test('come from the environment, a file or a program, less one line end', async () => {
    await inFolder(async (around) => {
      writeFileSync(join(around.dir, 'unix'), ' two\nlines \n\n');
      writeFileSync(join(around.dir, 'dos'), 'value\r\n');
      const print = (code: string): Fields => ({ exec: [process.execPath, '-e', code, 'a b'] });
      assert.is(await resolveSecret({ env: 'TOKEN' }, around), 'from-env');
      assert.is(await resolveSecret({ file: 'unix' }, around), ' two\nlines \n');
      assert.is(await resolveSecret({ file: join(around.dir, 'dos') }, around), 'value');
      assert.is(
        await resolveSecret(print('console.log(process.argv[1] + process.env.TOKEN + process.cwd())'), around),
        `a bfrom-env${around.dir}`,
      );
    });
  });

  test('that are missing are named by their source', async () => {
    await inFolder(async (around) => {
      writeFileSync(join(around.dir, 'empty'), '\n');
      const cases: readonly [source: Fields, summary: string][] = [
        [{ env: 'NONE' }, 'the environment variable NONE is not set'],
        [{ env: 'EMPTY' }, 'the environment variable EMPTY is empty'],
        [{ file: 'none' }, 'the file none is not there'],
        [{ file: 'empty' }, 'the file empty is empty'],
        [{ exec: ['setpoint-no-such-program'] }, 'the program setpoint-no-such-program could not be run, or did not end within 30 s'],
        [{ exec: [process.execPath, '-e', 'process.exit(3)'] }, `the program ${process.execPath} ended with exit code 3`],
        [{ exec: [process.execPath, '-e', ''] }, `the program ${process.execPath} printed nothing`],
      ];
      for (const [source, summary] of cases) {
        const fault = await refused(source, around);
        assert.is(fault.code, 'SECRET_MISSING');
        assert.is(fault.diagnostic.summary, summary);
        assert.is(fault.retry, false);
        assert.is(fault.sent, 'no');
      }
      assert.is((await refused({ file: '.' }, around)).code, 'SECRET_MISSING');
      assert.is((await refused({ vault: 'x' }, around)).code, 'SECRET_UNSUPPORTED');
    });
  });

  test('do not stand in the message when their program fails', async () => {
    await inFolder(async (around) => {
      const code = 'console.log("s3cr3t-value"); console.error("s3cr3t-value"); process.exit(1)';
      const fault = await refused({ exec: [process.execPath, '-e', code.replaceAll('s3cr3t-value', 's3cr3t" + "-value')] }, around);
      assert.not.ok(JSON.stringify([fault, fault.diagnostic, fault.message, String(fault.stack)]).includes('s3cr3t-value'));
    });
  });
});

group('secrets that are missing', (test) => {
  test('are all told at once, at their lines, before anything is planned', async () => {
    await inFolder(async (around) => {
      const box = (name: string, secret: string): string => manifest(`demo/v1 Box ${name}`, `size: 3\npassword: ${secret}`);
      const shelf = SHELF.replace('./shelf', './shelf, options: {token: {env: NO_TOKEN}}');
      const boxes = [box('a', '{env: NONE}'), box('b', '{generate: bytes32, keep: {file: k}}'), box('c', '{env: NONE}')];
      const found = await readFiles({ 't.yaml': shelf, 'a.yaml': boxes.join('---\n') }, false);
      assert.equal(brief(found), []);
      const looked: unknown[] = [];
      const diagnostics = await missingSecrets(found, (source) => {
        looked.push(source);
        return resolveSecret(source, around);
      });
      assert.equal(brief({ diagnostics }), [
        'SECRET_MISSING t.yaml:4:59+15 the environment variable NO_TOKEN is not set',
        'SECRET_MISSING a.yaml:7:13+11 the environment variable NONE is not set',
        'SECRET_MISSING a.yaml:23:13+11 the environment variable NONE is not set',
      ]);
      assert.is(diagnostics[0]?.resource, 'setpoint/Target/shelf');
      assert.is(looked.length, 3, 'each source once');
    });
  });
});

group('generated secrets', (test) => {
  const source = (file: string, kind = 'bytes32'): Fields => ({ generate: kind, keep: { file } });

  test('are not there before they are made, and stay what they were', async () => {
    await inFolder(async (around) => {
      assert.is(await resolveSecret(source('keys/a'), around), undefined);
      assert.not.ok(existsSync(join(around.dir, 'keys')), 'looking makes nothing');
      const made = await makeSecret(source('keys/a'), around);
      assert.match(made, /^[0-9a-f]{64}$/);
      assert.is(readFileSync(join(around.dir, 'keys/a'), 'utf8'), `${made}\n`);
      assert.is(statSync(join(around.dir, 'keys/a')).mode & 0o777, 0o600);
      assert.equal(readdirSync(join(around.dir, 'keys')), ['a'], 'nothing half-made is left');
      assert.is(await makeSecret(source('keys/a'), around), made);
      assert.is(await resolveSecret(source('keys/a'), around), made);
    });
  });

  test('made by many at once are one', async () => {
    await inFolder(async (around) => {
      const all = await Promise.all(Array.from({ length: 20 }, () => makeSecret(source('key'), around)));
      assert.is(new Set(all).size, 1);
      assert.equal(readdirSync(around.dir), ['key']);
    });
  });

  test('are private keys of the curve: zero and what lies beyond its order are thrown again', async () => {
    await inFolder(async (around) => {
      const throws = [
        '00'.repeat(32),
        'ff'.repeat(32),
        'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
        `${'00'.repeat(31)}01`,
      ];
      const dice = (bytes: number): Uint8Array => (bytes === 32 ? Buffer.from(throws.shift() ?? '', 'hex') : randomBytes(bytes));
      assert.is(await makeSecret(source('key', 'secp256k1'), { ...around, dice }), `${'00'.repeat(31)}01`);
    });
  });

  test('are not used where they cannot be kept', async () => {
    await inFolder(async (around) => {
      writeFileSync(join(around.dir, 'taken'), '');
      assert.is((await refused(source('taken/key'), around)).code, 'SECRET_UNKEPT');
      assert.is((await refused(source('taken'), around)).code, 'SECRET_MISSING', 'an emptied file is no secret');
    });
  });
});

group('.env', (test) => {
  test('values are read with and without quotes', () => {
    const text = [
      '# a comment',
      'PLAIN=value',
      'export EXPORTED = spaced  # comment',
      'HASH=a#b',
      'EMPTY=',
      'COMMENT= # nothing',
      "SINGLE='a # \\n $x \"'",
      'DOUBLE="a\\n\\"b\\" \\$ \\q" # comment',
      'MANY="one',
      'two"',
      'WINDOWS=x\r',
      'PLAIN=last',
    ].join('\n');
    assert.equal(
      { ...parseDotenv(text) },
      {
        PLAIN: 'last',
        EXPORTED: 'spaced',
        HASH: 'a#b',
        EMPTY: '',
        COMMENT: '',
        SINGLE: 'a # \\n $x "',
        DOUBLE: 'a\n"b" $ \\q',
        MANY: 'one\ntwo',
        WINDOWS: 'x',
      },
    );
  });

  test('any text in double quotes comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', "'", '\\', '\n', '#', ' ', '$', '=') }), (value) => {
        const quoted = value.replace(/["\\$]/g, '\\$&').replaceAll('\n', '\\n');
        assert.is(parseDotenv(`A="${quoted}"\nB=2`).A, value);
      }),
    );
  });

  test('mistakes say where and never what', () => {
    try {
      parseDotenv('A=1\ns3cr3t\nB="x" s3cr3t\nC="s3cr3t');
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof Faults);
      assert.equal(
        (error as Faults).diagnostics.map(({ code, at }) => `${code} ${at?.line}:${at?.col}`),
        ['ENV_SYNTAX 2:1', 'ENV_SYNTAX 3:1', 'ENV_SYNTAX 4:3'],
      );
      assert.not.ok(JSON.stringify((error as Faults).diagnostics).includes('s3cr3t'));
    }
  });

  test('never overrides what is set', async () => {
    await inFolder(async ({ dir }) => {
      assert.equal(withDotenv({ A: '1' }, dir), { A: '1' });
      writeFileSync(join(dir, '.env'), 'A=2\nB=2\n__proto__=x\n');
      const env = withDotenv({ A: '1' }, dir);
      assert.is(env.A, '1');
      assert.is(env.B, '2');
      assert.is(({} as { x?: string }).x, undefined);
    });
  });
});
