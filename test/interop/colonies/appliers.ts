import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../../kit/binary.ts';
import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { censusOf, everythingOnce, WHOLE } from './census.ts';
import { inKitchen, says, type At, type Kitchen } from './kitchen.ts';
import { openToll, writes } from './toll.ts';

/** Several who apply at the same moment. Leaves a colony behind. */
export async function playAppliers(at: At, program: string, check: Check): Promise<void> {
  const toll = await openToll(at);
  const say: Check = (name, body) => check(`several appliers: ${name}`, body);
  try {
    await inKitchen({ at, program, through: toll, colony: 'appliers' }, async (kitchen) => {
      await say('three of one project at once make everything once', () => race(kitchen));
      await say('while one writes, the other is told who does, and writes nothing', () => held(kitchen, toll));
      await inKitchen({ at, program, colony: kitchen.colony }, async (other) => {
        await say('two projects work in one colony at once, and each leaves what is the other’s alone', () => neighbours(kitchen, other));
      });
    });
  } finally {
    await toll.close();
  }
}

const apply = ['apply', '--yes'];
const codeOf = ({ code }: Ended): number | null => code;

async function race(kitchen: Kitchen): Promise<void> {
  const all = await Promise.all([1, 2, 3].map(() => kitchen.run(apply)));
  const told = all.map(({ out, err }) => out + err).join('\n');
  assert.ok(all.map(codeOf).includes(0), told);
  // Who looks while another one writes may be told that things are there which no apply of ours has made: that writes nothing (5, 6).
  for (const code of all.map(codeOf)) assert.ok([0, 4, 5, 6].includes(code ?? -1), told);
  await everythingOnce(kitchen);
}

async function held(kitchen: Kitchen, toll: Awaited<ReturnType<typeof openToll>>): Promise<void> {
  kitchen.edit('manifests/work.yaml', /trigger: 4/, 'trigger: 5');
  let late: Promise<Ended> | undefined;
  let asked = 0;
  toll.keep(async (type, pass) => {
    if (!writes(type)) return pass();
    asked += 1;
    // The first one waits before its first write until the second has given up.
    await (late ??= kitchen.run(apply));
    return pass();
  });
  await says(kitchen.run(apply), 0, []);
  toll.keep();
  assert.ok(late !== undefined);
  await says(late, 4, ['LEASE_HELD']);
  assert.is(asked, 2); // the generator goes, and comes
  await everythingOnce(kitchen);
}

async function neighbours(kitchen: Kitchen, annex: Kitchen): Promise<void> {
  for (const name of ['kitchen', 'ovens', 'people', 'work']) rmSync(join(annex.folder, `manifests/${name}.yaml`));
  annex.edit('manifests/targets.yaml', /name: kitchens/, 'name: annex');
  writeFileSync(join(annex.folder, 'manifests/annex.yaml'), ANNEX);
  kitchen.edit('manifests/work.yaml', /trigger: 5/, 'trigger: 4');
  const both = await Promise.all([kitchen, annex].map((one) => one.run(apply)));
  assert.equal(both.map(codeOf), [0, 0], both.map(({ out, err }) => out + err).join('\n'));
  const more = {
    executors: ['cooker', 'waiter'],
    functions: ['boil', 'bring', 'chop', 'serve'],
    crons: [...(WHOLE['crons'] ?? []), 'tea'],
  };
  for (const one of [kitchen, annex]) await everythingOnce(one, more);

  // What bears the mark of the other project is refused, and stays what it is.
  writeFileSync(join(annex.folder, 'manifests/more.yaml'), THEIRS);
  await says(annex.run(apply), 5, ['blocked: belongs to kitchens/colonies/Cron/soup-of-the-day']);
  await everythingOnce(kitchen, more);
  rmSync(join(annex.folder, 'manifests/more.yaml'));

  await says(annex.run(['destroy', '--yes']), 0, []);
  assert.equal(await censusOf(kitchen.theirs), WHOLE);
  await everythingOnce(kitchen);
}

const ANNEX = `apiVersion: colonies/v1
kind: Executor
metadata: { name: waiter }
spec:
  executortype: waiter
  key: { generate: secp256k1, keep: { file: .setpoint/keys/waiter.key } }
  functions: [{ name: bring }]
---
apiVersion: colonies/v1
kind: Cron
metadata: { name: tea }
spec:
  cronexpression: 0 0 17 * * *
  functionspecs: [{ nodename: bring, funcname: bring, conditions: { executortype: waiter } }]
`;

const THEIRS = `apiVersion: colonies/v1
kind: Cron
metadata: { name: soup-of-the-day }
spec:
  cronexpression: 0 0 7 * * *
  functionspecs: [{ nodename: bring, funcname: bring, conditions: { executortype: waiter } }]
`;
