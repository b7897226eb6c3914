import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../src/yang/index.ts';
import { parse } from '../../../src/yang/parse.ts';
import { createReport } from '../../../src/yang/source.ts';
import { assert } from '../../kit/group.ts';
import { plain, readElsewhere } from '../../yang/oracle.ts';
import { run } from '../kit/programs.ts';
import type { Check } from '../kit/stage.ts';

export interface Published {
  /** Who brought them, to say so. */
  readonly from: string;
  readonly folders: readonly string[];
  /** Modules that cannot be compiled, and no engine is to blame. */
  readonly known?: ReadonlySet<string>;
  /** The program, where it shall compile them as well. */
  readonly yanglint?: string;
}

/** Imports of IEEE modules that are not among those of the RFCs, and a placeholder date. */
export const INCOMPLETE: ReadonlySet<string> = new Set([
  'ietf-ac-glue',
  'ietf-ac-ntw',
  'ietf-detnet',
  'ietf-igmp-mld-snooping',
  'ietf-l2-topology-state',
  'ietf-l2-topology',
  'ietf-l2vpn-ntw',
  'ietf-template',
]);

/** Standard modules, as they are published: what another parser reads in them we read, and what compiles elsewhere compiles here. */
export async function checkPublished(check: Check, { from, folders, known = new Set(), yanglint }: Published): Promise<void> {
  const paths = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  const texts = new Map(
    paths.flatMap((path) => {
      const name = /([^/]+)\.yang$/.exec(path)?.[1];
      return name === undefined ? [] : [[name, readFileSync(path, 'utf8')] as const];
    }),
  );
  const modules = [...texts].filter(([, text]) => !/^\s*submodule\s/m.test(text)).map(([name]) => name);

  await check(`the ${texts.size} modules of ${from} have the statements that another parser finds`, () => {
    assert.ok(texts.size > 50, 'hardly any are there');
    for (const [name, text] of texts) {
      const report = createReport();
      const top = parse({ file: name, text }, report);
      assert.equal(report.diagnostics, [], name);
      assert.is(JSON.stringify(top && plain(top)), JSON.stringify(readElsewhere(text)), name);
    }
  });

  const needed = (name: string, into = new Set<string>()): ReadonlySet<string> => {
    const text = texts.get(name);
    if (text === undefined || into.has(name)) return into;
    into.add(name);
    for (const [, other = ''] of text.matchAll(/^\s*(?:import|include)\s+"?([\w.-]+)"?/gm)) needed(other, into);
    return into;
  };
  await check(`the ${modules.length} modules of ${from} that are no submodules compile, each with what it imports`, () => {
    const failed = modules.flatMap((name) => {
      const { schema, diagnostics } = compile({
        modules: [...needed(name)].map((one) => ({ file: `${one}.yang`, text: texts.get(one) ?? '' })),
        implement: [name],
      });
      return schema || known.has(name) ? [] : [`${name}: ${diagnostics.find((d) => d.severity === 'error')?.summary ?? ''}`];
    });
    assert.equal(failed, []);
  });

  if (yanglint === undefined) return;
  await check(`yanglint compiles the same modules of ${from}`, () => {
    const search = folders.flatMap((folder) => ['-p', folder]);
    const files = paths.filter((path) => modules.some((name) => !known.has(name) && path.endsWith(`/${name}.yang`)));
    const refused = files.filter((file) => run(yanglint, [...search, file]).code !== 0);
    assert.equal(refused, []);
  });
}
