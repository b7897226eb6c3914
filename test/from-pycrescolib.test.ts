import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cresco } from '../src/providers/cresco/index.ts';
import { sandbox } from '../src/providers/cresco/sandbox/index.ts';
import { FUNCTIONS, nameOf } from './interop/cresco/functions.ts';
import { writeJars } from './interop/cresco/jars.ts';
import { ourProgram, PAGE, readPage, type Given } from './interop/cresco/page.ts';
import { above, anything, like, unlike } from './interop/kit/unlike.ts';
import { inFolder } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

const page = readPage();
const SANDBOX = { agents: ['dp/pi-1', 'dp/pi-2', 'dp/pi-3', 'dp/pi-4'], pace: 0.01, voidMs: 60_000_000, allowCommands: true };

group('docs/from-pycrescolib.md', (test) => {
  for (const generation of [2, 3] as const) {
    test(
      `our side of it gives and prints what it says, on a server of generation ${generation}`,
      () =>
        inFolder(async (folder) => {
          const box = await sandbox({ options: { ...SANDBOX, generation, allowFolders: [folder] } });
          try {
            const { serviceKey, tls } = box.options as unknown as Pick<Given, 'serviceKey'> & { readonly tls: Pick<Given, 'fingerprint'> };
            const given = { address: box.address, serviceKey, ...tls, folder, ...writeJars(folder) };
            const file = join(folder, 'page.mts');
            writeFileSync(file, ourProgram(page, given));
            const { play } = (await import(pathToFileURL(file).href)) as { readonly play: () => Promise<readonly string[]> };
            assert.equal(await play(), []);
          } finally {
            await box.close();
          }
        }),
      { seconds: 60 },
    );
  }

  test('a cell that is empty and a block without its counterpart are errors', () => {
    const wrong = (text: string): void => assert.throws(() => readPage(text), new RegExp(`^${PAGE}:\\d+: `));
    const [row = ''] = page.text.match(/^\| `client\.connected.*$/m) ?? [];
    for (let n = 1; n <= 4; n += 1) wrong(page.text.replace(row, row.split('|').with(n, ' ').join('|')));
    wrong(page.text.replace(/^```python$/gm, '```'));
    wrong(page.text.replace(/^```text$/m, '```'));
  });

  test('what is not what the page says is seen', () => {
    for (const [value, wanted] of [
      [1, 2],
      [{ a: 1 }, { a: 2 }],
      [{}, { a: undefined, b: 1 }],
      [[], [1]],
      [[{ a: 1, b: 2 }], [{ a: 1, b: 3 }]],
      ['abc', like(/^b/)],
      [0, above(0)],
      [undefined, anything],
      [Uint8Array.of(1), Uint8Array.of(2)],
    ] as const) {
      assert.ok(unlike(value, wanted) !== undefined, JSON.stringify(value));
    }
  });

  test('has every function of the Python client', () => {
    const cells = page.steps.flatMap((step) => (step.type === 'row' ? [step.python] : []));
    const prose = page.text.replaceAll(/^\|.*$/gm, '');
    const lacking = Object.entries(FUNCTIONS).flatMap(([module, names]) =>
      names
        .filter((name) => {
          const called = `${nameOf(module, name)}(`;
          return !cells.some((cell) => cell.includes(called)) && !(IN_WORDS.has(`${module}.${name}`) && prose.includes(name));
        })
        .map((name) => `${module}.${name}`),
    );
    assert.equal(lacking, []);
  });

  test('names kinds and operations that there are', () => {
    const kinds = new Set(['Target', ...cresco.kinds.map(({ kind }) => kind.replace('cresco/', ''))]);
    const operations = new Map(cresco.operations.map(({ name, inputs }) => [name, inputs.map((input) => input.name)]));
    const wrong = page.steps.flatMap((step) => {
      if (step.type !== 'row') return [];
      return step.elsewhere.split('; ').filter((cell) => {
        const code = cell.replaceAll('`', '');
        const [, name = '', words = ''] = /^setpoint run edge ([\w-]+)(.*)$/.exec(code) ?? [];
        const known = operations.get(name);
        if (name !== '')
          return known === undefined || !words.split(' ').every((word) => word === '' || known.includes(word.replace(/^--|=.*/g, '')));
        return code !== '–' && !kinds.has(code) && !/^setpoint (status|doctor|destroy)$/.test(code);
      });
    });
    assert.equal(wrong, []);
  });
});

/** What the page explains in a sentence: later additions that no server here answers, and a form of what stands in a table. */
const IN_WORDS: ReadonlySet<string> = new Set([
  'clientlib.connection',
  'globalcontroller.get_pipeline_is_assignment_info',
  'globalcontroller.get_metric_inventory',
  'globalcontroller.get_capability_inventory',
  ...(FUNCTIONS['stunnel'] ?? []).filter((name) => !/_plugin$/.test(name)).map((name) => `stunnel.${name}`),
]);
