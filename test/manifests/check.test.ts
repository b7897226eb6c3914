import { assert, group } from '../kit/group.ts';
import { brief, manifest, read, readFiles, SHELF } from './demo.ts';

const box = (spec: string): string => manifest('demo/v1 Box a', spec);

/** The one thing that is wrong with a box. */
async function wrong(spec: string) {
  const { diagnostics } = await read(box(spec));
  assert.is(diagnostics.length, 1, JSON.stringify(diagnostics.map(({ summary }) => summary)));
  return diagnostics[0];
}

group('check: everything wrong with all files, at its place', (test) => {
  test('all diagnostics of all documents and files come in one run, in the order of the text', async () => {
    const found = await readFiles({
      'one.yaml': [box('size: big\ncolour: red'), manifest('demo/v1 Lidd b'), 'just text\n'].join('---\n'),
      'two.yaml': 'apiVersion: dmo/v1\nkind: Box\nmetadata: {name: c}\n',
      'three.yaml': 'a: [1\n',
    });
    assert.equal(brief(found), [
      'FIELD_TYPE one.yaml:6:9+3 spec.size must be a whole number',
      'FIELD_UNKNOWN one.yaml:7:3+6 spec has no field "colour"',
      'KIND_UNKNOWN one.yaml:10:7+4 demo has no kind called "Lidd"',
      'MANIFEST_EXPECTED one.yaml:14:1+9 this document is no manifest',
      'KIND_UNKNOWN two.yaml:1:13+6 there is no group of kinds called "dmo"',
      ...brief(found).filter((line) => line.startsWith('YAML_SYNTAX three.yaml')),
    ]);
    assert.ok(brief(found).some((line) => line.startsWith('YAML_SYNTAX three.yaml')));
    assert.equal(
      found.diagnostics.slice(2, 5).map(({ hint, source }) => [source, hint]),
      [
        ['kind: Lidd', 'Did you mean Lid?'],
        ['just text', undefined],
        ['apiVersion: dmo/v1', 'Did you mean demo/v1?'],
      ],
    );
  });

  test('an unknown field names the fields there are, and the nearest', async () => {
    const found = await wrong('size: 3\nmoed: off');
    assert.is(found?.summary, 'spec has no field "moed"');
    assert.match(found?.detail ?? '', /^It has size, mode, /);
    assert.is(found?.hint, 'Did you mean mode?');
    assert.equal(found?.at, { file: 'a.yaml', line: 7, col: 3, length: 4 });
    assert.is(found?.pointer, '/spec/moed');
    assert.is(found?.resource, 'shelf/demo/Box/a');
  });

  test('a misspelt field that is required is one mistake, not two', async () => {
    assert.is((await wrong('siz: 3'))?.code, 'FIELD_UNKNOWN');
  });

  test('a missing field is shown at what should have it, with what it is for', async () => {
    const found = await wrong('mode: off');
    assert.is(found?.code, 'FIELD_MISSING');
    assert.is(found?.summary, 'spec needs the field "size"');
    assert.is(found?.detail, 'How wide it is.');
    assert.is(found?.source, 'spec:');
    assert.is((await read(manifest('demo/v1 Box a'))).diagnostics[0]?.code, 'FIELD_MISSING', 'also where there is no spec at all');
  });

  test('a wrong type says what is there, and how to write what was meant', async () => {
    const cases: readonly [spec: string, summary: string, hint: string | undefined][] = [
      ['size: "3"', 'spec.size must be a whole number', 'Leave the quotes away: 3.'],
      ['size: 3.5', 'spec.size must be a whole number', undefined],
      ['size: 9223372036854775807', 'spec.size must be a whole number', 'It has more digits than can be kept here, or is not finite.'],
      ['size: 3\nnote: 1.50', 'spec.note must be text', 'Put it in quotes: "1.50".'],
      ['size: 3\nnote: 0x1F', 'spec.note must be text', 'Put it in quotes: "0x1F".'],
      ['size: 3\nopen: yes', 'spec.open must be true or false', 'Write true: YAML 1.2 has no other word for it.'],
      ['size: 3\nopen: off', 'spec.open must be true or false', 'Write false: YAML 1.2 has no other word for it.'],
      ['size: 3\nlids: x', 'spec.lids must be a list', 'Write a list: each item on a line of its own after a dash.'],
      ['size: 3\nnote:', 'spec.note must be text', undefined],
    ];
    for (const [spec, summary, hint] of cases) {
      const found = await wrong(spec);
      assert.is(found?.code, 'FIELD_TYPE', spec);
      assert.is(found?.summary, summary);
      assert.is(found?.hint, hint, spec);
    }
    assert.is((await wrong('size: 3\nnote:'))?.label, 'this is nothing');
  });

  test('a wrong value says what is allowed', async () => {
    const mode = await wrong('size: 3\nmode: manul');
    assert.is(mode?.code, 'FIELD_VALUE');
    assert.is(mode?.summary, 'spec.mode must be one of auto, manual, off');
    assert.is(mode?.hint, 'Did you mean manual?');
    const size = await wrong('size: 0');
    assert.is(size?.summary, 'spec.size must be at least 1');
    assert.is(size?.detail, 'How wide it is.');
  });

  test('of several forms only the nearest is explained', async () => {
    assert.is((await wrong('size: 3\nfill: {water: 1, hto: true}'))?.summary, 'spec.fill has no field "hto"');
    assert.is((await wrong('size: 3\nfill: {sand: wet}'))?.summary, 'spec.fill.sand must be a number');
    const none = await wrong('size: 3\nfill: 7');
    assert.is(none?.summary, 'spec.fill has to be one of these: a mapping with water, a mapping with sand, "nothing"');
  });

  test('a schema that contains itself is followed all the way down', async () => {
    const found = await wrong('size: 3\ntree:\n  name: a\n  below:\n  - name: b\n    below: [{name: c, belw: []}]');
    assert.is(found?.summary, 'spec.tree.below[0].below[0] has no field "belw"');
    assert.is(found?.at?.line, 11);
  });

  test('metadata and lifecycle are checked as strictly as the spec', async () => {
    const found = await read(
      'apiVersion: demo/v1\nkind: Box\nmetadata: {name: "a b", lables: {}}\nlifecycle: {protect: yes, drift: heel}\nstatus: {}\nspec: {size: 1}\n',
    );
    assert.equal(brief(found), [
      'NAME_INVALID a.yaml:3:18+5 metadata.name is not a name',
      'FIELD_UNKNOWN a.yaml:3:25+6 metadata has no field "lables"',
      'FIELD_TYPE a.yaml:4:22+3 lifecycle.protect must be true or false',
      'FIELD_VALUE a.yaml:4:34+4 lifecycle.drift must be one of heal, warn, ignore',
      'FIELD_UNKNOWN a.yaml:5:1+6 a manifest has no field "status"',
    ]);
  });

  test('a document without apiVersion or kind is told what is missing', async () => {
    const found = await read('kind: 7\nmetadata: {name: a}\n');
    assert.equal(brief(found), [
      'FIELD_MISSING a.yaml:1:1+4 the document needs the field "apiVersion"',
      'FIELD_TYPE a.yaml:1:7+1 kind must be text',
    ]);
  });

  test('another version of a kind, and a kind of another group, are pointed out', async () => {
    const found = await readFiles({
      'a.yaml': [
        'apiVersion: demo/v2\nkind: Box\nmetadata: {name: a}\n',
        'apiVersion: other/v1\nkind: Box\nmetadata: {name: a}\n',
        'apiVersion: demo/v1\nkind: Lid\nmetadata: {name: a}\n',
      ].join('---\n'),
    });
    assert.equal(
      found.diagnostics.map(({ code, hint }) => [code, hint]),
      [
        ['VERSION_UNKNOWN', 'Write demo/v1.'],
        ['KIND_UNKNOWN', 'There is demo/Box.'],
      ],
    );
  });

  test('kinds that are planned but not there are not accepted', async () => {
    const found = await read(
      'apiVersion: setpoint/v1\nkind: Gate\nmetadata: {name: a}\n',
      'apiVersion: setpoint/v1\nkind: Project\nmetadata: {name: a}\n',
    );
    assert.equal(
      found.diagnostics.map(({ code, detail }) => [code, detail]),
      [
        ['KIND_UNKNOWN', 'Its kinds are Target.'],
        ['KIND_UNKNOWN', 'A Project is the file setpoint.yaml itself and cannot stand among the manifests.'],
      ],
    );
  });

  test('a second document of one id names the first', async () => {
    const found = await readFiles({ 'a.yaml': box('size: 3'), 'b.yaml': `\n${box('size: 4')}` });
    assert.equal(brief(found), ['DUPLICATE_ID b.yaml:5:9+1 demo/Box/a is described twice']);
    assert.is(found.diagnostics[0]?.label, 'the first is at a.yaml:1');
    assert.is(found.resources.get('shelf/demo/Box/a')?.spec.size, 3);
  });
});

group('check: input that wants to do harm', (test) => {
  test('keys that would change a prototype or look like a mark are refused', async () => {
    const found = await read(box('size: 3\nfree: {__proto__: {polluted: true}}'), box('size: 3\nfree: {"setpoint:ref": x}'));
    assert.is(found.diagnostics.length, 2);
    assert.ok(found.diagnostics.every(({ at }) => at !== undefined));
    assert.is(({} as { polluted?: boolean }).polluted, undefined);
    assert.is(found.resources.size, 0);
  });

  test('a name that every object has is only a name', async () => {
    const found = await read(
      manifest('demo/v1 Box constructor', 'size: 3\nfree: {toString: 1, hasOwnProperty: 2}'),
      box('size: 3\nconstructor: 1'),
    );
    assert.equal(brief(found), ['FIELD_UNKNOWN a.yaml:15:3+11 spec has no field "constructor"']);
    assert.equal(found.resources.get('shelf/demo/Box/constructor')?.spec.free, { toString: 1, hasOwnProperty: 2 });
  });

  test('alias bombs, text that is not UTF-8, and broken documents leave the others as they are', async () => {
    const lol =
      'a: &a [x,x,x,x,x,x,x,x,x]\n' +
      ['b', 'c', 'd', 'e', 'f', 'g'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdef'[i]}`).join(',')}]\n`).join('');
    const found = await readFiles({
      'bomb.yaml': lol,
      'latin.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xe4]),
      'tab.yaml': 'a:\n\tb: 1\n',
      'good.yaml': box('size: 3'),
    });
    assert.equal([...found.resources.keys()], ['shelf/demo/Box/a']);
    assert.equal([...new Set(found.diagnostics.map(({ at }) => at?.file))], ['bomb.yaml', 'latin.yaml', 'tab.yaml']);
    assert.ok(
      found.sources.every(({ complete }) => !complete),
      'what could not be read may hold anything: nothing counts as removed',
    );
  });

  test('ten thousand wrong items give a bounded list', async () => {
    const found = await read(box(`size: 3\nlids: [${Array(10_000).fill('7').join(', ')}]`));
    assert.ok(found.diagnostics.length > 100 && found.diagnostics.length < 1000);
  });

  test('documents with nothing in them say nothing', async () => {
    const found = await readFiles({ 'a.yaml': `# nothing\n---\n---\n${box('size: 3')}---\n# end\n` });
    assert.equal(found.diagnostics, []);
    assert.is(found.resources.size, 1);
    assert.is(found.resources.get('shelf/demo/Box/a')?.origin.line, 4);
  });
});

group('check: literal secrets', (test) => {
  test('a literal where a secret belongs is an error that does not show it, nor does any other about that line', async () => {
    const found = await read(box('size: 3\npassword: hunter2'), box('{size: x, password: hunter3}'));
    const all = JSON.stringify(found.diagnostics);
    assert.not.ok(all.includes('hunter'), all);
    assert.is(found.diagnostics[0]?.code, 'SECRET_LITERAL');
    assert.is(found.diagnostics[0]?.source, '  password: *******');
    assert.ok(found.diagnostics.some(({ code }) => code === 'FIELD_TYPE'));
  });

  test('the same holds for the options of a target', async () => {
    const found = await readFiles({ 't.yaml': SHELF.replace('./shelf', './shelf, options: {token: abcdefgh}') }, false);
    assert.equal(
      found.diagnostics.map(({ code, source }) => [code, source?.includes('abcdefgh')]),
      [['SECRET_LITERAL', false]],
    );
  });

  test('a source that we cannot read is refused by name', async () => {
    const { diagnostics } = await read(box('size: 3\npassword: {vault: x}'));
    assert.is(diagnostics.length, 1);
    assert.is(diagnostics[0]?.summary, 'spec.password has no field "vault"');
    assert.is(diagnostics[0]?.detail, 'It has env, file, age, exec, generate, keep.');
    assert.is(
      (await read(box('size: 3\npassword: {env: A, file: b}'))).diagnostics[0]?.summary,
      'spec.password takes exactly one of env, file, age, exec, generate',
    );
    assert.is((await read(box('size: 3\npassword: {generate: bytes32}'))).diagnostics[0]?.summary, 'spec.password needs the field "keep"');
  });
});
