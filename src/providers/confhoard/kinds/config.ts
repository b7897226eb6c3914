import { readFileSync } from 'node:fs';
import { Fault } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import type { Fields } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import type { Ask, Call, Done, Finding, Kind, Sighting, Work } from '../../contract.ts';
import { interrupted } from '../../transport/interrupted.ts';
import type { Edit, Judgement } from '../datastore/index.ts';
import { schemaFor } from '../modules.ts';
import type { ConfhoardRead, ConfhoardSession } from '../session.ts';
import { VIA } from '../session.ts';
import { consequence } from './config-consequence.ts';
import { describe } from './config-describe.ts';
import { editsOf } from './config-edits.ts';
import { asOne, findingsIn, judgements } from './config-findings.ts';
import { configShape } from './config-shape.ts';
import { authorOf, handleOf, sightOf, worldOf } from './config-sight.ts';
import type { Spec } from './config-spec.ts';
import { place } from './config-spec.ts';
import { strangersIn } from './config-strangers.ts';

const SCHEMA = new URL('../../../../schemas/confhoard/Config.v1.json', import.meta.url);

/** A YANG subtree on a datastore: owns exactly the leaves that it sets, and all Configs of a datastore commit as one. */
export const config: Kind<ConfhoardSession, Spec> = {
  kind: 'confhoard/Config',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  open: (files, options) => configShape(schemaFor(options, files)),
  describe: (files, options) => describe(schemaFor(options, files)),
  key: (spec, name) => (spec.path.startsWith('/') ? `${spec.path}#${name}` : undefined),
  observe,
  make: async (session, work, call) => only(await commit(session, [work], call)),
  update: async (session, work, call) => only(await commit(session, [work], call)),
  async remove(session, work, call) {
    await commit(session, [work], call);
  },
  effects: (differences) => differences.map(consequence).filter((text) => text !== undefined),
  physical: (differences) => differences.some((difference) => consequence(difference) !== undefined),
  batch: { of: () => 'datastore', atomic: true, run: commit, foresee },
};

async function* observe(read: ConfhoardRead, ask: Ask, call: Call): AsyncGenerator<readonly Sighting<Spec>[]> {
  const stores = await untilAborted(call.signal, read.readTogether(['running', 'persist']));
  const world = worldOf(read.schema, stores, ask.known);
  const sights = ask.known.map((known) => sightOf(world, known));
  const writers = await read.lastWriters(sights.flatMap((sight) => sight.foreign));
  yield sights.map(({ sighting, foreign }) => {
    const author = sighting.seen === 'live' ? authorOf(foreign, writers) : undefined;
    return author ? { ...sighting, author } : sighting;
  });
  if (ask.strangers) yield strangersIn(world, stores.running.tree, ask.known);
  yield [{ seen: 'end', strangers: ask.strangers ? 'all' : 'none', pages: 1 }];
}

/** One commit for all of it: each leaf is checked against the value it was planned from, the whole against the modules. */
async function commit(session: ConfhoardSession, work: readonly Work<Spec>[], call: Call): Promise<readonly (Done | undefined)[]> {
  const { schema } = session.read;
  if (call.signal.aborted) throw interrupted(call.signal, 'no');
  const unfit = unfitting(schema, work);
  if (unfit.length > 0) throw new Fault(asOne(unfit), { sent: 'no' });
  const committed = session.write.commit(inOrder(schema, work), {
    user: session.write.user,
    via: VIA,
    // In the commit log an intent tells which step of which run it was.
    comment: `intent ${work.map((one) => one.intent).join(', ')}`,
    signal: call.signal,
    refusal: (judgement) => new Fault(asOne(judged(schema, work, judgement))),
  });
  await untilAborted(call.signal, committed);
  return work.map((one) => {
    if (one.verb === 'delete') return undefined;
    const handle = handleOf(place(schema, one.want).path, idParts(one.id).name);
    return { handle, key: handle };
  });
}

async function foresee(read: ConfhoardRead, work: readonly Work<Spec>[]): Promise<readonly Finding[]> {
  const unfit = unfitting(read.schema, work);
  // What does not fit its leaf could not be put into the datastore to judge the rest of it.
  return unfit.length > 0 ? unfit : judged(read.schema, work, await read.foresee(inOrder(read.schema, work)));
}

/** Values that nobody knew offline, and that do not fit the leaves they are for now that they are known. */
const unfitting = (schema: Schema, work: readonly Work<Spec>[]): readonly Finding[] =>
  work.flatMap(({ id, verb, want }) => (verb === 'delete' ? [] : findingsIn(want, place(schema, want), id)));

/** What goes first, then what comes: a leaf that moves from one manifest to another is there in the end. */
function inOrder(schema: Schema, work: readonly Work<Spec>[]): readonly Edit[] {
  const edits = work.flatMap((one) => editsOf(schema, one));
  const isGoing = ({ op }: Edit): boolean => op === 'remove' || op === 'prune';
  return [...edits.filter(isGoing), ...edits.filter((edit) => !isGoing(edit))];
}

function judged(schema: Schema, work: readonly Work<Spec>[], judgement: Judgement): readonly Finding[] {
  const removers = work.filter((one) => one.verb === 'delete').map(({ id, want }) => ({ id, spec: want }));
  const setters = work.filter((one) => one.verb !== 'delete').map(({ id, want }) => ({ id, spec: want }));
  return judgements(schema, { ...judgement, setters, removers });
}

/** A commit that was begun may still be made after its caller has gone: then looking tells. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(interrupted(signal, 'maybe'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function only(dones: readonly (Done | undefined)[]): Done {
  const [done] = dones;
  if (!done) throw new Error('a write left nothing behind');
  return done;
}
