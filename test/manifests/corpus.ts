import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../corpus/', import.meta.url);

/** Files as people write them: name and text, without the byte order mark that one of them has. */
export const corpus: readonly { readonly name: string; readonly text: string }[] = readdirSync(folder)
  .sort()
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8').replace(/^\ufeff/, '') }));
