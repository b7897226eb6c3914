/** Appends ten numbered lines to a log, one after the other, and says for each what became of it. */
import { writeSync } from 'node:fs';
import { Fault } from '../../src/core/diagnostic.ts';
import { openLog, writeDurably } from '../../src/disk/index.ts';

const [path = ''] = process.argv.slice(2);
const log = openLog(path);
const say = async (what: string, work: Promise<unknown>): Promise<void> => {
  const said = await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );
  writeSync(1, `${what} ${said}\n`);
};
for (let i = 0; i < 10; i += 1) await say(`line ${i}`, log.append([`line ${i}`, `more of ${i}`]));
await log.close();
await say('file', writeDurably(`${path}.file`, 'new'));
