import type { Plan } from '../../../src/core/plan.ts';
import { renderPlan, type PlanOptions } from '../../../src/cli/render/plan.ts';
import { renderPlanMarkdown } from '../../../src/cli/render/markdown.ts';
import { style } from '../../../src/cli/render/style.ts';
import { assert, group } from '../../kit/group.ts';
import { golden } from '../../kit/golden.ts';
import { change, everyday, fault, large, leafLines, plan, zoo } from './plans.ts';

const draw = (what: Plan, options: Partial<PlanOptions> = {}): string =>
  renderPlan(what, { style: style(), elapsedMs: 214, pages: 3, apply: 'setpoint apply .setpoint/plans/4f3a9c', ...options });

const locate: NonNullable<PlanOptions['locate']> = (id, path) => {
  const line = leafLines[path];
  const file = everyday.changes.find((change) => change.id === id)?.origin?.file;
  return line === undefined || file === undefined ? undefined : { file, line, col: 1 };
};
const undo = { command: 'setpoint rollback', cannot: ['the hours at 21 °C'] };

group('render/plan goldens', (test) => {
  test('the everyday plan, as in the handbook', () => golden(import.meta.url, 'plan-everyday', draw(everyday, { locate, undo })));
  test('the same on a narrow terminal', () =>
    golden(import.meta.url, 'plan-everyday-40', draw(everyday, { locate, undo, style: style({ width: 40 }) })));
  test('the same in colour', () =>
    golden(import.meta.url, 'plan-everyday-color', draw(everyday, { locate, undo, style: style({ color: true }) })));
  test('every action and reason', () => golden(import.meta.url, 'plan-zoo', draw(zoo)));
  test('every action and reason, narrow', () => golden(import.meta.url, 'plan-zoo-40', draw(zoo, { style: style({ width: 40 }) })));
  test('large values', () => golden(import.meta.url, 'plan-large', draw(large)));
  test('large values, narrow', () => golden(import.meta.url, 'plan-large-40', draw(large, { style: style({ width: 40 }) })));
});

group('render/plan', (test) => {
  test('nothing to do is one line', () => {
    const targets = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { provider: 'confhoard', version: '1' }]));
    assert.is(draw(plan({ targets, inStep: 45, total: 45 })), 'In step: 45 resources on 5 targets (0.2 s).\n');
  });

  test('what an apply would refuse is neither offered nor taken back', () => {
    const [step] = everyday.steps;
    const wrong = { ...fault('COLONIES_KEY_MISSING', 'the target has no key of a member'), resource: step!.id };
    for (const draws of [
      draw,
      (what: Plan, more: Partial<PlanOptions>) =>
        renderPlanMarkdown(what, { elapsedMs: 214, pages: 3, apply: 'setpoint apply X', ...more }),
    ]) {
      const said = draws({ ...everyday, problems: [wrong] }, { undo });
      assert.not.match(said, /Undo|Apply exactly/);
      assert.match(said, /Nothing of this can be applied before the errors above are corrected\.\n$/);
      // What is wrong with something that no step writes is in nobody's way.
      assert.match(draws({ ...everyday, problems: [{ ...wrong, resource: 'somewhere/else/Else/e' }] }, { undo }), /Undo/);
    }
  });

  test('what is said of the whole plan is not said again of each change', () => {
    const blocked = { ...fault('DELETION_BUDGET', '11 of 12 would be deleted at once'), detail: 'Nothing is deleted.', hint: 'Raise it.' };
    const changes = Array.from({ length: 11 }, (_, i) => ({ ...zoo.changes[16]!, id: `edge/cresco/Plugin/p${i}`, blocked }));
    const times = (text: string, part: string): number => text.split(part).length - 1;
    const both = draw(plan({ changes, problems: [blocked] }));
    assert.equal([times(both, 'blocked: 11 of 12'), times(both, 'Nothing is deleted.'), times(both, 'Raise it.')], [11, 1, 1]);
    assert.is(times(draw(plan({ changes })), 'Raise it.'), 11, 'where it does not stand above, each says it');
  });

  test('a target that does not answer comes first, with what it means', () => {
    const targets = { edge: { provider: 'cresco', version: '1', fault: fault('PEER_DOWN', 'connection refused, 3 tries') } };
    const changes = Array.from({ length: 12 }, (_, i) => ({ ...zoo.changes[16]!, id: `edge/cresco/Plugin/p${i}` }));
    const [first, second] = draw(plan({ targets, changes, inStep: 33, total: 45 })).split('\n\n');
    assert.is(
      first!.replaceAll(/\s+/g, ' '),
      '? edge cannot be read (connection refused, 3 tries): its 12 resources are not judged. The rest:',
    );
    assert.match(second!, /^nothing to do now · 12 are not judged · 33 in step/);
  });

  test('a run that was edited while it is under way waits, and the plan says for what', () => {
    const run = change({
      id: 'edge/colonies/Workflow/opening',
      action: 'none',
      reason: 'in-motion',
      differences: [{ path: '/minutes', before: 5, after: 6, cause: 'edited' }],
    });
    assert.is(
      (draw(plan({ changes: [run], total: 1 })).split('\n\n')[1] ?? '').trimEnd(),
      `» colonies/Workflow/opening
    in motion as it was: what is edited is another run, which waits for its end
    minutes  5 → 6  edited`,
    );
  });

  test('what is wrong with a live object stands once below what differs', () => {
    const dead = change({
      id: 'edge/cresco/Plugin/panel',
      action: 'replace',
      reason: 'immutable',
      differences: [{ path: '/running', before: false, after: true, was: true, cause: 'drifted', forcesReplace: true }],
      failing: 'the plugin has status 50 (Plugin Lost)',
    });
    const told = (one: typeof dead): string => (draw(plan({ changes: [one], total: 1 })).split('\n\n')[1] ?? '').trimEnd();
    assert.is(
      told(dead),
      `± cresco/Plugin/panel
    running  false → true  drifted  was true
    failed: the plugin has status 50 (Plugin Lost)
    cannot change in place: it is deleted and made again`,
    );
    const remarks = [{ class: 'ineffective', message: `it does nothing: ${dead.failing ?? ''}` }] as const;
    assert.is(told({ ...dead, remarks }).split('status 50').length, 2);
  });

  test('no secret is printed, whatever its difference holds', () => {
    const text = draw(zoo) + draw(everyday);
    assert.not.match(text, /hunter/);
    assert.match(text, /\(secret, changed\)/);
  });
});
