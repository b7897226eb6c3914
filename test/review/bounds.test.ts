import { Fault } from '../../src/core/diagnostic.ts';
import { assert, group } from '../kit/group.ts';
import { openLab } from '../reconcile/lab.ts';
import { box, resource } from '../reconcile/resources.ts';
import { manifest, target, workshop } from './workshop.ts';

group('nothing is kept from the person', (test) => {
  test('a lease that could not be let go of is told: the next run has to wait for it', async () => {
    const lab = openLab({
      openStore: (store) => ({
        ...store,
        async lease(options) {
          const lease = await store.lease(options);
          const release = () => Promise.reject(new Fault({ code: 'REMOTE_UNREACHABLE', summary: 'the remote is gone' }));
          return { ...lease, release };
        },
      }),
    });
    const outcome = await lab.run([box('a')]);
    assert.is(outcome.done, 1);
    assert.equal(
      lab.events('note').map(({ diagnostic }) => diagnostic.code),
      ['REMOTE_UNREACHABLE'],
    );
  });

  test('and what a peer says about a run is recorded without the secrets in it', async () => {
    const lab = openLab({
      kinds: (kind) =>
        kind.kind !== 'scripted/Job'
          ? kind
          : {
              ...kind,
              async make(session, work, call) {
                const done = await kind.make(session, work, call);
                return {
                  ...done,
                  run: { outcome: 'done', result: { said: `I ran ${String((work.want as { command: string }).command)}` } },
                };
              },
            },
    });
    await lab.run([{ ...resource('Job', 'brew', { command: lab.secret('a long secret') }), hasSecrets: true }]);
    const texts = lab.texts().join('\n');
    assert.ok(texts.includes('I ran (secret)'));
    assert.not(texts.includes('a long secret'));
  });
});

group('every question has an end', (test) => {
  test('also the one what a system would say to a plan', async () => {
    const shop = workshop({
      provider: (provider) => ({
        ...provider,
        kinds: provider.kinds.map((kind) =>
          kind.batch ? { ...kind, batch: { ...kind.batch, foresee: () => new Promise<never>(() => undefined) } } : kind,
        ),
      }),
    });
    shop.write('manifests/t.yaml', target('bench').replace('memory:bench" }', 'memory:bench", limits: { timeoutMs: 1000 } }'));
    shop.write('manifests/a.yaml', manifest('Batchy', 'a', { share: 1 }));
    const plan = await shop.plan();
    assert.equal(
      plan.problems.map(({ code, severity }) => [code, severity]),
      [['TIMEOUT', 'warning']],
    );
  });
});
