import { type Health, pipelineHealth } from '../../../../src/providers/cresco/kinds/health.ts';
import { assert, group } from '../../../kit/group.ts';

const up: Health = { running: true, readiness: { state: 'ready' } };
const dead: Health = { running: false, readiness: { state: 'failed', message: 'node sink is gone' } };
const nodes = (...health: readonly Health[]) => health.map((one, i) => ({ name: `n${i}`, health: one }));
const standing = (statusCode: number) => ({ statusCode, statusDescription: '' });

group('health of a pipeline', (test) => {
  test('is that of its nodes as they are, not what placing them once came to', () => {
    for (const code of [10, 50]) {
      assert.equal(pipelineHealth(standing(code), nodes(up, up)), up);
      assert.is(pipelineHealth(standing(code), nodes(up, dead)).running, false);
    }
  });

  test('cannot be good where its nodes were never placed', () => {
    for (const code of [1, 9, 40, 60, 90]) assert.is(pipelineHealth(standing(code), nodes(up)).running, false);
  });
});
