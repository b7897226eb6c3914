import { compile } from '../../src/yang/index.ts';
import { assert, group } from '../kit/group.ts';
import { codesOf, faultsOf, schemaOf } from './schema-of.ts';

/** What compiling whole files says: `file CODE summary`. */
const told = (files: Readonly<Record<string, string>>): readonly string[] =>
  compile({ modules: Object.entries(files).map(([file, text]) => ({ file, text })) }).diagnostics.map(
    ({ at, code, summary }) => `${at?.file ?? ''}:${at?.line ?? 0} ${code} ${summary}`,
  );

/** A module that adds something to another one's container and choice. */
const stranger = (body: string, version = '1.1'): string =>
  `module n { yang-version ${version}; namespace "urn:n"; prefix n; import m { prefix m; } ${body} }`;
const HOME = `container c { choice way { case one { leaf a { type string; } } } }`;

group('yang: what a module may demand of another', (test) => {
  const brought = (node: string, condition = ''): readonly string[] => faultsOf(HOME, [stranger(`augment /m:c { ${condition} ${node} }`)]);

  for (const [node, name] of [
    ['leaf x { type string; mandatory true; }', 'leaf "x"'],
    ['leaf-list x { type string; min-elements 1; }', 'leaf-list "x"'],
    ['container x { container y { leaf z { type string; mandatory true; } } }', 'container "x"'],
    ['choice x { mandatory true; leaf y { type string; } }', 'choice "x"'],
    ['anydata x { mandatory true; }', 'anydata "x"'],
  ] as const) {
    test(`no mandatory ${name.split(' ')[0]} without a when`, () => {
      assert.match(brought(node)[0] ?? '', `YANG_AUGMENT ${name} is mandatory in /m:c, which is another module's (give the augment a when`);
      assert.equal(brought(node, `when "m:a = 'x'";`), []);
    });
  }

  test('what can be left out may come unasked', () => {
    assert.equal(brought('container x { presence p; leaf y { type string; mandatory true; } }'), []);
    assert.equal(brought('container x { config false; leaf y { type string; mandatory true; } }'), []);
    assert.equal(brought('list x { key k; leaf k { type string; mandatory true; } }'), []);
    const inCase = stranger('augment /m:c/m:way { case two { leaf x { type string; mandatory true; } } }');
    assert.equal(faultsOf(HOME, [inCase]), []);
    assert.equal(faultsOf(`${HOME} augment /c { leaf x { type string; mandatory true; } }`), []);
  });

  test('a case that somebody else has is no place for it either', () => {
    const inCase = stranger('augment /m:c/m:way/m:one { leaf x { type string; mandatory true; } }');
    assert.match(faultsOf(HOME, [inCase])[0] ?? '', 'YANG_AUGMENT leaf "x" is mandatory in /m:c/one');
  });

  test('in YANG 1 not even with a when', () => {
    const old = stranger(`augment /m:c { when "m:a = 'x'"; leaf x { type string; mandatory true; } }`, '1');
    assert.match(faultsOf(HOME, [old])[0] ?? '', 'YANG_AUGMENT');
  });

  test('a default case has nothing mandatory directly in it', () => {
    const choice = (inside: string): readonly string[] =>
      faultsOf(`container c { choice w { default a; case a { ${inside} } leaf b { type string; } } }`);
    assert.match(choice('leaf x { type string; mandatory true; }')[0] ?? '', 'YANG_DEFAULT leaf "x" is mandatory in a, the default case');
    assert.match(choice('container y { leaf x { type string; mandatory true; } }')[0] ?? '', 'YANG_DEFAULT container "y" is mandatory');
    assert.equal(choice('container y { presence p; leaf x { type string; mandatory true; } }'), []);
  });
});

group('yang: status', (test) => {
  const OLD = 'status obsolete;';
  for (const [name, definition, use] of [
    ['typedef', `typedef t { type string; ${OLD} }`, 'leaf a { type t; }'],
    ['grouping', `grouping g { ${OLD} leaf b { type string; } }`, 'container a { uses g; }'],
    ['identity', `identity i { ${OLD} }`, 'leaf a { type identityref { base i; } }'],
    ['feature', `feature f { ${OLD} }`, 'leaf a { if-feature "not f"; type string; }'],
    ['extension', `extension e { ${OLD} }`, 'container a { m:e; }'],
  ] as const) {
    test(`what is current is not made of an obsolete ${name}`, () => {
      assert.match(faultsOf(definition + use)[0] ?? '', new RegExp(`^m\\.yang:\\d+:\\d+ YANG_STATUS ${name} ".*" is obsolete`));
      const both = use.startsWith('leaf') ? use.replace(/\}$/, `${OLD} }`) : use.replace('{', `{ ${OLD}`);
      assert.equal(faultsOf(definition + both), []);
      assert.equal(faultsOf(definition.replace(OLD, '') + use), []);
    });
  }

  test('nor does it point to an obsolete leaf', () => {
    const leaves = (status: string, own = ''): readonly string[] =>
      faultsOf(`leaf old { type string; status ${status}; } leaf a { type leafref { path /old; } ${own} }`);
    assert.match(leaves('obsolete')[0] ?? '', 'YANG_STATUS /m:old is obsolete');
    assert.match(leaves('deprecated')[0] ?? '', 'YANG_STATUS /m:old is deprecated');
    assert.equal(leaves('deprecated', 'status deprecated;'), []);
  });

  test('what stands in something obsolete is so, and another module has a life of its own', () => {
    assert.equal(faultsOf(`typedef t { type string; ${OLD} } container c { ${OLD} leaf a { type t; } }`), []);
    const other = `module n { namespace "urn:n"; prefix n; typedef t { type string; ${OLD} } }`;
    assert.equal(
      told({ 'n.yang': other, 'm.yang': 'module m { namespace "urn:m"; prefix m; import n { prefix n; } leaf a { type n:t; } }' }),
      [],
    );
  });
});

group('yang: keys, unique, refined features', (test) => {
  const list = (key: string): string => `feature f; list l { key k; leaf k { type string; ${key} } }`;

  test('a key does not depend on a feature; in YANG 1 nothing forbids it', () => {
    assert.match(faultsOf(list('if-feature f;'))[0] ?? '', 'YANG_KEY the key k must not depend on an if-feature');
    assert.equal(told({ 'm.yang': `module m { namespace "urn:m"; prefix m; ${list('if-feature f;')} }` }), []);
    const refined = 'feature f; grouping g { leaf k { type string; } } list l { key k; uses g { refine k { if-feature f; } } }';
    assert.match(faultsOf(refined)[0] ?? '', 'YANG_KEY the key k must not depend on an if-feature');
  });

  test('a feature that nothing uses is checked all the same', () => {
    assert.match(faultsOf('feature f { if-feature f; }')[0] ?? '', 'YANG_FEATURE feature f depends on itself');
    assert.match(faultsOf('grouping g { leaf a { if-feature f; type string; } }')[0] ?? '', 'YANG_FEATURE m has no feature f');
  });

  test('unique names configuration or state, not both', () => {
    const mixed = 'list l { key k; unique "a b"; leaf k { type string; } leaf a { type string; } leaf b { type string; config false; } }';
    assert.match(faultsOf(mixed)[0] ?? '', 'YANG_CONFIG unique names configuration and state data');
    assert.equal(faultsOf(mixed.replace(' config false;', '')), []);
  });

  test('a refinement takes a node away with its feature', () => {
    const body =
      'feature f; grouping g { leaf a { type string; } leaf b { type string; } } container c { uses g { refine a { if-feature "not f"; } } }';
    assert.equal(codesOf(schemaOf(body), { 'm:c': { a: 'x', b: 'y' } }), ['YANG_UNKNOWN /m:c/a']);
    assert.equal(codesOf(schemaOf(body.replace('not f', 'f')), { 'm:c': { a: 'x', b: 'y' } }), []);
  });
});

group('yang: files of one module', (test) => {
  const sub = (name: string, body: string, version = '1'): string =>
    `submodule ${name} { yang-version ${version}; belongs-to m { prefix m; } ${body} }`;
  const main = (body: string, version = '1'): string => `module m { yang-version ${version}; namespace "urn:m"; prefix m; ${body} }`;

  test('in YANG 1 a file sees what it includes, and a submodule does not see its module', () => {
    const files = (a: string, body = ''): Readonly<Record<string, string>> => ({
      'm.yang': main(`include a; include b; typedef top { type string; } ${body}`),
      'a.yang': sub('a', a),
      'b.yang': sub('b', 'typedef t { type string; } identity i;'),
    });
    assert.equal(told(files('leaf x { type t; }')), [
      'a.yang:1 YANG_REFERENCE typedef "t" is not seen from here: submodule "a" does not include submodule "b"',
    ]);
    assert.equal(told(files('leaf x { type identityref { base i; } }')), [
      'a.yang:1 YANG_REFERENCE identity "i" is not seen from here: submodule "a" does not include submodule "b"',
    ]);
    assert.equal(told(files('leaf x { type top; }')), [
      'a.yang:1 YANG_REFERENCE typedef "top" is not seen from here: submodule "a" does not include module "m"',
    ]);
    assert.equal(told(files('include b; leaf x { type t; }', 'leaf y { type t; }')), []);
  });

  test('in YANG 1.1 all files of a module see each other', () => {
    const files = { 'm.yang': main('include a; include b;', '1.1'), 'a.yang': sub('a', 'leaf x { type t; }', '1.1') };
    assert.equal(told({ ...files, 'b.yang': sub('b', 'typedef t { type string; }', '1.1') }), []);
  });

  test('they are of one version, and YANG 1 imports no revision of YANG 1.1', () => {
    assert.equal(told({ 'm.yang': main('include a;', '1.1'), 'a.yang': sub('a', '') }), [
      'a.yang:1 YANG_IMPORT submodule "a" and its module are of different YANG versions',
    ]);
    const late = 'module n { yang-version 1.1; namespace "urn:n"; prefix n; revision 2026-01-01; }';
    const by = (date: string): readonly string[] => told({ 'm.yang': main(`import n { prefix n; ${date} }`), 'n.yang': late });
    assert.equal(by('revision-date 2026-01-01;'), ['m.yang:1 YANG_IMPORT YANG 1 cannot import a revision of n, which is YANG 1.1']);
    assert.equal(by(''), []);
  });
});
