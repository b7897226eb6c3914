import { join } from 'node:path';
import { Fault } from '../../core/diagnostic.ts';
import { readIfThere, writeDurably } from '../../disk/index.ts';
import type { Datastore } from './datastore/index.ts';
import { parseObject } from './datastore/index.ts';

/** `sandbox.json` makes a datastore a sandbox and says what is to go wrong there. A real datastore has no such file. */
export interface Mood {
  /** Does not answer. */
  readonly down: boolean;
  /** Never answers, until whoever asks gives up. */
  readonly stalled: boolean;
  /** How many requests are still to be lost on their way; how many commits are to be refused, or made without a reply. */
  readonly drop: number;
  readonly refuse: number;
  readonly lose: number;
}

export const WELL: Mood = { down: false, stalled: false, drop: 0, refuse: 0, lose: 0 };

const fileIn = (folder: string): string => join(folder, 'sandbox.json');

export async function moodOf(folder: string): Promise<Mood | undefined> {
  const text = await readIfThere(fileIn(folder));
  return text === undefined ? undefined : { ...WELL, ...parseObject(fileIn(folder), text) };
}

export async function setMood(folder: string, change: Partial<Mood>): Promise<void> {
  await writeDurably(fileIn(folder), `${JSON.stringify({ ...WELL, ...(await moodOf(folder)), ...change })}\n`);
}

/** The datastore itself, unless it is a sandbox: then one that misbehaves as it was told to. */
export async function misbehaving(datastore: Datastore): Promise<Datastore> {
  const { folder } = datastore;
  if ((await moodOf(folder)) === undefined) return datastore;
  const reached = async (): Promise<Mood> => {
    const mood = (await moodOf(folder)) ?? WELL;
    if (mood.stalled) await new Promise<never>(() => undefined);
    if (mood.down) throw unreachable(folder);
    if (mood.drop > 0) {
      await setMood(folder, { drop: mood.drop - 1 });
      throw dropped();
    }
    return mood;
  };
  return {
    ...datastore,
    read: (store) => reached().then(() => datastore.read(store)),
    readTogether: (stores) => reached().then(() => datastore.readTogether(stores)),
    foresee: (edits) => reached().then(() => datastore.foresee(edits)),
    save: (store, options) => reached().then(() => datastore.save(store, options)),
    async commit(edits, options) {
      const { refuse, lose } = await reached();
      if (refuse > 0) {
        await setMood(folder, { refuse: refuse - 1 });
        throw refused();
      }
      const committed = await datastore.commit(edits, options);
      if (lose > 0) {
        await setMood(folder, { lose: lose - 1 });
        throw lost();
      }
      return committed;
    },
  };
}

const unreachable = (folder: string): Fault =>
  new Fault(
    {
      code: 'CONFIG_UNREACHABLE',
      summary: 'the datastore does not answer',
      detail: `The sandbox in ${folder} was told to be down.`,
      hint: 'The control up of the sandbox ends it.',
    },
    { retry: { afterMs: 50 }, sent: 'no' },
  );

const dropped = (): Fault =>
  new Fault(
    {
      code: 'CONFIG_UNREACHABLE',
      summary: 'the connection to the datastore was lost',
      detail: 'The sandbox was told to lose the request. It had no effect.',
      hint: 'Run the same command again.',
    },
    { retry: { afterMs: 50 }, sent: 'no' },
  );

const refused = (): Fault =>
  new Fault({
    code: 'CONFIG_REFUSED',
    summary: 'the datastore refused the commit',
    detail: 'The sandbox was told to refuse it. Nothing was committed.',
    hint: 'Run the same command again.',
  });

const lost = (): Fault =>
  new Fault(
    {
      code: 'CONFIG_REPLY_LOST',
      summary: 'the reply to the commit was lost',
      detail: 'The sandbox was told to lose it. Whether the commit was made is found out by looking.',
      hint: 'Plan again.',
    },
    { retry: { afterMs: 50 }, sent: 'maybe' },
  );
