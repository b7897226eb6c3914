import fc from 'fast-check';
import { refMark, secretMark } from '../../src/core/mark.ts';
import type { Fields } from '../../src/core/value.ts';
import { assert, group } from '../kit/group.ts';
import { brief, manifest, read, readFiles, SHELF } from './demo.ts';

const box = (name: string, spec: string, metadata = ''): string => manifest(`demo/v1 Box ${name}`, spec, metadata);
const LID = manifest('demo/v1 Lid top');

/** The spec and needs of box a, among other documents that are right. */
async function boxA(spec: string, ...others: readonly string[]) {
  const found = await read(box('a', spec), ...others);
  assert.equal(brief(found), []);
  const resource = found.resources.get('shelf/demo/Box/a');
  if (resource === undefined) throw new Error('there is no box a');
  return { ...resource, found };
}

group('resolve: what a manifest means', (test) => {
  test('a resource has its id, origin, labels and lifecycle', async () => {
    const text = `# a box\napiVersion: demo/v1\nkind: Box\nmetadata: {name: a, labels: {line: one}, was: [b, attic/c]}\nlifecycle: {adopt: true}\nspec: {size: 3}\n`;
    const found = await read(text);
    assert.equal(brief(found), []);
    assert.equal(found.resources.get('shelf/demo/Box/a'), {
      id: 'shelf/demo/Box/a',
      kind: 'demo/Box',
      version: 'v1',
      target: 'shelf',
      name: 'a',
      spec: { size: 3, mode: 'auto' },
      needs: [],
      lifecycle: { adopt: true },
      labels: { line: 'one' },
      was: ['shelf/demo/Box/b', 'attic/demo/Box/c'],
      origin: { file: 'a.yaml', line: 2, document: 0 },
    });
  });

  test('defaults are written out where their parent is, and never over what is set', async () => {
    const { spec } = await boxA('size: 3\nmode: off\nparts: [{name: x}, {name: y, weight: 2}]');
    assert.equal(spec, {
      size: 3,
      mode: 'off',
      parts: [
        { name: 'x', weight: 1 },
        { name: 'y', weight: 2 },
      ],
    });
  });

  test('a lexical section keeps numbers as they were written; any other has their value', async () => {
    const { spec } = await boxA('size: 3\nconfig: {t: 1.50, n: 9223372036854775807, list: [17.0, 18], yes: True}\nfree: {t: 1.50}');
    assert.equal(spec.config, { t: '1.50', n: '9223372036854775807', list: ['17.0', 18], yes: true });
    assert.equal(spec.free, { t: 1.5 });
  });

  test('a number that a section of floats cannot hold is refused where it stands; as text it passes', async () => {
    const { spec } = await boxA('size: 3\nfloats: {a: [1.50, 9007199254740991], b: "9007199254740993"}');
    assert.equal(spec.floats, { a: [1.5, 9007199254740991], b: '9007199254740993' });
    const large = await boxA('size: 3\nfloats: {a: [1e21, -1.50E+22, 1000000000000000000000], b: 9007199254740992}');
    assert.equal(large.spec.floats, { a: [1e21, -1.5e22, 1e21], b: 9007199254740992 });
    const { diagnostics } = await read(box('a', 'size: 3\nfloats:\n  a:\n    - 9007199254740993\n  b: .inf'));
    assert.equal(
      diagnostics.map(({ code, at }) => [code, at?.line, at?.col]),
      [
        ['NUMBER_LOST', 9, 9],
        ['NUMBER_LOST', 10, 8],
      ],
    );
    assert.match(diagnostics[0]?.detail ?? '', 'would come back as 9007199254740992');
  });

  test('a secret is a mark, and only where the schema says so', async () => {
    const { spec, hasSecrets, found } = await boxA('size: 3\npassword: {env: PW}\nfree: {password: {env: PW}}', LID);
    assert.equal(spec.password, secretMark({ env: 'PW' }));
    assert.equal(spec.free, { password: { env: 'PW' } });
    assert.is(hasSecrets, true);
    assert.is(found.resources.get('shelf/demo/Lid/top')?.hasSecrets, undefined);
  });

  test('a manifest in JSON is a manifest', async () => {
    const found = await read('{"apiVersion": "demo/v1", "kind": "Box", "metadata": {"name": "a"}, "spec": {"size": 3}}\n');
    assert.equal(brief(found), []);
    assert.is(found.resources.size, 1);
  });
});

group('resolve: references', (test) => {
  test('a name becomes a reference and a need, with the rule of its field; entries are named by key', async () => {
    const { spec, needs } = await boxA(
      'size: 3\nparent: b\nlids: [top]\nparts: [{name: x}, {name: y, lid: top}]',
      box('b', 'size: 1'),
      LID,
    );
    assert.equal(spec.parent, refMark('shelf/demo/Box/b'));
    assert.equal(spec.lids, [refMark('shelf/demo/Lid/top', 'name')]);
    const lid = { kind: 'demo/Lid', onReplace: 'rewrite', onRemove: 'blocks' } as const;
    assert.equal(needs, [
      {
        id: 'shelf/demo/Box/b',
        at: '/parent',
        ref: { kind: 'demo/Box', by: 'handle', wait: 'exists', onReplace: 'rewrite', onRemove: 'cascades' },
      },
      { id: 'shelf/demo/Lid/top', at: '/lids/0', ref: { ...lid, by: 'name', wait: 'ready' } },
      { id: 'shelf/demo/Lid/top', at: '/parts/["y"]/lid', ref: { ...lid, by: 'handle', wait: 'exists' } },
    ]);
  });

  test('a wrong name is shown with the nearest right one and its place', async () => {
    const found = await read(box('a', 'size: 3\nparts:\n- name: x\n  lid: tpo'), LID);
    assert.equal(brief(found), ['REF_UNKNOWN a.yaml:9:10+3 no Lid is called "tpo"']);
    assert.is(found.diagnostics[0]?.hint, 'Did you mean top (a.yaml:11)?');
  });

  test('the name of another kind is said to be one', async () => {
    const found = await read(box('a', 'size: 3\nparent: top'), LID);
    assert.equal(brief(found), ['REF_KIND a.yaml:7:11+3 "top" is a Lid; a Box is wanted here']);
  });

  test('a reference to a document with mistakes of its own is no mistake', async () => {
    const found = await read(box('a', 'size: 3\nparent: b'), box('b', 'size: big'));
    assert.equal(brief(found), ['FIELD_TYPE a.yaml:14:9+3 spec.size must be a whole number']);
  });

  test('a whole scalar in ${} stands for a leaf of another resource, in any field', async () => {
    const { spec, needs } = await boxA(
      'size: ${demo/Box/b.status.size}\nfree: {list: ["${shelf/demo/Lid/top.v2.name}"]}\nconfig: {h: "${demo/Box/b.handle}"}',
      box('b', 'size: 1'),
      manifest('demo/v1 Lid top.v2'),
    );
    assert.equal(spec.size, refMark('shelf/demo/Box/b', 'status.size'));
    assert.equal(spec.free, { list: [refMark('shelf/demo/Lid/top.v2', 'name')] });
    assert.equal(spec.config, { h: refMark('shelf/demo/Box/b') });
    assert.equal(
      needs.map(({ id, at }) => [id, at]),
      [
        ['shelf/demo/Box/b', '/size'],
        ['shelf/demo/Lid/top.v2', '/free/list/0'],
        ['shelf/demo/Box/b', '/config/h'],
      ],
    );
  });

  test('text that only looks like it is left alone or escaped with one more $', async () => {
    const { spec, needs } = await boxA("size: 3\nfree: {a: '$${HOME}', b: 'run ${HOME}', c: '$$${x}', d: '$5', e: '${x} y'}");
    assert.equal(spec.free, { a: '${HOME}', b: 'run ${HOME}', c: '$${x}', d: '$5', e: '${x} y' });
    assert.equal(needs, []);
    const found = await read(box('a', "size: 3\nfree: {a: '${HOME}'}"));
    assert.equal(
      found.diagnostics.map(({ code, hint }) => [code, hint]),
      [['REF_SYNTAX', 'If the text itself is meant, write one $ more: $${HOME}']],
    );
  });

  test('escaping is undone for every text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', '/', '.', '\\') }), async (text) => {
        const written = /^\$+\{.*\}$/.test(text) ? `$${text}` : text;
        const { spec } = await boxA(`size: 3\nfree: {a: ${JSON.stringify(written)}}`);
        assert.is((spec.free as Fields).a, text);
      }),
      { numRuns: 60 },
    );
  });

  test('dependsOn names kinds of its own group, or says the group and the target', async () => {
    const found = await read(
      box('a', 'size: 3', 'dependsOn: [Lid/top, demo/Box/b, shelf/demo/Box/b]'),
      box('b', 'size: 3', 'dependsOn: [Lid/tob, top, other/Thing/x, demo/Lidd/top]'),
      LID,
    );
    assert.equal(
      found.resources.get('shelf/demo/Box/a')?.needs.map(({ id, at }) => [id, at]),
      [
        ['shelf/demo/Lid/top', ''],
        ['shelf/demo/Box/b', ''],
        ['shelf/demo/Box/b', ''],
      ],
    );
    assert.equal(
      found.diagnostics.map(({ code, pointer, summary }) => [code, pointer, summary]),
      [
        ['REF_UNKNOWN', '/metadata/dependsOn/0', 'no Lid is called "tob"'],
        ['REF_UNKNOWN', '/metadata/dependsOn/1', '"top" does not say what is meant'],
        ['REF_UNKNOWN', '/metadata/dependsOn/2', 'no Thing is called "x"'],
        ['REF_UNKNOWN', '/metadata/dependsOn/3', 'there is no kind called "demo/Lidd"'],
      ],
    );
  });

  test('a bare name stays on its target; one of another provider is the only one there is', async () => {
    const attic = SHELF.replaceAll('shelf', 'attic');
    const cloud = 'apiVersion: setpoint/v1\nkind: Target\nmetadata: {name: cloud}\nspec: {provider: other, address: x}\n';
    const on = (name: string, target: string, spec: string): string => box(name, spec, `target: ${target}`);
    const good = await readFiles({
      'a.yaml': [
        attic,
        cloud,
        on('a', 'shelf', 'size: 1\nparent: b'),
        on('b', 'shelf', 'size: 1\nwatcher: eye'),
        on('b', 'attic', 'size: 1\nparent: shelf/a'),
        manifest('other/v1 Thing eye', 'box: a'),
      ].join('---\n'),
    });
    assert.equal(brief(good), []);
    assert.equal(
      [...good.resources.values()].map(({ id, needs }) => [id, needs[0]?.id]),
      [
        ['shelf/demo/Box/a', 'shelf/demo/Box/b'],
        ['shelf/demo/Box/b', 'cloud/other/Thing/eye'],
        ['attic/demo/Box/b', 'shelf/demo/Box/a'],
        ['cloud/other/Thing/eye', 'shelf/demo/Box/a'],
      ],
    );
    const bad = await readFiles({
      'a.yaml': [
        attic,
        cloud,
        on('a', 'attic', 'size: 1'),
        on('b', 'shelf', 'size: 1'),
        on('b', 'attic', 'size: 1'),
        on('c', 'shelf', 'size: 1\nparent: a'),
        manifest('other/v1 Thing eye', 'box: b'),
      ].join('---\n'),
    });
    assert.equal(
      bad.diagnostics.map(({ code, hint }) => [code, hint]),
      [
        ['REF_UNKNOWN', 'One is at a.yaml:11: attic/a.'],
        ['REF_AMBIGUOUS', 'Write shelf/b or attic/b.'],
      ],
    );
  });

  test('two entries of one key, and one item twice in a set', async () => {
    const found = await read(box('a', 'size: 3\nlids: [top, top]\nparts:\n- {name: x}\n- {name: y}\n- {name: x}'), LID);
    assert.equal(brief(found), [
      'ENTRY_TWICE a.yaml:7:15+3 the same item is here twice',
      'ENTRY_TWICE a.yaml:11:5+9 two entries have the same name',
    ]);
  });

  test('former names that are still in use, or used twice, are refused', async () => {
    const found = await read(box('a', 'size: 1', 'was: [b, x]'), box('b', 'size: 1'), box('c', 'size: 1', 'was: [x, "a b"]'));
    assert.equal(
      found.diagnostics.map(({ code, pointer }) => [code, pointer]),
      [
        ['WAS_TAKEN', '/metadata/was/0'],
        ['WAS_TAKEN', '/metadata/was/0'],
        ['NAME_INVALID', '/metadata/was/1'],
      ],
    );
  });
});

group('resolve: places', (test) => {
  test('every place of a spec is found in the text: by index, by key, and by the nearest thing above', async () => {
    const { found } = await boxA('size: 3\nparts:\n- name: x\n- name: y\n  lid: top\nconfig: {t: 50}', LID);
    const at = (pointer: string): string => {
      const place = found.locate('shelf/demo/Box/a', pointer);
      return `${place?.line}:${place?.col}+${place?.length}`;
    };
    assert.is(at('/parts/["y"]/lid'), '10:10+3');
    assert.is(at('/parts/1/lid'), '10:10+3');
    assert.is(at('/mode'), '5:1+4', 'a default: the spec');
    assert.is(at('/config/demo:t'), '11:15+2', 'a qualified name');
    assert.is(at(''), '1:1+10', 'the document');
    assert.is(found.locate('shelf/demo/Box/none'), undefined);
    assert.is(found.locate('setpoint/Target/shelf', '/address')?.file, 'shelf.yaml');
  });
});
