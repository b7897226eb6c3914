import { assert, group } from '../kit/group.ts';
import { codesOf, faultsOf, problemsOf, schemaOf } from './schema-of.ts';

const DATA = {
  'm:c': {
    name: 'Citra',
    n: 7,
    low: '16.7',
    mode: 'HLT',
    flags: 'a c',
    kind: 'm:crimson',
    ref: 'y',
    item: [
      { id: 'x', v: 1 },
      { id: 'y', v: 2 },
      { id: 'z', v: 3 },
    ],
    tag: ['p', 'q'],
  },
};

const BODY = (expression: string): string => `
  identity base; identity red { base base; } identity crimson { base red; } identity blue { base base; }
  container c {
    must ${JSON.stringify(expression)};
    leaf name { type string; }
    leaf n { type uint8; }
    leaf low { type decimal64 { fraction-digits 3; } }
    leaf mode { type enumeration { enum HLT { value 4; } enum KETTLE; } }
    leaf flags { type bits { bit a; bit b; bit c; } }
    leaf kind { type identityref { base base; } }
    leaf ref { type leafref { path "../item/id"; } }
    leaf preset { type string; default "given"; }
    leaf nothing { type string; }
    list item { key id; leaf id { type string; } leaf v { type uint8; } }
    leaf-list tag { type string; }
    container empty { leaf e { type string; } }
  }`;

const holds = (expression: string): boolean => codesOf(schemaOf(BODY(expression)), DATA).length === 0;

group('xpath', (test) => {
  const yes = (name: string, ...expressions: readonly string[]): void =>
    test(name, () => {
      for (const one of expressions) assert.ok(holds(one), one);
    });
  const no = (name: string, ...expressions: readonly string[]): void =>
    test(name, () => {
      for (const one of expressions) assert.not.ok(holds(one), one);
    });

  yes(
    'numbers',
    '1 + 2 * 3 = 7',
    '-2 < -1',
    '7 div 2 = 3.5',
    '7 mod 4 = 3',
    '-7 mod 4 = -3',
    '.5 = 0.5',
    'n = 7',
    'low < 17',
    'low * 10 = 167',
    '- - 1 = 1',
  );
  no(
    'numbers that are none',
    'name = 1',
    'name != name',
    'nothing > 0',
    'nothing <= 0',
    "number('1e3') = 1000",
    "number('+1') = 1",
    "number('') = 0",
  );
  yes('10 is above 9: values compare as numbers where order is asked', "'10' > '9'", "item/v[. = 3] > '2'");
  yes(
    'strings',
    "concat('a', n, true()) = 'a7true'",
    "starts-with(name, 'Cit')",
    "contains(name, 'tr')",
    "substring(name, 2, 3) = 'itr'",
    "substring('12345', 1.5, 2.6) = '234'",
    "substring('12345', 0 div 0) = ''",
    "substring-before('a/b', '/') = 'a'",
    "substring-after('a/b', '/') = 'b'",
    'string-length(name) = 5',
    "normalize-space('  a  b ') = 'a b'",
    "translate('bar', 'abc', 'AB') = 'BAr'",
    "string(1 div 0) = 'Infinity'",
    "string(low) = '16.7'",
    "string(1.0) = '1'",
  );
  yes(
    'booleans',
    'true() and not(false())',
    'boolean(name)',
    'not(nothing)',
    "boolean('false')",
    'not(boolean(0))',
    'not(0 div 0)',
    'name or nothing',
    "(name = 'Citra') = true()",
  );
  yes(
    'node-sets',
    'count(item) = 3',
    'sum(item/v) = 6',
    "item/id = 'y'",
    "item/id != 'y'",
    'not(item/v > 3)',
    'count(item[v > 1]) = 2',
    "item[2]/id = 'y'",
    "item[last()]/id = 'z'",
    "item[position() < 3][2]/id = 'y'",
    'count(item | item[1] | tag) = 5',
    "local-name(item) = 'item'",
    'count(*) = 14',
    'count(//id) = 3',
    'floor(low) = 16',
    'ceiling(low) = 17',
    'round(16.5) = 17',
    'round(-16.5) = -16',
  );
  yes(
    'key predicates',
    "item[id = 'y']/v = 2",
    'item[id = current()/ref]/v = 2',
    "not(item[id = 'q'])",
    "/c/item[m:id='z']/v = 3",
    'count(item[id = ../tag]) = 0',
    'count(item[id = /c/item/id]) = 3',
  );
  yes(
    'axes',
    'count(item[2]/preceding-sibling::item) = 1',
    "item[2]/following-sibling::item/id = 'z'",
    "item[3]/preceding-sibling::item[1]/id = 'y'",
    'count(item[1]/ancestor::*) = 1',
    'count(item/v/ancestor-or-self::v) = 3',
    'count(descendant::v) = 3',
    'name/parent::c/n = 7',
    'count(self::c) = 1',
    'count(item[1]/v/following::v) = 2',
    'count(item[3]/v/preceding::v) = 2',
    "item/../name = 'Citra'",
  );
  yes('defaults and empty containers are there', "preset = 'given'", 'empty', 'not(empty/e)');
  yes(
    'YANG functions',
    'enum-value(mode) = 4',
    "bit-is-set(flags, 'a')",
    "not(bit-is-set(flags, 'b'))",
    "derived-from(kind, 'red')",
    "derived-from(kind, 'm:base')",
    "not(derived-from(kind, 'crimson'))",
    "derived-from-or-self(kind, 'crimson')",
    "not(derived-from(kind, 'blue'))",
    "re-match(name, '[A-Z][a-z]+')",
    "not(re-match(name, '[a-z]+'))",
    'deref(ref)/../v = 2',
    "current()/name = 'Citra'",
    "kind = 'm:crimson'",
    "kind = 'crimson'",
    "kind != 'blue'",
  );

  test('a rule that cannot work is a fault with its column', () => {
    const fault = (expression: string): string => faultsOf(`container c { leaf a { type string; } must "${expression}"; }`)[0] ?? '';
    assert.is(fault('a = '), 'm.yang:6:49 YANG_XPATH expected a node name before the end');
    assert.is(fault('a = $b'), 'm.yang:6:49 YANG_XPATH YANG has no variables');
    assert.is(fault('foo(a)'), 'm.yang:6:45 YANG_XPATH there is no function foo()');
    assert.is(fault('count(1)'), 'm.yang:6:51 YANG_XPATH count() needs nodes here');
    assert.is(fault('not(a, a)'), 'm.yang:6:45 YANG_XPATH not() takes 1 argument, not 2');
    assert.is(fault('x:a'), 'm.yang:6:45 YANG_PREFIX no import has the prefix x (did you mean m?)');
    assert.is(fault('b'), 'm.yang:6:45 YANG_XPATH there is no node b in /m:c (did you mean a?)');
    assert.is(fault(`${'('.repeat(300)}1${')'.repeat(300)}`).slice(0, 24), 'm.yang:6:245 YANG_XPATH ');
  });

  test('a failed must says what the module says, where it is written, and what it read', () => {
    const schema = schemaOf(`
      container zone {
        must "lowpoint < setpoint and setpoint < highpoint" { error-message "low < set < high"; error-app-tag "band"; }
        leaf lowpoint { type decimal64 { fraction-digits 3; } default 16.7; }
        leaf setpoint { type decimal64 { fraction-digits 3; } }
        leaf highpoint { type decimal64 { fraction-digits 3; } default 17.3; }
      }`);
    assert.equal(problemsOf(schema, { 'm:zone': { setpoint: '20.0' } }), [
      {
        code: 'YANG_MUST',
        message: 'low < set < high',
        path: '/m:zone',
        pointer: '/m:zone/setpoint',
        rule: { file: 'm.yang', line: 8, text: 'must "lowpoint < setpoint and setpoint < highpoint"' },
        label: 'highpoint is 17.3 (default)',
        appTag: 'band',
      },
    ]);
  });

  test('a must without a message of its own shows the rule; text is never shown', () => {
    const schema = schemaOf('leaf secret { type string; must "../other = ."; } leaf other { type string; }');
    const [problem] = problemsOf(schema, { 'm:secret': 'hunter2', 'm:other': 'swordfish' });
    assert.is(problem?.message, 'secret breaks the rule must "../other = ."');
    assert.not.match(JSON.stringify(problem), /hunter2|swordfish/);
  });
});

group('partial content', (test) => {
  const zone = schemaOf(`
    container zone {
      must "low < set and set < high";
      must "not(bad)";
      must "count(range) < 2";
      leaf low { type uint8; default 10; } leaf set { type uint8; default 20; } leaf high { type uint8; default 30; } leaf bad { type empty; }
      list range {
        key "from to"; must "from < to"; must "not(../range[from < current()/to and to > current()/from][from != current()/from])";
        leaf from { type uint8; } leaf to { type uint8; }
      }
      leaf when-set { when "../set > 15"; type string; }
    }`);
  const partial = (data: Record<string, unknown>): readonly string[] => codesOf(zone, data as never, { content: 'partial', at: '/zone' });

  test('is silent where a default or an absent leaf could be something else', () => {
    assert.equal(partial({ set: 40 }), []);
    assert.equal(partial({ low: 50 }), []);
    assert.equal(
      partial({
        range: [
          { from: 1, to: 2 },
          { from: 3, to: 4 },
        ],
      }),
      [],
      'a list may have more entries, and a count is about all of them',
    );
    assert.equal(partial({ 'when-set': 'x' }), []);
  });

  test('speaks where the piece alone settles it', () => {
    assert.equal(partial({ low: 25, set: 20 }), ['YANG_MUST /m:zone']);
    assert.equal(partial({ set: 40, high: 30 }), ['YANG_MUST /m:zone'], 'the first operand is undecided and does not matter');
    assert.equal(partial({ bad: [null] }), ['YANG_MUST /m:zone']);
    assert.equal(partial({ range: [{ from: 5, to: 2 }] }), ["YANG_MUST /m:zone/range[from='5'][to='2']"]);
    assert.equal(partial({ set: 12, low: 11, 'when-set': 'x' }), ['YANG_WHEN /m:zone/when-set']);
  });

  test('an overlap of two entries stands, whatever other entries there are', () => {
    assert.equal(
      partial({
        range: [
          { from: 1, to: 5 },
          { from: 3, to: 8 },
        ],
      }),
      ["YANG_MUST /m:zone/range[from='1'][to='5']", "YANG_MUST /m:zone/range[from='3'][to='8']"],
    );
  });

  test('where something could not be read, only what is surely broken is told', () => {
    assert.equal(codesOf(zone, { 'm:zone': { set: 'warm' as never, low: 250 } }), ['YANG_TYPE /m:zone/set']);
    assert.equal(codesOf(zone, { 'm:zone': { high: 'hot' as never, low: 25, set: 20 } }), ['YANG_TYPE /m:zone/high', 'YANG_MUST /m:zone']);
  });
});
