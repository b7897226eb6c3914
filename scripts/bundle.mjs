// Puts the modules of the program into few files: to find, read and link two hundred small ones takes a quarter of the time of a
// short command. What tsc has built stays beside it, for those who import the library. Dependencies are not bundled: they are
// installed, audited and licensed as they come.
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

/**
 * A module finds what lies beside the code (schemas, YANG modules, package.json) from where it stands. In a bundle it still has to
 * say where tsc has put it.
 */
const whereItStood = ({ src, dist, bundle }) => ({
  name: 'where it stood',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const built = relative(bundle, join(dist, relative(src, path).replace(/ts$/, 'js')));
      const text = await readFile(path, 'utf8');
      return { loader: 'ts', contents: text.replaceAll('import.meta.url', `new URL(${JSON.stringify(built)}, import.meta.url).href`) };
    }),
});

/** Bundles `src/cli/main.ts` into `dist/cli/main.js` and parts beside it, loaded when a command needs them. */
export const bundleProgram = ({ src, dist }) => {
  const entry = join(src, 'cli/main.ts');
  return build({
    entryPoints: [entry],
    outbase: src,
    outdir: dist,
    chunkNames: 'cli/part-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [whereItStood({ src, dist, bundle: join(dist, relative(src, dirname(entry))) })],
  });
};
