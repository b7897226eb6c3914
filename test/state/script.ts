import type { Recorded } from '../../src/core/resource.ts';
import type { End, Lease, Store } from '../../src/state/index.ts';
import { intentOf, recordOf } from './sample.ts';

/** What the state says, told plainly. */
export interface Told {
  readonly instance: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  readonly open: readonly string[];
}

export interface Act {
  readonly run: (store: Store) => Promise<unknown>;
  /** What the state says once it is acknowledged. */
  readonly after: Told;
}

const id = (name: string, kind = 'Config'): string => `edge/confhoard/${kind}/${name}`;
const values = new Map<string, unknown>();
const open = new Set<string>();
let instance: string | undefined;
const leases: Lease[] = [];

const told = (): Told => ({
  instance,
  values: Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1))),
  open: [...open].sort(),
});
const act = (run: Act['run']): Act => ({ run, after: told() });

const begin = (...intents: readonly (readonly [intent: string, id: string])[]): Act => {
  for (const [intent] of intents) open.add(intent);
  return act((store) =>
    store.begin(
      'edge',
      intents.map(([intent, one]) => intentOf(intent, one)),
    ),
  );
};
const end = (...ends: readonly (readonly [intent: string | undefined, id: string, value: string | number | null])[]): Act => {
  const list: readonly End[] = ends.map(([intent, one, value]) => {
    if (intent !== undefined) open.delete(intent);
    if (value === null) values.delete(one);
    else values.set(one, value);
    const recorded: Recorded | null = value === null ? null : recordOf(one, value);
    return { ...(intent === undefined ? {} : { intent }), id: one, outcome: 'done', recorded };
  });
  return act((store) => store.end('edge', list));
};
const checkpoint = (message: string): Act => act((store) => store.checkpoint({ run: 'r1', message }));
const lease = (): Act => act(async (store) => leases.push(await store.lease({ target: 'edge', run: 'r1' })));
const release = (): Act => act(async () => leases.pop()?.release());
const bind = (to: string): Act => {
  instance = to;
  return act((store) => store.bind('edge', to));
};

/** One life of a target: every sort of write, each with the state that it acknowledges. */
export const acts: readonly Act[] = [
  lease(),
  bind('brewery-1'),
  begin(['1', id('a')], ['2', id('b')]),
  end(['1', id('a'), 1]),
  end(['2', id('b'), 1]),
  begin(['3', id('pi', 'Thing')]),
  checkpoint('two zones, one open'),
  end(['3', id('pi', 'Thing'), 'x']),
  end([undefined, id('b'), null], [undefined, id('c'), 1]),
  checkpoint('moved'),
  begin(['4', id('a')]),
  end(['4', id('a'), null]),
  bind('brewery-2'),
  checkpoint('rebound'),
  release(),
  lease(),
  end([undefined, id('d'), 4]),
  checkpoint('one more'),
  release(),
];

/** Before the first act. */
export const BLANK: Told = { instance: undefined, values: {}, open: [] };

export async function tell(store: Store): Promise<Told & { readonly damage: readonly string[] }> {
  const state = await store.load('edge');
  return {
    instance: state.instance,
    values: Object.fromEntries(
      [...state.records].map(([key, record]): [string, unknown] => [key, record.applied['value']]).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    open: state.open.map((intent) => intent.intent).sort(),
    damage: state.damage.map((one) => one.summary),
  };
}
