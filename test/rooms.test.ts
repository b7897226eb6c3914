import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert, group } from './kit/group.ts';
import { breaches } from './kit/rooms.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function sources(): { path: string; text: string }[] {
  return readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }));
}

/** The breaches of one planted file, as `line: message`. */
const plant = (path: string, ...lines: readonly string[]): readonly string[] =>
  breaches([{ path, text: lines.join('\n') }]).map((b) => {
    assert.is(b.file, path);
    return `${b.line}: ${b.message}`;
  });

group('rooms', (test) => {
  test('every file of src keeps to its room', () => {
    const files = sources();
    assert.ok(files.length > 10);
    assert.equal(
      breaches(files).map((b) => `${b.file}:${b.line} ${b.message}`),
      [],
    );
  });

  const imports: readonly [path: string, line: string, message: string][] = [
    ['src/core/x.ts', `import { join } from 'node:path';`, 'core may not import node:path'],
    ['src/core/x.ts', `import type { Plan } from '../planner/plan.ts';`, 'core may not import planner'],
    ['src/core/x.ts', `import { parse } from 'yaml';`, 'core may not import the package yaml'],
    ['src/planner/x.ts', `import { open } from 'node:fs';`, 'planner may not import node:fs'],
    ['src/planner/x.ts', `export * from '../state/store.ts';`, 'planner may not import state'],
    ['src/state/x.ts', `import { git } from '../git/git.ts';`, 'state may not import git'],
    ['src/yang/x.ts', `import { write } from '../disk/write.ts';`, 'yang may not import disk'],
    ['src/yang/x.ts', `import fs from 'node:fs';`, 'yang may not import node:fs'],
    ['src/disk/x.ts', `import type { Store } from '../state/store.ts';`, 'disk may not import state'],
    ['src/git/x.ts', `import { Plan } from '../planner/plan.ts';`, 'git may not import planner'],
    ['src/git/x.ts', `import { request } from 'undici';`, 'git may not import the package undici'],
    ['src/manifests/x.ts', `import { x } from '../reconcile/x.ts';`, 'manifests may not import reconcile'],
    [
      'src/manifests/x.ts',
      `import { Call } from '../providers/contract.ts';`,
      'manifests may import types alone from providers/contract.ts (import type)',
    ],
    [
      'src/manifests/x.ts',
      `import { type Call } from '../providers/contract.ts';`,
      'manifests may import types alone from providers/contract.ts (import type)',
    ],
    ['src/providers/contract.ts', `import { x } from './transport/http.ts';`, 'providers/contract.ts may not import providers/transport'],
    ['src/providers/transport/x.ts', `import { x } from '../../yang/index.ts';`, 'providers/transport may not import yang'],
    [
      'src/providers/cresco/x.ts',
      `import { x } from '../colonies/client.ts';`,
      'no provider imports another: providers/cresco imports providers/colonies',
    ],
    ['src/providers/cresco/x.ts', `import { x } from '../registry.ts';`, 'providers/cresco may not import providers/registry.ts'],
    ['src/providers/cresco/x.ts', `import { x } from '../../planner/plan.ts';`, 'providers/cresco may not import planner'],
    ['src/reconcile/x.ts', `import { folder } from '../state/files.ts';`, 'reconcile may not import state'],
    ['src/reconcile/x.ts', `import { cresco } from '../providers/cresco/index.ts';`, 'reconcile may not import providers/cresco'],
    ['src/reconcile/x.ts', `import { x } from '../providers/transport/http.ts';`, 'reconcile may not import providers/transport'],
    ['src/app.ts', `import { main } from './cli/main.ts';`, 'app may not import cli'],
    ['src/app/compose.ts', `import { page } from '../web/page.ts';`, 'app may not import web'],
    ['src/cli/x.ts', `import { plan } from '../planner/plan.ts';`, 'cli may not import planner'],
    ['src/cli/x.ts', `import chalk from 'chalk';`, 'cli may not import the package chalk'],
    ['src/core/x.ts', `const x = await import('../cli/main.ts');`, 'core may not import cli'],
    ['src/core/x.ts', `type X = import('../planner/plan.ts').Plan;`, 'core may not import planner'],
    ['src/core/x.ts', `const x = require('yaml');`, 'core may not import the package yaml'],
    ['src/core/x.ts', `const x = await import(name);`, 'imports a computed name: nobody can tell which room that is'],
    ['src/core/x.ts', `import { x } from '../../test/kit/group.ts';`, '../../test/kit/group.ts is outside of src'],
    ['src/core/x.ts', `import { x } from '../attic/x.ts';`, '../attic/x.ts is in no room of the map'],
  ];
  for (const [path, line, message] of imports) {
    test(`${path}: ${line}`, () => assert.equal(plant(path, '// first', line), [`2: ${message}`]));
  }

  const deeds: readonly [path: string, line: string, message: string][] = [
    ['src/providers/cresco/x.ts', `import { spawn } from 'node:child_process';`, 'only src/git starts programs by node:child_process'],
    ['src/manifests/x.ts', `await execa('git', ['status']);`, 'only src/git runs git'],
    ['src/manifests/x.ts', 'await $`git rev-parse HEAD`;', 'only src/git runs git'],
    ['src/manifests/x.ts', 'await $`git -C ${folder} status`;', 'only src/git runs git'],
    ['src/reconcile/x.ts', `child.execFile('/usr/bin/git', []);`, 'only src/git runs git'],
    ['src/cli/commands/plan.ts', String.raw`const red = '\x1b[31m';`, 'only src/cli/render knows colours'],
    ['src/cli/commands/plan.ts', 'const red = `\\u001b[31m${text}`;', 'only src/cli/render knows colours'],
    ['src/cli/commands/plan.ts', `import { styleText } from 'node:util';`, 'only src/cli/render knows colours'],
    ['src/cli/main.ts', `const home = process.env.HOME;`, 'only src/app reads process.env: take env as an argument'],
    ['src/git/x.ts', `const home = process['env'];`, 'only src/app reads process.env: take env as an argument'],
    ['src/git/x.ts', `const home = globalThis.process.env;`, 'only src/app reads process.env: take env as an argument'],
    ['src/git/x.ts', `const { env } = process;`, 'only src/app reads process.env: take env as an argument'],
    ['src/git/x.ts', `import { env as all } from 'node:process';`, 'only src/app reads process.env: take env as an argument'],
    ['src/cli/commands/plan.ts', `process.exit(1);`, 'only src/cli/main.ts ends the process'],
    ['src/app.ts', `const { exit } = process;`, 'only src/cli/main.ts ends the process'],
    ['src/planner/x.ts', `const at = Date.now();`, 'the planner is pure: no Date.now'],
    ['src/planner/x.ts', `const at = new Date();`, 'the planner is pure: no new Date()'],
    ['src/planner/x.ts', `const dice = Math.random();`, 'the planner is pure: no Math.random'],
    ['src/planner/x.ts', `export async function plan(): void {}`, 'the planner is pure: no async'],
    ['src/planner/x.ts', `await done;`, 'the planner is pure: no await'],
    ['src/planner/x.ts', `setTimeout(f, 1);`, 'the planner is pure: no setTimeout'],
    ['src/planner/x.ts', `let later: Promise<void>;`, 'the planner is pure: no Promise'],
  ];
  for (const [path, line, message] of deeds) {
    test(`${path}: ${line}`, () => assert.ok(plant(path, '', '', line).includes(`3: ${message}`), plant(path, '', '', line).join('\n')));
  }

  test('a file outside the map is a breach of its own', () => {
    assert.equal(plant('src/helpers/x.ts', 'export const x = 1;'), ['1: src/helpers/x.ts is in no room of the map']);
    assert.equal(plant('src/providers/x.ts', 'export const x = 1;'), ['1: src/providers/x.ts is in no room of the map']);
  });

  test('what the map allows is no breach', () => {
    assert.equal(plant('src/core/x.ts', `import { createHash } from 'node:crypto';`, `import { y } from './y.ts';`), []);
    assert.equal(plant('src/planner/x.ts', `const now = new Date(text);`, `const step = { process: 1, env: plan.process };`), []);
    assert.equal(
      plant('src/manifests/x.ts', `import type { AnyKind } from '../providers/contract.ts';`, `import Ajv from 'ajv/dist/2020.js';`),
      [],
    );
    assert.equal(plant('src/git/run.ts', `import { execa } from 'execa';`, `await execa('git', ['status']);`), []);
    assert.equal(plant('src/cli/render/colour.ts', String.raw`const red = '\x1b[31m';`), []);
    assert.equal(plant('src/app/env.ts', 'export const env = process.env;'), []);
    assert.equal(plant('src/cli/main.ts', 'process.exit(code);'), []);
    assert.equal(plant('src/providers/registry.ts', `export const cresco = () => import('./cresco/index.ts');`), []);
    assert.equal(plant('src/reconcile/x.ts', `import { limiter } from '../providers/transport/rate.ts';`), []);
    assert.equal(plant('src/state/x.ts', `const where = { state: 'git' };`, `open('git');`), []);
  });

  test('several breaches are told in the order of their lines', () => {
    assert.equal(plant('src/core/x.ts', `import 'yaml';`, `import 'ajv';`, `import 'node:fs';`), [
      '1: core may not import the package yaml',
      '2: core may not import the package ajv',
      '3: core may not import node:fs',
    ]);
  });
});
