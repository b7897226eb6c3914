import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, root } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';
import { playPage } from './kit/page.ts';

const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) => name.endsWith('.md')).sort();

/** Every example of every page is run, top to bottom, and prints what the page says. ACCEPT=1 writes what was printed. */
group('docs', (test) => {
  for (const page of pages) {
    test(
      `${page} prints what it says`,
      () =>
        inFolder(async (folder) => {
          const written = readFileSync(join(root, page), 'utf8');
          const played = await playPage(written, folder);
          if (process.env.ACCEPT === '1') writeFileSync(join(root, page), played);
          else assert.fixture(played, written, `${page} (ACCEPT=1 writes what was printed)`);
        }),
      { seconds: 120 },
    );
  }
});
