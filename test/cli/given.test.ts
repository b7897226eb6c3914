import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, writeFiles } from '../kit/binary.ts';
import { golden } from '../kit/golden.ts';
import { assert, group } from '../kit/group.ts';
import { command } from '../kit/program.ts';
import { session } from './session.ts';

const target = (name: string, address: string): string => `apiVersion: setpoint/v1
kind: Target
metadata: { name: ${name} }
spec: { provider: confhoard, address: ${address} }
`;
const config = (name: string, path: string, body: string): string => `apiVersion: confhoard/v1
kind: Config
metadata: { name: ${name} }
spec:
  module: brewhouse
  path: ${path}
  config: ${body}
`;
const power = config('power', '/brewhouse/power/heating', '{ mode: HLT }');
const zone = config('zone', '/brewhouse/temperature/fermentation', '{ setpoint: 18.5, highpoint: 18.8, lowpoint: 18.2 }');

group('cli/given', (test) => {
  test(
    'manifests from standard input are applied, and nothing is removed unless they are all there are',
    () =>
      inFolder(async (folder) => {
        const { run, text } = session(folder);
        const all = [target('brewery', 'store'), zone, power].join('---\n');
        const some = [target('brewery', 'store'), zone].join('---\n');
        await run('init .');
        await run('apply -f - --yes', { input: all });
        await run('plan -f - --exit-code', { input: some });
        await run('plan -f - --prune --exit-code', { input: some, exit: 2 });
        await run('apply -f - --prune --yes', { input: some });
        await run('plan -f -', { input: 'kind: [', exit: 3 });
        await run('plan -f nowhere.yaml', { exit: 3 });
        golden(import.meta.url, 'given', text());
      }),
    { seconds: 60 },
  );

  test(
    'one file of a project is planned with the targets of the project, and with nothing else of it',
    () =>
      inFolder(async (folder) => {
        const { run } = session(folder);
        await run('init .');
        writeFiles(folder, { 'manifests/zone.yaml': zone, 'manifests/power.yaml': power });
        await run('apply --yes');
        writeFiles(folder, { 'manifests/power.yaml': power.replace('HLT', 'KETTLE') });
        assert.match(await run('plan -f manifests/zone.yaml'), /^In step: 1 resource on 1 target/, 'nobody asked about power');
        assert.match(await run('plan -f - --exit-code', { input: power.replace('HLT', 'KETTLE'), exit: 2 }), /→ KETTLE/);
        // What is recorded and not in the file is left alone, even where the project does not have it any more.
        writeFiles(folder, { 'manifests/power.yaml': '# gone' });
        assert.match(await run('apply -f manifests/zone.yaml --yes'), /^In step: 1 resource/);
        assert.match(await run('plan --exit-code', { exit: 2 }), /^1 is deleted · 1 in step/);

        writeFiles(folder, { 'manifests/power.yaml': power.replace('name: power', 'name: power, dependsOn: [Config/zone]') });
        assert.match(
          await run('plan -f manifests/power.yaml', { exit: 3 }),
          /Config "zone" is not in the files[\s\S]*manifests\/zone.yaml:1[\s\S]*-f manifests\/zone.yaml/,
        );
        assert.match(await run('plan -f manifests/power.yaml -f manifests/zone.yaml'), /^In step: 2 resources/);

        // A target that the file describes itself is that of the file; documents that are not meant are not judged.
        writeFiles(folder, { 'manifests/power.yaml': power.replace('mode', 'moed') });
        assert.match(await run('plan -f manifests/zone.yaml'), /^In step: 1 resource on 1 target/);
        const own = [target('brewery', '.setpoint/another'), zone].join('---\n');
        assert.match(await run('plan -f - --exit-code', { input: own, exit: 4 }), /INSTANCE/);
        // A Target may stand in a file that cannot be read, and then another one would be meant.
        writeFiles(folder, { 'manifests/power.yaml': 'kind: [' });
        assert.match(await run('plan -f manifests/zone.yaml', { exit: 3 }), /YAML_SYNTAX[\s\S]*manifests\/power.yaml/);
      }),
    { seconds: 60 },
  );

  test(
    'each environment has its own targets, manifests and state',
    () =>
      inFolder(async (folder) => {
        writeFiles(folder, {
          'setpoint.yaml': `apiVersion: setpoint/v1
kind: Project
metadata: { name: brewery }
spec:
  manifests: shared
  environment: test
  environments:
    test: {}
    prod:
      manifests: prod
      targets: { brewery: { address: prod-store } }
`,
          'shared/targets.yaml': target('brewery', 'test-store'),
          'shared/zone.yaml': zone,
          'prod/power.yaml': power,
        });
        const { run } = session(folder);
        assert.match(await run('validate'), /^Valid: 1 resource on 1 target\./);
        assert.match(await run('-e prod validate'), /^Valid: 2 resources on 1 target\./);
        assert.match(await run('-e prd validate', { exit: 3 }), /no environment called "prd"[\s\S]*prod/);
        await run('-e prod apply --yes');
        assert.match(await run('-e prod plan'), /^In step: 2 resources/);
        assert.match(await run('plan --exit-code', { exit: 2 }), /^1 is new/);
        assert.match(await run('-e prod run brewery get /brewhouse/power'), /HLT/);
        assert.match(await run('run brewery get /brewhouse/power'), /is not set/);
      }),
    { seconds: 60 },
  );

  test(
    'a saved plan says where it belongs: environment and sandbox need not be said again, and cannot be another',
    () =>
      inFolder(async (folder) => {
        const { run } = session(folder);
        await run('init');
        await run('--sandbox plan -o sandbox.plan');
        assert.match(await run('-e nowhere apply sandbox.plan', { exit: 3 }), /ENVIRONMENT_UNKNOWN/);
        await run('apply sandbox.plan');
        assert.match(await run('--sandbox plan'), /^In step/);
        assert.match(await run('plan --exit-code', { exit: 2 }), /^1 is new/);
        assert.match(await run('apply setpoint.yaml', { exit: 3 }), /PLAN_UNREADABLE/);
      }),
    { seconds: 60 },
  );

  test(
    '-C is another folder, -t only some targets, and what is printed leads to the files from where one stands',
    () =>
      inFolder(async (folder) => {
        const { run } = session(folder);
        await run('init brewery');
        writeFiles(folder, { 'brewery/manifests/second.yaml': target('annex', 'annex') });
        writeFiles(folder, { 'brewery/manifests/zone.yaml': zone.replace('name: zone', 'name: zone, target: brewery') });
        writeFiles(folder, { 'brewery/manifests/power.yaml': power.replace('name: power', 'name: power, target: annex') });
        const said = await run('-C brewery -t annex plan');
        assert.match(said, /^1 is new/);
        const [, line = ''] = /Apply exactly this:\s+setpoint (apply .*)/.exec(said) ?? [];
        assert.match(line, /^apply -C brewery -t annex brewery\/\.setpoint\/plans\//);
        assert.match(said, /^Undo: setpoint rollback -C brewery$/m);
        await run(line);
        await run('rollback -C brewery --yes');
        assert.match(await run('-C brewery -t anex plan', { exit: 3 }), /TARGET_UNKNOWN/);
        assert.match(await run('-C brewery -t annex -t brewery plan'), /^2 are new/);
        mkdirSync(join(folder, 'brewery/manifests/deep'));
        const deep = await command(['validate'], { cwd: join(folder, 'brewery/manifests/deep') });
        assert.match(deep.out, /^Valid: 2 resources on 2 targets/, 'the project is found from a folder below');
        writeFiles(folder, {
          'brewery/manifests/power.yaml': power.replace('name: power', 'name: power, target: annex').replace('mode', 'moed'),
        });
        assert.match(
          await run('-C brewery validate', { exit: 3 }),
          /6 \|   path: .*\n +7 \|   config: \{ moed: HLT \}\n +\|             \^{4}\n/,
        );
      }),
    { seconds: 60 },
  );
});
