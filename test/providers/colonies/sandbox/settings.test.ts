import { sandbox } from '../../../../src/providers/colonies/sandbox/index.ts';
import { SAMPLE_SERVER_KEY, settingsOf } from '../../../../src/providers/colonies/sandbox/settings.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { id, KEYS, lab } from './lab.ts';
import { stoppedClock } from './work.ts';

group('the settings of a ColonyOS sandbox', (test) => {
  test('are its own alone; the keys of the target are for the real system', () => {
    const settings = settingsOf({ colony: 'brewery', serverKey: { env: 'X' }, reregister: true, sandbox: { staleSeconds: 5 } });
    assert.is(settings.serverKey, SAMPLE_SERVER_KEY);
    assert.is(settings.reregister, true);
    assert.is(settings.staleSeconds, 5);
    assert.is(settingsOf({ reregister: true, sandbox: { reregister: false } }).reregister, false);
  });

  test('that make no sense are refused, by name', async () => {
    for (const [field, value] of Object.entries({
      staleSeconds: 'soon',
      cleanupSeconds: 0,
      pace: -1,
      reregister: 'yes',
      serverKey: 'abc',
      timezone: 'Mars/Olympus',
      retentionSeconds: null,
    })) {
      const fault = await faultOf(() => settingsOf({ sandbox: { [field]: value } }));
      assert.is(fault.code, 'SANDBOX_OPTION', field);
      assert.match(fault.message, new RegExp(field));
    }
  });

  test('who has a server key makes the colony; otherwise it is there, with a member unless somebody has its owner’s key', async () => {
    await lab(async ({ ask }) => assert.is((await ask('server', 'getcoloniesmsg')).payload, null), {
      options: { serverKey: 'k', colony: 'brewery' },
    });
    await lab(
      async ({ done, ask }) => {
        assert.equal(await done('server', 'getcoloniesmsg'), [{ colonyid: id('colony'), name: 'brewery' }]);
        assert.is((await ask('user', 'getcolonymsg', { colonyname: 'brewery' })).status, 403);
      },
      { options: { colonyKey: 'k', colony: 'brewery' } },
    );
    await lab(async ({ done }) => assert.is((await done('user', 'getcolonymsg', { colonyname: 'brewery' }))['colonyid'], id('colony')), {
      options: { colony: 'brewery' },
    });
  });

  test('a port that is taken is said, and leaves nothing running', () =>
    lab(async ({ box }) => {
      const port = Number(new URL(box.address).port);
      const clock = stoppedClock();
      const error: unknown = await sandbox({ port, options: {} }, clock).catch((reason: unknown) => reason);
      assert.match(String(error), 'EADDRINUSE');
      // Nobody sleeps any more.
      await clock.forward(1e9);
    }));

  test('a target gets the keys that go with its address, which is of this machine alone', () =>
    lab(async ({ box }) => {
      assert.equal(box.options, { serverKey: KEYS.server, colonyKey: KEYS.colony, key: KEYS.user });
      assert.match(box.address, /^http:\/\/127\.0\.0\.1:\d+$/);
    }));
});
