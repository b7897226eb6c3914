import { digest } from '../../src/core/digest.ts';
import { Fault } from '../../src/core/diagnostic.ts';
import type { Fields } from '../../src/core/value.ts';
import type { AnyProvider, Ask, Finding, Kind, Known, Provider, Session, Sighting, Work } from '../../src/providers/contract.ts';
import type { ProviderEntry } from '../../src/providers/registry.ts';

/**
 * A club, in memory: a house that is founded with the city's key, members whom the owner lets in, tables with keys of their own,
 * seats that only a table's key can set up. Nobody but a member may look inside; the house alone can be seen from the street.
 */
export interface Club {
  readonly provider: AnyProvider;
  readonly entry: ProviderEntry;
  /** What was done, in order: `make House/corner`. */
  readonly done: readonly string[];
  /** The options of every connection. */
  readonly connected: readonly Fields[];
  /** The next write is refused. */
  refuse(): void;
  /** What a flood does. */
  flood(): void;
}

interface Thing {
  readonly handle: string;
  readonly spec: Fields;
}

interface ClubSession extends Session {
  readonly read: { readonly see: (kind: string) => readonly Thing[] | 'no entry'; readonly house: () => Thing | undefined };
  readonly write: {
    readonly put: (kind: string, thing: Thing, key: unknown) => void;
    readonly drop: (kind: string, handle: string, key: unknown) => void;
    readonly city: unknown;
    readonly owner: unknown;
    readonly member: unknown;
  };
}

/** Everybody is known by a key's digest. */
export const idOf = (key: unknown): string => digest(String(key)).slice(0, 12);

const text: Fields = { type: 'string' };
const key: Fields = { ...text, 'x-sensitive': true, 'x-blind': true };
const schemaOf = (title: string, properties: Fields = {}): Fields => ({
  title,
  type: 'object',
  additionalProperties: false,
  properties,
  'x-immutable': true,
});
const OPTIONS = schemaOf('club', {
  city: { ...text, 'x-sensitive': true },
  owner: { ...text, 'x-sensitive': true },
  member: { ...text, 'x-sensitive': true },
});

interface Traits {
  readonly kind: string;
  readonly schema: Fields;
  readonly foundation?: number;
  /** Which key a write takes, and the handle that it makes. */
  readonly key: (write: ClubSession['write'], want: Fields) => unknown;
  readonly handle: (name: string, write: ClubSession['write'], want: Fields) => string;
  readonly lacks: (options: Fields, spec: Fields) => Finding | undefined;
}

const needs = (what: string, value: unknown): Finding | undefined =>
  value === undefined ? { code: 'CLUB_KEY', summary: `the key of the ${what} is missing`, detail: '', hint: 'Write it down.' } : undefined;

const TRAITS: readonly Traits[] = [
  {
    kind: 'club/House',
    schema: schemaOf('House'),
    foundation: 0,
    key: (write) => write.city,
    handle: (_name, { owner }) => idOf(owner),
    lacks: ({ city }) => needs('city', city),
  },
  {
    kind: 'club/Member',
    schema: schemaOf('Member'),
    foundation: 1,
    key: (write) => write.owner,
    handle: (_name, { member }) => idOf(member),
    lacks: ({ owner }) => needs('owner', owner),
  },
  {
    kind: 'club/Table',
    schema: schemaOf('Table', { label: text, key }),
    key: (write) => write.owner,
    handle: (_name, _write, want) => idOf(want.key),
    lacks: ({ owner }) => needs('owner', owner),
  },
  {
    kind: 'club/Seat',
    schema: schemaOf('Seat', {
      table: { ...text, 'x-ref': { kind: 'club/Table' } },
      label: text,
      key: { ...key, 'x-from': { ref: '/table', field: '/key' } },
    }),
    key: (_write, want) => want.key,
    handle: (name) => `seat ${name}`,
    lacks: (_options, spec) => needs('table', spec.key),
  },
];

const fault = (code: string, summary: string): Fault => new Fault({ code, summary }, { sent: 'answered' });

export function club(): Club {
  const done: string[] = [];
  const connected: Fields[] = [];
  let rooms = new Map<string, Map<string, Thing>>();
  let refused = false;
  const room = (kind: string): Map<string, Thing> => rooms.get(kind) ?? rooms.set(kind, new Map()).get(kind)!;
  const house = (): Thing | undefined => [...room('club/House').values()][0];
  /** What the club itself checks: a write with the wrong key is refused, whatever a provider thinks. */
  const admit = (kind: string, thing: Pick<Thing, 'handle'> & { readonly spec?: Fields }, used: unknown): void => {
    if (refused) {
      refused = false;
      throw fault('CLUB_REFUSED', 'not today');
    }
    if (used === undefined) throw fault('CLUB_KEY', `nothing opens ${kind}`);
    const there = thing.spec ?? room(kind).get(thing.handle)?.spec ?? {};
    const wanted = kind === 'club/House' ? idOf('the city') : kind === 'club/Seat' ? there.table : house()?.handle;
    if (idOf(used) !== wanted) throw fault('CLUB_KEY', `that key does not open ${kind}`);
  };
  const sessionOf = (options: Fields): ClubSession => {
    const { city, owner, member } = options;
    return {
      read: {
        house,
        see(kind) {
          if (kind === 'club/House') return [...room(kind).values()];
          const isMember = house() !== undefined && member !== undefined && room('club/Member').has(idOf(member));
          return isMember ? [...room(kind).values()] : kind === 'club/Member' ? [] : 'no entry';
        },
      },
      write: {
        city,
        owner,
        member,
        put(kind, thing, used) {
          admit(kind, thing, used);
          room(kind).set(thing.handle, thing);
        },
        drop(kind, handle, used) {
          if (!room(kind).has(handle)) return;
          admit(kind, { handle }, used);
          room(kind).delete(handle);
        },
      },
      close: async () => undefined,
    };
  };
  const told = (verb: string, { id }: Work<Fields>): void => void done.push(`${verb} ${id.split('/').slice(2).join('/')}`);
  const kinds = TRAITS.map((traits): Kind<ClubSession, Fields> => ({
    kind: traits.kind,
    version: 'v1',
    schema: () => traits.schema,
    nature: 'state',
    creatable: true,
    removable: true,
    ...(traits.foundation === undefined ? {} : { foundation: () => traits.foundation }),
    mayWrite: ({ options, spec }) => traits.lacks(options, spec),
    observe: (read, ask) => observe(read.see(traits.kind), ask),
    async make({ write }, work) {
      const { want, id } = work;
      const name = id.slice(id.lastIndexOf('/') + 1);
      const handle = traits.handle(name, write, want);
      // What is blind is not kept where anybody sees it.
      const spec = Object.fromEntries(Object.entries(want).filter(([field]) => field !== 'key'));
      write.put(traits.kind, { handle, spec: { ...spec, name } }, traits.key(write, want));
      told('make', work);
      return { handle, key: name };
    },
    async remove({ write }, work) {
      write.drop(traits.kind, work.recorded?.handle ?? '', traits.key(write, work.want));
      told('remove', work);
    },
  }));
  const provider: Provider<ClubSession> = {
    name: 'club',
    version: '1',
    kinds,
    operations: [],
    options: () => OPTIONS,
    async connect({ options }) {
      connected.push(options);
      return sessionOf(options);
    },
    identify: async (read) => read.house()?.handle,
    sandbox: async () => ({
      address: 'memory:sandbox',
      options: { city: 'the city', owner: 'a stand-in', member: 'another stand-in' },
      controls: [],
      control: async () => null,
      close: async () => undefined,
    }),
  };
  return {
    provider: provider as unknown as AnyProvider,
    entry: { name: 'club', groups: ['club'], load: async () => provider as unknown as AnyProvider },
    done,
    connected,
    refuse: () => void (refused = true),
    flood: () => void (rooms = new Map()),
  };
}

async function* observe(seen: readonly Thing[] | 'no entry', { known }: Ask): AsyncGenerator<readonly Sighting<Fields>[]> {
  if (seen === 'no entry') {
    const noEntry = { code: 'CLUB_CLOSED', severity: 'error', summary: 'nobody may look inside yet', detail: '' } as const;
    yield known.map(({ id }) => ({ seen: 'unknown', id, deferred: true, fault: noEntry }));
  } else {
    const of = ({ handle, key: name }: Known): Thing | undefined =>
      seen.find((thing) => (handle === undefined ? thing.spec.name === name : thing.handle === handle));
    yield known.map((one): Sighting<Fields> => {
      const thing = of(one);
      if (thing === undefined) return { seen: 'absent', id: one.id };
      const { name, ...spec } = thing.spec;
      return { seen: 'live', id: one.id, handle: thing.handle, key: String(name), spec };
    });
  }
  yield [{ seen: 'end', strangers: 'none' }];
}
