import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { root } from './kit/binary.ts';
import { breaches } from './kit/rooms.ts';
import { assert, group } from './kit/group.ts';

/** The files of the page's example: blocks whose first line names a path. */
const files = [...readFileSync(join(root, 'docs/providers.md'), 'utf8').matchAll(/^```\w+ (\S+)\n([\s\S]*?\n)```$/gm)].map(
  ([, path = '', text = '']) => ({ path, text }),
);
const laws = files.find(({ path }) => path.endsWith('.test.ts'))?.path ?? '';

/** A checkout that has the example's files beside those of this one, which are links. */
const folder = mkdtempSync(join(tmpdir(), 'setpoint-provider-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const link = (path: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(join(root, path), join(folder, path));
};
for (const path of ['package.json', 'node_modules', 'test/kit']) link(path);
for (const room of readdirSync(join(root, 'src'))) if (room !== 'providers') link(`src/${room}`);
for (const provider of readdirSync(join(root, 'src/providers'))) link(`src/providers/${provider}`);
for (const { path, text } of files) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

group('docs/providers.md', (test) => {
  const sources = files.filter(({ path }) => path.endsWith('.ts'));

  test('its example keeps to the rooms', () => {
    assert.ok(sources.length >= 6);
    assert.equal(breaches(sources.filter(({ path }) => path.startsWith('src/'))), []);
  });

  test(
    'its example type-checks',
    () => {
      const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8')) as {
        readonly config: { readonly compilerOptions: Record<string, unknown> };
      };
      const { options } = ts.convertCompilerOptionsFromJson(
        { ...config.compilerOptions, incremental: false, tsBuildInfoFile: undefined },
        folder,
      );
      const names = sources.map(({ path }) => join(folder, path));
      const program = ts.createProgram(names, options);
      const wrong = names.flatMap((name) => {
        const file = program.getSourceFile(name);
        return file ? [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)] : [];
      });
      assert.is(
        ts.formatDiagnostics(wrong, { getCurrentDirectory: () => folder, getCanonicalFileName: (name) => name, getNewLine: () => '\n' }),
        '',
      );
    },
    { seconds: 60 },
  );
});

// Registers the laws of the example as a group of this file.
await import(pathToFileURL(join(folder, laws)).href);
