/**
 * A process that writes state, to be killed or to contend with others:
 *
 *     store-worker.ts script folder|git ROOT   runs the acts of script.ts, prints what became of each and ends at the first fault
 *     store-worker.ts contend ROOT NAME TURNS  adds one to a record as often, each time under the lease; prints how often it did
 */
import { writeSync } from 'node:fs';
import { openGitStore, repository } from '../../src/git/index.ts';
import type { Store } from '../../src/state/index.ts';
import { Fault } from '../../src/core/diagnostic.ts';
import { openAt, recordOf } from './sample.ts';
import { acts } from './script.ts';

const [command, ...words] = process.argv.slice(2);

async function script([medium, root = '']: readonly string[]): Promise<void> {
  const store = medium === 'git' ? await gitStore(root) : openAt(root);
  for (const [i, act] of acts.entries()) {
    try {
      await act.run(store);
      writeSync(1, `${i} done\n`);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      writeSync(1, `${i} ${error.code}\n`);
      return;
    }
  }
}

async function gitStore(root: string): Promise<Store> {
  const found = await repository(root, process.env);
  if (!found) throw new Error(`${root} is no repository`);
  return openGitStore({ repository: found, project: '', environment: 'prod', holder: 'ann@cellar pid 1', remote: await found.remote() });
}

async function contend([root = '', name = '', turns = '0']: readonly string[]): Promise<void> {
  const store = openAt(root, { holder: name });
  const id = 'edge/confhoard/Config/count';
  let done = 0;
  while (done < Number(turns)) {
    try {
      const lease = await store.lease({ target: 'edge', run: name });
      const before = (await store.load('edge')).records.get(id)?.applied['value'];
      await store.end('edge', [{ id, outcome: 'done', recorded: recordOf(id, Number(before ?? 0) + 1) }]);
      if (done % 2 === 0) await store.checkpoint({ run: name, message: name });
      await lease.release();
      done += 1;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'LEASE_HELD') throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  writeSync(1, `${done}\n`);
}

await (command === 'contend' ? contend(words) : script(words));
