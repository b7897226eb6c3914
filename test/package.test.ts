import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

const meta = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const ran = (program: string, words: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME ?? root },
  });
  assert.is(status, 0, stdout + stderr);
  return stdout;
};

group('package/checkout', (test) => {
  test('npx, the bin itself and node run it from the checkout', () => {
    assert.is(meta.bin.setpoint, 'dist/cli/main.js');
    accessSync(join(root, 'dist/cli/main.js'), constants.X_OK);
    const version = /^setpoint \d+\.\d+\.\d+\n$/;
    assert.match(ran('npx', ['setpoint', 'version']), version);
    assert.match(ran('node', ['dist/cli/main.js', 'version']), version);
    assert.match(ran('./dist/cli/main.js', ['version']), version);
  });

  test('every export is there, by the name of the package', () => {
    const names = Object.keys(meta.exports).filter((name) => !name.includes('*') && !name.endsWith('.json'));
    const script = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import('setpoint' + name.slice(1))).sort().join(' '));`;
    const lines = ran('node', ['--input-type=module', '-e', script]);
    assert.match(lines, /^\. .*\bFault\b.*\bopenEngine\b/m);
    assert.match(lines, /^\.\/yang .*\bcompile\b/m);
    for (const target of Object.values(meta.exports)) {
      if (typeof target !== 'string') for (const file of Object.values(target)) accessSync(join(root, file));
    }
  });

  test('every dependency is pinned to one version', () => {
    const loose = Object.entries({ ...meta.dependencies, ...meta.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    assert.equal(loose, []);
  });
});
