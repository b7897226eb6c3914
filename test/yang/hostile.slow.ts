import * as fc from 'fast-check';
import type { Value } from '../../src/core/value.ts';
import { compile, type Schema } from '../../src/yang/index.ts';
import { assert, group } from '../kit/group.ts';
import { breweryModules, schemaOf } from './schema-of.ts';

const brewery = compile({ modules: breweryModules }).schema as Schema;

/** Values that look like brewery data here and there, so that they get past the first name. */
const names = fc.constantFrom(
  ...['brewhouse', 'brewhouse:brewhouse', 'temperature', 'fermentation', 'setpoint', 'hardware', 'probe', 'id', 'offsets', 'low', 'high'],
  ...['recipes', 'name', 'version', 'things', 'registration', 'path', '__proto__', 'toString', '@x', ''],
);
const { value: anything } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom<Value>(null, true, 0, -1, 17.5, 1e300, '17.0', '28-00', '', '\u0000', '9223372036854775808', 'toString'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.uniqueArray(fc.tuple(names, tie('value')), { selector: ([name]) => name, maxLength: 4 }).map((members) => {
      const fields: Record<string, Value> = {};
      // As JSON.parse does it: a member of that name, not a prototype.
      for (const [name, value] of members)
        Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
      return fields;
    }),
  ),
}));

group('hostile input', (test) => {
  test('no data makes the validator throw, and what it calls canonical is', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('json', 'yaml'), fc.constantFrom('config', 'all', 'partial'), (value, mode, content) => {
        const { problems, value: canonical } = brewery.validate(value, { mode, content });
        for (const one of problems) assert.ok(one.message !== '' && !one.message.includes('\n') && one.path.startsWith('/'));
        if (problems.length === 0) assert.is(brewery.validate(canonical, { content }).value, canonical);
      }),
      { numRuns: 500 },
    );
  });

  test('no text makes the compiler throw: faults have a place in the file', () => {
    const { text } = breweryModules.find((one) => one.file === 'yang/brewhouse.yang') ?? { text: '' };
    const others = breweryModules.filter((one) => one.file === 'yang/brewhouse-types.yang');
    const cut = fc.tuple(
      fc.nat(text.length),
      fc.nat(40),
      fc.constantFrom('', '{', '}', ';', '"', "'", '/*', 'uses x;', 'must "', '\\', '..', '+'),
    );
    fc.assert(
      fc.property(cut, ([at, length, put]) => {
        const damaged = text.slice(0, at) + put + text.slice(at + length);
        const { schema, diagnostics } = compile({ modules: [...others, { file: 'x.yang', text: damaged }] });
        assert.ok(schema !== undefined || diagnostics.some((one) => one.severity === 'error'));
        for (const one of diagnostics) assert.ok(one.at !== undefined && one.at.line >= 1 && one.at.col >= 1 && one.summary !== '');
      }),
      { numRuns: 100 },
    );
  });

  test('long chains end in a fault, not in a stack overflow', () => {
    const typedefs = Array.from({ length: 20_000 }, (_, i) => `typedef t${i} { type t${i + 1}; }`).join('\n');
    const { schema, diagnostics } = compile({
      modules: [{ file: 'm.yang', text: `module m { namespace "urn:m"; prefix m; ${typedefs} typedef t20000 { type string; } }` }],
    });
    assert.ok(schema !== undefined || diagnostics.length > 0);
    const sum = Array.from({ length: 100_000 }, () => '1').join('+');
    assert.throws(() => schemaOf(`leaf a { type string; must "${sum} > 0"; }`), 'more than 4000 parts');
  });

  test('a list of many entries is read, checked and compared without recursion over it', () => {
    const many = schemaOf(`
      list l { key k; leaf k { type uint32; } leaf next { type leafref { path "/l/k"; } } leaf low { type uint32; } leaf high { type uint32; must ". >= ../low"; } }`);
    const count = 30_000;
    const data = { 'm:l': Array.from({ length: count }, (_, k) => ({ k, next: (k * 7) % count, low: k, high: k + 1 })) };
    const { problems, value } = many.validate(data, { content: 'config' });
    assert.equal(problems, []);
    assert.is(value, data);
    const broken = { 'm:l': data['m:l'].map((entry) => (entry.k === 17 ? { ...entry, high: 3, next: count } : entry)) };
    assert.equal(
      many.validate(broken, { content: 'config' }).problems.map((one) => `${one.code} ${one.path} ${one.pointer}`),
      ["YANG_LEAFREF /m:l[k='17']/next /m:l/17/next", "YANG_MUST /m:l[k='17']/high /m:l/17/high"],
    );
  });
});
