import fc from 'fast-check';
import { Claims } from '../../src/manifests/conflicts.ts';
import { assert, group } from '../kit/group.ts';
import { brief, manifest, read } from './demo.ts';

const box = (name: string, spec: string): string => manifest(`demo/v1 Box ${name}`, spec);

group('what kinds themselves say about specs', (test) => {
  test('a finding is shown where the spec stands in its file', async () => {
    const found = await read(box('a', 'size: 3\nnote: hey!'));
    assert.equal(brief(found), ['SHOUTED a.yaml:7:9+4 shouted']);
    assert.is(found.diagnostics[0]?.pointer, '/spec/note');
    assert.is(found.diagnostics[0]?.resource, 'shelf/demo/Box/a');
  });

  test('a spec is normalized by its kind', async () => {
    const found = await read(box('a', 'size: 3\nnote: " hey "'));
    assert.is(found.resources.get('shelf/demo/Box/a')?.spec.note, 'hey');
  });

  test('two manifests that set one place are told of each other, once each', async () => {
    const found = await read(
      box('a', 'size: 3\nconfig: {x: 1, y: 1}'),
      box('b', 'size: 3\nconfig: {z: 1}'),
      box('c', 'size: 3\nconfig: {z/: 1}'),
    );
    assert.equal(brief(found), []);
    const clash = await read(box('a', 'size: 3\nconfig: {x: 1, "z/": 1}'), box('b', 'size: 3\nconfig: {x: 2, "z/deep": 1}'));
    assert.equal(brief(clash), ['CLAIM_TWICE a.yaml:15:15+1 two manifests set /x', 'CLAIM_TWICE a.yaml:15:28+1 two manifests set /z/deep']);
    assert.match(clash.diagnostics[0]?.detail ?? '', /^demo\/Box\/a \(a\.yaml:1\) sets it too\./);
  });

  test('two manifests of one natural key describe one object', async () => {
    const found = await read(
      manifest('demo/v1 Lid a', 'label: red'),
      manifest('demo/v1 Lid b', 'label: red'),
      manifest('demo/v1 Lid c', 'label: blue'),
    );
    assert.equal(
      found.diagnostics.map(({ code, resource }) => [code, resource]),
      [['KEY_TWICE', 'shelf/demo/Lid/b']],
    );
  });

  test('what only all together tell is judged when each of them is right', async () => {
    const four = ['a', 'b', 'c', 'd'].map((name) => box(name, 'size: 3'));
    assert.equal(brief(await read(...four)), ['CROWDED a.yaml:27:9+1 crowded']);
    assert.equal(brief(await read(...four, box('e', 'size: big'))), ['FIELD_TYPE a.yaml:34:9+3 spec.size must be a whole number']);
    assert.is((await read(...four, 'a: [1\n')).diagnostics.length, 1, 'a document that cannot be read might have been one of them');
  });
});

group('claims', (test) => {
  const path = fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }).map((names) => names.map((name) => `/${name}`).join(''));
  const claim = fc.record({ id: fc.constantFrom('r1', 'r2', 'r3'), path, subtree: fc.boolean() });

  test('finds the pairs of owners that comparing all claims with all finds', () => {
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 8 }), (all) => {
        const claims = new Claims();
        for (const { id, path: at, subtree } of all) claims.add(id, [subtree ? { path: `${at}/`, subtree: true } : { path: `${at}/.` }]);
        const text = (one: (typeof all)[number]): string => (one.subtree ? `${one.path}/` : `${one.path}/.`);
        const expected = all.some((a, i) =>
          all.some(
            (b, j) =>
              i < j &&
              a.id !== b.id &&
              (text(a) === text(b) || (a.subtree && text(b).startsWith(text(a))) || (b.subtree && text(a).startsWith(text(b)))),
          ),
        );
        assert.is(claims.conflicts().length > 0, expected);
      }),
    );
  });
});
