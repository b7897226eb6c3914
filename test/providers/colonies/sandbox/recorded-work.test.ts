import { assert, group } from '../../../kit/group.ts';
import { lab } from './lab.ts';
import { played, stepsOf } from './recorded.ts';

group('the server that was recorded at work, and its sandbox', (test) => {
  for (const name of ['work', 'plans', 'blueprints']) {
    test(`answer alike: ${name}`, () =>
      lab(
        async ({ box }) => {
          const steps = stepsOf(name);
          const answers: string[] = [];
          for await (const answer of played(box.address, steps)) answers.push(answer);
          for (const [n, { answer, ...step }] of steps.entries()) {
            assert.is(answers[n], answer, `step ${String(n + 1)}: ${JSON.stringify(step)}`);
          }
          assert.is(answers.length, steps.length);
        },
        { options: { serverKey: 'of the manifests' } },
      ));
  }
});
