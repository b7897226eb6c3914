import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './kit/binary.ts';
import { pagesPrintWhatTheySay } from './kit/pages.ts';

pagesPrintWhatTheySay(
  'docs',
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
);
