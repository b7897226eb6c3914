import { assert, group } from '../../../kit/group.ts';
import { id, lab } from './lab.ts';

const STRICT = { options: { sandbox: { strict: true } } };
const dev = { colonyname: 'dev' };

group('a strict ColonyOS sandbox', (test) => {
  test('does not take in a name that cannot be read back', () =>
    lab(async ({ no, done, ask }) => {
      const name = 'a:b';
      for (const [who, type, fields] of [
        ['server', 'addcolonymsg', { colony: { colonyid: id('c2'), name } }],
        ['colony', 'addusermsg', { user: { ...dev, name, userid: id('u2') } }],
        ['colony', 'addexecutormsg', { executor: { ...dev, executorname: name, executorid: id('e1') } }],
        ['colony', 'addlocationmsg', { location: { ...dev, name } }],
        ['user', 'createsnapshotmsg', { ...dev, label: '/x', name }],
      ] as const) {
        assert.match(await no(who, type, fields), /^400 .*a name must not contain a colon$/, type);
      }
      assert.is((await done<readonly unknown[]>('user', 'getusersmsg', dev)).length, 1);
      assert.is((await ask('user', 'getexecutorsmsg', dev)).payload, null);
    }, STRICT));
});
