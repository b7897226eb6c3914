// What tsc does not do: the bin must be executable when it is run from the checkout or through a link, and what was built from a
// file that is no more must not be shipped.
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const built = /\.(d\.ts|js|js\.map)$/;
for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (built.test(file) && !existsSync(join(root, 'src', file.replace(built, '.ts')))) rmSync(join(dist, file));
}
const bin = join(dist, 'cli/main.js');
if (existsSync(bin)) chmodSync(bin, 0o755);
