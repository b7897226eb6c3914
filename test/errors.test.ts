import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, EXIT_OF_CODE, exitOf, exitOfAll } from '../src/cli/exit.ts';
import { root } from './kit/binary.ts';
import { codesIn, type Coded } from './kit/codes.ts';
import { assert, group } from './kit/group.ts';

interface Row {
  readonly code: string;
  readonly section: string;
  readonly cells: readonly string[];
  readonly exits: readonly number[];
}

function rowsOf(page: string): readonly Row[] {
  let section = '';
  return page.split('\n').flatMap((line) => {
    section = /^## (.*)$/.exec(line)?.[1] ?? section;
    const [, code] = /^\| `([A-Z][A-Z0-9_]*…?)` \|/.exec(line) ?? [];
    if (code === undefined) return [];
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(2, -1)
      .map((cell) => cell.trim());
    return [{ code, section, cells, exits: (cells.at(-1) ?? '').split(' · ').map(Number) }];
  });
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const found: readonly Coded[] = files.flatMap(codesIn);
const rows = rowsOf(readFileSync(join(root, 'docs/errors.md'), 'utf8'));
const listed = new Map(rows.map((row) => [row.code, row]));
const where = ({ code, file, line }: Coded): string => `${code} (${file}:${line})`;

group('errors', (test) => {
  test('docs/errors.md has every code that src can produce, and no other', () => {
    assert.ok(found.length > 100 && rows.length > 100);
    assert.equal([...new Set(found.filter(({ code }) => !listed.has(code)).map(where))], [], 'not on the page');
    const made = new Set(found.map(({ code }) => code));
    assert.equal(
      rows.map(({ code }) => code).filter((code) => !made.has(code)),
      [],
      'nothing in src makes these',
    );
  });

  test('each stands there once, with its meaning, what to do and an exit code', () => {
    assert.is(rows.length, listed.size, 'a code is listed twice');
    const known: ReadonlySet<number> = new Set(Object.values(EXIT));
    for (const { code, cells, exits } of rows) {
      assert.is(cells.length, 3, `${code}: three cells follow the code`);
      assert.ok(
        cells.every((cell) => cell !== ''),
        `${code} has an empty cell`,
      );
      assert.ok(
        exits.every((exit) => known.has(exit)),
        `${code}: ${exits.join()} is no exit code`,
      );
    }
  });

  test('every diagnostic says more than its summary: why, or what to do', () => {
    assert.equal(found.filter(({ bare }) => bare).map(where), []);
  });

  test('what ends a command ends it with the exit code of the page', () => {
    for (const { code, file, thrown } of found) {
      const exits = listed.get(code)?.exits ?? [];
      if (thrown)
        assert.ok(exits.includes(exitOf(code)), `${code} (${file}) ends with ${exitOf(code)}, the page says ${exits.join(' · ')}`);
    }
  });

  test('no exit code is set for what nothing makes', () => {
    assert.equal(
      [...EXIT_OF_CODE.keys()].filter((code) => !listed.has(code)),
      [],
    );
  });

  test('what is wrong with manifests is 3, whatever else is', () => {
    for (const { code, section, exits } of rows) {
      if (!/^(Reading|Manifests|References|YANG)/.test(section) || exits[0] !== 3) continue;
      assert.is(exitOfAll([{ code }]), EXIT.manifests, code);
    }
    assert.is(exitOfAll([{ code: 'STATE_DAMAGED' }]), EXIT.unobserved);
  });
});

group('finding codes', (test) => {
  const codes = (text: string): readonly string[] => codesIn({ path: 'x.ts', text }).map(({ code }) => code);

  test('in properties, choices, arguments, defaults and templates', () => {
    assert.equal(codes(`const d = { code: 'CYCLE', summary: 'x', hint: 'y' };`), ['CYCLE']);
    assert.equal(codes(`said({ code: a ? 'PROTECTED' : b ? 'NEEDED' : 'LEASE_HELD' });`), ['PROTECTED', 'NEEDED', 'LEASE_HELD']);
    assert.equal(codes(`report.error(at, bad ? 'YANG_A' : 'YANG_B', 'text');`), ['YANG_A', 'YANG_B']);
    assert.equal(codes(`new Refusal('YANG_TYPE', text);`), ['YANG_TYPE']);
    assert.equal(codes(`const error = (at: number, code = 'YANG_XPATH') => code;`), ['YANG_XPATH']);
    assert.equal(codes('const d = { code: `HTTP_${status}` };'), ['HTTP_…']);
  });

  test('and not where one is compared, typed or meant for somebody else', () => {
    assert.equal(codes(`if (d.code === 'SECRET_LITERAL') switch (code) { case 'UND_ERR_CLOSED': }`), []);
    assert.equal(codes(`type Code = 'YANG_TYPE' | 'YANG_RANGE'; process.on('SIGINT', f); commitOf(git, 'HEAD');`), []);
    assert.equal(codes(`new YAMLParseError([0, 0], 'MULTIPLE_DOCS', 'x'); git.run(['GIT_COMMITTER_IDENT']);`), []);
  });

  test('and tells one that says nothing but its summary', () => {
    const [bare, full] = codesIn({
      path: 'x.ts',
      text: `throw new Fault({ code: 'A_B', summary: 'x' }); throw new Fault({ code: 'A_C', summary: 'x', ...more });`,
    });
    assert.equal([bare?.bare, bare?.thrown, full?.bare], [true, true, false]);
  });
});
