import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, root } from './binary.ts';
import { assert, group } from './group.ts';
import { playPage } from './page.ts';

/** Every example of these pages is run, top to bottom, and prints what the page says. ACCEPT=1 writes what was printed. */
export function pagesPrintWhatTheySay(name: string, pages: readonly string[]): void {
  group(name, (test) => {
    for (const page of pages) {
      test(
        `${page} prints what it says`,
        () =>
          inFolder(async (folder) => {
            const written = readFileSync(join(root, page), 'utf8');
            const played = await playPage(written, folder);
            if (process.env.ACCEPT === '1') writeFileSync(join(root, page), played);
            else assert.is(played, written, `${page} (ACCEPT=1 writes what was printed)`);
          }),
        { seconds: 120 },
      );
    }
  });
}
