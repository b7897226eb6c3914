import { parse, type Statement } from '../../src/yang/parse.ts';
import { createReport } from '../../src/yang/source.ts';
import { assert, group } from '../kit/group.ts';
import { plain, readElsewhere } from './oracle.ts';
import { breweryModules, faultsOf } from './schema-of.ts';

function read(text: string): Statement {
  const report = createReport();
  const top = parse({ file: 'a.yang', text }, report);
  if (!top || report.failed) throw new Error(report.diagnostics.map((d) => `${d.at?.line}:${d.at?.col} ${d.summary}`).join('\n'));
  return top;
}

const argument = (text: string): string | undefined => read(`module m { yang-version 1.1; description ${text}; }`).children[1]?.argument;

group('yang statements', (test) => {
  test('our modules read as another parser reads them', () => {
    for (const { file, text } of breweryModules) assert.equal(plain(read(text)), readElsewhere(text), file);
  });

  test('quotes, joins and comments', () => {
    assert.is(argument(`"a" + 'b' +"c"`), 'abc');
    assert.is(argument(`'no \\n escape'`), 'no \\n escape');
    assert.is(argument(`"tab\\t quote\\" back\\\\ end"`), 'tab\t quote" back\\ end');
    assert.is(argument('plain // a comment\n'), 'plain');
    assert.is(argument('/* one */ plain /* two */'), 'plain');
    assert.is(argument('""'), '');
    assert.is(argument('+plus'), '+plus');
  });

  test('later lines lose the indentation of the first, and blanks before line ends go', () => {
    // The quote stands in the third column: three blanks of each later line belong to the layout.
    assert.is(argument('\n  "one  \n     two\n   three\n four"'), 'one\n  two\nthree\nfour');
    assert.is(argument('"a\r\n   b"'), 'a\nb');
  });

  test('an escape is resolved after the indentation is gone', () => {
    assert.is(argument('"a\\n   b"'), 'a\n   b');
  });

  test('unknown escapes are literal in YANG 1.0 and refused in 1.1', () => {
    assert.is(read('module m { description "\\x"; }').children[0]?.argument, '\\x');
    assert.throws(() => argument('"\\x"'), '\\x is no escape of YANG 1.1');
    assert.is(argument('"\\\\x"'), '\\x');
  });

  test('every fault has its place', () => {
    const fault = (text: string): string => {
      const report = createReport();
      parse({ file: 'a.yang', text }, report);
      return report.diagnostics.map((d) => `${d.at?.line}:${d.at?.col} ${d.summary}`).join('; ');
    };
    assert.is(fault('module m {\n  leaf "a }'), '2:8 this string is never closed');
    assert.is(fault('module m {\n  leaf a'), '2:9 expected ; or { after leaf "a", not the end of the file');
    assert.is(fault('module m { leaf a; '), '1:20 the file ends inside module "m": a } is missing');
    assert.is(fault('module m { /* }'), '1:12 this comment is never closed');
    assert.is(fault('module m { } x'), '1:14 nothing may follow the end of module "m"');
    assert.is(fault('module m { leaf "a" + b; }'), '1:23 only quoted strings can follow a +');
    assert.is(fault(''), '1:1 the file holds no module');
  });

  test('deep nesting ends in a fault, not in a stack overflow', () => {
    const report = createReport();
    parse({ file: 'a.yang', text: 'a { '.repeat(100_000) }, report);
    assert.match(report.diagnostics[0]?.summary ?? '', 'nest deeper than 200');
  });
});

group('yang grammar', (test) => {
  test('unknown, misplaced, missing and repeated statements are told at their line', () => {
    assert.equal(faultsOf('  contaner c;'), ['m.yang:6:3 YANG_SYNTAX there is no statement contaner (did you mean container?)']);
    assert.equal(faultsOf('  leaf a { type string; presence x; }'), ['m.yang:6:25 YANG_SYNTAX presence cannot stand in leaf "a"']);
    assert.equal(faultsOf('  leaf a;'), ['m.yang:6:3 YANG_SYNTAX leaf "a" needs a type']);
    assert.equal(faultsOf('  leaf a { type string; type string; }'), ['m.yang:6:25 YANG_SYNTAX leaf "a" already has a type']);
    assert.equal(faultsOf('  leaf 1a { type string; }'), [
      'm.yang:6:8 YANG_SYNTAX the argument of leaf must be an identifier: a letter or _, then letters, digits, _, - and .',
    ]);
    assert.equal(faultsOf('  container c; import x { prefix x; }').length, 1);
  });

  test('what YANG 1.1 brought is refused in a 1.0 module', () => {
    const old = 'module old { namespace "urn:old"; prefix o; anydata a; }';
    assert.ok(faultsOf('', [old]).some((one) => one.includes('anydata in module needs yang-version 1.1')));
  });

  test('what is not implemented is said, never accepted in silence', () => {
    assert.equal(faultsOf('  deviation /m:a { deviate not-supported; }'), [
      'm.yang:6:3 YANG_UNSUPPORTED deviations are not supported: the module would be checked as if it were not there',
    ]);
    assert.match(faultsOf('  rpc go;')[0] ?? '', /^m\.yang:6:3 YANG_UNSUPPORTED rpc "go" is left out/);
    assert.match(faultsOf(`  leaf a { type string { pattern '\\p{IsThai}'; } }`)[0] ?? '', /^m\.yang:6:34 YANG_UNSUPPORTED .*IsThai/);
    assert.match(faultsOf('  leaf a { type string; must "lang(\'en\')"; }')[0] ?? '', /^m\.yang:6:31 YANG_UNSUPPORTED lang\(\)/);
    assert.match(faultsOf('  m:strange x;')[0] ?? '', /^m\.yang:6:3 YANG_EXTENSION module m defines no extension strange/);
  });
});
