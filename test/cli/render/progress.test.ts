import fc from 'fast-check';
import type { Event } from '../../../src/core/event.ts';
import { createBlock } from '../../../src/cli/render/block.ts';
import { eventLines } from '../../../src/cli/render/lines.ts';
import { style } from '../../../src/cli/render/style.ts';
import { assert, group } from '../../kit/group.ts';
import { golden } from '../../kit/golden.ts';
import { screen } from './screen.ts';
import { fault } from './plans.ts';
import { anyEvent } from './worlds.ts';

const pipeline = 'edge/cresco/Pipeline/telemetry';
const nightly = 'flows/prefect/Deployment/nightly';
const zone = 'brewery/confhoard/Config/fermentation';
const t = (second: number): string => `2026-11-22T02:31:${String(second).padStart(2, '0')}.000Z`;

const night: readonly Event[] = [
  { at: t(5), type: 'reading', target: 'edge', kind: 'cresco/Pipeline', scope: 'dp/pi-3' },
  { at: t(5), type: 'reading', target: 'flows', kind: 'prefect/Deployment', scope: '' },
  { at: t(6), type: 'read', target: 'edge', kind: 'cresco/Pipeline', scope: 'dp/pi-3', objects: 12, pages: 1 },
  { at: t(6), type: 'read', target: 'flows', kind: 'prefect/Deployment', scope: '', objects: 1, pages: 2 },
  { at: t(6), type: 'resolved', id: zone, intent: 'i-1', found: 'made' },
  { at: t(7), type: 'round', number: 1, steps: 7 },
  { at: t(7), type: 'begin', id: pipeline, verb: 'create', n: 0 },
  { at: t(7), type: 'wait', id: pipeline, message: '2 of 3 nodes up' },
  { at: t(8), type: 'begin', id: nightly, verb: 'update', n: 2 },
  { at: t(8), type: 'retry', id: nightly, attempt: 1, afterMs: 800, fault: fault('PEER_BUSY', '503 from the server') },
  { at: t(9), type: 'done', id: pipeline, verb: 'create', n: 0, ms: 1900, handle: 'resource-6b1f0a77-3a5e-4c1b-8f60-0f2f9d1d5f52' },
  { at: t(9), type: 'ready', id: pipeline },
  { at: t(9), type: 'begin', id: pipeline, verb: 'delete', n: 1, old: true },
  { at: t(9), type: 'done', id: pipeline, verb: 'delete', n: 1, ms: 200, old: true },
  {
    at: t(10),
    type: 'fail',
    id: nightly,
    verb: 'update',
    n: 2,
    ms: 2100,
    fault: fault('PEER_REFUSED', '409 parameters: field "command" must be a string', {
      at: { file: 'flows.yaml', line: 27, col: 3 },
      hint: 'Fix the manifest; nothing was changed there.',
    }),
  },
  {
    at: t(10),
    type: 'unready',
    id: 'edge/cresco/Pipeline/second',
    fault: fault('NOT_READY', 'node filler has status 50 (Plugin Lost)', { hint: 'Correct what it says, and apply again.' }),
  },
  {
    at: t(10),
    type: 'skip',
    id: 'edge/cresco/Pipeline/second',
    verb: 'delete',
    n: 6,
    because: 'it stays: the new one is not ready',
    old: true,
  },
  { at: t(10), type: 'skip', id: 'flows/prefect/Automation/alert', verb: 'create', n: 3, because: 'needs Deployment/nightly' },
  {
    at: t(11),
    type: 'fail',
    id: 'edge/cresco/Plugin/p',
    verb: 'create',
    n: 4,
    ms: 5000,
    fault: fault('PEER_GONE', 'the connection broke.'),
    unknown: true,
  },
  { at: t(11), type: 'begin', id: zone, verb: 'update', n: 5 },
  { at: t(12), type: 'done', id: zone, verb: 'update', n: 5, ms: 20, handle: 'zone' },
  { at: t(12), type: 'motion', id: zone, message: 'on its way, 17.5 °C now', next: '2026-11-22T03:31:00Z' },
  {
    at: t(12),
    type: 'note',
    diagnostic: fault('STATE_LATE', 'a checkpoint could not be written', { severity: 'warning', hint: 'It is tried again.' }),
  },
  { at: t(13), type: 'summary', done: 3, failed: 1, skipped: 1, unknown: 1, motion: 1, unready: 1, ms: 6400 },
];

const lines = (events: readonly Event[], width = 80, color = false): string =>
  events.map(eventLines({ style: style({ width, color }) })).join('');

group('render/lines', (test) => {
  test('a night in CI', () => golden(import.meta.url, 'events', lines(night)));
  test('narrow', () => golden(import.meta.url, 'events-40', lines(night, 40)));
  test('in colour', () => golden(import.meta.url, 'events-color', lines(night, 80, true)));
  test('nothing to do', () => {
    const none: Event = { at: t(1), type: 'summary', done: 0, failed: 0, skipped: 0, unknown: 0, motion: 0, unready: 0, ms: 12 };
    assert.is(lines([none]), 'Nothing was to be done in 0.0 s\n');
  });
  test('targets are named where two resources would be called the same', () => {
    const ids = ['a/iot/Shadow/x', 'b/iot/Shadow/x', 'a/iot/Shadow/y'];
    const line = eventLines({ style: style(), ids });
    const text = ids.map((id) => line({ at: t(1), type: 'ready', id })).join('');
    assert.match(text, /ready {2}a\/iot\/Shadow\/x\n.*ready {2}b\/iot\/Shadow\/x\n.*ready {2}iot\/Shadow\/y\n/);
  });
});

/** A block on a terminal of this size, with a clock that the test moves. */
function terminal({ columns = 80, rows = 24 } = {}) {
  const size = { columns, rows };
  const view = screen(size);
  let now = 0;
  let frames = 0;
  const block = createBlock({
    write: (text) => {
      frames += 1;
      view.write(text);
    },
    columns: () => size.columns,
    rows: () => size.rows,
    now: () => now,
    style: style({ width: columns }),
  });
  return { view, block, size, frames: () => frames, pass: (ms: number) => void (now += ms) };
}

group('render/block', (test) => {
  test('a night on a terminal: what stays, and the block at four moments', () => {
    const { block, view, pass } = terminal();
    const shots: string[] = [];
    for (const [i, event] of night.entries()) {
      pass(300);
      block.event(event);
      if ([1, 8, 11, 19].includes(i)) shots.push(view.text());
    }
    golden(import.meta.url, 'block', [...shots, view.text()].join('\n----\n'));
  });

  test('the end takes the block away and gives the cursor back', () => {
    const { block, view, pass } = terminal();
    block.event(night[1] as Event);
    pass(1000);
    block.tick();
    assert.ok(view.cursorHidden());
    assert.match(view.text(), /looking/);
    block.end();
    block.end();
    assert.is(view.text(), '');
    assert.not.ok(view.cursorHidden());
  });

  test('an interrupt says so above the block, and later text stays in order', () => {
    const { block, view, pass } = terminal();
    block.event({ at: t(1), type: 'begin', id: pipeline, verb: 'create', n: 0 });
    pass(100);
    block.say('Stopping: 1 step that runs may end; nothing new begins.');
    assert.match(view.text(), /^Stopping[^\n]*\n {2}cresco\/Pipeline\/telemetry {2}create {2}0\.1 s\n0 done/);
    block.event({ at: t(2), type: 'summary', done: 1, failed: 0, skipped: 2, unknown: 0, motion: 0, unready: 0, ms: 100 });
    assert.is(view.text(), 'Stopping: 1 step that runs may end; nothing new begins.\n1 done, 2 skipped in 0.1 s\n');
    assert.not.ok(view.cursorHidden());
  });

  test('many events between two frames are one write', () => {
    const { block, frames } = terminal();
    for (let n = 0; n < 1000; n += 1) block.event({ at: t(1), type: 'begin', id: `edge/iot/Shadow/${n}`, verb: 'create', n });
    assert.is(frames(), 1);
    for (let n = 0; n < 100; n += 1) block.tick();
    assert.is(frames(), 1);
  });

  test('the block is never taller than the terminal or wider than a line', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 40 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 30 }),
        (events, columns, rows) => {
          const { block, view, pass } = terminal({ columns, rows });
          for (const event of events) {
            if (event.type === 'summary') continue;
            pass(100);
            block.event(event);
            pass(100);
            block.tick();
            assert.ok(view.blockRows() <= Math.max(1, rows - 1), `${view.blockRows()} rows on a terminal of ${rows}`);
            assert.equal(view.unknown(), []);
          }
          block.end();
          assert.not.ok(view.cursorHidden());
          // What stays is exactly what the lines of a log would say, less the routine.
          const stays = events.filter((event) => ['fail', 'unready', 'skip', 'note', 'resolved'].includes(event.type));
          assert.is(view.written(), lines(stays, columns));
        },
      ),
      { numRuns: 150, includeErrorInReport: true },
    );
  });
});
