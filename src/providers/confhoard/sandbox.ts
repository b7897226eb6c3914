import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../core/diagnostic.ts';
import type { Fields, Value } from '../../core/value.ts';
import { readIfThere, writeDurably } from '../../disk/index.ts';
import type { Sandbox, SandboxOptions } from '../contract.ts';
import type { Datastore, Lock } from './datastore/index.ts';
import { layout, openCandidate, openDatastore, parseObject } from './datastore/index.ts';
import { schemaFor } from './modules.ts';
import { valueOf } from './operations.ts';

/** `sandbox.json` makes a datastore a sandbox: what is to go wrong there next. A real datastore has no such file. */
interface Mood {
  readonly down: boolean;
  /** How many commits are still to be refused, and after how many the reply is still to be lost. */
  readonly refuse: number;
  readonly lose: number;
}

const WELL: Mood = { down: false, refuse: 0, lose: 0 };
const moodFile = (folder: string): string => join(folder, 'sandbox.json');

async function moodOf(folder: string): Promise<Mood | undefined> {
  const text = await readIfThere(moodFile(folder));
  return text === undefined ? undefined : { ...WELL, ...(parseObject(moodFile(folder), text) as unknown as Mood) };
}

const setMood = (folder: string, mood: Mood): Promise<void> => writeDurably(moodFile(folder), `${JSON.stringify(mood)}\n`);

/** The datastore itself, unless it is a sandbox: then one that misbehaves as it was told to. */
export async function misbehaving(datastore: Datastore): Promise<Datastore> {
  const { folder } = datastore;
  if ((await moodOf(folder)) === undefined) return datastore;
  const up = async (): Promise<Mood> => {
    const mood = (await moodOf(folder)) ?? WELL;
    if (mood.down) throw unreachable(folder);
    return mood;
  };
  await up();
  return {
    ...datastore,
    read: async (store) => up().then(() => datastore.read(store)),
    foresee: async (edits) => up().then(() => datastore.foresee(edits)),
    save: async (store, options) => up().then(() => datastore.save(store, options)),
    async commit(edits, options) {
      const mood = await up();
      if (mood.refuse > 0) {
        await setMood(folder, { ...mood, refuse: mood.refuse - 1 });
        throw refused();
      }
      const committed = await datastore.commit(edits, options);
      if (mood.lose > 0) {
        await setMood(folder, { ...mood, lose: mood.lose - 1 });
        throw lost();
      }
      return committed;
    },
  };
}

const CONTROLS: Sandbox['controls'] = [
  { name: 'get', summary: 'what a store holds', inputs: ['store'] },
  { name: 'change', summary: 'sets a leaf by hand, through the console', inputs: ['path', 'value', 'user'] },
  { name: 'remove', summary: 'removes what is at a path by hand, through the console', inputs: ['path', 'user'] },
  { name: 'trial', summary: 'sets a leaf in running alone: it is not persisted', inputs: ['path', 'value', 'user'] },
  { name: 'generation', summary: 'the number of commits so far', inputs: [] },
  { name: 'fail-next-commit', summary: 'refuses the next commit', inputs: [] },
  { name: 'lose-next-reply', summary: 'makes the next commit and does not say so', inputs: [] },
  { name: 'hold-lock', summary: 'keeps every writer out for so many seconds', inputs: ['seconds'] },
  { name: 'release-lock', summary: 'lets writers in again', inputs: [] },
  { name: 'reboot', summary: 'forgets running and operational, as a reboot does', inputs: [] },
  { name: 'corrupt', summary: 'overwrites a file of running with what is no JSON', inputs: [] },
  { name: 'repair', summary: 'puts the corrupted file back', inputs: [] },
  { name: 'down', summary: 'stops answering', inputs: [] },
  { name: 'up', summary: 'answers again', inputs: [] },
];

/** A datastore in a folder of its own, which a hand may change and make fail. Targets reach it by the folder, as any other. */
export async function sandbox({ folder: given, options, files: project }: SandboxOptions): Promise<Sandbox> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'setpoint-confhoard-')));
  const datastore = await openDatastore({ folder, schema: schemaFor(options, project), now: Date.now, sessionId: randomUUID() });
  if ((await moodOf(folder)) === undefined) await setMood(folder, WELL);
  const files = layout(folder);
  let lock: Lock | undefined;
  let corrupted: { readonly path: string; readonly text: string } | undefined;

  const mood = async (change: Partial<Mood>): Promise<Value> => {
    await setMood(folder, { ...((await moodOf(folder)) ?? WELL), ...change });
    return null;
  };
  const byHand = async (input: Readonly<Record<string, string>>, persist: boolean): Promise<Value> => {
    const candidate = await openCandidate(datastore);
    const path = input['path'] ?? '';
    if (input['value'] === undefined) candidate.remove(path);
    else candidate.set(path, valueOf(input['value']));
    const { generation } = await candidate.commit({ user: input['user'] ?? 'operator', via: 'console', persist });
    return { generation };
  };
  const running = async (): Promise<string> =>
    files.document(
      'running',
      [...Object.keys((await datastore.read('running')).tree)].map((name) => name.replace(':', '.'))[0] ?? 'brewhouse.brewhouse',
    );

  const verbs: Readonly<Record<string, (input: Readonly<Record<string, string>>) => Promise<Value>>> = {
    get: async (input) =>
      (await datastore.read(input['store'] === 'persist' ? 'persist' : input['store'] === 'startup' ? 'startup' : 'running')).tree,
    change: (input) => byHand(input, true),
    remove: ({ value: _, ...input }) => byHand(input, true),
    trial: (input) => byHand(input, false),
    generation: async () => ({ generation: (await datastore.read('running')).generation }),
    'fail-next-commit': async () => mood({ refuse: ((await moodOf(folder)) ?? WELL).refuse + 1 }),
    'lose-next-reply': async () => mood({ lose: ((await moodOf(folder)) ?? WELL).lose + 1 }),
    'hold-lock': async (input) => {
      lock = await datastore.hold({ owner: 'sandbox', forMs: Number(input['seconds'] ?? 30) * 1000 });
      return lock.record as unknown as Fields;
    },
    'release-lock': async () => {
      await lock?.release();
      return null;
    },
    reboot: async () => {
      await rm(files.store('running'), { recursive: true, force: true });
      await rm(files.store('operational'), { recursive: true, force: true });
      return null;
    },
    corrupt: async () => {
      const path = await running();
      corrupted = { path, text: (await readIfThere(path)) ?? '{}' };
      await writeDurably(path, '{"torn": ');
      return { file: path };
    },
    repair: async () => {
      if (corrupted) await writeDurably(corrupted.path, corrupted.text);
      return null;
    },
    down: () => mood({ down: true }),
    up: () => mood({ down: false }),
  };
  return {
    address: folder,
    controls: CONTROLS,
    control(name, input) {
      const verb = verbs[name];
      if (!verb)
        throw new Fault({
          code: 'CONTROL_UNKNOWN',
          summary: `a confhoard sandbox has no control ${name}`,
          detail: `It has ${Object.keys(verbs).join(', ')}.`,
        });
      return verb(input);
    },
    async close() {
      await lock?.release();
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

const unreachable = (folder: string): Fault =>
  new Fault(
    {
      code: 'CONFIG_UNREACHABLE',
      summary: 'the datastore does not answer',
      detail: `The sandbox in ${folder} was told to be down.`,
      hint: 'setpoint sandbox ctl up',
    },
    { retry: { afterMs: 50 }, sent: 'no' },
  );

const refused = (): Fault =>
  new Fault({
    code: 'CONFIG_REFUSED',
    summary: 'the datastore refused the commit',
    detail: 'The sandbox was told to refuse it. Nothing was committed.',
  });

const lost = (): Fault =>
  new Fault(
    {
      code: 'CONFIG_REPLY_LOST',
      summary: 'the reply to the commit was lost',
      detail: 'The sandbox was told to lose it. Whether the commit was made is found out by looking.',
    },
    { sent: 'maybe', retry: { afterMs: 50 } },
  );
