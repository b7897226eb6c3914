import { inFolder, writeFiles } from '../kit/binary.ts';
import { assert, group } from '../kit/group.ts';
import { session } from './session.ts';

const target = (name: string, provider: string, rest: string): string =>
  `apiVersion: setpoint/v1\nkind: Target\nmetadata: { name: ${name} }\nspec:\n  provider: ${provider}\n${rest}`;
/** Nobody has ever listened on it: RFC 1078. */
const NOBODY = '127.0.0.1:1';

group('cli/doctor', (test) => {
  test('a target that cannot be reached is examined as far as that goes, and says where it stopped', () =>
    inFolder(async (folder) => {
      writeFiles(folder, {
        'setpoint.yaml': 'apiVersion: setpoint/v1\nkind: Project\nmetadata: { name: site }\n',
        'manifests/targets.yaml': [
          target('plant', 'cresco', `  address: wss://${NOBODY}\n  options: { serviceKey: { env: CRESCO_KEY } }\n`),
          target('lab', 'colonies', `  address: http://${NOBODY}\n  options: { colony: lab, key: { env: NOT_SET } }\n`),
          target('cellar', 'confhoard', '  address: ./not-a-folder\n'),
        ].join('---\n'),
        'not-a-folder': '',
      });
      const { run } = session(folder);
      const told = (await run('doctor', { exit: 1, env: { CRESCO_KEY: 'sesame' } })).replaceAll(/\s+/g, ' ');
      assert.not.match(told, 'sesame');
      for (const line of [
        'WRONG target plant stopped when it was asked who it is: connection refused. Is the server running',
        'ok plant: serviceKey env CRESCO_KEY: is there',
        `WRONG plant: address wss://${NOBODY}: nobody listens there`,
        'ok plant: clock certificates are judged by 20',
        'WRONG target lab stopped when its secrets were looked up: the environment variable NOT_SET is not set',
        'WRONG lab: key the environment variable NOT_SET is not set',
        `WRONG lab: address http://${NOBODY}: nobody listens there`,
        'WRONG target cellar stopped before anything was sent: ',
        'WRONG cellar: address /',
        'not-a-folder: it is no folder',
      ])
        assert.match(told, line);
      assert.not.match(told, 'setpoint doctor -t', 'nobody is sent where they are');
    }));
});
