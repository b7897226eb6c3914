import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { CommandSpec, Format } from '../../src/cli/commands.ts';
import { READABLE } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/program.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import { ALL_COMMANDS } from '../../src/cli/typed-line.ts';
import type { Ended } from '../kit/binary.ts';
import { copyExample, inFolder, root } from '../kit/binary.ts';
import { assert, group } from '../kit/group.ts';
import { command } from '../kit/program.ts';

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
const schemas = readdirSync(join(root, 'schemas/own')).map((file) => {
  ajv.addSchema(JSON.parse(readFileSync(join(root, 'schemas/own', file), 'utf8')) as object, file);
  return file;
});
/** State and manifests are files of ours: what is printed has the schema of its own. */
const contracts = (): readonly ValidateFunction[] => schemas.map((file) => ajv.getSchema(file) as ValidateFunction);

/** What a person may type behind each command: something, nothing, and something wrong. A command that is not here fails the test. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  init: ['', 'cellar'],
  validate: ['', '-f nowhere.yaml', '-f broken.yaml'],
  fmt: ['', '--check', 'manifests/zone.yaml', 'broken.yaml ugly.yaml', 'nowhere.yaml'],
  plan: [
    '',
    '--exit-code',
    '--only nothing',
    '--why power',
    '--why nothing',
    '-o saved.plan',
    '-o setpoint.yaml/saved.plan',
    '-f broken.yaml',
  ],
  apply: ['', '--yes', '--yes --only nothing', 'nowhere.plan', '--yes -f broken.yaml', '--yes --wait'],
  destroy: ['', '--yes'],
  watch: ['--once', '--once --interval 0'],
  status: ['', '--only nothing'],
  adopt: ['', 'power', 'power --yes', 'nothing'],
  explain: ['', 'confhoard/Config', 'confhoard/Config.zone.band', 'Config.config', 'nothing', 'confhoard/Config.nothing'],
  graph: ['', '--as dot', '-f broken.yaml'],
  history: ['', 'power', 'nothing', '--limit no'],
  rollback: ['', '--yes', 'nothing'],
  state: ['', 'lss'],
  'state ls': ['', 'more'],
  'state show': ['', 'power', 'power probes', 'power nothing'],
  'state mv': ['', 'power', 'power heating', 'power probes', 'nothing heating'],
  'state forget': ['', 'power', 'power probes', 'power nothing'],
  'state rebind': ['', 'brewery', 'brewery nothing'],
  schema: ['', '-o schema.json', '-o setpoint.yaml/schema.json'],
  run: [
    '',
    'brewery',
    'brewery log',
    'brewery get /brewhouse/temperature/fermentation',
    'brewery get',
    'brewery nothing',
    'nothing',
    ...['set', 'restore'].map((name) => `brewery ${name}`),
  ],
  sandbox: [''],
  'sandbox ctl': ['', 'brewery', 'brewery down'],
  doctor: [''],
  completion: ['', 'bash', 'tcsh'],
  version: ['', 'more'],
  help: ['', 'plan', 'nothing'],
};

function* leaves(specs: readonly CommandSpec[], above: readonly string[] = []): Iterable<readonly [string, CommandSpec]> {
  for (const spec of specs) {
    const words = [...above, spec.name];
    yield [words.join(' '), spec];
    yield* leaves(spec.verbs ?? [], words);
  }
}

/** One document that is all of standard output, or a value a line. */
function parsed({ out }: Ended, format: Format): readonly unknown[] {
  if (format === 'json') return [JSON.parse(out)];
  assert.ok(out === '' || out.endsWith('\n'), 'whole lines');
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

/** What is wrong with what a program is told; nothing where all is well. */
async function wrongWith(
  words: readonly string[],
  { cwd, spec, format }: { readonly cwd: string; readonly spec: CommandSpec; readonly format: Format },
): Promise<readonly string[]> {
  const ended = await command([...words, '--format', format], { cwd });
  const line = `setpoint ${words.join(' ')} --format ${format}`;
  try {
    assert.is.not(ended.code, 70, ended.err);
    const values = parsed(ended, format);
    // What `explain FIELD` and `schema` print is a JSON Schema, which is a contract already.
    const isSchema = spec.name === 'schema' || (spec.name === 'explain' && words.length > 1);
    for (const value of values)
      assert.ok(isSchema || contracts().some((validate) => validate(value)), `no contract has ${JSON.stringify(value)}`);
    if (ended.code !== 0 && ended.code !== 2) assert.ok(values.length > 0, 'a program is told what is wrong');
    if (spec.load && !(spec.formats ?? READABLE).includes(format)) assert.is(ended.code, 3, 'a format that it does not have is refused');
  } catch (error) {
    return [`${line} (exit ${ended.code})\n${ended.out}${ended.err}\n${String(error)}`];
  }
  return [];
}

group('cli/programs', (test) => {
  test('every command of the table is in this test', () =>
    assert.equal(
      [...leaves(ALL_COMMANDS)].map(([name]) => name).filter((name) => LINES[name] === undefined),
      [],
    ));

  for (const world of ['nothing', 'new', 'applied'] as const) {
    test(
      `every command prints one document as json and a value a line as ndjson: ${world}`,
      () =>
        inFolder(async (folder) => {
          const before = join(folder, 'before');
          const cwd = join(folder, 'cwd');
          mkdirSync(before);
          if (world !== 'nothing') {
            copyExample('quickstart', before);
            writeFileSync(join(before, 'broken.yaml'), 'a: [1\n');
            writeFileSync(join(before, 'ugly.yaml'), 'a:   1\n');
            if (world === 'applied') assert.is((await command(['apply', '--yes'], { cwd: before })).code, 0);
          }
          const wrong: string[] = [];
          for (const [name, spec] of leaves(ALL_COMMANDS))
            for (const more of LINES[name] ?? [])
              for (const format of ['json', 'ndjson'] as const) {
                rmSync(cwd, { recursive: true, force: true });
                cpSync(before, cwd, { recursive: true });
                wrong.push(...(await wrongWith([...name.split(' '), ...more.split(' ').filter(Boolean)], { cwd, spec, format })));
              }
          assert.is(wrong.join('\n'), '');
        }),
      { seconds: 120 },
    );
  }

  test('a format that a command does not have is refused, and it is said which it has', () =>
    inFolder(async (cwd) => {
      copyExample('quickstart', cwd);
      for (const [line, has] of [
        ['watch --once --format json', 'setpoint watch takes text, ndjson, markdown, not "json"'],
        ['--format json', 'a help takes text, not "json"'],
        ['plan --help --format ndjson', 'a help takes text, not "ndjson"'],
        ['sandbox --format ndjson', 'setpoint sandbox takes text, not "ndjson"'],
        ['state ls --format markdown', 'setpoint state ls takes text, json, ndjson, not "markdown"'],
        ['plan --why power --format json', 'setpoint plan --why takes text, not "json"'],
        ['graph --as dot --format json', 'setpoint graph --as takes text, not "json"'],
      ] as const) {
        const { code, out, err } = await command(line.split(' '), { cwd });
        assert.is(code, 3, line);
        const told =
          out === '' ? err.replaceAll(/\s+/g, ' ') : (JSON.parse(out) as { diagnostics: { summary: string }[] }).diagnostics[0]?.summary;
        assert.ok(told?.includes(`--format of ${has}`), `${line}: ${told}`);
      }
    }));

  test('what failed takes the place of what was said before it: a program gets one document, of a bug as well', () =>
    inFolder(async (cwd) => {
      copyExample('quickstart', cwd);
      const codes = (text: string): readonly string[] =>
        (JSON.parse(text) as { diagnostics: { code: string }[] }).diagnostics.map(({ code }) => code);
      const unsaved = await command(['plan', '--format', 'json', '-o', 'setpoint.yaml/saved.plan'], { cwd });
      assert.equal(codes(unsaved.out), ['NOT_WRITABLE']);
      let out = '';
      let err = '';
      const code = await run(['plan', '-f', '-', '--format', 'json'], {
        ...processTerminal(),
        cwd,
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        input: () => Promise.reject(new TypeError('planted')),
      });
      assert.is(code, 70);
      assert.equal(codes(out), ['BUG']);
      assert.match(err, 'planted');
    }));
});
