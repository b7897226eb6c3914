import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';
import { copyExample, inFolder, root } from '../kit/binary.ts';
import { assert, group } from '../kit/group.ts';
import { command } from '../kit/program.ts';

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
for (const file of readdirSync(join(root, 'schemas/own'))) {
  ajv.addSchema(JSON.parse(readFileSync(join(root, 'schemas/own', file), 'utf8')) as object, file);
}

function holds(schema: string, text: string): void {
  const validate = ajv.getSchema(`${schema}.json`) as ValidateFunction;
  assert.ok(text.endsWith('\n'), `whole lines: ${JSON.stringify(text.slice(-40))}`);
  for (const line of text.trimEnd().split('\n')) {
    assert.ok(validate(JSON.parse(line)), `${line}\n${JSON.stringify(validate.errors?.slice(0, 3))}`);
  }
}

const edit = (file: string, from: string, to: string): void => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));

group('cli/formats', (test) => {
  test(
    'what programs read is what schemas/own says, for every command and every end',
    () =>
      inFolder(async (folder) => {
        copyExample('quickstart', folder);
        const out = async (line: string, exit = 0): Promise<string> => {
          const ended = await command(line.split(' '), { cwd: folder });
          assert.is(ended.code, exit, `${line}\n${ended.out}${ended.err}`);
          assert.is(ended.err, '', `${line}: programs are told on standard output`);
          return ended.out;
        };
        holds('diagnostic', await out('validate --format json'));
        holds('plan', await out('plan --format json --exit-code', 2));
        holds('diagnostic', await out('apply --format json', 5));
        const applied = await out('apply --format json --yes');
        holds('outcome', applied);
        assert.is((JSON.parse(applied) as { done: number }).done, 6);
        holds('outcome', await out('apply --format json --yes'));
        holds('event', await out('apply --format ndjson --yes'));
        edit(join(folder, 'manifests/hardware.yaml'), 'mode: HLT', 'mode: KETTLE');
        const events = await out('apply --format ndjson --yes');
        holds('event', events);
        assert.match(events, /"type":"done"[\s\S]*"type":"summary"/);
        holds('status', await out('status --format json'));
        holds('history', await out('history --format json'));
        holds('history', await out('history power --format ndjson'));
        holds('state', await out('state ls --format json'));
        holds('doctor', await out('doctor --format json'));
        holds('doctor', await out('doctor --format ndjson'));
        edit(join(folder, 'manifests/hardware.yaml'), 'mode: KETTLE', 'mode: KETLE');
        for (const command of ['validate', 'plan', 'apply --yes', 'status']) holds('diagnostic', await out(`${command} --format json`, 3));
        holds('diagnostic', await out('plam --format json', 3));
      }),
    { seconds: 90 },
  );

  test('markdown is for a pull request: a heading, the counts, and the changes folded', () =>
    inFolder(async (folder) => {
      copyExample('quickstart', folder);
      const { out, code } = await command(['plan', '--format', 'markdown', '--only', 'Config/power'], { cwd: folder });
      assert.is(code, 0);
      assert.match(out, /^### Setpoint plan: 1 step\n\n1 is new /);
      assert.match(out, /<details>[\s\S]*```diff[\s\S]*<\/details>/);
    }));

  test('the schema of the editors is a JSON Schema, and every manifest of examples/ is valid under it', () =>
    inFolder(async (folder) => {
      const { code } = await command(['schema', '-o', 'schema.json'], { cwd: folder });
      assert.is(code, 0);
      const schema = JSON.parse(readFileSync(join(folder, 'schema.json'), 'utf8')) as object;
      const validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
      let documents = 0;
      const examples = join(root, 'examples/manifests');
      for (const file of readdirSync(examples, { recursive: true, encoding: 'utf8' })) {
        if (!/\.ya?ml$/.test(file)) continue;
        for (const document of parseAllDocuments(readFileSync(join(examples, file), 'utf8'))) {
          documents += 1;
          assert.ok(validate(document.toJS()), `${file}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
        }
      }
      assert.ok(documents > 5);
      assert.not.ok(validate({ apiVersion: 'confhoard/v1', kind: 'Config', metadata: { name: 'x' }, spec: { module: 'm', pth: '/x' } }));
      const printed = await command(['schema'], { cwd: folder });
      assert.is(printed.out, readFileSync(join(folder, 'schema.json'), 'utf8'));
    }));

  test('nothing is coloured where nobody looks at a terminal', () =>
    inFolder(async (folder) => {
      copyExample('quickstart', folder);
      for (const env of [{}, { FORCE_COLOR: '1' }, { NO_COLOR: '1' }]) {
        const { out, err } = await command(['plan'], { cwd: folder, env });
        assert.not.match(out + err, /\u001b/);
      }
    }));
});
