import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, writeFiles } from '../kit/binary.ts';
import { golden } from '../kit/golden.ts';
import { assert, group } from '../kit/group.ts';
import { session } from './session.ts';

const MORE = `apiVersion: confhoard/v1
kind: Config
metadata:
  name: power
  labels: { area: hot-side }
  dependsOn: [Config/fermentation]
spec:
  module: brewhouse
  path: /brewhouse/power/heating
  config:
    mode: HLT
`;

const edit = (file: string, from: string, to: string): void => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));

/** What a person does on the first day with setpoint, in the order in which it is done. */
group('cli/first day', (test) => {
  test(
    'a new project plans and applies at once, and every command says something useful about it',
    () =>
      inFolder(async (folder) => {
        const { run, text } = session(folder);
        await run('init');
        await run('init', { exit: 5 });
        await run('validate');
        await run('plan --exit-code', { exit: 2 });
        await run('apply', { exit: 5 });
        assert.not.ok(existsSync(join(folder, '.setpoint/datastore/running')), 'nothing was written without an answer');
        await run('apply --yes');
        await run('plan --exit-code');
        await run('status');
        writeFileSync(join(folder, 'manifests/power.yaml'), MORE);
        await run('graph');
        await run('graph --as dot');
        await run('graph --as mermaid');
        await run('apply --yes');
        edit(join(folder, 'manifests/power.yaml'), 'HLT', 'KETTLE');
        await run('plan --why power');
        await run('apply --yes');
        await run('history');
        await run('history power');
        await run('history powr', { exit: 3 });
        await run('destroy --yes');
        await run('destroy --yes');
        await run('state ls');
        golden(import.meta.url, 'first-day', text());
      }),
    { seconds: 60 },
  );

  test('the doctor says of everything whether it is well, and how to mend it', () =>
    inFolder(async (folder) => {
      const { run } = session(folder);
      await run('init');
      const well = await run('doctor');
      for (const check of ['node', 'project', 'manifests', 'state', 'target brewery']) assert.match(well, new RegExp(`^ok +${check}`, 'm'));
      edit(join(folder, 'manifests/zone.yaml'), 'lowpoint', 'lowpiont');
      assert.match(await run('doctor', { exit: 1 }), /^WRONG +manifests +errors: 1\. setpoint validate shows them/m);
      writeFileSync(join(folder, 'setpoint.yaml'), 'kind: Projekt\n');
      assert.match(await run('doctor', { exit: 1 }), /^WRONG +project/m);
    }));

  test(
    'runs are undone one after another, or back to a named one',
    () =>
      inFolder(async (folder) => {
        const { run, text } = session(folder);
        const zone = join(folder, 'manifests/zone.yaml');
        const runs: string[] = [];
        const applied = async (): Promise<void> => {
          await run('apply --yes');
          runs.push(/\d{8}-\d{6}-([0-9a-f]{4})/.exec(await run('status'))?.[1] ?? '');
        };
        await run('init');
        await applied();
        edit(zone, '18.5', '18.6');
        await applied();
        edit(zone, '18.6', '18.7');
        await applied();
        await run('rollback nope', { exit: 3 });
        const last = session(folder);
        const live = async (): Promise<string> =>
          /"setpoint": "([\d.]+)"/.exec(await run('run brewery get path=/brewhouse/temperature/fermentation'))?.[1] ?? '';
        await last.run(`rollback ${runs[1]} --yes`);
        assert.is(await live(), '18.5', 'the second and the third run are undone');
        golden(import.meta.url, 'rollback', last.text().replaceAll(runs[1] ?? '', '<letters>'));
        await run('rollback --yes');
        assert.is(await live(), '18.7', 'the rollback was a run, too');
        assert.match(text(), /Back to before run <run> \(1 update\)\./);
      }),
    { seconds: 60 },
  );

  test(
    'an operation lists itself, says what it needs, and asks before it changes something',
    () =>
      inFolder(async (folder) => {
        const { run, text } = session(folder);
        await run('init');
        await run('run brewery');
        await run('run brewry', { exit: 3 });
        await run('run brewery gett', { exit: 3 });
        await run('run brewery set', { exit: 3 });
        await run('run brewery set paht=/x', { exit: 3 });
        await run('run brewery set /brewhouse/power/heating/mode KETTLE', { exit: 5 });
        await run('run brewery set /brewhouse/power/heating/mode KETTLE user=bob --yes');
        await run('run brewery get /brewhouse/power');
        golden(import.meta.url, 'run', text());
      }),
    { seconds: 60 },
  );

  test(
    'what is recorded can be listed, shown, renamed, forgotten and adopted again',
    () =>
      inFolder(async (folder) => {
        const { run, text } = session(folder);
        await run('init');
        await run('state ls');
        await run('apply --yes');
        await run('state ls');
        await run('state show fermentation');
        await run('state show fermentatio', { exit: 3 });
        await run('state mv fermentation cellar');
        await run('state mv cellar brewery/confhoard/Thing/cellar', { exit: 3 });
        await run('state mv cellar fermentation');
        await run('state forget fermentation');
        await run('plan', { exit: 5 });
        await run('adopt fermentation --yes');
        await run('plan');
        await run('state rebind brewry', { exit: 3 });
        await run('state rebind brewery');
        await run('destroy --yes'); // what was adopted is forgotten, not deleted
        await run('plan', { exit: 5 });
        golden(import.meta.url, 'state', text());
      }),
    { seconds: 60 },
  );

  test(
    'kinds and fields explain themselves, manifests are formatted, and mistakes are shown where they are',
    () =>
      inFolder(async (folder) => {
        const { run, text } = session(folder);
        await run('init');
        await run('explain');
        await run('explain confhoard/Config');
        await run('explain Config.zone.band');
        await run('explain Config.config');
        await run('explain Config.config.brewhouse:brewhouse.temperature.fermentation.setpoint');
        await run('explain Config.config/brewhouse/temperature/fermentation');
        await run('explain Config.config.brewhouse.temperature.hardware.probe');
        await run('explain Config.config/brewhouse/power/heatng', { exit: 3 });
        await run('explain Config.zone.bnad', { exit: 3 });
        await run('explain Confg', { exit: 3 });
        const zone = join(folder, 'manifests/zone.yaml');
        edit(zone, 'spec:\n  module: brewhouse', 'spec:\n    module:   brewhouse');
        edit(
          zone,
          '  path: /brewhouse/temperature/fermentation\n  config:\n',
          '    path: /brewhouse/temperature/fermentation\n    config:\n  ',
        );
        edit(zone, '    highpoint', '      highpoint');
        edit(zone, '    lowpoint', '      lowpoint');
        await run('fmt --check', { exit: 1 });
        await run('fmt');
        await run('fmt --check');
        await run('fmt nothing.yaml', { exit: 3 });
        edit(zone, 'lowpoint: 18.2', 'lowpiont: 18.2');
        edit(zone, 'setpoint: 18.5', 'setpoint: 19.5');
        await run('validate', { exit: 3 });
        await run('plan', { exit: 3 });
        golden(import.meta.url, 'explain-fmt', text());
      }),
    { seconds: 60 },
  );

  test('explain speaks of the modules that the project’s targets have', () =>
    inFolder(async (folder) => {
      const { run } = session(folder);
      const leaf = (name: string, more = ''): string => `leaf ${name} { type uint8 { range "1..9"; } units "bar"; ${more} }`;
      const module = (name: string, body: string): string =>
        `module ${name} { yang-version 1.1; namespace "urn:${name}"; prefix ${name}; container ${name} { ${body} } }`;
      const target = (name: string): string =>
        `apiVersion: setpoint/v1\nkind: Target\nmetadata: { name: ${name} }\nspec: { provider: confhoard, address: ${name}, options: { modules: [${name}] } }\n`;
      writeFiles(folder, {
        'setpoint.yaml': 'apiVersion: setpoint/v1\nkind: Project\nmetadata: { name: p }\nspec: { manifests: targets }\n',
        'targets/all.yaml': [target('boiler'), target('pump')].join('---\n'),
        'boiler/boiler.yang': module(
          'boiler',
          leaf('pressure', 'must "../valve = 2" { error-message "only with the valve shut"; }') + leaf('valve'),
        ),
        'pump/pump.yang': module('pump', leaf('flow', 'config false;')),
      });
      assert.match(await run('explain Config'), /modules +boiler, pump: see \.config/);
      assert.match(await run('-t pump explain Config'), /modules +pump: see/);
      assert.match(
        await run('explain Config.config.boiler.pressure'),
        /^confhoard\/Config\.config\.boiler:boiler\.pressure\n[^]*1\.\.9[^]*bar[^]*only with the valve shut \(boiler\/boiler\.yang:1\)/,
      );
      assert.match(await run('explain Config.config.pump.flow'), /reported +by the system/);
    }));
});
