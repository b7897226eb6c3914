import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../src/core/diagnostic.ts';
import { makeSecret, resolveSecret, type Surroundings } from '../../src/manifests/secrets.ts';
import { assert } from '../kit/group.ts';
import { debianProgram, run } from './kit/programs.ts';
import type { Stage } from './kit/stage.ts';

const SECRETS: Readonly<Record<string, string>> = {
  'a word': 'correct horse battery staple',
  'several lines': 'one\ntwo\n\n',
  'no letters': '\u0000\u0001\t',
  'other alphabets': 'пароль 密码 🔑',
  // The cipher works on chunks of 64 KiB: one short of it, one of it, one beyond, the line end counted.
  'one short of a chunk': 'a'.repeat(65_534),
  'a chunk': 'b'.repeat(65_535),
  'more than a chunk': 'c'.repeat(65_536),
  'several chunks': 'd'.repeat(300_000),
};

/** The reference program, in Go, and our side exchange secrets in both directions. */
export const stage: Stage = {
  name: 'age',
  summary: 'age and age-keygen encrypt what {age} decrypts, and decrypt what {generate, keep: {age}} stores',
  async run(check) {
    const age = debianProgram('age', ['age']);
    const keygen = debianProgram('age-keygen', ['age']);
    const dir = mkdtempSync(join(tmpdir(), 'setpoint-interop-age-'));
    const made = (program: string, words: readonly string[], input?: string): string => {
      const { code, out, err } = run(program, words, { cwd: dir, ...(input === undefined ? {} : { input }) });
      assert.is(code, 0, err);
      return out.trim();
    };
    try {
      for (const name of ['mine', 'other']) made(keygen, ['-o', `${name}.txt`]);
      const [mine, other] = ['mine', 'other'].map((name) => made(keygen, ['-y', `${name}.txt`])) as [string, string];
      const around = (file: string): Surroundings => ({ dir, env: { SETPOINT_AGE_IDENTITY_FILE: file }, dice: randomBytes });

      for (const [name, text] of Object.entries(SECRETS)) {
        for (const form of ['armored', 'binary']) {
          await check(`age encrypts, we decrypt: ${name}, ${form}`, async () => {
            made(age, [...(form === 'armored' ? ['-a'] : []), '-r', mine, '-r', other, '-o', 'secret.age'], `${text}\n`);
            for (const file of ['mine.txt', 'other.txt']) assert.is(await resolveSecret({ age: 'secret.age' }, around(file)), text);
          });
        }
      }

      for (const generate of ['bytes32', 'secp256k1']) {
        await check(`we generate ${generate}, age decrypts it for each recipient`, async () => {
          const keep = { age: `${generate}.age`, recipients: [mine, other] };
          const value = await makeSecret({ generate, keep }, around('mine.txt'));
          for (const file of ['mine.txt', 'other.txt']) assert.is(made(age, ['-d', '-i', file, keep.age]), value);
        });
      }
      await check('we encrypt for our own identity where no recipient is named, age decrypts it', async () => {
        const value = await makeSecret({ generate: 'bytes32', keep: { age: 'own.age' } }, around('mine.txt'));
        assert.is(made(age, ['-d', '-i', 'mine.txt', 'own.age']), value);
        assert.is.not(run(age, ['-d', '-i', 'other.txt', 'own.age'], { cwd: dir }).code, 0);
      });

      await check('both refuse a file for somebody else, and one with a bit changed', async () => {
        const refusal = async (): Promise<string> => {
          assert.is.not(run(age, ['-d', '-i', 'other.txt', 'refused.age'], { cwd: dir }).code, 0);
          return resolveSecret({ age: 'refused.age' }, around('other.txt')).then(
            () => 'found',
            (error: unknown) => (error instanceof Fault ? error.code : Promise.reject(error as Error)),
          );
        };
        made(age, ['-r', mine, '-o', 'refused.age'], 'secret');
        assert.is(await refusal(), 'SECRET_LOCKED');
        made(age, ['-r', other, '-o', 'refused.age'], 'secret');
        const bytes = readFileSync(join(dir, 'refused.age'));
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        writeFileSync(join(dir, 'refused.age'), bytes);
        assert.is(await refusal(), 'SECRET_UNREADABLE');
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
};
