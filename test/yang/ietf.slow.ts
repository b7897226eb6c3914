import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compile } from '../../src/yang/index.ts';
import { parse, type Statement } from '../../src/yang/parse.ts';
import { createReport } from '../../src/yang/source.ts';
import { assert, group } from '../kit/group.ts';

const folder = fileURLToPath(new URL('../../../shared/yang-models/ietf/', import.meta.url));

interface Oracle {
  readonly prf: string | null | false;
  readonly kw: string;
  readonly arg: string | false;
  readonly substmts: readonly Oracle[];
}
const oracle = createRequire(import.meta.url)('yang-parser') as { parse(text: string): Oracle };
const plain = (s: Statement): unknown => [s.keyword, s.argument ?? false, s.children.map(plain)];
const plainOracle = (s: Oracle): unknown => [`${s.prf ? `${s.prf}:` : ''}${s.kw}`, s.arg, s.substmts.map(plainOracle)];

/** No fault of ours: imports of IEEE modules that are not in the set, and a placeholder date. */
const INCOMPLETE = new Set([
  'ietf-ac-glue',
  'ietf-ac-ntw',
  'ietf-detnet',
  'ietf-igmp-mld-snooping',
  'ietf-l2-topology-state',
  'ietf-l2-topology',
  'ietf-l2vpn-ntw',
  'ietf-template',
]);

group('published IETF modules', (test) => {
  if (!existsSync(folder)) {
    test.skip('read and compile', 'the modules are not beside the project');
    return;
  }
  const texts = new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.yang'))
      .map((file) => [file.replace(/\.yang$/, ''), readFileSync(`${folder}${file}`, 'utf8')]),
  );

  test(
    'each has the statement tree that another parser finds',
    () => {
      for (const [name, text] of texts) {
        const report = createReport();
        const top = parse({ file: name, text }, report);
        assert.equal(report.diagnostics, [], name);
        assert.is(JSON.stringify(top && plain(top)), JSON.stringify(plainOracle(oracle.parse(text))), name);
      }
    },
    { seconds: 60 },
  );

  const needed = (name: string, into = new Set<string>()): Set<string> => {
    const text = texts.get(name);
    if (text === undefined || into.has(name)) return into;
    into.add(name);
    for (const [, other = ''] of text.matchAll(/^\s*(?:import|include)\s+"?([\w.-]+)"?/gm)) needed(other, into);
    return into;
  };

  test(
    'each compiles, with what it imports',
    () => {
      const failed: string[] = [];
      for (const [name, text] of texts) {
        if (/^\s*submodule\s/m.test(text)) continue;
        const modules = [...needed(name)].map((one) => ({ file: `${one}.yang`, text: texts.get(one) ?? '' }));
        const { schema, diagnostics } = compile({ modules, implement: [name] });
        if (!schema && !INCOMPLETE.has(name)) failed.push(`${name}: ${diagnostics.find((d) => d.severity === 'error')?.summary ?? ''}`);
      }
      assert.equal(failed, []);
    },
    { seconds: 120 },
  );
});
