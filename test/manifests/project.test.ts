import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault, Faults } from '../../src/core/diagnostic.ts';
import { desired, type DesiredOptions } from '../../src/manifests/desired.ts';
import { environmentOf, loadProject } from '../../src/manifests/project.ts';
import { projectFiles } from '../../src/manifests/sources.ts';
import { assert, group } from '../kit/group.ts';
import { brief, manifest, PROVIDERS, SHELF } from './demo.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with these files, for as long as the body runs. */
async function inFolder<T>(files: Files, body: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'setpoint-project-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    return await body(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const project = (spec = '{}'): string => `apiVersion: setpoint/v1\nkind: Project\nmetadata: {name: brewery}\nspec: ${spec}\n`;

async function desiredIn(dir: string, environment?: string, given?: DesiredOptions['given']) {
  const loaded = await loadProject(dir);
  return desired({ project: loaded, environment: environmentOf(loaded, environment), providers: PROVIDERS, ...(given ? { given } : {}) });
}

async function faultOf(body: () => unknown): Promise<Fault | Faults> {
  try {
    await body();
  } catch (error) {
    if (error instanceof Fault || error instanceof Faults) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const lid = (name: string): string => manifest(`demo/v1 Lid ${name}`);

group('the project file', (test) => {
  test('is found in a folder above, and says what it leaves out', async () => {
    await inFolder({ 'setpoint.yaml': project(), 'manifests/deep/a.yaml': lid('a') }, async (dir) => {
      const found = await loadProject(join(dir, 'manifests/deep'));
      assert.is(found.dir, dir);
      assert.is(found.name, 'brewery');
      assert.equal(found.manifests, ['manifests']);
      assert.is(found.defaultEnvironment, 'default');
      assert.equal(environmentOf(found), { name: 'default', manifests: [], targets: {}, state: { folder: '.setpoint/state' } });
    });
  });

  test('environments have their own folders, targets and state, or the project’s', async () => {
    const spec =
      '{manifests: [a, b], state: git, deletionBudget: 3, environments: {prod: {manifests: p, state: {folder: s}}, test: {deletionBudget: 9}}}';
    await inFolder({ 'setpoint.yaml': project(spec) }, async (dir) => {
      const found = await loadProject(dir);
      assert.equal(found.manifests, ['a', 'b']);
      assert.equal(environmentOf(found, 'prod'), {
        name: 'prod',
        manifests: ['p'],
        targets: {},
        state: { folder: 's' },
        deletionBudget: 3,
      });
      assert.equal(environmentOf(found, 'test'), { name: 'test', manifests: [], targets: {}, state: 'git', deletionBudget: 9 });
      const missing = await faultOf(() => environmentOf(found));
      assert.ok(missing instanceof Fault && missing.code === 'ENVIRONMENT_MISSING');
      const unknown = await faultOf(() => environmentOf(found, 'tset'));
      assert.ok(unknown instanceof Fault && unknown.diagnostic.hint === 'Did you mean test?');
    });
  });

  test('all that is wrong with it comes at once, at its place', async () => {
    const spec = '{manifest: a, environments: {prod: {folder: x}}, state: gti}';
    await inFolder({ 'setpoint.yaml': project(spec) }, async (dir) => {
      const fault = await faultOf(() => loadProject(dir));
      assert.ok(fault instanceof Faults);
      assert.equal(brief(fault as Faults), [
        'FIELD_UNKNOWN setpoint.yaml:4:8+8 spec has no field "manifest"',
        'FIELD_UNKNOWN setpoint.yaml:4:43+6 spec.environments.prod has no field "folder"',
        'FIELD_VALUE setpoint.yaml:4:63+3 spec.state has to be one of these: "git", a mapping with folder',
      ]);
    });
    await inFolder({ 'setpoint.yaml': project('{environment: prd, environments: {prod: {}}}') }, async (dir) => {
      assert.match((await faultOf(() => loadProject(dir))).message, /ENVIRONMENT_UNKNOWN/);
    });
    for (const text of ['', '# nothing\n', 'a: [1', `${project()}---\n${project()}`, Buffer.from([0xff, 0xfe])]) {
      await inFolder({ 'setpoint.yaml': text }, async (dir) => {
        assert.ok((await faultOf(() => loadProject(dir))) instanceof Faults);
      });
    }
  });

  test('without one, manifests have to be named; then the folder will do', async () => {
    await inFolder({ 'x.yaml': SHELF, 'more/y.yml': lid('a') }, async (dir) => {
      assert.equal(brief(await desiredIn(dir)), ['PROJECT_MISSING - there is no setpoint.yaml here or in a folder above']);
      const found = await desiredIn(dir, undefined, [{ path: 'x.yaml' }, { path: join(dir, 'more') }, { file: '-', text: lid('b') }]);
      assert.equal(brief(found), []);
      assert.equal([...found.resources.keys()], ['shelf/demo/Lid/a', 'shelf/demo/Lid/b']);
      assert.equal(
        found.sources.map(({ source, complete }) => [source, complete]),
        [
          ['x.yaml', true],
          ['more', true],
          ['-', true],
        ],
      );
    });
  });
});

group('folders of manifests', (test) => {
  const files: Files = {
    'setpoint.yaml': project('{environments: {prod: {manifests: manifests/prod}, test: {manifests: [manifests/test]}}, environment: prod}'),
    'manifests/b.yml': lid('b'),
    'manifests/a.yaml': SHELF,
    'manifests/c.JSON': '{"apiVersion": "demo/v1", "kind": "Lid", "metadata": {"name": "c"}}',
    'manifests/deep/er/d.yaml': lid('d'),
    'manifests/prod/e.yaml': lid('only-prod'),
    'manifests/test/e.yaml': lid('only-test'),
    'manifests/.hidden.yaml': 'no: [yaml',
    'manifests/.git/x.yaml': 'no: [yaml',
    'manifests/readme.md': 'no: [yaml',
    'manifests/setpoint.yaml': 'no: [yaml',
  };

  test('are read whole, in order, without hidden files and without other environments', async () => {
    await inFolder(files, async (dir) => {
      const prod = await desiredIn(dir);
      assert.equal(brief(prod), []);
      assert.equal(
        [...prod.resources.values()].map(({ name, origin }) => `${name} ${origin.file}`),
        ['b manifests/b.yml', 'c manifests/c.JSON', 'd manifests/deep/er/d.yaml', 'only-prod manifests/prod/e.yaml'],
      );
      assert.ok((await desiredIn(dir, 'test')).resources.has('shelf/demo/Lid/only-test'));
    });
  });

  test('links are followed, but not in circles', async () => {
    await inFolder({ ...files, 'elsewhere/z.yaml': lid('z') }, async (dir) => {
      symlinkSync(join(dir, 'manifests'), join(dir, 'manifests/deep/loop'));
      symlinkSync(join(dir, 'elsewhere'), join(dir, 'manifests/linked'));
      const found = await desiredIn(dir);
      assert.equal(brief(found), []);
      assert.ok(found.resources.has('shelf/demo/Lid/z'));
    });
  });

  test('one id in two folders is an error: documents are not merged', async () => {
    await inFolder({ ...files, 'manifests/prod/b.yaml': lid('b') }, async (dir) => {
      assert.equal(brief(await desiredIn(dir)), ['DUPLICATE_ID manifests/prod/b.yaml:4:9+1 demo/Lid/b is described twice']);
    });
  });

  test('a folder that is not there, or a link to nothing, does not look like one that was emptied', async () => {
    await inFolder({ 'setpoint.yaml': project('{manifests: [gone, here]}'), 'here/a.yaml': SHELF }, async (dir) => {
      symlinkSync(join(dir, 'nothing'), join(dir, 'here/dangling.yaml'));
      const found = await desiredIn(dir);
      assert.equal(brief(found), ['MANIFESTS_MISSING - gone is not there', 'MANIFESTS_MISSING - here/dangling.yaml is not there']);
      assert.ok(found.sources.every(({ complete }) => !complete));
    });
  });

  test('kinds read files of the project, and no others', async () => {
    await inFolder({ 'yang/b.yang': 'b', 'yang/sub/a.yang': 'a' }, async (dir) => {
      const all = projectFiles(dir);
      assert.equal(all.list('yang'), ['b.yang', 'sub/a.yang']);
      assert.equal(all.list('nothing'), []);
      assert.is(all.read('yang/b.yang'), 'b');
      assert.equal([...(all.bytes('yang/b.yang') ?? [])], [98]);
      assert.is(all.bytes('yang/c.yang'), undefined);
      assert.is(all.read('yang/c.yang'), undefined);
      assert.is(all.read('yang'), undefined);
      for (const path of ['../x', '/etc/passwd', 'yang/../../x'])
        assert.is((await faultOf(() => all.read(path))).message.split(':')[0], 'FILE_OUTSIDE');
    });
  });
});

group('targets', (test) => {
  const environment = (targets: string): string => project(`{environments: {prod: {targets: {${targets}}}}}`);
  const shelf = (spec: string): string =>
    `apiVersion: setpoint/v1\nkind: Target\nmetadata: {name: shelf, labels: {room: one}}\nspec: ${spec}\n`;

  test('an environment changes what it names, and may have targets of its own', async () => {
    const files = {
      'setpoint.yaml': environment(
        'shelf: {address: ./prod, options: {color: red}, limits: {parallel: 2}}, attic: {provider: demo, address: ./attic}',
      ),
      'manifests/t.yaml': shelf(
        '{provider: demo, address: ./dev, options: {color: blue, token: {env: T}}, limits: {parallel: 9, timeoutMs: 5}}',
      ),
    };
    await inFolder(files, async (dir) => {
      const found = await desiredIn(dir);
      assert.equal(brief(found), []);
      assert.equal(found.targets.get('shelf'), {
        name: 'shelf',
        provider: 'demo',
        address: './prod',
        options: { color: 'red', token: { 'setpoint:secret': { env: 'T' } } },
        limits: { parallel: 2, timeoutMs: 5 },
        labels: { room: 'one' },
        origin: { file: 'manifests/t.yaml', line: 1, document: 0 },
      });
      assert.equal(found.targets.get('attic'), {
        name: 'attic',
        provider: 'demo',
        address: './attic',
        options: { color: 'grey' },
        limits: {},
        labels: {},
      });
    });
  });

  test('mistakes are shown where they are written: in the manifest or in setpoint.yaml', async () => {
    const files = {
      'setpoint.yaml': environment('shelf: {options: {colour: red}}, atic: {address: x}, loft: {provider: dmo, address: x}'),
      'manifests/t.yaml': shelf('{provider: demo, options: {size: 1}}'),
    };
    await inFolder(files, async (dir) => {
      const found = await desiredIn(dir);
      assert.equal([...brief(found)].sort(), [
        'FIELD_MISSING manifests/t.yaml:4:1+4 the target shelf has no address',
        'FIELD_UNKNOWN manifests/t.yaml:4:34+4 spec.options has no field "size"',
        'FIELD_UNKNOWN setpoint.yaml:4:58+6 spec.options has no field "colour"',
        'PROVIDER_UNKNOWN setpoint.yaml:4:110+3 there is no provider called "dmo"',
        'TARGET_UNKNOWN setpoint.yaml:4:73+4 there is no target called "atic" to change',
      ]);
      assert.is(found.targets.size, 0);
    });
  });

  test('a manifest belongs to the only target of its provider, or says which', async () => {
    const box = (name: string, metadata = ''): string => manifest(`demo/v1 Lid ${name}`, '', metadata);
    const files = {
      'setpoint.yaml': project(),
      'manifests/a.yaml': [box('a'), box('b', 'target: shelf'), box('c', 'target: shlef'), box('d', 'target: cloud')].join('---\n'),
    };
    const cloud = 'apiVersion: setpoint/v1\nkind: Target\nmetadata: {name: cloud}\nspec: {provider: other, address: x}\n';
    await inFolder({ ...files, 'manifests/t.yaml': `${SHELF}---\n${cloud}` }, async (dir) => {
      const found = await desiredIn(dir);
      assert.equal([...found.resources.keys()], ['shelf/demo/Lid/a', 'shelf/demo/Lid/b']);
      assert.equal(
        found.diagnostics.map(({ code, hint }) => [code, hint]),
        [
          ['TARGET_UNKNOWN', 'Did you mean shelf?'],
          ['TARGET_KIND', 'Name a target whose provider is demo.'],
        ],
      );
    });
    await inFolder({ ...files, 'manifests/t.yaml': `${SHELF}---\n${SHELF.replace('shelf', 'attic')}` }, async (dir) => {
      assert.is((await desiredIn(dir)).diagnostics[0]?.code, 'TARGET_AMBIGUOUS');
    });
    await inFolder(files, async (dir) => {
      assert.is((await desiredIn(dir)).diagnostics[0]?.code, 'TARGET_MISSING');
    });
    const none = { 'setpoint.yaml': project(), 'manifests/a.yaml': [box('a'), box('b', 'target: shelf'), box('c')].join('---\n') };
    await inFolder(none, async (dir) => {
      const { diagnostics } = await desiredIn(dir);
      assert.equal(
        diagnostics.map(({ code, at }) => [code, at?.line]),
        [
          ['TARGET_MISSING', 2],
          ['TARGET_UNKNOWN', 10],
        ],
      );
      assert.match(diagnostics[0]?.detail ?? '', /^2 documents want one: besides this, manifests\/a\.yaml:\d+\.$/);
    });
    await inFolder({ ...files, 'manifests/t.yaml': `${SHELF}colour: red\n---\n${cloud}` }, async (dir) => {
      assert.not.ok(
        (await desiredIn(dir)).diagnostics.some(({ code }) => code === 'TARGET_MISSING'),
        'it is there, with a mistake in it',
      );
    });
  });

  test('two targets of one name', async () => {
    await inFolder({ 'setpoint.yaml': project(), 'manifests/t.yaml': `${SHELF}---\n${SHELF}` }, async (dir) => {
      assert.equal(brief(await desiredIn(dir)), ['DUPLICATE_ID manifests/t.yaml:8:18+5 there are two targets called "shelf"']);
    });
  });
});
