import { isSecret } from '../../src/core/mark.ts';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { Known } from '../../src/providers/contract.ts';
import { assert, group } from '../kit/group.ts';
import type { ScriptedKind } from '../kit/scripted-provider.ts';
import type { Lab } from './lab.ts';
import { openLab, TARGET } from './lab.ts';
import { box, child } from './resources.ts';

const UNKNOWABLE: Diagnostic = {
  code: 'NOT_OURS',
  severity: 'error',
  summary: 'a box of that name is there, and whose it is cannot be told',
};

/** Boxes are known by what they show of their token, as an executor is by the id of its key: who has no id is not the one. */
const knownByToken = (): Lab =>
  openLab({
    kinds: (kind): ScriptedKind =>
      kind.kind !== 'scripted/Box'
        ? kind
        : {
            ...kind,
            publicOf: (secret) => `id of ${secret}`,
            async *observe(read, ask, call) {
              for await (const page of kind.observe(read, ask, call)) {
                yield page.map((one) => {
                  if (one.seen !== 'live') return one;
                  const asked = ask.known.find(({ id }) => id === one.id);
                  return asked === undefined || shows(asked) ? one : { seen: 'unknown', id: asked.id, fault: UNKNOWABLE };
                });
              }
            },
          },
  });

function shows({ want, applied }: Known): boolean {
  const token = (want ?? applied)?.['token'];
  return isSecret(token) && token.public !== undefined;
}

group('a secret that the apply itself generates', (test) => {
  test('is what is asked about afterwards: what waits for it to be ready goes on in the same run', async () => {
    const lab = knownByToken();
    const a = box('a', { token: lab.generated('keys/a') });
    const rest = child('b', a, { friend: a.id });
    const { done, unready, skipped } = await lab.run([a, rest], { wait: true });
    assert.equal({ done, unready, skipped }, { done: 2, unready: 0, skipped: 0 });
    assert.equal((await lab.plan([a, rest])).plan.steps, []);
  });

  test('is in the intent: when the reply is lost, looking knows again what was made with it', async () => {
    const lab = knownByToken();
    const a = box('a', { token: lab.generated('keys/a') });
    lab.system().trouble({ op: 'create', when: 'after' });
    const { done, unknown } = await lab.run([a]);
    assert.equal({ done, unknown }, { done: 1, unknown: 0 });
    assert.equal((await lab.plan([a])).plan.steps, []);
  });

  test('is in the intent that a later run finds open, too', async () => {
    const lab = knownByToken();
    const a = box('a', { token: lab.generated('keys/a') });
    const surveyed = await lab.plan([a]);
    lab.system().trouble({ op: 'create', when: 'after' });
    lab.system().trouble({ op: 'read', when: 'before', nth: 2, times: 4 });
    assert.is((await lab.apply(surveyed)).unknown, 1);
    // The manifest is gone by then: the journal alone tells what it was.
    lab.reopen();
    const next = await lab.plan([]);
    assert.equal(
      next.plan.steps.map(({ verb }) => verb),
      ['delete'],
    );
    assert.is((await lab.apply(next)).done, 1);
    assert.equal((await lab.store.load(TARGET)).open, []);
  });
});
