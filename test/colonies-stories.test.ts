import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { executor, flowing, IDS, keyFile, keyOf, KEYS, kitchens, PEOPLE, target } from './colonies-stories.ts';
import { idOf } from '../src/providers/colonies/client/index.ts';
import { assert, group } from './kit/group.ts';

const COOKER = { 'manifests/cooker.yaml': executor('cooker', '  functions: [{ name: boil }]\n') };
const SELF = PEOPLE.slice(PEOPLE.indexOf('---\n') + 4);
const ALICE = `apiVersion: colonies/v1\nkind: User\nmetadata: { name: alice }\nspec: { userid: ${idOf(keyOf('alice'))} }\n`;
const soup = (interval: number): string => `apiVersion: colonies/v1
kind: Cron
metadata: { name: soup }
spec: { interval: ${interval}, functionspecs: [{ nodename: boil, funcname: boil, conditions: { executortype: cooker } }] }
`;
const STRANGER = { KEY: keyOf('a stranger') } as const;

group('the three keys of a colony', (test) => {
  test('a text that is no key, and the key of another server’s owner, are called that; nothing is judged or written', () =>
    kitchens(COOKER, async ({ ends, counts }) => {
      assert.match(flowing(await ends('plan', 6, { KEY: 'zz' })), /spec\.options\.key of the Target is no private key of ColonyOS/);
      assert.match(flowing(await ends('apply --yes', 6, { KEY: IDS.setpoint.slice(1) })), /its 3 resources are not judged/);
      const other = { SERVER_KEY: keyOf('another server') };
      const said = flowing(await ends('apply --yes', 6, other));
      assert.match(
        said,
        /Colony\/cooking .*not that of the owner of the server .*Set spec\.options\.serverKey of the Target to the key of/,
      );
      assert.match(flowing(await ends('doctor', 1, other)), /WRONG kitchens: key of the server .*not that of the owner of the server/);
      assert.is((await counts()).writes, 0);
    }));

  for (const [lacks, whose] of [
    ['serverKey', "the server's owner"],
    ['colonyKey', "the colony's owner"],
    ['key', 'a member of the colony'],
  ] as const) {
    test(`without ${lacks}, what needs it is refused before the first write`, () =>
      kitchens(COOKER, async ({ address, write, ends, counts }) => {
        const rest = (['serverKey', 'colonyKey', 'key'] as const).filter((key) => key !== lacks);
        write({ 'manifests/target.yaml': target(address, rest) });
        for (const words of ['plan', 'apply --yes']) {
          const said = flowing(await ends(words, 3));
          assert.ok(said.includes(`COLONIES_KEY_MISSING the target has no key of ${whose}`), said);
          assert.ok(said.includes(`Set spec.options.${lacks} of the Target`), said);
          assert.not.match(said, /Apply exactly this|Undo:/);
        }
        assert.is((await counts()).writes, 0);
      }));
  }

  test('the key of another colony’s owner is found before the first write, and shown where it is set', () =>
    kitchens(
      { 'manifests/people.yaml': SELF, 'manifests/soup.yaml': soup(3600) },
      async ({ address, hand, write, ends, control, counts }) => {
        write({ 'manifests/target.yaml': target(address, ['colonyKey', 'key']) });
        await hand.call('addcolonymsg', { colony: { colonyid: IDS.colony, name: 'cooking' } }, { key: KEYS.SERVER_KEY });
        await ends('apply --yes', 0);
        await control('reset-counts');
        const other = { COLONY_KEY: keyOf('the owner of another colony') };
        assert.match(await ends('plan --exit-code', 0, other), /^In step/, 'nothing has to be signed with it');
        write({ 'manifests/soup.yaml': soup(7200), 'manifests/people.yaml': `${SELF}---\n${ALICE}` });
        for (const words of ['plan', 'apply --yes']) {
          const said = flowing(await ends(words, 3, other));
          assert.match(said, /COLONIES_OTHER_OWNER spec\.options\.colonyKey is not the key of the owner of the colony cooking/);
          assert.match(said, /target\.yaml:9:16/);
          assert.ok(said.includes(idOf(other.COLONY_KEY)) && said.includes(IDS.colony), said);
          assert.not.match(said, /Apply exactly this|Undo:/);
        }
        assert.is((await counts()).writes, 0);
        await ends('apply --yes', 0);
      },
    ));

  test('the key of somebody who is no member reads nothing, and takes nothing for gone', () =>
    kitchens(COOKER, async ({ address, write, drop, ends, control, counts }) => {
      await ends('apply --yes', 0);
      await control('reset-counts');
      const said = flowing(await ends('apply --yes', 6, STRANGER));
      assert.match(said, /nothing to do now · 2 are not judged · 1 in step/);
      assert.match(said, /User\/setpoint .*the key of the target is not that of the user setpoint any more/);
      assert.match(said, /Executor\/cooker .*nobody here may read the colony cooking yet/);
      assert.ok(said.includes(idOf(STRANGER.KEY)));
      assert.match(flowing(await ends('doctor', 1, STRANGER)), /WRONG kitchens: key of the target is no member's: its id is/);
      // Without the manifest of the user: it is neither removed nor forgotten.
      drop('manifests/people.yaml');
      assert.match(
        flowing(await ends('plan', 6, STRANGER)),
        /! colonies\/Colony\/cooking blocked: .*\? colonies\/User\/setpoint not judged/,
      );
      write({ 'manifests/target.yaml': target(address, ['key']), 'manifests/people.yaml': PEOPLE });
      assert.match(
        flowing(await ends('plan', 6, STRANGER)),
        /kitchens cannot be read \(no key of the target may read the colony cooking\)/,
      );
      assert.is((await counts()).writes, 0);
      write({ 'manifests/target.yaml': target(address) });
      assert.match(await ends('plan --exit-code', 0), /^In step: 3 resources/);
    }));

  test('two handlers of the server answer strangers with nothing at all: that is no empty colony', () =>
    kitchens(COOKER, async ({ ends }) => {
      await ends('apply --yes', 0);
      assert.match(flowing(await ends('run kitchens statistics', 6, STRANGER)), /COLONIES_NOT_MEMBER .*answered with 200 and nothing/);
      await ends('run kitchens statistics', 0);
    }));

  test('a colony of that name with another owner is somebody else’s', () =>
    kitchens({}, async ({ ends, write, counts, control }) => {
      await ends('apply --yes', 0);
      const other = { COLONY_KEY: keyOf('another owner') };
      assert.match(flowing(await ends('plan', 6, other)), /the colony cooking is somebody else's The id .* Give the key of its owner/);
      await control('reset-counts');
      write(COOKER);
      assert.match(
        flowing(await ends('apply --yes', 6, other)),
        /COLONIES_OTHER_OWNER .*Set spec\.options\.colonyKey of the Target to the key of the colony's owner/,
      );
      assert.is((await counts()).writes, 0);
      await ends('apply --yes', 0);
    }));
});

group('executors on bad days', (test) => {
  test('one that somebody rejects, and one that the server lets go, come back with what they can do', () =>
    kitchens(COOKER, async ({ ends, control }) => {
      await ends('apply --yes --wait', 0);
      await control('reject', { executor: 'cooker' });
      assert.match(flowing(await ends('plan --exit-code', 2)), /approved false → true drifted was true .*it is rejected/);
      await ends('apply --yes --wait', 0);
      assert.match(await ends('plan --exit-code', 0), /^In step/);
      await control('unregister', { executor: 'cooker' });
      const said = flowing(await ends('plan --exit-code', 2));
      assert.match(said, /approved false → true drifted was true functions\[boil\] \(not set\) → \{name: boil\} drifted/);
      assert.match(said, /it is unregistered/);
      await ends('apply --yes --wait', 0);
      assert.match(await ends('plan --exit-code', 0), /^In step/);
    }));

  test('a name that was used once is told to be taken for ever, and comes back with its own key alone', () =>
    kitchens(COOKER, async ({ ends, write, read, drop, control, counts }) => {
      await ends('apply --yes', 0);
      const key = read(keyFile('cooker'));
      drop('manifests/cooker.yaml');
      assert.match(flowing(await ends('apply --yes', 0)), /the name cooker stays taken: no other key can have it/);
      drop(keyFile('cooker'));
      write(COOKER);
      await control('reset-counts');
      const said = flowing(await ends('apply --yes', 6));
      assert.match(said, /the name cooker belongs to an executor that was removed .*Choose another spec\.name: cooker-2, say\./);
      assert.is((await counts()).writes, 0);
      write({ [keyFile('cooker')]: key });
      await ends('apply --yes --wait', 0);
      assert.match(await ends('plan --exit-code', 0), /^In step: 3 resources/);
    }));

  test('two checkouts that both mean to have the cooker: the second is told, before and after, whose it is', () =>
    kitchens(COOKER, async ({ ends, drop, read, folder }) => {
      const [first, second] = await Promise.all([ends('apply --yes', undefined), ends('apply --yes', undefined)]);
      assert.ok([first, second].some((said) => said.includes('LEASE_HELD')) || /In step/.test(first + second), first + second);
      assert.match(await ends('plan --exit-code', 0), /^In step: 3 resources/);
      const key = read(keyFile('cooker'));
      // Another machine: no record of anything, and a key of its own.
      drop('state');
      drop(keyFile('cooker'));
      const said = flowing(await ends('apply --yes', 6));
      assert.match(said, /the executor cooker is somebody else .*the manifest means a key that is yet to be made/);
      assert.not.ok(existsSync(join(folder, keyFile('cooker'))), 'nothing is generated for what is not made');
      assert.ok(key.length >= 64);
    }));

  const CRASH = ['--import', fileURLToPath(new URL('kit/crash.mjs', import.meta.url))];
  for (const [moment, accident] of [
    [
      'the key is stored, and nobody has begun to register it',
      { CRASH_MATCH: 'link .*cooker\\.key$', CRASH_AT: '1', CRASH_MODE: 'kill-after' },
    ],
    ['it is registered, and the journal does not know', { CRASH_MATCH: '^write .*journal/kitchens/file-00000002', CRASH_AT: '2' }],
  ] as const) {
    test(`kill -9 when ${moment}: the next apply goes on with the same key`, () =>
      kitchens(COOKER, async ({ ends, binary, read, counts }) => {
        const killed = await binary('apply --yes', CRASH, accident);
        assert.is(killed.signal, 'SIGKILL', killed.out + killed.err);
        const key = read(keyFile('cooker'));
        await ends('apply --yes', 0);
        assert.match(await ends('plan --exit-code', 0), /^In step: 3 resources/);
        assert.is(read(keyFile('cooker')), key);
        assert.is((await counts()).types['addexecutormsg'], 1);
      }));
  }
});
