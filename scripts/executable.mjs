// tsc keeps no file mode: the bin must be executable when it is run from the checkout or through a link.
import { chmodSync, existsSync } from 'node:fs';

const bin = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(bin)) chmodSync(bin, 0o755);
