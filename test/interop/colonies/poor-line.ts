import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openColonies, type MessageType } from '../../../src/providers/colonies/client/index.ts';
import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { everythingOnce } from './census.ts';
import { SAMPLE } from './keys.ts';
import { inKitchen, says, type At, type Kitchen } from './kitchen.ts';
import { refused } from './our-client.ts';
import { half, openToll, writes, type Cut, type Reply, type Toll } from './toll.ts';

const SLOW_MS = 40;

/** Between us and the server something delays, cuts, or answers in its place. Leaves a colony behind. */
export async function playPoorLine(at: At, program: string, check: Check): Promise<void> {
  const toll = await openToll(at);
  const say: Check = (name, body) => check(`a poor line: ${name}`, body);
  try {
    await inKitchen({ at, program, through: toll, colony: 'poor-line' }, async (kitchen) => {
      await say('one that is slow changes nothing', () => slow(kitchen, toll));
      await say('our client tells what is no reply from a failure of the server', () => told(kitchen, toll));
      await say('a plan says that nobody answered, and plans nothing', () => unread(kitchen, toll));
      await say('every reply to a write is spoiled, each in another way: what was done is found by looking', () => unheard(kitchen, toll));
      await say('nothing can be understood from the first write on: told, without a secret, and the next apply ends it', () =>
        deaf(kitchen, toll),
      );
    });
  } finally {
    await toll.close();
  }
}

type Trouble = (type: MessageType, reply: Reply) => Reply | Cut;

const page: Reply = { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<html>Please sign in</html>') };
const envelope = (payloadtype: string, payload: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ payloadtype, payload: Buffer.from(payload).toString('base64'), error: false })),
});
const cutInHalf: Trouble = (_, reply) => half(reply);

/** What comes in place of a reply, and the code of the fault that it is. */
const TROUBLES: readonly (readonly [trouble: Trouble, code: string])[] = [
  [cutInHalf, 'CONNECTION_LOST'],
  [() => ({ bytes: 'SSH-2.0-OpenSSH_9.2\r\n' }), 'NOT_HTTP'],
  [() => page, 'COLONIES_REPLY'],
  [() => ({ ...page, body: Buffer.alloc(0) }), 'COLONIES_REPLY'],
  [() => ({ ...page, status: 502 }), 'HTTP_502'],
  [() => envelope('versionmsg', '{}'), 'COLONIES_REPLY'],
  [(type) => envelope(type, '{"name":"co'), 'COLONIES_REPLY'],
];

async function slow(kitchen: Kitchen, toll: Toll): Promise<void> {
  toll.keep(async (_, pass) => {
    await wait(SLOW_MS);
    const reply = await pass();
    await wait(SLOW_MS);
    return reply;
  });
  await says(kitchen.run(['apply', '--yes']), 0, []);
  toll.keep();
  await everythingOnce(kitchen);
}

async function told({ address, colony }: Kitchen, toll: Toll): Promise<void> {
  const client = openColonies({ address, key: SAMPLE.userKey });
  try {
    for (const [trouble, code] of TROUBLES) {
      toll.keep(async (type, pass) => trouble(type, await pass()));
      await refused(code, client.call('getcolonymsg', { colonyname: colony }));
    }
    toll.keep();
    assert.is((await client.call('getcolonymsg', { colonyname: colony })).name, colony);
  } finally {
    await client.close();
  }
}

async function unread(kitchen: Kitchen, toll: Toll): Promise<void> {
  toll.keep(async (type, pass) => cutInHalf(type, await pass()));
  const plan = await says(kitchen.run(['plan']), 6, ['(the connection was lost): its 10 resources are not', 'nothing to do now']);
  toll.keep();
  withoutSecrets(plan, kitchen);
}

async function unheard(kitchen: Kitchen, toll: Toll): Promise<void> {
  let spoiled = 0;
  toll.keep(async (type, pass) => {
    const reply = await pass();
    if (!writes(type)) return reply;
    const [trouble] = TROUBLES[spoiled++ % TROUBLES.length] ?? [cutInHalf];
    return trouble(type, reply);
  });
  // Away with all, and here again: each kind is made and removed once.
  const removed = await says(kitchen.run(['destroy', '--yes']), 0, []);
  const made = await kitchen.run(['apply', '--yes']);
  toll.keep();
  assert.ok(spoiled > 2 * TROUBLES.length, String(spoiled));
  withoutSecrets(removed + made.out + made.err, kitchen);
  // What takes several requests may have got no further than to the first.
  if (made.code !== 0) await says(kitchen.run(['apply', '--yes']), 0, []);
  await everythingOnce(kitchen);
}

async function deaf(kitchen: Kitchen, toll: Toll): Promise<void> {
  let begun = false;
  toll.keep(async (type, pass) => {
    const reply = await pass();
    begun ||= writes(type);
    return begun ? cutInHalf(type, reply) : reply;
  });
  kitchen.edit('manifests/work.yaml', /trigger: 4/, 'trigger: 5');
  kitchen.edit('manifests/ovens.yaml', /celsius: 60/, 'celsius: 65');
  const apply = await says(kitchen.run(['apply', '--yes']), 1, ['the connection was lost']);
  toll.keep();
  withoutSecrets(apply, kitchen);
  await says(kitchen.run(['apply', '--yes']), 0, []);
  await everythingOnce(kitchen);
}

function withoutSecrets(text: string, { folder }: Kitchen): void {
  const cooker = readFileSync(join(folder, '.setpoint/keys/cooker.key'), 'utf8').trim();
  for (const secret of [SAMPLE.serverKey, SAMPLE.colonyKey, SAMPLE.userKey, cooker]) assert.not(text.includes(secret), text);
}
