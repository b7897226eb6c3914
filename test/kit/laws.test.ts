import { assert, group } from './group.ts';
import { kindLaws, lawsOf } from './laws.ts';
import { broken } from './laws-broken.ts';
import { engineLaws } from './laws-engine.ts';
import type { ScriptedLaws } from './scripted-laws.ts';
import { scriptedLaws } from './scripted-laws.ts';

for (const options of scriptedLaws) kindLaws(options);

group('laws can fail', (test) => {
  for (const { law, kind, how, break: breaking } of broken) {
    test(`${kind} ${how}: caught by "${law}"`, async () => {
      const options = scriptedLaws.find(({ name }) => name === kind) as ScriptedLaws;
      const right = options.kind;
      const found = lawsOf({ ...options, kind: { ...right, ...breaking(right) } }).find(({ name }) => name === law);
      if (found === undefined) throw new Error(`${kind} has no such law`);
      const error: unknown = await found.run().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof Error, 'the law did not notice');
      assert.ok(!(error instanceof TypeError || error instanceof ReferenceError), `the law is broken itself: ${error.message}`);
    });
  }

  test('every law has a kind that breaks it', () => {
    const all = new Set(
      scriptedLaws.flatMap((options) => lawsOf(options).flatMap(({ name, skipped }) => (skipped === undefined ? [name] : []))),
    );
    for (const { law } of broken) all.delete(law);
    // Those that need the engine are broken in laws-engine.test.ts.
    for (const { name } of engineLaws) all.delete(name);
    // The identity of a system is the provider's, not a kind's: it is broken below.
    all.delete('the same system is the same system');
    assert.equal([...all], []);
  });

  test('a provider that takes one system for another: caught by "the same system is the same system"', async () => {
    const options = scriptedLaws[0] as ScriptedLaws;
    let count = 0;
    const provider = { ...options.provider, identify: async () => `${(count += 1)}` };
    const law = lawsOf({ ...options, provider }).find(({ name }) => name === 'the same system is the same system');
    const noticed = await (law?.run() ?? Promise.resolve()).then(
      () => false,
      () => true,
    );
    assert.ok(noticed);
  });

  test('a law that the bench cannot try is skipped with its reason, and one that is not declared is left out', () => {
    const [law] = lawsOf({ ...(scriptedLaws[0] as ScriptedLaws), can: {} }).filter(({ name }) => name === 'abort is obeyed at once');
    assert.is(law?.skipped, 'the bench has no can.stall');
    const names = lawsOf(scriptedLaws[0] as ScriptedLaws).map(({ name }) => name);
    assert.ok(!names.includes('what cannot be removed is refused, and left in place'));
  });
});
