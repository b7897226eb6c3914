import type { Finding, Kind, ProjectFiles, Session } from '../../../../src/providers/contract.ts';
import { cresco } from '../../../../src/providers/cresco/index.ts';
import { cepQuery } from '../../../../src/providers/cresco/kinds/cep-query.ts';
import { fileSync } from '../../../../src/providers/cresco/kinds/file-sync.ts';
import { pipeline } from '../../../../src/providers/cresco/kinds/pipeline.ts';
import { pluginIdOf } from '../../../../src/providers/cresco/kinds/places.ts';
import { plugin } from '../../../../src/providers/cresco/kinds/plugin.ts';
import { pluginPackage } from '../../../../src/providers/cresco/kinds/plugin-package.ts';
import { process } from '../../../../src/providers/cresco/kinds/process.ts';
import type {
  CepQuerySpec,
  FileSyncSpec,
  PipelineSpec,
  PluginPackageSpec,
  PluginSpec,
  ProcessSpec,
} from '../../../../src/providers/cresco/types.ts';
import { assert, group } from '../../../kit/group.ts';
import { handleOf } from './bench.ts';
import { jar, zip } from './jar.ts';

const NOTHING: ProjectFiles = { read: () => undefined, bytes: () => undefined, list: () => [] };
const shapeOf = <S extends Session, Spec extends object>(kind: Kind<S, Spec>, files = NOTHING) => {
  const shape = kind.open?.(files, {});
  if (shape === undefined) throw new Error(`${kind.kind} has a shape`);
  return shape;
};
const told = (findings: readonly Finding[]): readonly (readonly [string, string | undefined])[] =>
  findings.map(({ code, pointer }) => [code, pointer]);

const agent = { region: 'dp', agent: 'pi-1' };
const node = (name: string, more: object = {}): PipelineSpec['nodes'][number] => ({ name, plugin: 'reader', agent, ...more });

group('shapes of Cresco kinds', (test) => {
  test('words of the server and marks of ours are refused among parameters, each where it stands', () => {
    const params = { md5: 'x', setpoint_id: 'y', 'a/b': 'fine' };
    const spec: PluginSpec = { plugin: 'reader', agent, params, secrets: { inode_id: 's' } };
    assert.equal(told(shapeOf(plugin).check(spec)), [
      ['PARAM_RESERVED', '/params/md5'],
      ['PARAM_RESERVED', '/params/setpoint_id'],
      ['PARAM_RESERVED', '/secrets/inode_id'],
    ]);
    assert.equal(told(shapeOf(pipeline).check({ nodes: [node('a'), node('b', { params })] })), [
      ['PARAM_RESERVED', '/nodes/["b"]/params/md5'],
      ['PARAM_RESERVED', '/nodes/["b"]/params/setpoint_id'],
    ]);
  });

  test('a parameter has one value: in params, in secrets, or in the field that is made for it', () => {
    const twice: PluginSpec = { plugin: 'reader', agent, params: { token: 'x' }, secrets: { token: 's' } };
    assert.equal(told(shapeOf(plugin).check(twice)), [['PARAM_TWICE', '/secrets/token']]);
    const command: ProcessSpec = { plugin: 'executor', agent, command: 'true', params: { command: 'false' } };
    const [finding] = shapeOf(process).check(command);
    assert.is(finding?.code, 'PARAM_RESERVED');
    assert.is(finding?.hint, 'Write it as spec.command.');
  });

  test('a query that does not name its streams is told: the fabric would take it and deliver nothing', () => {
    const query = (text: string): CepQuerySpec => ({
      agent,
      input: { stream: 'heat', attributes: 'value double' },
      output: { stream: 'alarms', attributes: 'value double' },
      query: text,
    });
    const { check } = shapeOf(cepQuery);
    assert.equal(check(query('from heat[value > 30] select value insert into alarms')), []);
    assert.equal(
      check(query('from heats select value insert into alarm')).map(({ summary }) => summary),
      ['the query does not name the stream heat', 'the query does not name the stream alarms'],
    );
    assert.equal(told(check(query('from heat select value'))), [['CEP_STREAM', '/query']]);
  });

  test('parameters are text, numbers as they were written', () => {
    const spec: PluginSpec = { plugin: 'reader', agent, params: { rate: 10, loud: true, level: '1.50' } };
    assert.equal(shapeOf(plugin).normalize(spec).params, { rate: '10', loud: 'true', level: '1.50' });
  });

  test('an edge names nodes of its own pipeline; it may go round', () => {
    const nodes: PipelineSpec['nodes'] = [node('source'), node('sink')];
    const edges = [
      { from: 'sorce', to: 'sink' },
      { from: 'sink', to: 'sink' },
      { from: 'source', to: 'other' },
    ];
    const findings = shapeOf(pipeline).check({ nodes, edges });
    assert.equal(told(findings), [
      ['PIPELINE_EDGE', '/edges/["sorce","sink"]/from'],
      ['PIPELINE_EDGE', '/edges/["source","other"]/to'],
    ]);
    assert.is(findings[0]?.hint, 'Did you mean source?');
  });

  test('an id fits the column of the server, whatever the manifest is called, and two names do not meet', () => {
    assert.is(pluginIdOf('telemetry'), 'telemetry');
    const [one, other] = [pluginIdOf(`${'long-'.repeat(20)}a`), pluginIdOf(`${'long-'.repeat(20)}b`)];
    assert.ok(one.length <= 43 && other.length <= 43 && one !== other);
    const together = shapeOf(plugin).together?.([{ id: 'edge/cresco/Plugin/system-watch', spec: { plugin: 'reader', agent } }]) ?? [];
    assert.equal(
      together.map(({ code, resource }) => [code, resource]),
      [['PLUGIN_ID', 'edge/cresco/Plugin/system-watch']],
    );
  });

  test('two file syncs of one name would serve each other', () => {
    const spec: FileSyncSpec = { plugin: 'filerepo', from: { ...agent, folder: '/out' }, to: { ...agent, folder: '/in' } };
    const all = [
      { id: 'edge/cresco/FileSync/logs', spec },
      { id: 'edge/cresco/FileSync/other', spec: { ...spec, name: 'logs' } },
      { id: 'edge/cresco/FileSync/third', spec },
    ];
    const findings = shapeOf(fileSync).together?.(all) ?? [];
    assert.equal(
      findings.map(({ code, resource, pointer }) => [code, resource, pointer]),
      [['FILESYNC_NAME', 'edge/cresco/FileSync/other', '/name']],
    );
  });

  test('a package is what its JAR says', () => {
    const bytes = jar({ name: 'io.example.reader', version: '1.2.0' });
    const files: ProjectFiles = {
      ...NOTHING,
      bytes: (path) => (path === 'jars/reader.jar' ? bytes : undefined),
      list: () => ['reader.jar'],
    };
    const shape = shapeOf(pluginPackage, files);
    const spec: PluginPackageSpec = { jar: 'jars/reader.jar' };
    assert.equal(shape.check(spec), []);
    const normal = shape.normalize(spec);
    const key = handleOf(bytes, { name: 'io.example.reader', version: '1.2.0' });
    assert.is(pluginPackage.key?.(normal, 'whatever'), key);
    assert.equal(told(shape.check({ ...spec, version: '1.3.0' })), [['PACKAGE_DIGEST', '/version']]);
    const [missing] = shape.check({ jar: 'jars/raeder.jar' });
    assert.equal([missing?.code, missing?.hint], ['PACKAGE_FILE', 'Did you mean reader.jar?']);
  });

  test('what is no JAR, has no manifest, or would unzip without end is told, and read no further', () => {
    const bomb = zip([['META-INF/MANIFEST.MF', Buffer.alloc(8 * 1024 * 1024)]]);
    const whole = jar({ name: 'io.example.reader', version: '1.2.0' });
    const bad: Readonly<Record<string, Uint8Array>> = {
      'text.jar': Buffer.from('no archive at all'),
      'empty.jar': new Uint8Array(),
      'cut.jar': whole.subarray(40),
      'other.jar': zip([['readme.txt', 'hello']]),
      'nameless.jar': zip([['META-INF/MANIFEST.MF', 'Bundle-Version: 1.0.0\r\n\r\n']]),
      'bomb.jar': bomb,
    };
    const shape = shapeOf(pluginPackage, { ...NOTHING, bytes: (path) => bad[path] });
    for (const path of Object.keys(bad)) {
      const [finding] = shape.check({ jar: path });
      assert.equal([finding?.code, finding?.pointer], ['CRESCO_JAR', '/jar'], path);
    }
    assert.match(shape.check({ jar: 'bomb.jar' })[0]?.detail ?? '', /larger than 4 MiB/);
  });

  test('a package without a JAR says what it is, and one from a URL by a digest that nobody can forge', () => {
    const shape = shapeOf(pluginPackage);
    const name = { name: 'io.example.reader', version: '1.2.0', md5: '0'.repeat(32) };
    assert.equal(told(shape.check({})), [['PACKAGE_SOURCE', '']]);
    assert.equal(told(shape.check(name)), []);
    assert.equal(told(shape.check({ ...name, url: 'https://example.org/reader.jar' })), [['PACKAGE_SOURCE', '/url']]);
    assert.equal(told(shape.check({ ...name, url: 'https://example.org/reader.jar', sha256: '0'.repeat(64) })), []);
  });

  test('every kind says by its schema that nothing of it changes in place', () => {
    for (const { kind, schema, update } of cresco.kinds) {
      assert.is(schema()['x-immutable'], true, kind);
      assert.is(update, undefined, kind);
    }
  });
});
