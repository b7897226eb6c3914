import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openColonies } from '../../../src/providers/colonies/client/index.ts';
import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { keyOf, SAMPLE } from './keys.ts';
import { inKitchen, says, type Kitchen } from './kitchen.ts';

const { serverKey, colonyKey, userKey } = SAMPLE;
const colony = 'cooking';

/** examples/manifests/colonies-cooking from nothing to nothing on a server, with both command lines. */
export async function playStory(
  at: { readonly host: string; readonly port: number; readonly name: string },
  program: string,
  check: Check,
): Promise<void> {
  await inKitchen({ at, program }, async (kitchen) => {
    for (const [what, act] of CHAPTERS) await check(`story on ${at.name}: ${what}`, async () => void (await act(kitchen)));
  });
}

type Chapter = readonly [what: string, act: (kitchen: Kitchen) => Promise<unknown>];

const CHAPTERS: readonly Chapter[] = [
  [
    'on a fresh server the colony and its first user are planned, the rest waits for them',
    async ({ run, theirs }) => {
      assert.equal(JSON.parse(await theirs.must(['colony', 'ls', '--json'])), []);
      const told = await says(run(['plan', '--exit-code']), 2, [
        '+ colonies/Colony/cooking',
        '+ colonies/User/setpoint',
        'wait for round 2',
      ]);
      assert.not.match(told, '+ colonies/Executor/cooker');
    },
  ],
  [
    'one apply makes everything',
    async ({ run, theirs }) => {
      await says(run(['apply', '--yes']), 0, ['round 2']);
      assert.match(await theirs.must(['user', 'ls']), /\| ada /);
      assert.match(await theirs.must(['executor', 'ls']), /\| cooker +\| cooker /);
      assert.match(await theirs.must(['cron', 'ls']), 'soup-of-the-day');
      assert.match(await theirs.must(['generator', 'ls']), 'trays');
      assert.match(await theirs.must(['blueprint', 'ls']), 'oven-2');
      for (const name of ['chop', 'boil', 'serve'])
        assert.match(await theirs.must(['function', 'ls']), new RegExp(`FunctionName \\| ${name} `));
    },
  ],
  ['the second plan is empty', ({ run }) => says(run(['plan', '--exit-code']), 0, ['In step'])],
  [
    'what was changed by hand is told, and healed',
    async ({ run, theirs, address }) => {
      await theirs.must(['blueprint', 'set', '--name', 'oven-1', '--key', 'spec.celsius', '--value', '250']);
      await theirs.must(['executor', 'reject', '--name', 'cooker']);
      await theirs.must(['user', 'remove', '--name', 'ada'], 'YES\n');
      await theirs.must(['cron', 'remove', '--cronid', await idOfCron(address)]);
      await says(run(['plan', '--exit-code']), 2, [
        'spec.celsius 250 → 180',
        'approved false → true',
        '+ colonies/User/ada',
        '+ colonies/Cron/soup-of-the-day',
      ]);
      await says(run(['apply', '--yes']), 0, []);
      assert.match(await theirs.must(['executor', 'get', '--name', 'cooker']), /State +\| Approved/);
      await says(run(['plan', '--exit-code']), 0, ['In step']);
    },
  ],
  [
    'an executor that was removed by hand comes back with its functions',
    async ({ run, theirs }) => {
      await theirs.must(['executor', 'remove', '--name', 'cooker']);
      await says(run(['plan', '--exit-code']), 2, ['approved false → true']);
      await says(run(['apply', '--yes']), 0, []);
      assert.match(await theirs.must(['function', 'ls']), /FunctionName \| serve /);
      await says(run(['plan', '--exit-code']), 0, ['In step']);
    },
  ],
  [
    'strangers are left alone',
    async ({ run, theirs, address }) => {
      const other = openColonies({ address, key: colonyKey });
      const user = { colonyname: colony, userid: 'f'.repeat(64), name: 'bob', email: '', phone: '' };
      await other.call('addusermsg', { user });
      await other.close();
      await says(run(['plan', '--exit-code']), 0, []);
      await theirs.must(['user', 'remove', '--name', 'bob'], 'YES\n');
    },
  ],
  [
    'a definition that changes takes its blueprints with it, in the only order that the server accepts',
    async ({ run, edit, theirs }) => {
      edit('manifests/ovens.yaml', /celsius: \{ type: number \}/, 'celsius: { type: number }\n      fan: { type: boolean }');
      await says(run(['plan', '--exit-code']), 2, [
        '± colonies/BlueprintDefinition/ovens',
        '± colonies/Blueprint/oven-1',
        '± colonies/Blueprint/oven-2',
      ]);
      await says(run(['apply', '--yes']), 0, []);
      assert.match(await theirs.must(['blueprint', 'definition', 'get', '--name', 'ovens']), 'fan');
      await says(run(['plan', '--exit-code']), 0, ['In step']);
    },
  ],
  [
    'a blueprint against its definition is refused before anything is sent',
    async ({ run, edit }) => {
      edit('manifests/ovens.yaml', /celsius: 180/, 'celsius: hot');
      assert.is.not((await run(['validate'])).code, 0);
      edit('manifests/ovens.yaml', /celsius: hot/, 'celsius: 180');
    },
  ],
  [
    'a workflow runs once',
    async ({ run, folder, theirs }) => {
      writeFileSync(join(folder, 'manifests/feast.yaml'), FEAST);
      await says(run(['apply', '--yes']), 0, ['colonies/Workflow/feast']);
      const key = readFileSync(join(folder, '.setpoint/keys/cooker.key'), 'utf8').trim();
      for (const output of ['chopped', 'boiled']) {
        const assigned = await theirs.must(['process', 'assign', '--timeout', '10', '--prvkey', key]);
        const id = /ProcessId=([0-9a-f]{64})/i.exec(assigned)?.[1] ?? '';
        await theirs.must(['process', 'close', '-p', id, '--out', output, '--prvkey', key]);
      }
      await says(run(['apply', '--yes']), 0, []); // records what came of it
      await says(run(['plan', '--exit-code']), 0, ['In step']);
      assert.is((await theirs.must(['workflow', 'pss'])).match(/[0-9a-f]{64}/g)?.length, 1);
      // Also where the server has forgotten it.
      await theirs.must(['workflow', 'removeall', '--successful'], 'YES\n');
      await says(run(['plan', '--exit-code']), 0, ['In step']);
    },
  ],
  [
    "a key that is no member's is told, and nothing is planned with it",
    async ({ run }) => {
      const env = { COLONIES_PRVKEY: keyOf('stranger') };
      await says(run(['plan'], { env }), 6, ['not judged: nobody here may read the colony', "no member's"]);
      await says(run(['doctor'], { env }), 1, ["WRONG kitchens: key of the target is no member's"]);
    },
  ],
  [
    'everything is destroyed, and the server lists nothing',
    async ({ run, theirs, address }) => {
      await says(run(['destroy', '--yes']), 0, []);
      assert.equal(JSON.parse(await theirs.must(['colony', 'ls', '--json'])), []);
      // Blueprints would outlive their colony, and come back with the next one of its name.
      const other = openColonies({ address, key: serverKey });
      const owner = { key: colonyKey };
      await other.call('addcolonymsg', { colony: { name: colony, colonyid: SAMPLE.colonyId } });
      assert.equal(await other.call('getblueprintsmsg', { namespace: colony }, owner), []);
      assert.equal(await other.call('getblueprintdefinitionsmsg', { colonyname: colony }, owner), []);
      await other.call('removecolonymsg', { colonyname: colony });
      await other.close();
    },
  ],
];

const FEAST = `apiVersion: colonies/v1
kind: Workflow
metadata: { name: feast }
spec:
  functionspecs:
    - { nodename: chop, funcname: chop, conditions: { executortype: cooker } }
    - { nodename: boil, funcname: boil, conditions: { executortype: cooker, dependencies: [chop] } }
`;

async function idOfCron(address: string): Promise<string> {
  const client = openColonies({ address, key: userKey });
  try {
    const [cron] = (await client.call('getcronsmsg', { colonyname: colony, count: 10 })).filter(
      ({ name }) => !name.startsWith('reconcile-'),
    );
    return cron?.cronid ?? '';
  } finally {
    await client.close();
  }
}
