import fc from 'fast-check';
import { eventLines } from '../../../src/cli/render/lines.ts';
import { renderDiagnostics } from '../../../src/cli/render/diagnostic.ts';
import { renderPlan } from '../../../src/cli/render/plan.ts';
import { renderPlanMarkdown } from '../../../src/cli/render/markdown.ts';
import { jsonLine, ndjson, planJson } from '../../../src/cli/render/json.ts';
import { style } from '../../../src/cli/render/style.ts';
import { table } from '../../../src/cli/render/table.ts';
import { columns } from '../../../src/cli/render/width.ts';
import { assert, group } from '../../kit/group.ts';
import { anyEvent, anyPlan, diagnostic, rawControls, text } from './worlds.ts';

const widths = fc.constantFrom(20, 40, 80, 120);
const locate = (_: string, pointer: string): { file: string; line: number; col: number } | undefined =>
  pointer === '' ? undefined : { file: `manifests/${pointer}.yaml`, line: 3, col: 1 };

/** Every printer of the room that takes data of others, at a width and in or out of colour. */
const printers = fc.oneof(
  anyPlan.map(
    (plan) => (width: number, color: boolean) =>
      renderPlan(plan, {
        style: style({ width, color }),
        elapsedMs: 5,
        pages: 2,
        locate,
        apply: 'setpoint apply .setpoint/plans/4f',
        undo: { cannot: [plan.digest] },
      }),
  ),
  fc
    .array(diagnostic, { maxLength: 3 })
    .map((all) => (width: number, color: boolean) => renderDiagnostics(all, { style: style({ width, color }) })),
  fc
    .array(anyEvent, { maxLength: 6 })
    .map((events) => (width: number, color: boolean) => events.map(eventLines({ style: style({ width, color }) })).join('')),
  fc.tuple(fc.subarray(['target', 'run', 'what it does']), fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 4 })).map(
    ([heads, rows]) =>
      (width: number, color: boolean) =>
        table({ columns: heads, rows, style: style({ width, color }), role: () => 'warn' }),
  ),
);

group('render laws', (test) => {
  test('nothing that is printed can command a terminal', () => {
    fc.assert(
      fc.property(printers, widths, fc.boolean(), (print, width, color) => {
        assert.equal(rawControls(print(width, color), color), []);
      }),
      { numRuns: 200 },
    );
  });

  test('colour adds colour and nothing else', () => {
    fc.assert(
      fc.property(printers, widths, (print, width) => {
        assert.is(print(width, true).replaceAll(/\u001b\[\d+m/g, ''), print(width, false));
      }),
      { numRuns: 150 },
    );
  });

  test('a line is wider than the terminal only for a word that is', () => {
    fc.assert(
      fc.property(printers, widths, (print, width) => {
        for (const line of print(width, false).split('\n')) {
          if (columns(line) <= width) continue;
          // A long id or path may stand behind its indent, its sign, or the fixed columns of an event line.
          const widest = Math.max(...line.trim().split(' ').map(columns));
          assert.ok(widest + 34 >= columns(line.trimEnd()) && widest > width - 34, `${width}: ${line}`);
        }
      }),
      { numRuns: 250, includeErrorInReport: true },
    );
  });

  test('no line ends in a blank', () => {
    fc.assert(
      fc.property(printers, widths, (print, width) => {
        for (const line of print(width, false).split('\n')) assert.is(line, line.trimEnd());
      }),
      { numRuns: 100 },
    );
  });

  test('a plan is printed the same twice, and its JSON is one line that says all of it', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const json = planJson(plan);
        assert.equal(rawControls(json), []);
        assert.is(json.indexOf('\n'), json.length - 1);
        assert.is(json, planJson(JSON.parse(json)));
      }),
      { numRuns: 100 },
    );
  });

  test('JSON lines hold no control characters', () => {
    fc.assert(
      fc.property(anyEvent, fc.array(diagnostic, { maxLength: 2 }), (event, all) => {
        assert.equal(rawControls(ndjson(event)), []);
        assert.equal(rawControls(jsonLine({ diagnostics: all })), []);
      }),
    );
  });

  test('a comment keeps to its limit and lets nothing out of its fences', () => {
    fc.assert(
      fc.property(anyPlan, fc.constantFrom(600, 4_000, 65_536), (plan, limit) => {
        const comment = renderPlanMarkdown(plan, { elapsedMs: 5, pages: 2, limit, apply: 'setpoint apply .setpoint/plans/4f' });
        assert.ok(Buffer.byteLength(comment) <= limit, `${Buffer.byteLength(comment)} bytes`);
        assert.equal(rawControls(comment), []);
        const outside = comment.replaceAll(/^(`{3,})diff\n[^]*?\n\1$/gm, '').replaceAll(/<code>[^<]*<\/code>/g, '');
        assert.not.match(outside, /@|\||<script|`{3}/);
        assert.is(outside.split('<details').length, outside.split('</details>').length);
      }),
      { numRuns: 120 },
    );
  });
});
