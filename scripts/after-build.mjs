// What tsc does not do: what was built from a file that is no more must not be shipped, the program starts faster from few files,
// and the bin must be executable when it is run from the checkout or through a link.
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { bundleProgram } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [src, dist] = [join(root, 'src'), join(root, 'dist')];
const built = /\.(d\.ts|js|js\.map)$/;
for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (built.test(file) && !existsSync(join(src, file.replace(built, '.ts')))) rmSync(join(dist, file));
}
await bundleProgram({ src, dist });
chmodSync(join(dist, 'cli/main.js'), 0o755);
