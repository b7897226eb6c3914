import { ourProgram, readPage } from './interop/colonies/page.ts';
import { inFolder, writeFiles } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';
import { command } from './kit/program.ts';
import { projectCalled, typeChecks } from './kit/from-page.ts';

const page = readPage();

group('docs/from-colonies.md', (test) => {
  test(
    'its manifests do what its examples do',
    () =>
      inFolder(async (folder) => {
        const manifests = Object.fromEntries(Object.entries(page.manifests).map(([path, body]) => [path, `${body}\n`]));
        writeFiles(folder, { 'setpoint.yaml': projectCalled('plant'), 'manifests/plant.yaml': PLANT, ...manifests });
        const env = { COLONIES_SERVER_PRVKEY: 'a', COLONIES_COLONY_PRVKEY: 'b', COLONIES_PRVKEY: 'c' };
        for (const [words, says] of [
          [['apply', '--yes'], ' done'],
          [['plan', '--exit-code'], 'in step'],
        ] as const) {
          const { code, out, err } = await command([...words, '--sandbox'], { cwd: folder, env });
          assert.is(code, 0, out + err);
          assert.ok(out.includes(says), out + err);
        }
        assert.ok(Object.keys(manifests).length > 2);
      }),
    { seconds: 60 },
  );

  test('our side of it type-checks', () => typeChecks(() => ourProgram(page, { address: '', serverKey: '', colonyKey: '', userKey: '' })), {
    seconds: 60,
  });
});

const PLANT = `apiVersion: setpoint/v1
kind: Target
metadata: { name: plant }
spec:
  provider: colonies
  address: http://127.0.0.1:50080
  options:
    colony: dev
    serverKey: { env: COLONIES_SERVER_PRVKEY }
    colonyKey: { env: COLONIES_COLONY_PRVKEY }
    key: { env: COLONIES_PRVKEY }
---
apiVersion: colonies/v1
kind: Colony
metadata: { name: dev }
spec: {}
---
apiVersion: colonies/v1
kind: User
metadata: { name: me }
spec: { email: me@example.org }
`;
