import { executor, flowing, keyFile, kitchens } from './colonies-stories.ts';
import { assert, group } from './kit/group.ts';

const WAITER = `apiVersion: colonies/v1
kind: Function
metadata: { name: serve }
spec: { executor: cooker }
`;

group('the end of a colony', (test) => {
  test('destroy takes no key of an executor, and no manifest that could not be applied is in its way', () =>
    kitchens({ 'manifests/cooker.yaml': executor('cooker'), 'manifests/serve.yaml': WAITER }, async ({ drop, write, ends, control }) => {
      await ends('apply --yes', 0);
      drop(keyFile('cooker'));
      write({ 'manifests/cooker.yaml': executor('cooker', '  locationname: cellar\n') });
      assert.match(flowing(await ends('plan', undefined)), /Executor\/cooker .*not judged: key of the executor cooker cannot change/);
      const said = flowing(await ends('destroy --yes', 0));
      assert.match(said, /3 are deleted · 1 is forgotten/);
      const { colonies } = (await control('state')) as { readonly colonies: readonly unknown[] };
      assert.equal(colonies, []);
    }));
});
