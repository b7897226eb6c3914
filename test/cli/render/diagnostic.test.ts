import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import { renderDiagnostic, renderDiagnostics } from '../../../src/cli/render/diagnostic.ts';
import { style } from '../../../src/cli/render/style.ts';
import { columns } from '../../../src/cli/render/width.ts';
import { assert, group } from '../../kit/group.ts';
import { golden } from '../../kit/golden.ts';

const edge = ['nodes:', '  list:', '', '', '', '', '', '    - name: source', '      plugin: sensor-reder'].join('\n');
const errors: readonly Diagnostic[] = [
  {
    code: 'REF_UNKNOWN',
    severity: 'error',
    summary: 'no PluginPackage is called "sensor-reder"',
    at: { file: 'manifests/edge.yaml', line: 9, col: 15, length: 12 },
    source: '      plugin: sensor-reder',
    hint: 'Did you mean sensor-reader (manifests/packages.yaml:4)?',
  },
  {
    code: 'YANG_MUST',
    severity: 'error',
    summary: 'lowpoint must be below setpoint',
    at: { file: 'manifests/zone.yaml', line: 13, col: 17, length: 4 },
    source: '      lowpoint: 19.0',
    label: 'setpoint is 18.5 (line 12)',
    resource: 'brewery/confhoard/Config/fermentation',
    detail: 'The rule: yang/brewhouse.yang:88, must "lowpoint < setpoint".',
  },
  {
    code: 'YAML_SYNTAX',
    severity: 'warning',
    summary: 'a line is longer than anybody reads',
    at: { file: 'manifests/edge.yaml', line: 140, col: 260, length: 6 },
    source: `spec: {${Array.from({ length: 40 }, (_, i) => `key${i}: value${i}`).join(', ')}}`,
    label: 'here',
  },
  {
    code: 'YAML_TAB',
    severity: 'error',
    summary: 'a tab stands where blanks should',
    at: { file: 'b.yaml', line: 2, col: 3, length: 1 },
    source: '\t\t\u001b[31mred: 温度',
    label: 'a label that says a great deal more than fits beside the caret, and goes on below the line instead of running off the screen',
  },
  {
    code: 'STATE_DAMAGED',
    severity: 'error',
    summary: 'state line 7 cannot be read',
    detail: 'First paragraph.\nSecond one.',
    resource: 'a/b/C/d',
    pointer: '/spec/x/0',
  },
];

group('render/diagnostic', (test) => {
  const sources = (file: string): string | undefined => (file === 'manifests/edge.yaml' ? edge : undefined);
  const consequence = 'nothing was read from or written to any target';
  test('errors and warnings', () =>
    golden(import.meta.url, 'diagnostics', renderDiagnostics(errors, { style: style(), sources, consequence })));
  test('narrow', () =>
    golden(import.meta.url, 'diagnostics-40', renderDiagnostics(errors, { style: style({ width: 40 }), sources, consequence })));
  test('in colour', () =>
    golden(import.meta.url, 'diagnostics-color', renderDiagnostics(errors.slice(0, 2), { style: style({ color: true }), sources })));

  test('none is no text', () => assert.is(renderDiagnostics([], { style: style() }), ''));

  test('the caret stands under what it means, whatever stands before it', () => {
    for (const before of ['', 'plain ', '\t', '温度: ', 'é\u0301 ', '\u001b[1m', '👩‍👩‍👧 ', 'x'.repeat(500), '温'.repeat(200)]) {
      for (const after of ['', ' and more', 'y'.repeat(500)]) {
        const source = `${before}WRONG${after}`;
        const at = { file: 'a.yaml', line: 1, col: before.length + 1, length: 5 };
        const lines = renderDiagnostic({ code: 'X', severity: 'error', summary: 's', at, source }, { style: style() });
        const shown = lines[2] ?? '';
        const caret = lines[3] ?? '';
        assert.is(columns(shown.slice(0, shown.indexOf('WRONG'))), caret.indexOf('^'), JSON.stringify(source));
        assert.match(caret, /^ +\| +\^{5}$/);
        assert.ok(columns(shown) <= 80);
      }
    }
  });

  test('a caret behind the end of its line is still drawn', () => {
    const at = { file: 'a.yaml', line: 1, col: 99 };
    assert.match(renderDiagnostic({ code: 'X', severity: 'error', summary: 's', at, source: 'abc' }, { style: style() })[3] ?? '', /\^$/);
  });
});
