import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { assert } from '../kit/group.ts';
import { copyExample, inFolder, root, setpoint, writeFiles } from '../kit/binary.ts';
import type { Fields } from '../../src/core/value.ts';
import { compile, type Schema } from '../../src/yang/index.ts';
import { VERDICTS } from '../yang/brewery-verdicts.ts';
import { debianProgram, pythonWith, run } from './kit/programs.ts';
import type { Stage } from './kit/stage.ts';
import { KNOWN_ERRORS } from './yang/known-errors.ts';
import { MUTATIONS, ODDS } from './yang/instances.ts';
import { MODULES } from './yang/modules.ts';
import { checkPublished, INCOMPLETE } from './yang/published.ts';

const FOLDER = join(root, 'yang');
const OWN = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yang'))
  .sort()
  .map((file) => join(FOLDER, file));
const PYANG = 'pyang==2.7.1';
const ODD = join(root, 'test/interop/yang/odds.yang');

/** libyang's judge before our modules, our datastore and our verdicts: two engines that know nothing of each other. */
export const stage: Stage = {
  name: 'yang',
  summary: 'yanglint (libyang) judges our modules, what an apply leaves behind, and the same instances and modules as our engine',
  async run(check) {
    const yanglint = debianProgram('yanglint', ['libyang2-tools', 'libyang-tools', 'yang-tools']);
    const scratch = mkdtempSync(join(tmpdir(), 'setpoint-interop-'));
    const lint = (words: readonly string[]): string => {
      const { code, out, err } = run(yanglint, ['-p', FOLDER, ...words]);
      assert.is(code, 0, err || out);
      return out;
    };
    try {
      for (const file of [...OWN, ODD]) await check(`${basename(file)} is a module`, () => void lint([file]));

      let applied: Fields = {};
      await check('what quickstart leaves in the datastore is valid, all owners merged', async () => {
        applied = JSON.parse(lint(['-t', 'config', '-m', '-f', 'json', ...OWN, ...(await quickstart(scratch))])) as Fields;
        assert.ok(Object.keys(applied).length >= 3);
      });

      const own = schemaOf(OWN);
      await check('our engine finds it valid and canonical, as libyang writes it', () => {
        const { problems, value } = own.validate(applied, { content: 'config' });
        assert.equal(problems, []);
        assert.equal(value, applied);
      });

      const agree = (verdict: Verdict): Promise<void> =>
        check(`${verdict.valid ? 'valid' : 'wrong'}: ${verdict.name}`, () => compare(verdict));
      const judge = (modules: readonly string[], data: Fields): boolean => {
        const file = join(scratch, 'instance.json');
        writeFileSync(file, JSON.stringify(data));
        return run(yanglint, ['-p', FOLDER, '-t', 'config', ...modules, file]).code === 0;
      };
      const instance = (
        name: string,
        valid: boolean,
        on: { readonly files: readonly string[]; readonly schema: Schema },
        data: Fields,
      ): Promise<void> =>
        agree({
          name,
          valid,
          ours: () => on.schema.validate(data, { content: 'config' }).problems.map(({ code, path }) => `${code} ${path}`),
          theirs: () => judge(on.files, data),
        });
      for (const { name, change, valid = false } of MUTATIONS) {
        const data = structuredClone(applied);
        change(data as never);
        await instance(name, valid, { files: OWN, schema: own }, data);
      }
      for (const [verdict, why, data] of VERDICTS) await instance(why, verdict === 'valid', { files: OWN, schema: own }, data as Fields);
      const odd = { files: [ODD], schema: schemaOf([ODD]) };
      for (const { name, data, valid = false } of ODDS) await instance(name, valid, odd, data);

      for (const [index, { name, files, valid = false }] of MODULES.entries()) {
        const folder = join(scratch, `modules-${index}`);
        writeFiles(folder, Object.fromEntries(Object.entries(files).map(([file, text]) => [`${file}.yang`, text])));
        const modules = Object.entries(files).map(([file, text]) => ({ file, text }));
        await agree({
          name,
          valid,
          ours: () =>
            compile({ modules }).diagnostics.flatMap(({ severity, code, summary }) => (severity === 'error' ? [`${code} ${summary}`] : [])),
          theirs: () => run(yanglint, ['-p', folder, join(folder, 'm.yang')]).code === 0,
        });
      }

      // pyang brings the modules of many RFCs. A folder with all of them may stand beside the project: nothing else has that.
      const python = join(pythonWith(join(root, 'node_modules/.cache/interop', PYANG), [PYANG]), '../..');
      const brought = ['ietf', 'iana'].map((name) => join(python, 'share/yang/modules', name));
      await checkPublished(check, { from: 'pyang', folders: brought, yanglint });
      const beside = join(root, '../shared/yang-models/ietf');
      if (existsSync(beside)) await checkPublished(check, { from: 'RFCs', folders: [beside], known: INCOMPLETE });
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
};

interface Verdict {
  readonly name: string;
  readonly valid: boolean;
  /** What our engine finds wrong. */
  readonly ours: () => readonly string[];
  /** Whether yanglint finds it valid. */
  readonly theirs: () => boolean;
}

function compare({ name, valid, ours, theirs }: Verdict): void {
  const found = ours();
  assert.is(found.length === 0, valid, `our engine: ${found.join(', ') || 'valid'}`);
  const known = KNOWN_ERRORS[name];
  const said = theirs();
  if (known === undefined) assert.is(said, valid, `yanglint finds it ${said ? 'valid' : 'wrong'}`);
  else assert.is(said, !valid, `yanglint is right by now: take it off the list of known errors (${known})`);
}

function schemaOf(files: readonly string[]): Schema {
  const { schema, diagnostics } = compile({ modules: files.map((file) => ({ file, text: readFileSync(file, 'utf8') })) });
  if (!schema) throw new Error(diagnostics.map(({ summary }) => summary).join('\n'));
  return schema;
}

/** Applies the example through the real binary; gives the files of the running datastore, without what only the datastore reads. */
async function quickstart(scratch: string): Promise<readonly string[]> {
  const kept = join(scratch, 'running');
  mkdirSync(kept);
  await inFolder(async (folder) => {
    copyExample('quickstart', folder);
    const { code, out, err } = await setpoint(['apply', '--yes'], { cwd: folder });
    assert.is(code, 0, out + err);
    cpSync(join(folder, '.setpoint/datastore/running'), kept, { recursive: true });
  });
  return readdirSync(kept).map((name) => {
    const file = join(kept, name);
    // RFC 7952 metadata of the whole document: the generation, which no module defines.
    const data = JSON.parse(readFileSync(file, 'utf8')) as Fields;
    writeFileSync(file, JSON.stringify({ ...data, '@': undefined }));
    return file;
  });
}
