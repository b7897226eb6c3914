import { Fault } from '../../src/core/diagnostic.ts';
import type { Fields } from '../../src/core/value.ts';
import type { Done, Sighting } from '../../src/providers/contract.ts';
import type { ScriptedKind, ScriptedSession } from './scripted-provider.ts';

/** A kind that is wrong in one way, and the law that has to say so. */
export interface Broken {
  readonly law: string;
  readonly kind: string;
  readonly how: string;
  readonly break: (kind: ScriptedKind) => Partial<ScriptedKind>;
}

type Answer = readonly Sighting<Fields>[];
/** The kind with every page of its answers changed. */
const answering = (kind: ScriptedKind, change: (page: Answer) => Answer): Partial<ScriptedKind> => ({
  async *observe(read, ask, call) {
    for await (const page of kind.observe(read, ask, call)) yield change(page);
  },
});
const live = (page: Answer, change: (sighting: Sighting<Fields> & { readonly seen: 'live' }) => Sighting<Fields>): Answer =>
  page.map((sighting) => (sighting.seen === 'live' ? change(sighting) : sighting));
/** Loses its faults: what cannot be read is said not to be there. */
const optimistic = (kind: ScriptedKind): Partial<ScriptedKind> => ({
  async *observe(read, ask, call) {
    try {
      yield* kind.observe(read, ask, call);
    } catch {
      yield ask.known.map(({ id }) => ({ seen: 'absent', id }) as const);
      yield [{ seen: 'end', strangers: 'all' }];
    }
  },
});
const deaf = new AbortController().signal;
let count = 0;

/** For each law a kind that breaks it. */
export const broken: readonly Broken[] = [
  {
    law: 'every known gets one answer, and what is not there is said to be absent',
    kind: 'Box',
    how: 'says nothing of what it does not find',
    break: (kind) => answering(kind, (page) => page.filter(({ seen }) => seen !== 'absent')),
  },
  {
    law: 'every known gets one answer, and what is not there is said to be absent',
    kind: 'Box',
    how: 'says everything twice',
    break: (kind) => answering(kind, (page) => [...page, ...page.filter(({ seen }) => seen !== 'end')]),
  },
  {
    law: 'what cannot be read is believed to be as it was recorded, and verified nowhere',
    kind: 'Hint',
    how: 'makes up what nobody can read',
    break: (kind) => answering(kind, (page) => live(page, (one) => ({ ...one, spec: { text: 'made up' } }))),
  },
  {
    law: 'what cannot be read can be removed, and removing it twice is quiet',
    kind: 'Hint',
    how: 'complains of what is gone',
    break: () => {
      let removed = 0;
      return {
        async remove() {
          if ((removed += 1) > 1) throw new Fault({ code: 'GONE', summary: 'it is gone' });
        },
      };
    },
  },
  {
    law: 'what nobody made is absent only after a read',
    kind: 'Box',
    how: 'calls absent what it has no handle for',
    break: () => ({
      async *observe(_read, ask) {
        yield ask.known.map(({ id }) => ({ seen: 'absent', id }) as const);
      },
    }),
  },
  {
    law: 'looking changes nothing',
    kind: 'Box',
    how: 'leaves a note whenever it looks',
    break: (kind) => ({
      async *observe(read, ask, call) {
        await (read as unknown as ScriptedSession['write']).commit(
          [{ do: 'create', kind: 'scripted/Stone', key: `${(count += 1)}`, scope: '', spec: {} }],
          call,
        );
        yield* kind.observe(read, ask, call);
      },
    }),
  },
  {
    law: 'an object is found by its handle and by its key',
    kind: 'Box',
    how: 'knows handles only',
    break: (kind) => ({
      async *observe(read, ask, call) {
        yield* kind.observe(read, { ...ask, known: ask.known.map(({ key: _, ...known }) => known) }, call);
      },
    }),
  },
  {
    law: 'a sample has no findings, normalize is idempotent and keeps it what it is',
    kind: 'Box',
    how: 'adds a zero whenever it normalizes',
    break: () => ({ open: () => ({ check: () => [], normalize: (spec) => ({ ...spec, label: `${String(spec['label'])}0` }) }) }),
  },
  {
    law: 'a sample has no findings, normalize is idempotent and keeps it what it is',
    kind: 'Box',
    how: 'sorts the list that it was given in place',
    break: () => ({
      open: () => ({
        check: () => [],
        normalize: (spec) => {
          (spec['stages'] as string[] | undefined)?.sort();
          return spec;
        },
      }),
    }),
  },
  {
    law: 'a blind field is not read back, and is shown as unverifiable',
    kind: 'Box',
    how: 'makes up what it cannot read',
    break: (kind) => answering(kind, (page) => live(page, (one) => ({ ...one, spec: { ...one.spec, seal: 'wax' } }))),
  },
  {
    law: 'what was made is seen as it was wanted',
    kind: 'Box',
    how: 'forgets the settings when it makes',
    break: (kind) => ({ make: (session, work, call) => kind.make(session, { ...work, want: { ...work.want, settings: {} } }, call) }),
  },
  {
    law: 'what was made is seen as it was wanted',
    kind: 'Box',
    how: 'shows levels in another unit',
    break: (kind) => answering(kind, (page) => live(page, (one) => ({ ...one, spec: { ...one.spec, level: '99' } }))),
  },
  {
    law: 'an update leads to what is wanted, from each sample to the next',
    kind: 'Box',
    how: 'writes only the first difference',
    break: (kind) => ({
      update: (session, work, call) => kind.update(session, { ...work, differences: work.differences.slice(0, 1) }, call),
    }),
  },
  {
    law: 'an update leads to what is wanted, from each sample to the next',
    kind: 'Box',
    how: 'makes it anew instead of updating it',
    break: (kind) => ({ update: (session, work, call) => kind.make(session, { ...work, verb: 'create' }, call) }),
  },
  {
    law: 'the same update twice is the same as once',
    kind: 'Box',
    how: 'appends to lists',
    break: (kind) => ({
      update: (session, work, call) => {
        const stages = (work.live?.spec['stages'] as string[] | undefined) ?? [];
        const differences = work.differences.map((one) => (one.path === '/stages' ? { ...one, after: [...stages, 'more'] } : one));
        return kind.update(
          session,
          { ...work, differences: [...differences, { path: '/stages', after: [...stages, 'more'], cause: 'edited' }] },
          call,
        );
      },
    }),
  },
  {
    law: 'an update writes its differences and nothing else: what a person changed elsewhere stays',
    kind: 'Box',
    how: 'writes all that is wanted',
    break: (kind) => ({
      update: (session, work, call) => {
        const differences = ['settings', 'label', 'size'].map((name) => ({
          path: `/${name}`,
          after: work.want[name] ?? {},
          cause: 'edited' as const,
        }));
        return kind.update(session, { ...work, differences }, call);
      },
    }),
  },
  {
    law: 'any optional field can be dropped, and an update clears it for good',
    kind: 'Box',
    how: 'writes what is set and never clears',
    break: (kind) => ({
      update: (session, work, call) =>
        kind.update(session, { ...work, differences: work.differences.filter(({ dropped }) => dropped !== true) }, call),
    }),
  },
  {
    law: 'what was removed is gone, and removing it twice is quiet',
    kind: 'Box',
    how: 'complains the second time',
    break: (kind) => ({
      async remove(session, work, call) {
        if ((await session.read.get(kind.kind, { handle: work.recorded?.handle ?? '' }, call)) === undefined)
          throw new Fault({ code: 'HTTP_404', summary: 'not found' });
        await kind.remove(session, work, call);
      },
    }),
  },
  {
    law: 'what was removed is gone, and removing it twice is quiet',
    kind: 'Box',
    how: 'does nothing and says done',
    break: () => ({ remove: async () => undefined }),
  },
  {
    law: 'what cannot be removed is refused, and left in place',
    kind: 'Stone',
    how: 'says done and leaves it',
    break: () => ({ remove: async () => undefined }),
  },
  {
    law: 'what cannot be created is refused, and nothing comes into being',
    kind: 'Note',
    how: 'says done and makes nothing',
    break: () => ({ make: async () => ({ handle: 'nothing' }) }),
  },
  {
    law: 'a new one can stand beside the old one',
    kind: 'Box',
    how: 'says that the new one is the old one',
    break: (kind) => ({
      async make(session, work, call): Promise<Done> {
        const found = await session.read.get(kind.kind, { key: work.id.slice(work.id.lastIndexOf('/') + 1), scope: '' }, call);
        return found === undefined ? kind.make(session, work, call) : { handle: found.handle };
      },
    }),
  },
  {
    law: 'a run that was begun is found again, and tells how it stands',
    kind: 'Job',
    how: 'does not say how it stands',
    break: (kind) => answering(kind, (page) => live(page, ({ readiness: _, ...one }) => one)),
  },
  {
    law: 'a batch gives one outcome each, in order',
    kind: 'Batchy',
    how: 'answers in the order of the server',
    break: (kind) => ({
      batch: {
        of: () => 'all',
        atomic: true,
        run: async (session, work, call) => [...((await kind.batch?.run(session, work, call)) ?? [])].reverse(),
      },
    }),
  },
  {
    law: 'a batch that is atomic does all or nothing',
    kind: 'Batchy',
    how: 'does one after the other',
    break: (kind) => ({
      batch: {
        of: () => 'all',
        atomic: true,
        async run(session, works, call) {
          const outcomes: (Done | Fault)[] = [];
          for (const work of works) outcomes.push(await kind.make(session, work, call).catch((error: unknown) => error as Fault));
          return outcomes;
        },
      },
    }),
  },
  { law: 'an error is no evidence of absence', kind: 'Box', how: 'takes an error for an empty answer', break: optimistic },
  { law: 'half a list is no evidence of absence', kind: 'Box', how: 'takes half a list for all of it', break: optimistic },
  {
    law: 'a read whose connection drops may be tried again; a write that may have arrived says so',
    kind: 'Box',
    how: 'gives up on lost connections for good',
    break: (kind) => ({
      async *observe(read, ask, call) {
        try {
          yield* kind.observe(read, ask, call);
        } catch {
          throw new Fault({ code: 'BROKEN', summary: 'broken' });
        }
      },
    }),
  },
  {
    law: 'a read whose connection drops may be tried again; a write that may have arrived says so',
    kind: 'Box',
    how: 'takes a lost reply for a refusal',
    break: (kind) => ({
      make: (session, work, call) =>
        kind.make(session, work, call).catch(() => {
          throw new Fault({ code: 'BROKEN', summary: 'broken' }, { sent: 'answered' });
        }),
    }),
  },
  {
    law: 'what was made though its reply was lost is found by its name or its mark',
    kind: 'Box',
    how: 'leaves neither name nor mark',
    break: (kind) => ({
      make: (session, work, call) => kind.make(session, { ...work, id: `x/scripted/Box/${(count += 1)}` }, call),
      ...answering(kind, (page) => live(page, ({ mark: _, key: __, ...one }) => one)),
    }),
  },
  {
    law: 'a refusal is not tried again',
    kind: 'Box',
    how: 'asks for everything to be tried again',
    break: (kind) => ({
      make: (session, work, call) =>
        kind.make(session, work, call).catch((error: unknown) => {
          throw new Fault({ code: 'HTTP_409', summary: 'no' }, { retry: { afterMs: 0 }, cause: error });
        }),
    }),
  },
  {
    law: 'abort is obeyed at once',
    kind: 'Box',
    how: 'does not pass the signal on when it makes',
    break: (kind) => ({ make: (session, work, call) => kind.make(session, work, { ...call, signal: deaf }) }),
  },
  {
    law: 'no sensitive value is in anything that is told: events, outcomes, faults',
    kind: 'Box',
    how: 'quotes what it sent when it fails',
    break: (kind) => ({
      make: (session, work, call) =>
        kind.make(session, work, call).catch((error: unknown) => {
          throw new Fault({ code: 'HTTP_409', summary: 'no', detail: JSON.stringify(work.want) }, { cause: error });
        }),
    }),
  },
  {
    law: 'no sensitive value is in anything that is told: events, outcomes, faults',
    kind: 'Box',
    how: 'tells what it does in an event',
    break: (kind) => ({
      make: (session, work, call) => {
        call.emit({ type: 'wait', id: work.id, message: `writing ${JSON.stringify(work.want)}` });
        return kind.make(session, work, call);
      },
    }),
  },
  {
    law: 'fifty at once do not mix',
    kind: 'Box',
    how: 'keeps what it is writing in one place',
    break: (kind) => {
      let current: Fields = {};
      return {
        async make(session, work, call) {
          current = work.want;
          await Promise.resolve();
          return kind.make(session, { ...work, want: current }, call);
        },
      };
    },
  },
  {
    law: 'a restart of the server in between changes nothing',
    kind: 'Box',
    how: 'cannot find anything after it',
    break: (kind) => {
      let restarts = 0;
      return answering(kind, (page) => live(page, (one) => ((restarts += 1) > 1 ? { ...one, handle: `${one.handle}-again` } : one)));
    },
  },
];
