import type { Ended } from './kit/binary.ts';
import { inFolder, setpoint, writeFiles } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';
import { brewery, flowing, hop, PLAIN, target, untouched, zone } from './bad-days.ts';

const bomb = `${zone('18.5', { name: 'bomb' })}    a: &a [x,x,x,x,x,x,x,x,x]
${[...'bcdefghi'].map((name, i) => `    ${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}
`;

/** Files that nobody can read, and what has to be said about each: code, place, and what a person understands by it. */
const UNREADABLE: readonly (readonly [file: string, text: string, said: RegExp])[] = [
  ['broken.yaml', `kind: Config\nmetadata: {name: x\nspec:\n  a: 1\n`, /error YAML_SYNTAX not valid YAML.*? manifests\/broken\.yaml:3:1/],
  ['bomb.yaml', bomb, /error YAML_ALIAS_BOMB aliases repeat more than 10000 values manifests\/bomb\.yaml:\d+:\d+/],
  [
    'big.yaml',
    zone(`"${'x'.repeat(16_777_216)}"`, { name: 'big' }),
    /error YAML_TOO_LARGE the document has \d+ characters; 16777216 are allowed manifests\/big\.yaml:1:1/,
  ],
  [
    'proto.yaml',
    zone().replace('metadata:\n', 'metadata:\n  __proto__: { polluted: yes }\n'),
    /error YAML_FORBIDDEN_KEY the key __proto__ is not allowed manifests\/proto\.yaml:4:3/,
  ],
];

/** Manifests that can be read and are wrong. */
const WRONG: readonly (readonly [file: string, text: string, said: RegExp])[] = [
  [
    'twice.yaml',
    zone(),
    /error DUPLICATE_ID confhoard\/Config\/fermentation is described twice manifests\/zone\.yaml:4:9.*?the first is at manifests\/twice\.yaml:1/,
  ],
  [
    'kind.yaml',
    zone('18.5', { name: 'kind' }).replace('kind: Config', 'kind: Confg'),
    /error KIND_UNKNOWN confhoard has no kind called "Confg" manifests\/kind\.yaml:2:7.*?Did you mean Config\?/,
  ],
  [
    'group.yaml',
    zone('18.5', { name: 'group' }).replace('confhoard/v1', 'confhord/v1'),
    /error (GROUP|KIND|PROVIDER|API)[A-Z_]* .*? manifests\/group\.yaml:1:\d+.*?confhoard/,
  ],
  [
    'field.yaml',
    zone('18.5', { name: 'field' }).replace('module:', 'modul:'),
    /error FIELD_UNKNOWN spec has no field "modul" manifests\/field\.yaml:7:3.*?Did you mean module\?/,
  ],
  [
    'type.yaml',
    zone('18.5', { name: 'type' }).replace('name: type', 'name: [type]'),
    /error FIELD_TYPE metadata\.name must be text manifests\/type\.yaml:4:9.*?this is a list/,
  ],
  ['leaf.yaml', hop('leaf', 'strong'), /error YANG_TYPE .*?"strong".*? manifests\/leaf\.yaml:10:17/],
  [
    'nothing.yaml',
    hop('nothing', 5).replace('  target:', '  dependsOn: [confhoard/Config/fermentatoin]\n  target:'),
    /error REF_UNKNOWN no Config is called "fermentatoin" manifests\/nothing\.yaml:5:15.*?Did you mean fermentation/,
  ],
  [
    'target.yaml',
    hop('target', 5, { on: 'brewry' }),
    /error TARGET_UNKNOWN there is no target called "brewry" manifests\/target\.yaml:5:11.*?Did you mean brewery\?/,
  ],
];

const files = (rows: typeof WRONG): Readonly<Record<string, string>> =>
  Object.fromEntries(rows.map(([file, text]) => [`manifests/${file}`, text]));

/** All of it in one project and one run: everything that is wrong is told at once, and nothing is written. */
function toldAtOnce(rows: typeof WRONG, more: Readonly<Record<string, string>> = {}): () => Promise<Ended> {
  let once: Promise<Ended> | undefined;
  return () =>
    (once ??= inFolder(async (folder) => {
      writeFiles(folder, { ...PLAIN, ...files(rows), ...more });
      return setpoint(['apply', '--yes'], { cwd: folder });
    }));
}

group('files that cannot be read', (test) => {
  const ended = toldAtOnce(UNREADABLE);
  for (const [file, , said] of UNREADABLE) {
    test(
      `${file} is named with its place, beside all the others`,
      async () => {
        const { code, out, err } = await ended();
        assert.is(code, 3);
        assert.match(flowing({ out, err }), said);
      },
      { seconds: 40 },
    );
  }
  test('the code, the place and the reason of a file that is not UTF-8', () =>
    brewery({}, async (b) => {
      const { writeFileSync } = await import('node:fs');
      writeFileSync(`${b.folder}/manifests/latin.yaml`, Buffer.from('kind: Config # M\xe4lzerei\n', 'latin1'));
      const ended = await b.ends('apply --yes', 3);
      assert.match(flowing(ended), /error YAML_NOT_UTF8 byte 16 of the file is not UTF-8 manifests\/latin\.yaml:1:17.*?Latin-1/);
      untouched(b);
    }));
});

group('manifests that are wrong', (test) => {
  const ended = toldAtOnce(WRONG);
  for (const [file, , said] of WRONG) {
    test(`${file} is named with its place, beside all the others`, async () => {
      const { code, out, err } = await ended();
      assert.is(code, 3);
      assert.match(flowing({ out, err }), said);
    });
  }

  test('nothing is written while anything is wrong anywhere', () =>
    brewery({ 'manifests/kind.yaml': hop('a', 5).replace('Config', 'Confg') }, async (b) => {
      await b.ends('validate', 3);
      await b.ends('plan', 3);
      await b.ends('apply --yes', 3);
      untouched(b);
    }));

  test('a cycle is drawn with its members, and none of them is done', () =>
    brewery(
      {
        'manifests/a.yaml': hop('a', 5).replace('  target:', '  dependsOn: [confhoard/Config/b]\n  target:'),
        'manifests/b.yaml': hop('b', 5).replace('  target:', '  dependsOn: [confhoard/Config/a]\n  target:'),
      },
      async (b) => {
        const plan = await b.run('plan');
        assert.match(
          flowing(plan),
          /error CYCLE confhoard\/Config\/a needs confhoard\/Config\/b needs confhoard\/Config\/a manifests\/a\.yaml:1:1/,
        );
        assert.ok(plan.code === 3 || plan.code === 5, `exit ${plan.code}`);
        assert.is((await b.run('apply --yes')).code, plan.code);
        assert.not.match(JSON.stringify(b.holds('brewery')), /hops/);
      },
    ));

  test('a rule of the module is told in its own words, at the line that breaks it', () =>
    brewery({}, async (b) => {
      await b.ends('apply --yes', 0);
      const before = [b.holds('brewery'), b.holds('state/default/brewery')];
      b.write({ 'manifests/zone.yaml': zone(20) });
      for (const words of ['plan', 'apply --yes']) {
        const text = flowing(await b.ends(words, 3));
        assert.match(text, /error YANG_MUST setpoint must be below highpoint manifests\/zone\.yaml:10:15/);
        assert.match(text, /highpoint is 18\.8.*?yang\/brewhouse\.yang:\d+, must "setpoint < highpoint"/);
      }
      assert.equal([b.holds('brewery'), b.holds('state/default/brewery')], before);
    }));

  test('the same rule over two manifests: each is fine alone, and both are named', () =>
    brewery(
      {
        'manifests/zone.yaml': zone().replace('    highpoint: 18.8\n', ''),
        'manifests/high.yaml': zone('18.5', { name: 'high' })
          .replace(/    setpoint.*\n/, '')
          .replace(/    lowpoint.*\n/, ''),
      },
      async (b) => {
        await b.ends('apply --yes', 0);
        b.write({ 'manifests/zone.yaml': zone('18.9').replace('    highpoint: 18.8\n', '') });
        const text = flowing(await b.ends('apply --yes', 3));
        assert.match(text, /YANG_MUST setpoint must be below highpoint/);
        assert.match(text, /manifests\/zone\.yaml:10:15|manifests\/high\.yaml:10:16/);
        assert.is(await b.live('setpoint'), '18.5');
      },
    ));

  test('a word of the command that is wrong is an error, not a guess', () =>
    brewery({}, async (b) => {
      await b.ends('aply', 3);
      await b.ends('plan --frob', 3);
      assert.match(flowing(await b.ends('plan -t brewry', 3)), /brewry/);
      assert.match(flowing(await b.ends('plan --only fermentatoin', 3)), /Did you mean fermentation\?/);
      assert.match(flowing(await b.ends('apply nothing.json', 3)), /PLAN_UNREADABLE .*?nothing\.json/);
      untouched(b);
    }));

  test('two targets with one name', () =>
    brewery({ 'manifests/more.yaml': target('brewery') }, async (b) => {
      assert.match(flowing(await b.ends('plan', 3)), /DUPLICATE_ID there are two targets called "brewery" manifests\/targets\.yaml:4:9/);
    }));
});
