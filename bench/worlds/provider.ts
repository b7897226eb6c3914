import type { Fields } from '../../src/core/value.ts';
import type { Kind, Provider, Session, Sighting } from '../../src/providers/contract.ts';
import type { ProviderEntry } from '../../src/providers/registry.ts';
import { numberOf, thing } from './factory.ts';

const PAGE = 1000;
export const INSTANCE = 'bench-1';

interface BenchSession extends Session {
  readonly read: { readonly live: (name: string) => Fields | undefined };
  readonly write: { set(name: string, spec: Fields | undefined): void };
}

const text = { type: 'string' } as const;
const schemaOf = (title: string, required: readonly string[], properties: Readonly<Record<string, Fields>>): Fields => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title,
  description: `A ${title} of the factory.`,
  type: 'object',
  additionalProperties: false,
  required,
  properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, { description: `The ${name}.`, ...inner }])),
});

const lineSchema = schemaOf('Line', ['label'], { label: text, floor: { type: 'integer', default: 0 } });
const sensorSchema = schemaOf('Sensor', ['line', 'channel'], {
  line: { ...text, 'x-ref': { kind: 'bench/Line', by: 'handle', wait: 'exists', onReplace: 'rewrite', onRemove: 'blocks' } },
  channel: { type: 'integer', minimum: 0, maximum: 1023 },
  unit: { ...text, default: '°C' },
  limits: {
    type: 'object',
    additionalProperties: false,
    properties: {
      low: { type: 'number', description: 'The lowest.', 'x-units': '°C' },
      high: { type: 'number', description: 'The highest.', 'x-units': '°C' },
    },
  },
  tags: { type: 'array', items: text, 'x-set': true },
});

function kindOf(name: 'Line' | 'Sensor', schema: Fields): Kind<BenchSession, Fields> {
  return {
    kind: `bench/${name}`,
    version: 'v1',
    schema: () => schema,
    nature: 'state',
    creatable: true,
    removable: true,
    async *observe({ live }, { known }) {
      for (let from = 0; from < known.length; from += PAGE) {
        yield known.slice(from, from + PAGE).map(({ id, handle, key }): Sighting<Fields> => {
          const wanted = handle ?? key ?? '';
          const spec = live(wanted);
          return spec === undefined ? { seen: 'absent', id } : { seen: 'live', id, handle: wanted, key: wanted, spec };
        });
      }
      yield [{ seen: 'end', strangers: 'none' }];
    },
    make({ write }, { id, want }) {
      const handle = id.slice(id.lastIndexOf('/') + 1);
      write.set(handle, want);
      return Promise.resolve({ handle, key: handle });
    },
    update({ write }, { id, want }) {
      const handle = id.slice(id.lastIndexOf('/') + 1);
      write.set(handle, want);
      return Promise.resolve({ handle });
    },
    remove({ write }, { id }) {
      write.set(id.slice(id.lastIndexOf('/') + 1), undefined);
      return Promise.resolve();
    },
  };
}

/**
 * A system inside the process that costs next to nothing: what is measured over it is ours. `full` makes it answer as if everything
 * had been applied; the answers are made anew each time, as those of a real system are.
 */
export function benchProvider({ full }: { readonly full: boolean }): ProviderEntry {
  const written = new Map<string, Fields | undefined>();
  const live = (name: string): Fields | undefined => {
    if (written.has(name)) return written.get(name);
    return full ? thing(numberOf(name)).spec : undefined;
  };
  const provider: Provider<BenchSession> = {
    name: 'bench',
    version: '1',
    kinds: [kindOf('Line', lineSchema), kindOf('Sensor', sensorSchema)],
    operations: [],
    connect: () =>
      Promise.resolve({ read: { live }, write: { set: (name, spec) => void written.set(name, spec) }, close: () => Promise.resolve() }),
    identify: () => Promise.resolve(INSTANCE),
  };
  return { name: 'bench', groups: ['bench'], load: () => Promise.resolve(provider) };
}
