/**
 * A process that writes to a datastore: `writer.ts FOLDER NAME COUNT`. It adds COUNT hops of its own, and as often its name to
 * a text that all writers share.
 */
import { Fault } from '../../../src/core/diagnostic.ts';
import { openCandidate } from '../../../src/providers/confhoard/datastore/index.ts';
import { openStore } from './store-bench.ts';

const [folder = '', name = '', count = '1'] = process.argv.slice(2);
const store = await openStore(folder);
const by = { user: name, via: 'test' };
const SHARED = "/definitions/ingredients/hops[name='shared']/description";

for (let i = 0; i < Number(count); i += 1) {
  const own = await openCandidate(store);
  own.merge(`/definitions/ingredients/hops[name='${name}-${i}']`, { description: 'mine' });
  own.set('/brewhouse/gravity/fermentation/original', (1 + (i + 1) / 1000).toFixed(4));
  await committed(() => own.commit(by)).catch(async (error: unknown) => {
    // The other one set the gravity meanwhile: what is nobody else's is committed alone.
    if (!(error instanceof Fault) || error.code !== 'CONFIG_CONFLICT') throw error;
    const alone = await openCandidate(store);
    alone.merge(`/definitions/ingredients/hops[name='${name}-${i}']`, { description: 'mine' });
    await committed(() => alone.commit(by));
  });
  for (;;) {
    const shared = await openCandidate(store);
    shared.set(SHARED, `${String(shared.read(SHARED) ?? '')}${name}`);
    try {
      await committed(() => shared.commit(by));
      break;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'CONFIG_CONFLICT') throw error;
    }
  }
}

/** Waits for the lock as long as it takes. */
async function committed(commit: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await commit();
      return;
    } catch (error) {
      if (!(error instanceof Fault) || error.retry === false) throw error;
    }
  }
}
