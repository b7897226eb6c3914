import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Value } from '../../core/value.ts';
import { listFiles, readIfThere, writeDurably } from '../../disk/index.ts';
import type { Sandbox, SandboxOptions } from '../contract.ts';
import { switches, type Control, type Input } from '../switches.ts';
import type { Datastore, Layout, Lock } from './datastore/index.ts';
import { layout, openCandidate, openDatastore } from './datastore/index.ts';
import { moodOf, setMood } from './misbehaving.ts';
import { schemaFor } from './modules.ts';
import { storeNamed, valueOf } from './operations.ts';

/** A datastore in a folder of its own, which a hand may change and make fail. Targets reach it by the folder, as any other. */
export async function sandbox({ folder: given, options, files }: SandboxOptions): Promise<Sandbox> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'setpoint-confhoard-')));
  const datastore = await openDatastore({ folder, schema: schemaFor(options, files), now: Date.now, sessionId: randomUUID() });
  await setMood(folder, {});
  const locks: Lock[] = [];
  const controls = [...byHand(datastore), ...troubles(folder), ...accidents(datastore, layout(folder), locks)];
  const release = async (): Promise<void> => {
    for (let lock = locks.pop(); lock; lock = locks.pop()) await lock.release();
  };
  return {
    address: folder,
    ...switches('confhoard', controls),
    async close() {
      await release();
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a person at the datastore's console does. */
function byHand(datastore: Datastore): readonly Control[] {
  const commit = async ({ path = '/', value, user = 'operator' }: Input, persist: boolean): Promise<Value> => {
    const candidate = await openCandidate(datastore);
    if (value === undefined) candidate.remove(path);
    else candidate.set(path, valueOf(value));
    const { generation } = await candidate.commit({ user, via: 'console', persist });
    return { generation };
  };
  return [
    {
      name: 'get',
      summary: 'what a store holds (default: running)',
      inputs: ['store'],
      run: async ({ store = 'running' }) => (await datastore.read(storeNamed(store))).tree,
    },
    { name: 'change', summary: 'sets a leaf', inputs: ['path', 'value', 'user'], run: (input) => commit(input, true) },
    {
      name: 'remove',
      summary: 'removes what is at a path',
      inputs: ['path', 'user'],
      run: ({ value: _value, ...input }) => commit(input, true),
    },
    {
      name: 'trial',
      summary: 'sets a leaf of running alone: it is not persisted',
      inputs: ['path', 'value', 'user'],
      run: (input) => commit(input, false),
    },
  ];
}

function troubles(folder: string): readonly Control[] {
  const more = async (what: 'drop' | 'refuse' | 'lose'): Promise<void> =>
    setMood(folder, { [what]: ((await moodOf(folder))?.[what] ?? 0) + 1 });
  return [
    { name: 'down', summary: 'stops answering', inputs: [], run: () => setMood(folder, { down: true }) },
    { name: 'up', summary: 'answers again', inputs: [], run: () => setMood(folder, { down: false, stalled: false }) },
    { name: 'stall', summary: 'never answers, until whoever asks gives up', inputs: [], run: () => setMood(folder, { stalled: true }) },
    { name: 'drop-next-request', summary: 'loses the next request before it has an effect', inputs: [], run: () => more('drop') },
    { name: 'fail-next-commit', summary: 'refuses the next commit', inputs: [], run: () => more('refuse') },
    { name: 'lose-next-reply', summary: 'makes the next commit and does not say so', inputs: [], run: () => more('lose') },
  ];
}

function accidents(datastore: Datastore, files: Layout, locks: Lock[]): readonly Control[] {
  const intact = new Map<string, string>();
  return [
    {
      name: 'hold-lock',
      summary: 'keeps every writer out for so many seconds (default: 30)',
      inputs: ['seconds'],
      async run({ seconds = '30' }) {
        locks.push(await datastore.hold({ owner: 'sandbox', forMs: Number(seconds) * 1000 }));
      },
    },
    {
      name: 'reboot',
      summary: 'forgets running and operational, as a reboot does where they live in memory',
      inputs: [],
      async run() {
        for (const store of ['running', 'operational'] as const) await rm(files.store(store), { recursive: true, force: true });
      },
    },
    {
      name: 'corrupt',
      summary: 'cuts the files of running short, so that they cannot be read',
      inputs: [],
      async run() {
        for (const name of await listFiles(files.store('running'))) {
          const path = join(files.store('running'), name);
          intact.set(path, (await readIfThere(path)) ?? '');
          await writeDurably(path, '{"cut sh');
        }
        return [...intact.keys()];
      },
    },
    {
      name: 'repair',
      summary: 'puts the files back that were cut short',
      inputs: [],
      async run() {
        for (const [path, text] of intact) await writeDurably(path, text);
        intact.clear();
      },
    },
  ];
}
