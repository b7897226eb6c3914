import { settingsOf, SANDBOX_KEY } from '../../../../src/providers/cresco/sandbox/settings.ts';
import { assert, group } from '../../../kit/group.ts';

group('the options of a sandbox', (test) => {
  test('have defaults that a quickstart needs', () => {
    assert.equal(settingsOf({}), {
      generation: 3,
      serviceKey: SANDBOX_KEY,
      region: 'global-region',
      agent: 'global-controller',
      agents: [],
      voidMs: 30_000,
      allowCommands: false,
      allowFolders: [],
      pace: 1,
    });
  });

  test("stand below sandbox in a target's options, whose own key is a reference to a secret", () => {
    const settings = settingsOf({ serviceKey: { 'setpoint:secret': { env: 'KEY' } }, sandbox: { agents: ['dp/pi-1'], generation: 2 } });
    assert.equal([settings.serviceKey, settings.generation, settings.agents], [SANDBOX_KEY, 2, [{ region: 'dp', agent: 'pi-1' }]]);
  });

  for (const [name, options] of Object.entries({
    generation: { generation: 4 },
    agents: { agents: ['pi-1'] },
    'agents that are folders elsewhere': { agents: ['../x'] },
    region: { region: 'a_b' },
    voidMs: { voidMs: -1 },
    pace: { pace: 'fast' },
    allowFolders: { allowFolders: '/tmp' },
  })) {
    test(`${name} cannot be anything`, () => assert.throws(() => settingsOf(options), /SANDBOX_OPTION/));
  }
});
