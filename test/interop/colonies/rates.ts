import { idOf, openColonies, specOf } from '../../../src/providers/colonies/client/index.ts';
import { keyOf, SAMPLE } from './keys.ts';

const { serverKey, colonyKey, colonyId, userKey, userId } = SAMPLE;
const colonyname = 'rates';
const owner = { key: colonyKey };
const worker = { key: keyOf('rates-worker') };
const READS = 400;
const PROCESSES = 200;
const AT_ONCE = 8;

/** How many a second a server does of these, asked by our client. */
export interface Rates {
  /** `getcolonymsg`, one after the other. */
  readonly reads: number;
  /** The same, eight at once. */
  readonly readsAtOnce: number;
  /** Processes assigned and closed, by one executor after the other. */
  readonly processes: number;
  /** Processes submitted. */
  readonly submissions: number;
}

export async function measure(at: { readonly host: string; readonly port: number }): Promise<Rates> {
  const client = openColonies({ address: `http://${at.host}:${at.port}`, key: userKey });
  const { call } = client;
  try {
    await call('addcolonymsg', { colony: { colonyid: colonyId, name: colonyname } }, { key: serverKey });
    await call('addusermsg', { user: { colonyname, userid: userId, name: 'me' } }, owner);
    await call('addexecutormsg', { executor: { executorname: 'w', executorid: idOf(worker.key), colonyname, executortype: 'w' } }, owner);
    await call('approveexecutormsg', { colonyname, executorname: 'w' }, owner);
    const read = async (): Promise<void> => void (await call('getcolonymsg', { colonyname }));
    for (let n = 0; n < 50; n += 1) await read(); // connections and compilers warm up
    const reads = await perSecond(READS, async () => {
      for (let n = 0; n < READS; n += 1) await read();
    });
    const readsAtOnce = await perSecond(READS, async () => {
      const one = async (): Promise<void> => {
        for (let n = 0; n < READS / AT_ONCE; n += 1) await read();
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
    });
    const spec = specOf({ funcname: 'f', conditions: { colonyname, executortype: 'w' } });
    const submissions = await perSecond(PROCESSES, async () => {
      for (let n = 0; n < PROCESSES; n += 1) await call('submitfuncspecmsg', { spec });
    });
    const processes = await perSecond(PROCESSES, async () => {
      for (let n = 0; n < PROCESSES; n += 1) {
        const { processid } = await call('assignprocessmsg', { colonyname, timeout: 5 }, worker);
        await call('closesuccessfulmsg', { processid, out: [n] }, worker);
      }
    });
    await call('removecolonymsg', { colonyname }, { key: serverKey });
    return { reads, readsAtOnce, processes, submissions };
  } finally {
    await client.close();
  }
}

async function perSecond(count: number, act: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await act();
  return Math.round((count * 1000) / (performance.now() - begun));
}
