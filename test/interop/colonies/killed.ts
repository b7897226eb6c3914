import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, type MessageType } from '../../../src/providers/colonies/client/index.ts';
import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { censusOf, everythingOnce, WHOLE, type Census } from './census.ts';
import { inKitchen, says, type Kitchen } from './kitchen.ts';
import type { Real } from './server.ts';
import { openToll, SILENCE, writes, type Toll } from './toll.ts';

/** `kill -9` of `setpoint apply`, and of the server under it. Leaves colonies behind. */
export async function playKilled(real: Real, program: string, check: Check): Promise<void> {
  const toll = await openToll(real);
  const say: Check = (name, body) => check(`kill -9: ${name}`, body);
  const fresh = (colony: string, body: (kitchen: Kitchen) => Promise<void>): Promise<void> =>
    inKitchen({ at: real, program, through: toll, colony }, body);
  try {
    await fresh('killed', async (kitchen) => {
      writeFileSync(join(kitchen.folder, 'manifests/feast.yaml'), FEAST);
      let shots: readonly Shot[] = [];
      await say('an apply that is killed again and again, write by write, makes everything once', async () => {
        shots = await shootDown(kitchen, toll);
        await everythingOnce(kitchen);
        assert.is((await kitchen.theirs.must(['workflow', 'psw'])).match(/[0-9a-f]{64}/g)?.length, 1);
      });
      await say(
        `that were ${shots.length} kills; a generated key that was stored and not registered is the one that is registered`,
        async () => {
          const stored = shots.find(({ type, arrived }) => type === 'addexecutormsg' && !arrived)?.cookersKey;
          assert.ok(stored !== undefined && shots.length > 6, JSON.stringify(shots.map(({ type }) => type)));
          assert.is(keyOfCooker(kitchen), stored);
          assert.match(await kitchen.theirs.must(['executor', 'get', '--name', 'cooker']), idOf(stored ?? ''));
        },
      );
    });
    for (const [name, arrived] of [
      ['before it got a request', false],
      ['after it did what was asked and before it said so', true],
    ] as const) {
      await say(`a server that dies ${name}: the next plan is true, and nothing is lost or there twice`, () =>
        fresh(arrived ? 'server-dies-late' : 'server-dies', (kitchen) => serverDies(kitchen, { toll, real, arrived })),
      );
    }
  } finally {
    await toll.close();
  }
}

interface Shot {
  readonly type: MessageType;
  /** The server did it. */
  readonly arrived: boolean;
  /** What was stored as the cooker's key at that time. */
  readonly cookersKey: string | undefined;
}

const FEAST = `apiVersion: colonies/v1
kind: Workflow
metadata: { name: feast }
spec:
  functionspecs: [{ nodename: chop, funcname: chop, conditions: { executortype: cooker } }]
`;

/** Killed before the server gets the first of these; with any other write, when the server has done it and nobody heard of it. */
const BEFORE: readonly MessageType[] = ['addexecutormsg', 'addblueprintmsg'];

/** Applies until it ends by itself, killed at the first write each time. */
async function shootDown(kitchen: Kitchen, toll: Toll): Promise<readonly Shot[]> {
  const shots: Shot[] = [];
  for (;;) {
    const gun = new AbortController();
    toll.keep(async (type, pass) => {
      if (!writes(type)) return pass();
      const arrived = !BEFORE.includes(type) || shots.some((shot) => shot.type === type);
      if (arrived) await pass();
      shots.push({ type, arrived, cookersKey: keyOfCooker(kitchen) });
      gun.abort();
      return SILENCE;
    });
    const { code, signal, out, err } = await kitchen.run(['apply', '--yes'], { kill: gun.signal });
    toll.keep();
    if (signal === 'SIGKILL' && gun.signal.aborted) continue;
    assert.is(code, 0, out + err);
    return shots;
  }
}

function keyOfCooker({ folder }: Kitchen): string | undefined {
  const file = join(folder, '.setpoint/keys/cooker.key');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

interface Death {
  readonly toll: Toll;
  readonly real: Real;
  /** It did what was asked last. */
  readonly arrived: boolean;
}

async function serverDies(kitchen: Kitchen, { toll, real, arrived }: Death): Promise<void> {
  let death: Promise<void> | undefined;
  toll.keep(async (type, pass) => {
    if (death !== undefined || type !== 'addcronmsg') return pass();
    if (arrived) await pass();
    await (death = real.restart());
    return SILENCE;
  });
  const { code, out, err } = await kitchen.run(['apply', '--yes']);
  toll.keep();
  assert.ok(death !== undefined, out + err);
  assert.ok(code === 0 || code === 1, `${code}: ${out}${err}`);
  if (code === 1) assert.match(out + err, /CONNECTION_LOST|CONNECT_REFUSED/);
  const there = await censusOf(kitchen.theirs);
  const plan = await kitchen.run(['plan']);
  const planned = [...plan.out.matchAll(/^\+ colonies\/(\w+\/[\w-]+)/gm)].map(([, id = '']) => id).sort();
  assert.equal(planned, lacking(there), `${out}${err}\n${plan.out}`);
  await says(kitchen.run(['apply', '--yes']), 0, []);
  await everythingOnce(kitchen);
}

const KIND: Readonly<Record<string, string>> = {
  users: 'User',
  executors: 'Executor',
  crons: 'Cron',
  generators: 'Generator',
  definitions: 'BlueprintDefinition',
  blueprints: 'Blueprint',
};

/** What the manifests want and is not there. Functions that an executor has in its own manifest are none of their own. */
const lacking = (there: Census): readonly string[] =>
  Object.entries(WHOLE)
    .flatMap(([list, names]) => {
      const missing = names.filter((name) => !there[list]?.includes(name) && !name.startsWith('reconcile-'));
      return list === 'functions'
        ? missing.filter((name) => name === 'serve').map((name) => `Function/${name}`)
        : missing.map((name) => `${KIND[list] ?? ''}/${name}`);
    })
    .sort();
