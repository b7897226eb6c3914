import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, setpoint, writeFiles } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

const PROJECT = `apiVersion: setpoint/v1
kind: Project
metadata: { name: references }
spec: { manifests: manifests, state: { folder: state } }
---
apiVersion: setpoint/v1
kind: Target
metadata: { name: brewery }
spec: { provider: confhoard, address: store }
`;

const config = (name: string, path: string, content: string): string => `apiVersion: confhoard/v1
kind: Config
metadata: { name: ${name} }
spec:
  module: ${path.split('/')[1]}
  path: ${path}
  config:
${content.replaceAll(/^/gm, '    ')}
`;

const ZONE = '/brewhouse/temperature/fermentation';
const HARDWARE = '/brewhouse/temperature/hardware';

/** A project whose target is a datastore in a folder, and what a command in it says. */
const inProject = (body: (folder: string, run: (words: string, code: number) => Promise<string>) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    writeFiles(folder, { 'setpoint.yaml': PROJECT.split('---\n')[0] ?? '', 'manifests/target.yaml': PROJECT.split('---\n')[1] ?? '' });
    await body(folder, async (words, code) => {
      const { out, err, ...ended } = await setpoint(words.split(' '), { cwd: folder });
      assert.is(ended.code, code, `setpoint ${words}\n${out}${err}`);
      return out + err;
    });
  });

group('a reference in a YANG section', (test) => {
  test(
    'is planned, written with what it stands for, followed and given up; the second plan is always empty',
    () =>
      inProject(async (folder, run) => {
        const file = join(folder, 'manifests/configs.yaml');
        const probe = (description: string): string =>
          config(
            'probes',
            HARDWARE,
            `probe:\n  - { id: 28-0001, description: "${description}" }\n  - { id: 28-0002, description: of nobody }`,
          );
        const zone = config('fermentation', ZONE, 'lowpoint: 16.5');
        const refers = probe('${confhoard/Config/fermentation.handle}');
        writeFileSync(file, `${refers}---\n${zone}`);
        const described = async (): Promise<string> => {
          const tree = JSON.parse(await run(`run brewery get path=/brewhouse/temperature/hardware/probe=28-0001`, 0)) as {
            description?: string;
          };
          return tree.description ?? 'nothing';
        };
        const settled = (): Promise<string> => run('plan --exit-code', 0);

        assert.match(await run('plan', 0), 'description: (known after Config/fermentation)');
        assert.match(await run('apply --yes', 0), '2 done');
        assert.is(await described(), '/brewhouse:brewhouse/temperature/fermentation#fermentation');
        await settled();

        await run('run brewery set path=/brewhouse/temperature/hardware/probe=28-0001/description value=mine --yes', 0);
        const drifted = await run('plan --exit-code', 2);
        assert.match(drifted, /description +mine → Config\/fermentation\s+drifted/);
        await run('apply --yes', 0);
        assert.is(await described(), '/brewhouse:brewhouse/temperature/fermentation#fermentation');
        await settled();

        writeFileSync(file, `${probe('plain')}---\n${zone}`);
        await run('apply --yes', 0);
        assert.is(await described(), 'plain');
        await run('rollback --yes', 0);
        assert.is(await described(), '/brewhouse:brewhouse/temperature/fermentation#fermentation');
        // The leaf is still ours, though the manifest has another value for it by now.
        await run('destroy --yes', 0);
        assert.match(await run('run brewery get', 0), /^\{\s*\}/);
      }),
    { seconds: 60 },
  );

  test(
    'under a name that no leaf has, for a key, or in a leaf that it does not fit is told at its line',
    () =>
      inProject(async (folder, run) => {
        const file = join(folder, 'manifests/configs.yaml');
        const zone = config('fermentation', ZONE, 'lowpoint: 16.5');
        const told = async (words: string, code: number, content: string, path = HARDWARE): Promise<string> => {
          writeFileSync(file, `${config('refers', path, content)}---\n${zone}`);
          return run(words, code);
        };
        const ref = '${confhoard/Config/fermentation.handle}';
        assert.match(await told('plan', 3, `notes: ${ref}`), /YANG_UNKNOWN {2}hardware has no notes\n +manifests\/configs\.yaml:8:5/);
        assert.match(await told('plan', 3, `probe: [{ id: "${ref}" }]`), /YANG_KEY .*\n(?:.*\n)?.*manifests\/configs\.yaml:8:19/);
        assert.match(await told('plan', 3, `probe: "${ref}"`), /YANG_SHAPE .*\n(?:.*\n)?.*manifests\/configs\.yaml:8:12/);
        // Nobody knows it when it is planned for the first time: it is told when it is written, and nothing is written.
        assert.match(await told('apply --yes', 1, `mode: ${ref}`, '/brewhouse/power/heating'), 'YANG_TYPE');
        assert.not.ok((await run('run brewery get', 0)).includes('power'));
        assert.match(await run('plan', 3), /YANG_TYPE .*\n(?:.*\n)?.*manifests\/configs\.yaml:8:11/);
      }),
    { seconds: 60 },
  );
});
