import { Fault } from '../../src/core/diagnostic.ts';
import type { Readiness } from '../../src/core/resource.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import type { Ask, Call, Done, Finding, Kind, Known, Provider, Session, Sighting, Work } from '../../src/providers/contract.ts';
import type { Clock } from '../../src/providers/transport/clock.ts';
import { valueAt } from './patched.ts';
import type { ScriptedTraits } from './scripted-kinds.ts';
import { scriptedTraits } from './scripted-kinds.ts';
import type { Change, ScriptedSystem, ScriptedSystemOptions, Thing } from './scripted-system.ts';
import { scriptedSystem } from './scripted-system.ts';

type Seen = Exclude<Sighting<Fields>, { readonly seen: 'end' }>;
type Reading = Pick<ScriptedSystem, 'get' | 'list' | 'obscured' | 'instance'>;
export interface ScriptedSession extends Session {
  readonly read: Reading;
  readonly write: Pick<ScriptedSystem, 'commit'>;
}
export type ScriptedKind = Kind<ScriptedSession, Fields> & Required<Pick<Kind<ScriptedSession, Fields>, 'update'>>;

/** A provider over a scripted system of its own: every trait a kind can declare, on the name `scripted`. */
export interface Scripted {
  readonly provider: Provider<ScriptedSession>;
  readonly system: ScriptedSystem;
  kind(name: string): ScriptedKind;
}

export function scripted(options: Pick<ScriptedSystemOptions, 'pageSize' | 'instance'> & { readonly clock: Clock }): Scripted {
  const system = scriptedSystem({ ...options, conduct: Object.fromEntries(scriptedTraits.map(({ kind, conduct }) => [kind, conduct])) });
  const kinds = scriptedTraits.map((traits) => scriptedKind(traits));
  const provider: Provider<ScriptedSession> = {
    name: 'scripted',
    version: '1',
    kinds,
    operations: [
      {
        name: 'count',
        summary: 'Counts what the system holds.',
        mutates: false,
        inputs: [],
        async *run() {
          yield { value: system.things.size };
        },
      },
    ],
    connect: async () => ({ read: system, write: system, close: async () => undefined }),
    identify: async (read) => read.instance,
  };
  return {
    provider,
    system,
    kind(name) {
      const found = kinds.find(({ kind }) => kind === name || kind === `scripted/${name}`);
      if (found === undefined) throw new Error(`there is no scripted kind ${name}`);
      return found;
    },
  };
}

/** A kind of the scripted provider, made from its traits alone. */
export function scriptedKind(traits: ScriptedTraits): ScriptedKind {
  const { kind, parent, batch, shape, content, readable, updatable } = traits;
  const scope = (spec: Fields): string => (parent !== undefined && typeof spec[parent] === 'string' ? spec[parent] : '');
  const run = async (session: ScriptedSession, works: readonly Work<Fields>[], call: Call): Promise<readonly (Done | undefined)[]> => {
    const changes = works.map((work) => changeOf(traits, work, scope(work.want)));
    const handles = await session.write.commit(changes, call);
    return changes.map((change, i) => (change.do === 'delete' ? undefined : doneOf(change, handles[i] ?? '')));
  };
  const one = async (session: ScriptedSession, work: Work<Fields>, call: Call): Promise<Done> => {
    const [done] = await run(session, [work], call);
    if (done === undefined) throw new TypeError('a delete has no outcome');
    return done;
  };
  return {
    kind,
    version: 'v1',
    schema: () => traits.schema,
    nature: traits.nature,
    creatable: traits.creatable,
    removable: traits.removable,
    settle: { withinMs: 60_000, everyMs: 500 },
    ...(traits.replace === undefined ? {} : { replace: traits.replace }),
    ...(shape === undefined ? {} : { open: () => shape }),
    scope,
    // A parent that is not made yet has no handle: then nobody can be asked about its children.
    key: (spec, name) =>
      content !== undefined ? String(spec[content]) : parent === undefined || typeof spec[parent] === 'string' ? name : undefined,
    observe: readable === false ? believed : (read, ask, call) => observe({ traits, read, ask, call }),
    make: one,
    // A kind that cannot change in place says so by having no update; nothing that is held to laws about updates is such a one.
    ...((updatable === false ? {} : { update: one }) as { readonly update: typeof one }),
    ...(content === undefined ? {} : { contentAddressed: true }),
    ...(readable === undefined ? {} : { readable }),
    async remove(session, work, call) {
      await run(session, [work], call);
    },
    ...(batch === undefined
      ? {}
      : { batch: { of: () => batch, atomic: true, run, foresee: async (_read, works) => foresee(traits, works) } }),
    ...(traits.advance === undefined ? {} : { advance: traits.advance }),
    ...(traits.effects === undefined ? {} : { effects: traits.effects }),
    ...(traits.physical === undefined ? {} : { physical: traits.physical }),
  };
}

/** Nobody can be asked: what has a handle is there, as far as anybody knows. */
async function* believed(_read: Reading, { known }: Ask): AsyncGenerator<readonly Sighting<Fields>[]> {
  yield known.map(({ id, handle }) => (handle === undefined ? { seen: 'absent', id } : { seen: 'live', id, handle, spec: {} }));
  yield [{ seen: 'end', strangers: 'none' }];
}

function changeOf({ kind, conduct, content }: ScriptedTraits, work: Work<Fields>, scope: string): Change {
  // Of two that stand side by side while one replaces the other, the recorded one is the old one.
  const handle = work.verb === 'delete' ? (work.recorded?.handle ?? work.live?.handle) : (work.live?.handle ?? work.recorded?.handle);
  if (work.verb === 'create')
    return {
      do: 'create',
      kind,
      key: content === undefined ? keyOf(work) : String(work.want[content]),
      scope,
      spec: work.want,
      ...(content === undefined ? { mark: work.id } : {}),
    };
  if (handle === undefined) throw new Fault({ code: 'NO_HANDLE', summary: 'a step without a handle', resource: work.id }, { sent: 'no' });
  if (work.verb === 'delete') return { do: 'delete', kind, handle };
  // What is sensitive has no value in a difference: it is read from the whole.
  const differences = work.differences.map((difference) => {
    const after: Value | undefined =
      difference.after ?? (difference.sensitive ? valueAt(work.want, difference.path, conduct.rule) : undefined);
    return { path: difference.path, ...(difference.after === null ? { after: null } : after === undefined ? {} : { after }) };
  });
  return { do: 'patch', kind, handle, differences, mark: work.id };
}

const keyOf = (work: Work<Fields>): string => work.id.slice(work.id.lastIndexOf('/') + 1);
const doneOf = (change: Change, handle: string): Done => ({ handle, ...(change.do === 'create' ? { key: change.key } : {}) });

const foresee = ({ conduct }: ScriptedTraits, works: readonly Work<Fields>[]): readonly Finding[] => {
  const refusal = conduct.judge?.(works.filter(({ verb }) => verb !== 'delete').map(({ want }) => want));
  return refusal === undefined ? [] : works.map(({ id }) => ({ code: 'SHARES', summary: refusal, resource: id }));
};

interface Question {
  readonly traits: ScriptedTraits;
  readonly read: Reading;
  readonly ask: Ask;
  readonly call: Call;
}

/**
 * With strangers wanted: every page of the scope, and a read of its own for each known that the pages did not show, since
 * only such a read can say that it is gone. Without: one read for each known.
 */
async function* observe({ traits, read, ask, call }: Question): AsyncIterable<readonly Sighting<Fields>[]> {
  const waiting = new Set(ask.known);
  const question = { traits, read, ask, call };
  if (!ask.strangers) {
    yield [...(await askEach(question, waiting)), { seen: 'end', strangers: 'none', pages: 1 }];
    return;
  }
  const byHandle = new Map(ask.known.map((known) => [known.handle, known]));
  const byKey = new Map(ask.known.map((known) => [known.key, known]));
  const namesakes: Thing[] = [];
  let pages = 0;
  for (let from: number | undefined = 0; from !== undefined;) {
    const page: Awaited<ReturnType<Reading['list']>> = await read.list(traits.kind, ask.scope, from, call);
    const sightings: Sighting<Fields>[] = [];
    for (const thing of page.things) {
      const known = byHandle.get(thing.handle) ?? keyMatch(byKey.get(thing.key), thing);
      if (known === undefined && byKey.has(thing.key)) namesakes.push(thing);
      else sightings.push(sightingOf({ thing, known, ...question }));
      if (known !== undefined) waiting.delete(known);
    }
    yield sightings;
    pages += 1;
    from = page.next;
  }
  const answers = await askEach(question, waiting);
  const answered = new Set(answers.map(({ handle }) => handle));
  // One that bears the name of ours and is not ours is a stranger, and not an answer: it is shown without its name.
  const others = namesakes
    .filter(({ handle }) => !answered.has(handle))
    .map((thing) => sightingOf({ thing, known: undefined, ...question }));
  yield [...answers, ...others.map(({ key: _, ...sighting }) => sighting as Sighting<Fields>), { seen: 'end', strangers: 'all', pages }];
}

/** Whoever has a handle of ours is looked for by it first; the name is the answer only where there is none. */
const keyMatch = (known: Known | undefined, thing: Thing): Known | undefined =>
  known !== undefined && (known.handle === undefined || known.handle === thing.handle) ? known : undefined;

const askEach = ({ traits, read, ask, call }: Question, all: Iterable<Known>): Promise<readonly Seen[]> =>
  Promise.all(
    [...all].map(async (known): Promise<Seen> => {
      const byHandle = known.handle === undefined ? undefined : await read.get(traits.kind, { handle: known.handle }, call);
      const thing =
        byHandle ?? (known.key === undefined ? undefined : await read.get(traits.kind, { key: known.key, scope: ask.scope }, call));
      if (thing !== undefined) return sightingOf({ thing, known, traits, read, call });
      const { id, handle, key } = known;
      return { seen: 'absent', id, ...(handle === undefined ? {} : { handle }), ...(key === undefined ? {} : { key }) };
    }),
  );

function sightingOf({
  thing,
  known,
  traits,
  read,
  call,
}: Omit<Question, 'ask'> & { readonly thing: Thing; readonly known: Known | undefined }): Seen {
  const { handle, key, spec, mark, revision } = thing;
  const id = known === undefined ? {} : { id: known.id };
  const fault = read.obscured(handle);
  if (fault !== undefined) return { seen: 'unknown', handle, key, ...id, fault };
  const readiness = readinessOf(thing, call.now());
  const status: Fields = {
    revision,
    ...(traits.nature === 'run' ? { state: readiness.state === 'progressing' ? 'running' : readiness.state } : {}),
  };
  return { seen: 'live', handle, key, ...id, spec, status, readiness, revision: String(revision), ...(mark === undefined ? {} : { mark }) };
}

function readinessOf({ broken, readyAt }: Thing, now: number): Readiness {
  if (broken !== undefined) return { state: 'failed', message: broken };
  return now >= readyAt ? { state: 'ready' } : { state: 'progressing', message: 'coming up', etaMs: readyAt - now };
}
