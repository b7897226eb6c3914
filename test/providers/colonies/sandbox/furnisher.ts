/**
 * A sandbox in a process of its own that is told to do one of everything: `furnisher.ts FOLDER`. Each line that it prints is
 * something that a client was told: that it was done, or that it was refused. It ends by itself whatever the disk does.
 */
import type { Fields } from '../../../../src/core/value.ts';
import { sandbox } from '../../../../src/providers/colonies/sandbox/index.ts';
import { id, opened, sealed, send, type Who } from './lab.ts';
import { work } from './work.ts';

const [folder = ''] = process.argv.slice(2);
const say = (...words: readonly string[]): void => void process.stdout.write(`${words.join(' ')}\n`);
const box = await sandbox({ folder, options: {} });

const ask = async (who: Who, type: string, fields: Fields): Promise<Fields | undefined> => {
  const { status, body } = await send(box.address, { body: sealed(type, JSON.stringify({ msgtype: type, ...fields }), who) });
  const { error, payload } = opened(status, body);
  return error ? undefined : ((payload ?? {}) as Fields);
};
/** Says what came of it, and that it was begun: a kill in between leaves both open. */
const tried = async (deed: string, [who, type, fields]: readonly [Who, string, Fields]): Promise<Fields | undefined> => {
  say('trying', deed);
  const reply = await ask(who, type, fields);
  say(reply === undefined ? 'refused' : 'done', deed);
  return reply;
};
const dev = { colonyname: 'dev' };
const place = (name: string): Promise<unknown> => tried(`place ${name}`, ['colony', 'addlocationmsg', { location: { ...dev, name } }]);

await place('one');
// At the same time they share a write.
await Promise.all(['two', 'three', 'four'].map(place));
await tried('executor', [
  'colony',
  'addexecutormsg',
  { executor: { ...dev, executorname: 'e1', executorid: id('e1'), executortype: 'worker' } },
]);
await tried('approval', ['colony', 'approveexecutormsg', { ...dev, executorname: 'e1' }]);
const process_ = await tried('process', ['user', 'submitfuncspecmsg', { spec: work({ env: { A: 'b' } }) }]);
if (process_ !== undefined) {
  const processid = String(process_['processid']);
  await tried('assignment', ['e1', 'assignprocessmsg', { ...dev, timeout: -1 }]);
  await tried('log', ['e1', 'addlogmsg', { processid, message: 'bubbles' }]);
  await tried('close', ['e1', 'closesuccessfulmsg', { processid, out: ['ale'] }]);
}
await tried('removal', ['colony', 'removelocationmsg', { ...dev, name: 'two' }]);
await place('five');
await box.close().catch(() => say('not closed'));
say('ended');
