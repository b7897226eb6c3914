import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, root, steady } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

interface Ran {
  readonly status: number | null;
  readonly out: string;
}

function ran(program: string, words: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: cwd, npm_config_update_notifier: 'false', npm_config_cache: cache(), ...env },
  });
  return { status, out: stdout + stderr };
}

/** npm's own cache, where the dependencies are after `npm ci`: an installation needs no network then. */
const cache = (): string =>
  spawnSync('npm', ['config', 'get', 'cache'], { cwd: root, encoding: 'utf8', env: { ...process.env } }).stdout.trim();

function packed(folder: string): string {
  const { status, out } = ran('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
  assert.is(status, 0, out);
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) as string);
}

group('package', (test) => {
  test(
    'the tarball holds what runs and what describes it, and nothing else',
    () =>
      inFolder(async (folder) => {
        const files = ran('tar', ['-tzf', packed(folder)], folder)
          .out.trim()
          .split('\n')
          .map((path) => path.replace(/^package\//, ''));
        const tops = [...new Set(files.map((path) => path.split('/')[0]))].sort();
        assert.equal(tops, ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'examples', 'package.json', 'schemas', 'yang']);
        assert.equal(
          files.filter((path) => /\.tsbuildinfo$|(^|\/)test\/|\.test\.|\.slow\.|(?<!\.d)\.ts$/.test(path)),
          [],
        );
        for (const path of [
          'dist/cli/main.js',
          'dist/index.d.ts',
          'dist/yang/index.d.ts',
          'schemas/own/plan.json',
          'yang/brewhouse.yang',
        ]) {
          assert.ok(files.includes(path), path);
        }
        const built = files
          .filter((path) => /^dist\/(?!cli\/part-).*\.js$/.test(path))
          .map((path) => path.replace(/^dist\/(.*)\.js$/, 'src/$1.ts'));
        assert.equal(
          built.filter((path) => !existsSync(join(root, path))),
          [],
          'what was built from a file that is no more',
        );
        for (const path of files.filter((one) => one.endsWith('.map'))) {
          const { sources, sourcesContent } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, readonly unknown[]>;
          assert.is(sourcesContent?.length, sources?.length, `${path} points to sources that are not in the package`);
        }
      }),
    { seconds: 60 },
  );

  test(
    'installed in an empty folder, it makes a project that plans and applies at once',
    () =>
      inFolder(async (folder) => {
        const tarball = packed(folder);
        const home = join(folder, 'home');
        mkdirSync(home);
        ran('npm', ['init', '-y'], home);
        const installed = ran('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball], home);
        if (installed.status === 0) console.log('  (installed from the cache of npm)');
        else byHand(tarball, home, installed.out);
        const setpoint = (...words: readonly string[]): Ran => ran('npx', ['--no-install', 'setpoint', ...words], home);
        assert.match(setpoint('version').out, /^setpoint \d/);
        assert.match(setpoint('init').out, /wrote {2}manifests\/zone\.yaml/);
        const plan = setpoint('plan', '--exit-code');
        assert.is(plan.status, 2, plan.out);
        assert.match(plan.out, /^1 is new/);
        const apply = setpoint('apply', '--yes');
        assert.is(apply.status, 0, apply.out);
        assert.match(steady(setpoint('plan', '--exit-code').out), /^In step: 1 resource on 1 target \(<n> s\)\.\n$/);
        const script = `
          import { openEngine, surroundings, Fault } from 'setpoint';
          import { compile } from 'setpoint/yang';
          import plan from 'setpoint/schemas/own/plan.json' with { type: 'json' };
          const engine = await openEngine({ surroundings: surroundings(), sandbox: false, emit() {}, stopping: () => false, signal: new AbortController().signal });
          const survey = await engine.survey(await engine.desired());
          console.log((await engine.plan(survey)).steps.length, typeof compile, typeof Fault, plan.title);
          await engine.close();`;
        const library = ran(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], home);
        assert.is(library.out, '0 function function Plan\n');
      }),
    { seconds: 180 },
  );
});

/** As npm would have laid it out: the package unpacked, its bin linked, and the dependencies of this checkout beside it. */
function byHand(tarball: string, home: string, why: string): void {
  // Without its cache (a clone that was given node_modules from elsewhere) npm would need a registry.
  assert.match(why, /ENOTCACHED|only-if-cached|cache mode/, why);
  console.log("  (npm's cache has not all dependencies: laid out by hand from this checkout's)");
  const modules = join(home, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  const { status, out } = ran('tar', ['-xzf', tarball, '-C', modules], home);
  assert.is(status, 0, out);
  assert.is(ran('mv', ['package', 'setpoint'], modules).status, 0);
  symlinkSync('../setpoint/dist/cli/main.js', join(modules, '.bin/setpoint'));
  ran('chmod', ['+x', join(modules, 'setpoint/dist/cli/main.js')], home);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'setpoint') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
}
