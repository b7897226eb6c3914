import { executor, flowing, keyFile, keyOf, kitchens, PEOPLE, target } from './colonies-stories.ts';
import { assert, group } from './kit/group.ts';

const FUNCTIONS = `apiVersion: colonies/v1
kind: Function
metadata: { name: boil }
spec: { executor: cooker }
---
apiVersion: colonies/v1
kind: Function
metadata: { name: fry }
spec: { executor: cooker, description: Fries. }
`;

const SOUP = `apiVersion: colonies/v1
kind: Cron
metadata: { name: soup }
spec: { interval: 3600, functionspecs: [{ nodename: boil, funcname: boil, conditions: { executortype: cooker } }] }
`;

const [COLONY = '', USER = ''] = PEOPLE.split('---\n');

group('what a plan mends in a colony', (test) => {
  test('a cron whose maker has gone is made anew with the key that the target has by now, once', () =>
    kitchens({ 'manifests/soup.yaml': SOUP }, async ({ write, ends }) => {
      await ends('apply --yes', 0);
      // The user that this target was gets another key, and its crons are nobody's.
      const KEY = keyOf('setpoint, next year');
      const next = { KEY };
      write({ 'manifests/people.yaml': `${COLONY}---\n${USER.replace('name: setpoint', 'name: setpoint-2')}` });
      await ends('apply --yes', undefined, next);
      // Nobody could see the old user before the new one was there.
      assert.match(
        flowing(await ends('plan --exit-code', 2, next)),
        /- colonies\/User\/setpoint .*crons and generators that this user made stop/,
      );
      await ends('apply --yes', 0, next);
      const said = flowing(await ends('plan --exit-code', 2, next));
      assert.match(
        said,
        /± colonies\/Cron\/soup .*ineffective: it never runs: the server knows nobody any more with the key that it was made with \(setpoint\) made anew for that: the old one is deleted first, then the new one is made effect: its next run is 3600 s after the new one is made/,
      );
      await ends('apply --yes', 0, next);
      assert.match(await ends('plan --exit-code', 0, next), /^In step/);
    }));

  test('where names may be used again, a new executor and its functions come with one apply, whatever became of the old key', () =>
    kitchens(
      { 'manifests/cooker.yaml': executor('cooker'), 'manifests/functions.yaml': FUNCTIONS },
      async ({ address, write, drop, ends, control }) => {
        write({ 'manifests/target.yaml': `${target(address)}    reregister: true\n` });
        await ends('apply --yes', 0);
        await control('reject', { executor: 'cooker' });
        drop(keyFile('cooker'));
        write({ 'manifests/cooker.yaml': executor('cooker').replace('executortype: cooker', 'executortype: steamer') });
        const said = flowing(await ends('plan --exit-code', 2));
        assert.match(said, /± colonies\/Function\/boil .*replaced: it goes with what it belongs to, and is made again when that is there/);
        assert.not.match(said, /stays taken/);
        await ends('apply --yes', 0);
        assert.match(await ends('plan --exit-code', 0), /^In step: 5 resources/);
      },
      { server: { reregister: true } },
    ));

  test('what a create left half made is called begun, and is finished also where drift is left alone', () =>
    kitchens({}, async ({ write, ends, control }) => {
      await ends('apply --yes', 0);
      const functions = '  functions: [{ name: boil }]\n';
      write({
        'manifests/cooker.yaml': executor('cooker', functions).replace('{ name: cooker }', '{ name: cooker }\nlifecycle: { drift: warn }'),
      });
      await control('refuse', { status: '400', message: 'not today', type: 'approveexecutormsg' });
      await ends('apply --yes', 1);
      const said = flowing(await ends('plan --exit-code', 2));
      assert.match(
        said,
        /~ colonies\/Executor\/cooker .*begun: an earlier apply made it and did not get through all of it; this does the rest/,
      );
      assert.match(said, /approved false → true to do cooker\.yaml/);
      assert.not.match(said, /drifted|edited/);
      await ends('apply --yes', 0);
      assert.match(await ends('plan --exit-code', 0), /^In step: 3 resources/);
    }));

  test('the plan that takes away the user that the target applies with says what that means', () =>
    kitchens({}, async ({ write, ends }) => {
      write({ 'manifests/people.yaml': `${COLONY}---\n${USER.replace('spec: { email: platform@kitchens.example }', 'spec: {}')}` });
      await ends('apply --yes', 0);
      write({ 'manifests/people.yaml': COLONY });
      assert.match(
        flowing(await ends('plan --exit-code', 2)),
        /- colonies\/User\/setpoint .*effect: this target reads and writes the colony as this user: afterwards it can do neither/,
      );
    }));
});
