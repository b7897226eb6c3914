import type { Fields } from '../../../src/core/value.ts';
import { fieldAt } from '../../../src/cli/render/field.ts';
import { renderExplain } from '../../../src/cli/render/explain.ts';
import { graphDot, graphMermaid, graphText, type Graph } from '../../../src/cli/render/graph.ts';
import { renderHistory, type HistoryEntry } from '../../../src/cli/render/history.ts';
import { renderPlanMarkdown } from '../../../src/cli/render/markdown.ts';
import type { Status, TargetStatus } from '../../../src/app/status.ts';
import { renderStatus } from '../../../src/cli/render/status.ts';
import { style } from '../../../src/cli/render/style.ts';
import { table } from '../../../src/cli/render/table.ts';
import { renderWhy } from '../../../src/cli/render/why.ts';
import { assert, group } from '../../kit/group.ts';
import { golden } from '../../kit/golden.ts';
import { change, edited, everyday, fault, large, plan, zoo } from './plans.ts';

const both = (name: string, draw: (width: number) => string): void => {
  golden(import.meta.url, name, draw(80));
  golden(import.meta.url, `${name}-40`, draw(40));
};

group('render/table', (test) => {
  const columns = ['check', 'result', 'what it means'];
  const rows = [
    ['node', '20.19.0', ''],
    ['git', '2.47', 'history, leases and rollback work; this sentence goes on until it has to be wrapped under itself'],
    ['温度', 'ok', 'wide characters keep the columns'],
  ];
  test('aligned, wrapped, and one paragraph a row where it is narrow', () =>
    both('table', (width) => table({ columns, rows, style: style({ width }) })));
  test('no rows leave the heading, no columns leave nothing', () => {
    assert.is(table({ columns: ['a', 'b'], rows: [], style: style() }), 'a  b\n');
    assert.is(table({ columns: [], rows: [['x']], style: style() }), '');
  });
});

const target = (parts: Partial<TargetStatus> & Pick<TargetStatus, 'name'>): TargetStatus => ({
  provider: 'confhoard',
  total: 10,
  inStep: 10,
  changes: 0,
  motion: 0,
  unobserved: 0,
  open: 0,
  ...parts,
});

group('render/status', (test) => {
  const status: Status = {
    environment: 'production',
    sandbox: false,
    at: '2026-11-22T02:31:00Z',
    commit: '9d2e14f0',
    lastRun: { run: '81', at: '2026-11-22T01:02:00Z', outcome: '3 done, 1 failed' },
    targets: [
      target({ name: 'brewery' }),
      target({ name: 'edge', provider: 'cresco', total: 12, inStep: 0, unobserved: 12, fault: fault('PEER_DOWN', 'connection refused') }),
      target({
        name: 'flows',
        provider: 'prefect',
        inStep: 8,
        changes: 2,
        open: 1,
        lease: { holder: 'alice@bench-2 4711', expiresAt: '2026-11-22T02:41:00Z' },
      }),
      target({ name: 'cellar', inStep: 9, motion: 1 }),
    ],
  };
  test('a bad night', () => both('status', (width) => renderStatus(status, style({ width }))));
  test('all is well', () => {
    const text = renderStatus(
      { environment: '', sandbox: true, at: '2026-11-22T02:31:00Z', targets: [target({ name: 'brewery' })] },
      style(),
    );
    assert.match(text, /^sandbox: 10 of 10 in step\n/);
  });
});

group('render/history', (test) => {
  const diary: readonly HistoryEntry[] = [
    {
      at: '2026-11-22T02:31:00Z',
      path: '/setpoint',
      before: '17.0',
      after: '18.5',
      units: '°C',
      commit: { id: '9d2e14f', subject: 'warmer for diacetyl rest' },
      run: '81',
    },
    {
      at: '2026-11-22T02:14:00Z',
      path: '/setpoint',
      before: '18.8',
      after: '21.0',
      units: '°C',
      author: { via: 'console', who: 'bob' },
      heldMs: 8 * 3_600_000,
    },
    { at: '2026-11-20T18:02:00Z', what: 'created', commit: { id: '41aa09c', subject: 'first batch' }, run: '79' },
  ];
  test('one leaf', () => both('history', (width) => renderHistory(diary, style({ width }))));
  test('several leaves, and a secret among them', () => {
    const more: readonly HistoryEntry[] = [
      ...diary,
      { at: '2026-11-19T00:00:00Z', path: '/password', before: 'hunter2', after: 'hunter3', sensitive: true, author: {} },
    ];
    const text = renderHistory(more, style());
    golden(import.meta.url, 'history-leaves', text);
    assert.not.match(text, /hunter/);
  });
  test('nothing', () => assert.is(renderHistory([], style()), 'Nothing is recorded of it.\n'));
});

group('render/why', (test) => {
  const zone = everyday.changes[0];
  test('the whole story of one resource', () =>
    both('why', (width) =>
      renderWhy(
        {
          id: 'brewery/confhoard/Config/fermentation',
          desired: {
            origin: { file: 'manifests/zone.yaml', line: 3, document: 0 },
            commit: { id: '9d2e14f0', subject: 'warmer for diacetyl rest' },
          },
          recorded: { handle: 'fermentation', by: { run: '79', at: '2026-11-20T18:02:00Z', commit: '41aa09c1' } },
          observed: {
            seen: 'live',
            at: '2026-11-22T10:19:58Z',
            call: 'get /brewhouse:brewhouse',
            handle: 'fermentation',
            readiness: { state: 'ready' },
          },
          rule: 'Live differs from the manifest in what is ours.',
          ...(zone === undefined ? {} : { change: zone }),
        },
        { plan: everyday, style: style({ width }) },
      ),
    ));
  test('a stranger to everybody', () => {
    const text = renderWhy(
      {
        id: 'a/b/C/d',
        observed: { seen: 'unknown', reason: 'connection refused' },
        rule: 'Nobody could tell how it is: nothing is planned.',
      },
      { plan: plan(), style: style() },
    );
    assert.is(
      text,
      'b/C/d\n  desired   in no manifest\n  recorded  nothing: no apply of ours wrote it\n  observed  not known: connection refused\n  decided   Nobody could tell how it is: nothing is planned.\n',
    );
  });
});

const schema: Fields = {
  type: 'object',
  description: 'A data flow on the agents of a fabric.',
  required: ['nodes'],
  properties: {
    name: { type: 'string', description: 'Name on the server. Default: the name of the manifest.', 'x-immutable': true },
    nodes: {
      type: 'array',
      description: 'What runs where.',
      'x-key': ['name'],
      'x-immutable': true,
      items: { $ref: '#/$defs/node' },
    },
    rate: {
      type: 'number',
      description: 'Samples a second.',
      default: 10,
      minimum: 0,
      maximum: 1000,
      'x-units': 'Hz',
      'x-unset': 'default',
      examples: [20],
    },
    token: { type: 'string', description: 'How it logs in.', 'x-sensitive': true, 'x-blind': true },
    mode: { enum: ['fast', 'safe'], description: 'How it starts.' },
    params: {
      description: 'What the plugin is given.',
      type: 'object',
      additionalProperties: { type: 'string' },
      'x-yang': true,
      'x-unset': { value: {} },
    },
  },
  $defs: {
    node: {
      type: 'object',
      description: 'One plugin of the flow.',
      required: ['plugin'],
      properties: {
        name: { type: 'string', description: 'Name in the flow.' },
        plugin: {
          type: 'string',
          description: 'The package it is started from.',
          'x-ref': { kind: 'cresco/PluginPackage', wait: 'ready', onReplace: 'recreate' },
          examples: ['sensor-reader'],
        },
        inner: { $ref: '#/$defs/node' },
      },
    },
  },
};
const explain = (path: string, width = 80): string => {
  const found = fieldAt(schema, path === '' ? [] : path.split('.'));
  return 'field' in found
    ? renderExplain({ kind: 'cresco/Pipeline', root: schema, field: found.field, style: style({ width }) })
    : `unknown ${found.unknown} among ${found.known.join(', ')}`;
};

group('render/explain', (test) => {
  test('every field', () =>
    golden(
      import.meta.url,
      'explain',
      ['', 'nodes', 'nodes.plugin', 'rate', 'token', 'mode', 'params', 'params.any', 'name'].map((path) => explain(path)).join('----\n'),
    ));
  test('narrow', () => golden(import.meta.url, 'explain-40', explain('nodes.plugin', 40)));
  test('a path that leads nowhere names where it ends', () => {
    assert.is(explain('nodes.plugins'), 'unknown plugins among name, plugin, inner');
    assert.is(explain('mode.x'), 'unknown x among ');
  });
  test('a schema that contains itself ends', () =>
    assert.match(explain('nodes.inner.inner.plugin'), /^cresco\/Pipeline\.nodes\.inner\.inner\.plugin\n/));
});

group('render/graph', (test) => {
  const graph: Graph = {
    ids: [
      'edge/cresco/Pipeline/telemetry',
      'edge/cresco/Pipeline/spare',
      'edge/cresco/PluginPackage/reader',
      'edge/cresco/PluginPackage/writer',
      'edge/cresco/Plugin/alone',
    ],
    edges: [
      { from: 'edge/cresco/Pipeline/telemetry', to: 'edge/cresco/PluginPackage/reader' },
      { from: 'edge/cresco/Pipeline/telemetry', to: 'edge/cresco/PluginPackage/writer' },
      { from: 'edge/cresco/Pipeline/spare', to: 'edge/cresco/PluginPackage/writer' },
      { from: 'edge/cresco/CepQuery/hot "q"', to: 'edge/cresco/Pipeline/telemetry' },
    ],
  };
  test('as text', () => golden(import.meta.url, 'graph', graphText(graph)));
  test('as dot', () => golden(import.meta.url, 'graph-dot', graphDot(graph)));
  test('as mermaid', () => golden(import.meta.url, 'graph-mermaid', graphMermaid(graph)));
  test('a cycle ends', () => {
    const text = graphText({
      ids: [],
      edges: [
        { from: 't/a/B/x', to: 't/a/B/y' },
        { from: 't/a/B/y', to: 't/a/B/x' },
      ],
    });
    assert.is(text, 'a/B/x\n  a/B/y\n    a/B/x  (see above)\n');
  });
  test('a chain of 20,000 is no taller than itself and not much wider', () => {
    const id = (i: number): string => `t/a/B/${String(i).padStart(5, '0')}`;
    const text = graphText({ ids: [], edges: Array.from({ length: 20_000 }, (_, i) => ({ from: id(i + 1), to: id(i) })) });
    const lines = text.trimEnd().split('\n');
    assert.is(lines.length, 20_001);
    assert.ok(lines.every((line) => line.length < 80));
  });
  test('nothing', () => assert.is(graphText({ ids: [], edges: [] }), 'No resources.\n'));
});

group('render/markdown', (test) => {
  const comment = (what: typeof everyday, limit?: number): string =>
    renderPlanMarkdown(what, {
      elapsedMs: 214,
      pages: 3,
      apply: 'setpoint apply .setpoint/plans/4f3a9c',
      undo: { command: 'setpoint rollback', cannot: ['the hours at 21 °C'] },
      ...(limit === undefined ? {} : { limit }),
    });
  test('the everyday plan', () => golden(import.meta.url, 'markdown', comment(everyday)));
  test('every action and reason', () => golden(import.meta.url, 'markdown-zoo', comment(zoo)));
  test('large values', () => golden(import.meta.url, 'markdown-large', comment(large)));
  test('in step', () =>
    assert.is(comment(plan({ total: 4, inStep: 4 })), '### Setpoint plan: in step\n\n4 resources on 0 targets, 0.2 s.\n'));
  test('a hostile value stays in its fence', () => {
    const value = '```\n</details>\n@everyone ![x](http://x) | `````';
    const text = comment(
      plan({ changes: [change({ id: 'a/b/C/d', action: 'update', differences: [edited('/text', 'a\nb', value)] })], total: 1 }),
    );
    assert.match(text, /\n``````diff\n/);
    golden(import.meta.url, 'markdown-hostile', text);
  });
  test('what does not fit is left out and counted', () => {
    const changes = Array.from({ length: 500 }, (_, i) =>
      change({ id: `a/b/C/d${i}`, action: 'update', differences: [edited('/x', 'before '.repeat(9), 'after '.repeat(9))] }),
    );
    const text = comment(plan({ changes, total: 500 }), 8_000);
    assert.ok(Buffer.byteLength(text) <= 8_000);
    const shown = text.split('<details').length - 1;
    assert.ok(shown > 10);
    assert.match(text, new RegExp(`\\*\\*${500 - shown} more changes left out`));
  });
});
