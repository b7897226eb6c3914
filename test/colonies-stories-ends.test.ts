import { executor, flowing, IDS, keyFile, KEYS, kitchens, PEOPLE, target } from './colonies-stories.ts';
import { assert, group } from './kit/group.ts';

const WAITER = `apiVersion: colonies/v1
kind: Function
metadata: { name: serve }
spec: { executor: cooker }
`;

const OVEN = `apiVersion: colonies/v1
kind: BlueprintDefinition
metadata: { name: ovens }
spec: { kind: Oven, handler: { executorType: keeper, functionName: reconcile } }
---
apiVersion: colonies/v1
kind: Blueprint
metadata: { name: oven }
spec: { definition: ovens, spec: { celsius: 60 } }
---
apiVersion: colonies/v1
kind: Cron
metadata: { name: soup }
spec: { interval: 3600, functionspecs: [{ nodename: boil, funcname: boil, conditions: { executortype: cooker } }] }
`;

group('the end of a colony', (test) => {
  test('destroy takes no key of an executor, and no manifest that could not be applied is in its way', () =>
    kitchens({ 'manifests/cooker.yaml': executor('cooker'), 'manifests/serve.yaml': WAITER }, async ({ drop, write, ends, control }) => {
      await ends('apply --yes', 0);
      drop(keyFile('cooker'));
      write({ 'manifests/cooker.yaml': executor('cooker', '  locationname: cellar\n') });
      assert.match(
        flowing(await ends('plan', undefined)),
        /Executor\/cooker .*not judged: the key of the executor cooker is not where its manifest keeps it/,
      );
      const said = flowing(await ends('destroy --yes', 0));
      assert.match(said, /3 are deleted · 1 is forgotten/);
      const { colonies } = (await control('state')) as { readonly colonies: readonly unknown[] };
      assert.equal(colonies, []);
    }));

  test('a colony that somebody removed has taken everything with it but blueprints, and destroy comes to its end', () =>
    kitchens({ 'manifests/cooker.yaml': executor('cooker'), 'manifests/oven.yaml': OVEN }, async ({ ends, control }) => {
      await ends('apply --yes', 0);
      await control('remove', { kind: 'colony', name: 'cooking' });
      assert.match(flowing(await ends('destroy --yes', undefined)), /INSTANCE_CHANGED/);
      await ends('state rebind kitchens --yes', 0);
      await ends('destroy --yes', undefined);
      const said = await ends('state ls', 0);
      assert.equal(
        ['Colony', 'User', 'Executor', 'Cron', 'BlueprintDefinition', 'Blueprint'].filter((kind) => said.includes(`/${kind}/`)),
        ['BlueprintDefinition', 'Blueprint'],
      );
    }));

  test('a target that is to mean another colony of the same owner is refused until its state is bound to that one', () =>
    kitchens({ 'manifests/cooker.yaml': executor('cooker') }, async ({ address, hand, write, ends }) => {
      await ends('apply --yes', 0);
      await hand.call('addcolonymsg', { colony: { name: 'baking', colonyid: IDS.colony } }, { key: KEYS.SERVER_KEY });
      write({ 'manifests/target.yaml': target(address).replace('colony: cooking', 'colony: baking') });
      const said = flowing(await ends('apply --yes', undefined));
      assert.match(said, new RegExp(`INSTANCE_CHANGED .*cooking:${IDS.colony}, and baking:${IDS.colony} answers now`));
    }));

  test('what is renamed in the manifests alone stays what it is, and goes under the name that it has', () =>
    kitchens({ 'manifests/cooker.yaml': executor('cooker'), 'manifests/serve.yaml': WAITER }, async ({ read, write, ends, control }) => {
      const user = '---\napiVersion: colonies/v1\nkind: User\nmetadata: { name: ada }\nspec: { userid: ' + IDS.server + ' }\n';
      write({ 'manifests/people.yaml': PEOPLE + user });
      await ends('apply --yes', 0);
      for (const page of ['people', 'cooker', 'serve']) {
        const renamed = read(`manifests/${page}.yaml`).replaceAll(/name: (\w+) \}/g, 'name: $1-2, was: [$1] }');
        write({ [`manifests/${page}.yaml`]: renamed.replace('executor: cooker', 'executor: cooker-2') });
      }
      assert.match(await ends('apply --yes', 0), /5 are renamed/);
      assert.match(await ends('plan --exit-code', 0), /^In step: 5 resources/);
      await ends('destroy --yes', 0);
      const { rows } = (await control('state')) as { readonly rows: Readonly<Record<string, number>> };
      assert.equal([rows['executor'], rows['user'], rows['colony']], [0, 0, 0]);
    }));
});
