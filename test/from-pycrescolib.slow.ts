import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeJars } from './interop/cresco/jars.ts';
import { ourProgram, readPage } from './interop/cresco/page.ts';
import { inFolder, writeFiles } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';
import { command } from './kit/program.ts';
import { projectCalled, typeChecks } from './kit/from-page.ts';

const page = readPage();

group('docs/from-pycrescolib.md', (test) => {
  test(
    'its manifests do what its examples do',
    () =>
      inFolder(async (folder) => {
        const text = (value: string): string => value.replaceAll('FOLDER', folder);
        writeFiles(folder, {
          'setpoint.yaml': projectCalled('lab'),
          'manifests/edge.yaml': text(TARGET),
          ...Object.fromEntries(Object.entries(page.manifests).map(([path, body]) => [path, text(`${body}\n`)])),
        });
        writeJars(folder);
        mkdirSync(join(folder, 'out'));
        for (const [words, says] of [
          [['apply', '--yes'], '6 done'],
          [['plan', '--exit-code'], 'In step'],
        ] as const) {
          const { code, out, err } = await command([...words, '--sandbox'], { cwd: folder });
          assert.is(code, 0, out + err);
          assert.ok(out.includes(says), out + err);
        }
        assert.ok(Object.keys(page.manifests).length > 3);
      }),
    { seconds: 60 },
  );

  test(
    'our side of it type-checks',
    () => typeChecks((folder) => ourProgram(page, { address: '', serviceKey: '', fingerprint: '', folder, ...writeJars(folder) })),
    { seconds: 60 },
  );
});

const TARGET = `apiVersion: setpoint/v1
kind: Target
metadata: { name: edge }
spec:
  provider: cresco
  address: wss://fabric.example.org:8282
  options:
    serviceKey: { env: CRESCO_SERVICE_KEY }
    sandbox: { agents: [dp/pi-1, dp/pi-2], pace: 0.01, allowCommands: true, allowFolders: ['FOLDER'] }
`;
