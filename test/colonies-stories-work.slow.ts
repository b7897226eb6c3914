import { executor, flowing, keyFile, kitchens, type Kitchens } from './colonies-stories.ts';
import { assert, group } from './kit/group.ts';

const COOKER = { 'manifests/cooker.yaml': executor('cooker', '  functions: [{ name: boil }]\n') };

const ovens = (kelvin = false): string => `apiVersion: colonies/v1
kind: BlueprintDefinition
metadata: { name: ovens }
spec:
  kind: Oven
  handler: { executorType: oven-keeper, functionName: reconcile }
  schema:
    type: object
    properties: { celsius: { type: number }${kelvin ? ', kelvin: { type: number }' : ''} }
---
apiVersion: colonies/v1
kind: Blueprint
metadata: { name: oven-1 }
spec:
  definition: ovens
  spec: { celsius: 180 }
`;

const soup = `apiVersion: colonies/v1
kind: Cron
metadata: { name: soup }
spec:
  cronexpression: 0 0 6 * * *
  functionspecs:
    - { nodename: boil, funcname: boil, conditions: { executortype: cooker } }
---
apiVersion: colonies/v1
kind: Generator
metadata: { name: trays }
spec:
  trigger: 4
  functionspecs:
    - { nodename: boil, funcname: boil, conditions: { executortype: cooker } }
`;

const opening = (minutes: number): string => `apiVersion: colonies/v1
kind: Workflow
metadata: { name: opening }
spec:
  functionspecs:
    - { nodename: light, funcname: light, conditions: { executortype: cooker } }
    - { nodename: boil, funcname: boil, kwargs: { minutes: ${minutes} }, conditions: { executortype: cooker, dependencies: [light] } }
`;

/** The lines of an apply that tell what was done, in their order: `done colonies/Cron/soup delete old`. */
const doneIn = (text: string): readonly string[] =>
  [...text.matchAll(/ done +colonies\/(\S+) +(delete old|create|update|delete|forget)/g)].map(([, id, verb]) => `${verb} ${id}`);

/** Resolves when so many workflows were submitted. */
async function submitted({ counts }: Kitchens, times: number): Promise<void> {
  while (((await counts()).types['submitworkflowspecmsg'] ?? 0) < times) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Does the work that waits, as the cooker does. */
async function cook({ hand, read }: Kitchens, functions: readonly string[]): Promise<void> {
  const key = read(keyFile('cooker')).trim();
  for (const funcname of functions) {
    const { processid, spec } = await hand.call('assignprocessmsg', { colonyname: 'cooking', timeout: -1 }, { key });
    assert.is(spec.funcname, funcname);
    await hand.call('closesuccessfulmsg', { processid, out: [`${funcname} is done`] }, { key });
  }
}

group('a server on bad days', (test) => {
  test('that is restarted in the middle of an apply: nothing is made twice, and the next apply does the rest', () =>
    kitchens({ ...COOKER, 'manifests/work.yaml': soup }, async ({ ends, control, counts, binary }) => {
      await control('stall', { type: 'addcronmsg' });
      await control('lose-reply', { type: 'addgeneratormsg' });
      const apply = binary('apply --yes');
      while (((await counts()).types['addcronmsg'] ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await control('restart');
      const { code, out } = await apply;
      assert.is(code, 1, out);
      assert.match(flowing(out), /FAIL colonies\/Cron\/soup create: .*Plan again: what had arrived is found out by looking/);
      await ends('apply --yes', 0);
      assert.match(await ends('plan --exit-code', 0), /^In step: 5 resources/);
      const { rows } = (await control('state')) as unknown as { readonly rows: Readonly<Record<string, number>> };
      assert.equal([rows['cron'], rows['generator'], rows['executor']], [1, 1, 1]);
    }));

  test('whose clock is off: doctor says how far and what goes by it, and the plan stays empty', () =>
    kitchens(COOKER, async ({ ends, control }) => {
      await ends('apply --yes', 0);
      await control('skew-clock', { seconds: '7200' });
      const said = flowing(await ends('doctor', 1));
      assert.match(
        said,
        /WRONG kitchens: clock that of the server is (2 hours|1 hour 59 minutes) ahead of ours: crons run, time limits end/,
      );
      assert.match(await ends('plan --exit-code', 0), /^In step/);
      await control('skew-clock', { seconds: '0' });
      await ends('doctor', 0);
    }));
});

group('what stands in a colony', (test) => {
  test('drift is healed, and so is a function that is registered twice', () =>
    kitchens({ ...COOKER, 'manifests/work.yaml': soup, 'manifests/ovens.yaml': ovens() }, async ({ ends, control }) => {
      await ends('apply --yes', 0);
      await control('change', { kind: 'cron', name: 'soup', path: '/cronexpression', value: '"0 0 5 * * *"' });
      await control('change', { kind: 'blueprint', name: 'oven-1', path: '/spec/celsius', value: '250' });
      await control('change', { kind: 'user', name: 'setpoint', path: '/email', value: '"somebody@kitchens.example"' });
      await control('remove', { kind: 'generator', name: 'trays' });
      const said = flowing(await ends('plan --exit-code', 2));
      assert.match(said, /± colonies\/Cron\/soup .*cronexpression 0 0 5 \* \* \* → 0 0 6 \* \* \* drifted/);
      assert.match(said, /~ colonies\/Blueprint\/oven-1 .*spec\.celsius 250 → 180 drifted was 180/);
      assert.match(said, /\+ colonies\/Generator\/trays .*vanished: we made it and it is no longer there/);
      assert.match(said, /± colonies\/User\/setpoint .*effect: crons and generators that this user made stop/);
      await ends('apply --yes', 0);
      assert.match(await ends('plan --exit-code', 0), /^In step: 7 resources/);
      await control('add-function', { executor: 'cooker', name: 'boil' });
      assert.match(
        flowing(await ends('plan --exit-code', 2)),
        /1 is changed .*ineffective: functions: boil is registered 2 times effect: the boil that is one too many is removed/,
      );
      await ends('apply --yes', 0);
      assert.match(await ends('plan --exit-code', 0), /^In step: 7 resources/);
    }));

  test('a changed definition takes its blueprints along, in the only order that the server accepts', () =>
    kitchens({ 'manifests/ovens.yaml': ovens() }, async ({ ends, write }) => {
      await ends('apply --yes', 0);
      write({ 'manifests/ovens.yaml': ovens(true) });
      assert.match(await ends('plan --exit-code', 2), /^2 are replaced · 2 in step/);
      assert.equal(doneIn(await ends('apply --yes', 0)), [
        'delete old Blueprint/oven-1',
        'delete old BlueprintDefinition/ovens',
        'create BlueprintDefinition/ovens',
        'create Blueprint/oven-1',
      ]);
      assert.match(await ends('plan --exit-code', 0), /^In step: 4 resources/);
    }));

  test('a workflow runs once: not again when the server has forgotten it, and anew when its spec is another', () =>
    kitchens({ ...COOKER, 'manifests/opening.yaml': opening(20) }, async (k) => {
      const { ends, write, control, counts } = k;
      await ends('apply --yes', 0);
      assert.match(flowing(await ends('plan --exit-code', 0)), /1 is in motion .*» colonies\/Workflow\/opening/);
      write({ 'manifests/opening.yaml': opening(25) });
      assert.match(
        flowing(await ends('plan --exit-code', 0)),
        /» colonies\/Workflow\/opening .*another run, which waits for its end .*20 → 25/,
      );
      write({ 'manifests/opening.yaml': opening(20) });
      await cook(k, ['light', 'boil']);
      assert.match(await ends('plan', 0), /^In step: 4 resources .*The record of 1 is behind/);
      await ends('apply --yes', 0);
      const workflows = (await control('rows', { kind: 'workflow' })) as readonly { readonly processgraphid: string }[];
      for (const { processgraphid } of workflows) await control('remove', { kind: 'workflow', name: processgraphid });
      await control('restart');
      assert.match(await ends('plan --exit-code', 0), /^In step: 4 resources/);
      await ends('apply --yes', 0);
      assert.is((await counts()).types['submitworkflowspecmsg'], 1);
      write({ 'manifests/opening.yaml': opening(30) });
      assert.match(flowing(await ends('plan --exit-code', 2)), /1 is new .*kwargs\.minutes 30/);
      await Promise.all([ends('apply --yes --wait', 0), submitted(k, 2).then(() => cook(k, ['light', 'boil']))]);
      assert.match(await ends('plan --exit-code', 0), /^In step: 4 resources/);
    }));

  test('a workflow that fails while an apply waits for it is told, exits with 1, and is recorded', () =>
    kitchens(COOKER, async (k) => {
      const { ends, write, hand, read } = k;
      await ends('apply --yes', 0);
      write({ 'manifests/opening.yaml': opening(20) });
      const [told] = await Promise.all([
        ends('apply --yes --wait', 1),
        submitted(k, 1).then(async () => {
          const key = read(keyFile('cooker')).trim();
          const { processid } = await hand.call('assignprocessmsg', { colonyname: 'cooking', timeout: -1 }, { key });
          await hand.call('closefailedmsg', { processid, errors: ['the gas is off'] }, { key });
        }),
      ]);
      assert.match(flowing(told), /light failed: the gas is off\. .*another spec\.retry/);
      const said = flowing(await ends('plan --exit-code', 0));
      assert.match(said, /1 needs a look .*the run failed; another spec\.retry runs it again/);
      assert.not.match(said, /is behind/);
    }));

  test('goes in the right order, and nothing is left', () =>
    kitchens(
      { ...COOKER, 'manifests/work.yaml': soup, 'manifests/ovens.yaml': ovens(), 'manifests/opening.yaml': opening(20) },
      async ({ ends, control }) => {
        await ends('apply --yes', 0);
        const done = doneIn(await ends('destroy --yes', 0));
        const at = (what: string): number => done.indexOf(what);
        assert.is(done.length, 8);
        assert.equal(done.slice(-2), ['delete User/setpoint', 'delete Colony/cooking']);
        assert.ok(at('delete Blueprint/oven-1') < at('delete BlueprintDefinition/ovens'));
        assert.ok(at('forget Workflow/opening') >= 0);
        const { rows } = (await control('state')) as unknown as { readonly rows: Readonly<Record<string, number>> };
        assert.equal(
          Object.entries(rows).filter(([, count]) => count > 0),
          [],
        );
        assert.match(await ends('destroy --yes', 0), /^Nothing to destroy/);
      },
    ));
});
