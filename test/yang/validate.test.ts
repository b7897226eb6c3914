import { assert, group } from '../kit/group.ts';
import { codesOf, faultsOf, problemsOf, schemaOf } from './schema-of.ts';

group('yang structure', (test) => {
  const schema = schemaOf(`
    container c {
      leaf a { type uint8; }
      container inner { leaf x { type string; } }
      container there { presence "means something"; leaf y { type string; } }
      list l { key "k j"; leaf v { type string; } leaf k { type string; } leaf j { type string; } }
      leaf-list tags { type string; }
      leaf state { config false; type string; }
    }`);

  test('canonical data comes back as the same object', () => {
    const data = { 'm:c': { a: 1, there: {}, l: [{ k: 'x', j: 'y', v: 'z' }], tags: ['b', 'a'] } };
    const { problems, value } = schema.validate(data, { content: 'config' });
    assert.equal(problems, []);
    assert.is(value, data);
  });

  test('other data is put in order: names, keys first, empty containers out', () => {
    const { problems, value } = schema.validate(
      { c: { tags: [], inner: {}, there: null, l: [{ v: 'z', 'm:j': 'y', k: 'x' }], 'm:a': '7' } },
      { content: 'config', mode: 'yaml' },
    );
    assert.equal(problems, []);
    assert.is(JSON.stringify(value), '{"m:c":{"a":7,"there":{},"l":[{"k":"x","j":"y","v":"z"}]}}');
  });

  test('unknown members are errors, with the name that was meant', () => {
    const [problem] = problemsOf(schema, { 'm:c': { aa: 1 } });
    assert.equal(problem, { code: 'YANG_UNKNOWN', message: 'c has no aa', hint: 'did you mean a?', path: '/m:c/aa', pointer: '/m:c/aa' });
    assert.equal(codesOf(schema, { c: {} }), ['YANG_UNKNOWN /m:c']);
    assert.equal(codesOf(schema, JSON.parse('{"m:c":{"__proto__":1,"constructor":2}}')), [
      'YANG_UNKNOWN /m:c/__proto__',
      'YANG_UNKNOWN /m:c/constructor',
    ]);
    assert.equal(codesOf(schema, { 'm:c': { '@a': {} } }), ['YANG_UNKNOWN /m:c/@a']);
  });

  test('shapes, missing and doubled keys, doubled leaf-list entries', () => {
    assert.equal(codesOf(schema, { 'm:c': [] }), ['YANG_SHAPE /m:c']);
    assert.equal(codesOf(schema, { 'm:c': { l: {} } }), ['YANG_SHAPE /m:c/l']);
    assert.equal(codesOf(schema, { 'm:c': { l: [7] } }), ['YANG_SHAPE /m:c/l[1]']);
    assert.equal(codesOf(schema, { 'm:c': { l: [{ k: 'x' }] } }), ['YANG_KEY /m:c/l[1]']);
    assert.equal(codesOf(schema, { 'm:c': { tags: ['a', 'b', 'a'] } }), ["YANG_DUPLICATE /m:c/tags[.='a']"]);
    // Two keys that would be one if they were joined with a comma.
    const entry = (k: string, j: string) => ({ k, j });
    assert.equal(codesOf(schema, { 'm:c': { l: [entry('a,b', 'c'), entry('a', 'b,c')] } }), []);
    assert.equal(codesOf(schema, { 'm:c': { l: [entry('a', 'b'), entry('a', 'b')] } }), ["YANG_DUPLICATE /m:c/l[k='a'][j='b']"]);
  });

  test('two names of one member are a duplicate', () => {
    assert.equal(codesOf(schema, { 'm:c': { a: 1, 'm:a': 2 } }, { mode: 'yaml' }), ['YANG_DUPLICATE /m:c/a']);
  });

  test('state is refused in configuration and taken in content all', () => {
    const data = { 'm:c': { state: 'x' } };
    assert.equal(codesOf(schema, data), ['YANG_STATE /m:c/state']);
    assert.equal(codesOf(schema, data, { content: 'all' }), []);
  });

  test('at: the content of one node, with pointers into what was given', () => {
    assert.equal(problemsOf(schema, { a: 300 }, { at: '/c', mode: 'yaml' })[0]?.path, '/m:c/a');
    assert.equal(problemsOf(schema, { a: 300 }, { at: '/c', mode: 'yaml' })[0]?.pointer, '/a');
    const entry = schema.validate({ v: 'z' }, { content: 'partial', at: "/m:c/l[k='x'][j='y']" });
    assert.equal(entry, { problems: [], value: { k: 'x', j: 'y', v: 'z' } });
    assert.equal(schema.validate('x', { content: 'partial', at: '/c/inner/x' }), { problems: [], value: 'x' });
    assert.is(schema.validate('7', { content: 'partial', mode: 'yaml', at: '/c/a' }).value, 7);
    assert.equal(codesOf(schema, 'warm', { at: '/c/a' }), ['YANG_TYPE /m:c/a']);
    assert.equal(codesOf(schema, 'warm'), ['YANG_SHAPE /']);
    assert.match(problemsOf(schema, {}, { at: '/m:c/l' })[0]?.message ?? '', 'name the entry by its keys');
    assert.match(problemsOf(schema, {}, { at: '/m:c/iner' })[0]?.message ?? '', 'did you mean inner?');
    assert.match(problemsOf(schema, { k: 'q' }, { at: '/m:c/l=x,y' })[0]?.message ?? '', 'contradict the path');
  });

  test('a limit ends the list, and says so', () => {
    const { problems } = schema.validate({ 'm:c': { tags: [1, 2, 3, 4] } }, { content: 'config', limit: 2 });
    assert.equal(
      problems.map((one) => one.code),
      ['YANG_TYPE', 'YANG_TYPE', 'YANG_LIMIT'],
    );
  });

  test('free-form data is bounded in depth', () => {
    const free = schemaOf('anydata any;');
    let deep = {};
    for (let i = 0; i < 100_000; i += 1) deep = { deep };
    assert.equal(codesOf(free, { 'm:any': deep }), ['YANG_DEPTH /m:any']);
    assert.equal(codesOf(free, { 'm:any': { a: [{ b: 1 }] } }), []);
  });

  test('names of another module are qualified where the module changes', () => {
    const other =
      'module n { namespace "urn:n"; prefix n; import m { prefix m; } augment /m:c { leaf a { type string; } leaf only { type string; } } }';
    const both = schemaOf('container c { leaf a { type string; } }', [other]);
    assert.equal(codesOf(both, { 'm:c': { a: 'x', 'n:a': 'y' } }), []);
    assert.equal(codesOf(both, { 'm:c': { only: 'y' } }), ['YANG_UNKNOWN /m:c/n:only']);
    const { value, problems } = both.validate({ c: { only: 'y', a: 'x' } }, { content: 'config', mode: 'yaml' });
    assert.equal([value, problems], [{ 'm:c': { a: 'x', 'n:only': 'y' } }, []]);
  });

  test('names that two modules bring must be told apart in YAML', () => {
    const augment = (name: string) =>
      `module ${name} { namespace "urn:${name}"; prefix ${name}; import m { prefix m; } augment /m:c { leaf twin { type string; } } }`;
    const both = schemaOf('container c;', [augment('p'), augment('q')]);
    const [problem] = problemsOf(both, { c: { twin: 'x' } }, { mode: 'yaml' });
    assert.is(problem?.message, 'twin may be p:twin or q:twin: name its module');
    assert.equal(codesOf(both, { c: { 'q:twin': 'x' } }, { mode: 'yaml' }), []);
  });
});

group('yang constraints', (test) => {
  test('mandatory leaves, lists and choices, where their parent is there', () => {
    const schema = schemaOf(`
      container c { presence p; leaf a { mandatory true; type string; } }
      container d { leaf b { mandatory true; type string; } }
      list l { min-elements 1; max-elements 2; key k; leaf k { type string; } }
      choice x { mandatory true; leaf one { type string; } leaf two { type string; } }`);
    assert.equal(codesOf(schema, { 'm:d': { b: 'x' }, 'm:l': [{ k: 'a' }], 'm:one': 'x' }), []);
    assert.equal([...codesOf(schema, {})].sort(), ['YANG_MANDATORY /', 'YANG_MANDATORY /m:d/b', 'YANG_MIN_ELEMENTS /m:l']);
    const full = { 'm:c': {}, 'm:d': { b: 'x' }, 'm:l': [{ k: 'a' }, { k: 'b' }, { k: 'c' }], 'm:two': 'x' };
    assert.equal(codesOf(schema, full), ['YANG_MANDATORY /m:c/a', 'YANG_MAX_ELEMENTS /m:l']);
    assert.is(problemsOf(schema, full)[1]?.pointer, '/m:l');
    assert.equal(codesOf(schema, {}, { content: 'partial' }), []);
    assert.is(problemsOf(schema, { 'm:d': { b: 'x' }, 'm:l': [{ k: 'a' }] })[0]?.appTag, 'missing-choice');
  });

  test('cases exclude each other, also through nested choices, and defaults follow the case', () => {
    const schema = schemaOf(`
      choice x { default a;
        case a { leaf a1 { type string; default "da"; } }
        case b { leaf b1 { type string; } choice y { leaf y1 { type string; default "dy"; } leaf y2 { type string; } } } }`);
    assert.equal(codesOf(schema, { 'm:a1': 'v', 'm:y2': 'v' }), ['YANG_CHOICE /']);
    assert.equal(codesOf(schema, { 'm:b1': 'v', 'm:y2': 'v' }), []);
    assert.equal(codesOf(schema, { 'm:y1': 'v', 'm:y2': 'v' }), ['YANG_CHOICE /']);
    assert.equal(schema.withDefaults({}), { 'm:a1': 'da' });
    assert.equal(schema.withDefaults({ 'm:b1': 'v' }), { 'm:b1': 'v' });
  });

  test('unique leaves, several at once, defaults among them', () => {
    const schema = schemaOf(`
      list l { key k; unique "a c/b"; leaf k { type string; } leaf a { type string; default "same"; } container c { leaf b { type uint8; } } }`);
    const data = { 'm:l': [{ k: '1', c: { b: 1 } }, { k: '2', a: 'same', c: { b: 1 } }, { k: '3' }, { k: '4' }] };
    assert.equal(codesOf(schema, data), ["YANG_UNIQUE /m:l[k='2']"]);
    assert.is(problemsOf(schema, data)[0]?.message, 'entries 1 and 2 of l have the same a and c/b');
    assert.equal(codesOf(schema, data, { content: 'partial' }), []);
  });

  test('leafrefs: absolute, relative, through other leafrefs, with predicates, in unions', () => {
    const schema = schemaOf(`
      list vessel { key name; leaf name { type string; } list port { key id; leaf id { type uint8; } } }
      leaf a { type leafref { path "/m:vessel/m:name"; } }
      leaf b { type leafref { path "../a"; } }
      leaf p { type leafref { path "/m:vessel[m:name=current()/../a]/m:port/m:id"; } }
      leaf u { type union { type leafref { path "/m:vessel/m:name"; } type enumeration { enum none; } } }
      leaf loose { type leafref { path "../a"; require-instance false; } }`);
    const vessel = [
      { name: 'x', port: [{ id: 1 }] },
      { name: 'y', port: [{ id: 2 }] },
    ];
    assert.equal(codesOf(schema, { 'm:vessel': vessel, 'm:a': 'y', 'm:b': 'y', 'm:p': 2, 'm:u': 'none', 'm:loose': 'q' }), []);
    assert.equal(codesOf(schema, { 'm:vessel': vessel, 'm:a': 'y', 'm:b': 'x', 'm:p': 1, 'm:u': 'z' }), [
      'YANG_LEAFREF /m:b',
      'YANG_LEAFREF /m:p',
      'YANG_LEAFREF /m:u',
    ]);
    assert.equal(codesOf(schema, { 'm:a': 'y' }), ['YANG_LEAFREF /m:a']);
    assert.equal(codesOf(schema, { 'm:a': 'y' }, { content: 'partial' }), []);
    assert.equal(codesOf(schema, { 'm:p': 'one' }), ['YANG_TYPE /m:p']);
    assert.is(problemsOf(schema, { 'm:a': 'y' })[0]?.rule?.text, 'path "/m:vessel/m:name"');
  });

  test('leafrefs that lead nowhere, to a container, to themselves or to state are faults of the module', () => {
    const fault = (body: string): string => faultsOf(body)[0] ?? '';
    assert.match(
      fault('leaf a { type leafref { path "../nme"; } } leaf name { type string; }'),
      'there is no node nme in / (did you mean name?)',
    );
    assert.match(fault('leaf a { type leafref { path "../c"; } } container c;'), 'the path leads to a container, not to a leaf');
    assert.match(fault('leaf a { type leafref { path "../b"; } } leaf b { type leafref { path "../a"; } }'), 'leads back to itself');
    assert.match(
      fault('leaf a { type leafref { path "../s"; } } leaf s { config false; type string; }'),
      'cannot depend on the state data',
    );
  });

  test('instance-identifiers are canonical and must exist', () => {
    const schema = schemaOf(`leaf i { type instance-identifier; } list l { key k; leaf k { type uint8; } }`);
    const data = { 'm:i': "/m:l[k='1']/k", 'm:l': [{ k: 1 }] };
    assert.equal(codesOf(schema, data), []);
    assert.is(
      (schema.validate({ ...data, 'm:i': '/l[ k = "1" ]/k' }, { content: 'config', mode: 'yaml' }).value as { 'm:i': string })['m:i'],
      "/m:l[k='1']/k",
    );
    assert.equal(codesOf(schema, { 'm:i': "/m:l[k='2']" }), ['YANG_INSTANCE /m:i']);
    assert.equal(codesOf(schema, { 'm:i': '/m:q' }), ['YANG_TYPE /m:i']);
  });

  test('when: what it forbids, defaults that depend on it, mandatory nodes behind it', () => {
    const schema = schemaOf(`
      leaf kind { type string; default "plain"; }
      leaf extra { when "../kind = 'fancy'"; type string; default "more"; }
      leaf needed { when "../extra = 'more'"; mandatory true; type string; }
      container box { when "kind = 'fancy'"; leaf x { type string; default "in"; } }`);
    assert.equal(schema.withDefaults({}), { 'm:kind': 'plain' });
    assert.equal(codesOf(schema, {}), []);
    assert.equal(codesOf(schema, { 'm:extra': 'x' }), ['YANG_WHEN /m:extra']);
    assert.equal(codesOf(schema, { 'm:kind': 'fancy' }), ['YANG_MANDATORY /m:needed']);
    assert.equal(codesOf(schema, { 'm:kind': 'fancy', 'm:extra': 'x' }), []);
  });

  test('when on uses, augment, case and choice looks from the parent', () => {
    const schema = schemaOf(`
      grouping g { leaf inside { type string; } }
      container c {
        leaf on { type boolean; default false; }
        uses g { when "on = 'true'"; }
        choice x { when "on = 'true'"; case one { when "inside"; leaf deep { type string; } } }
      }
      augment /c { when "m:on = 'true'"; leaf added { type string; } }`);
    const data = { inside: 'a', deep: 'b', added: 'c' };
    assert.equal(codesOf(schema, { 'm:c': { on: true, ...data } }), []);
    assert.equal(codesOf(schema, { 'm:c': data }), ['YANG_WHEN /m:c/inside', 'YANG_WHEN /m:c/deep', 'YANG_WHEN /m:c/added']);
    assert.equal(codesOf(schema, { 'm:c': { on: true, deep: 'b' } }), ['YANG_WHEN /m:c/deep']);
  });

  test('conditions that need themselves are told, not followed for ever', () => {
    const schema = schemaOf(`leaf a { when "../b"; type string; default x; } leaf b { when "../a"; type string; default y; }`);
    assert.match(
      problemsOf(schema, {})
        .map((one) => one.message)
        .join(),
      'depends on itself',
    );
  });

  test('grouping, refine, features, submodules', () => {
    const schema = schemaOf(
      `grouping g { container c { leaf a { type string; } leaf b { type uint8; } } }
       uses g { refine c/a { default "refined"; } refine c/b { mandatory true; must ". > 1"; } }
       feature off; feature on;
       leaf hidden { if-feature "off"; type string; }
       leaf seen { if-feature "on and not off"; type string; }`,
    );
    assert.equal(schema.withDefaults({}), { 'm:c': { a: 'refined' } });
    assert.equal(codesOf(schema, {}), ['YANG_MANDATORY /m:c/b']);
    assert.equal(codesOf(schema, { 'm:c': { b: 1 } }), ['YANG_MUST /m:c/b']);
    assert.ok(schema.find('/hidden'), 'features that nobody names are on');
    assert.not.ok(schema.find('/seen'));
  });

  test('faults of modules: keys, duplicates, defaults, augments', () => {
    const fault = (body: string): string => faultsOf(body)[0] ?? '';
    assert.match(fault('list l { key k; leaf kk { type string; } }'), 'm.yang:6:14 YANG_KEY the list has no leaf k (did you mean kk?)');
    assert.match(fault('list l { leaf kk { type string; } }'), 'needs a key: it is configuration');
    assert.match(fault('leaf a { type string; } container a;'), 'have one name');
    assert.match(fault('choice x { case a { leaf y { type string; } } case b { leaf y { type string; } } }'), 'have one name');
    assert.match(fault('leaf a { type string; mandatory true; default x; }'), 'cannot be mandatory and have a default');
    assert.match(fault('augment /m:nowhere { leaf a { type string; } }'), 'augment leads nowhere: there is no m:nowhere in the tree');
    assert.match(fault('grouping g { uses g; } uses g;'), 'grouping g uses itself');
    assert.match(
      fault('container c { config false; leaf a { config true; type string; } }'),
      'configuration cannot stand below state data',
    );
    assert.match(fault('grouping unused { leaf a { type nothing; } }'), 'm has no typedef nothing');
    assert.match(fault('grouping unused { uses nowhere; }'), 'm has no grouping nowhere');
    assert.match(fault('import gone { prefix g; }'), 'module gone was not given');
  });
});
