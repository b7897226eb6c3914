import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messages } from '../src/providers/colonies/client/index.ts';
import { colonies } from '../src/providers/colonies/index.ts';
import { sandbox } from '../src/providers/colonies/sandbox/index.ts';
import { FUNCTIONS, IN_WORDS } from './interop/colonies/functions.ts';
import { SAMPLE } from './interop/colonies/keys.ts';
import { ourProgram, readPage, verbsOf } from './interop/colonies/page.ts';
import { inFolder, root } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

const page = readPage();

group('docs/from-colonies.md', (test) => {
  test(
    'our side of it gives and prints what it says',
    () =>
      inFolder(async (folder) => {
        // With a server key a sandbox begins as the page does: with nothing.
        const box = await sandbox({ options: { colony: 'dev', serverKey: SAMPLE.serverKey, sandbox: { pace: 0.3 } } });
        try {
          const { serverKey, colonyKey, userKey } = SAMPLE;
          const file = join(folder, 'page.mts');
          writeFileSync(file, ourProgram(page, { address: box.address, serverKey, colonyKey, userKey }));
          const { play } = (await import(pathToFileURL(file).href)) as { readonly play: () => Promise<readonly string[]> };
          assert.equal(await play(), []);
        } finally {
          await box.close();
        }
      }),
    { seconds: 60 },
  );

  test('has every function of the Python client', () => {
    const cells = page.steps.map((step) => step.python);
    const prose = page.text.replaceAll(/^\|.*$/gm, '');
    const lacking = FUNCTIONS.filter((name) => {
      const called = new RegExp(`(?:client\\.|\\b)${name}\\(`);
      return IN_WORDS.has(name) ? !prose.includes(name) : !cells.some((cell) => called.test(cell));
    });
    assert.equal(lacking, []);
  });

  test('names kinds, operations and calls that there are', () => {
    const kinds = new Set(['Target', ...colonies.kinds.map(({ kind }) => kind.replace('colonies/', ''))]);
    const operations = new Map(colonies.operations.map(({ name, inputs }) => [name, inputs.map((input) => input.name)]));
    const isThere = (cell: string): boolean => {
      const code = cell.replaceAll('`', '');
      const [, name = '', words = ''] = /^setpoint run plant ([\w-]+)(.*)$/.exec(code) ?? [];
      if (name === '') return kinds.has(code) || PLAIN.test(code);
      const known = operations.get(name);
      return known !== undefined && words.split(' ').every((word) => word === '' || known.includes(word.replace(/^--|=.*/g, '')));
    };
    const verbs = page.tables.filter(({ head }) => head[0] === 'colonies').flatMap(({ rows }) => rows.map(({ cells }) => cells));
    const cells = [
      ...page.steps.flatMap((step) => (step.type === 'row' ? step.elsewhere.split('; ') : [])),
      ...verbs.flatMap(([, ours = '']) => ours.split('; ')),
    ];
    assert.equal(
      [...new Set(cells)].filter((cell) => !isThere(cell)),
      [],
    );
    const calls = verbs.flatMap(([, , call = '']) => (call === '–' ? [] : call.replaceAll('`', '').split(', ')));
    assert.equal(
      calls.filter((call) => !(call in messages)),
      [],
    );
    assert.ok(verbsOf(page).length > 100);
  });
});

/** What is no kind and no operation: nothing, a key, or a command that there is. */
const COMMANDS = readdirSync(join(root, 'src/cli/commands')).map((file) => file.replace('.ts', ''));
const PLAIN = new RegExp(`^(–|\\{generate: secp256k1\\}|setpoint (--version|${COMMANDS.join('|')}))$`);
