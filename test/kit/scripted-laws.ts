import fc from 'fast-check';
import type { Fields } from '../../src/core/value.ts';
import type { KindLawsOptions } from './laws.ts';
import { roundOver } from './round.ts';
import type { ScriptedBench } from './scripted-bench.ts';
import { scriptedBench, scriptedCan } from './scripted-bench.ts';
import type { ScriptedKind, ScriptedSession } from './scripted-provider.ts';
import { scripted } from './scripted-provider.ts';
import { virtualClock } from './world.ts';

/** The laws' questions about one scripted kind. */
export type ScriptedLaws = KindLawsOptions<ScriptedSession, Fields, ScriptedBench> & { readonly kind: ScriptedKind };

const template = scripted({ clock: virtualClock() });

const boxes: ScriptedLaws['samples'] = [
  { label: 'plain' },
  {
    label: 'full',
    size: 3,
    level: '01.50',
    slots: [{ name: 'a', rate: 1, note: 'first' }, { name: 'b,/~' }],
    tags: ['red', 'blue', 'red'],
    stages: ['mash', 'boil'],
    settings: { x: '1', y: '2' },
    exact: { only: 'this' },
    colour: 'green',
    weight: 9,
    glaze: 'salt',
    scar: 'deep',
    rack: 'rack-7',
    token: 'token-value-1',
    password: 'password-value-1',
    seal: 'wax',
  },
  {
    label: 'other',
    size: 4,
    level: '-2',
    slots: [{ name: 'b,/~', rate: 7 }, { name: 'c' }],
    tags: ['blue'],
    stages: ['boil'],
    settings: { y: '3' },
    exact: { or: 'that' },
    colour: 'black',
    token: 'token-value-2',
    password: 'password-value-2',
    seal: 'lead',
  },
  { label: 'bound', serial: '1' },
];

const box = fc.record(
  {
    label: fc.string(),
    level: fc.oneof(
      fc.string(),
      fc.tuple(fc.integer(), fc.nat(999)).map(([a, b]) => `${a}.${b}0`),
    ),
    tags: fc.array(fc.string()),
  },
  { requiredKeys: ['label'] },
) as fc.Arbitrary<Fields>;

/** The real engine over a bench, with this provider's kinds. */
export const engineWith =
  (provider: ScriptedLaws['provider']): NonNullable<ScriptedLaws['engine']> =>
  async ({ session, call, world, system }) =>
    roundOver({ provider, session, call: call(), clock: world.clock, mutations: () => system.counts.mutations });

const optionsOf = (kind: string, samples: ScriptedLaws['samples'], more: Partial<ScriptedLaws> = {}): ScriptedLaws => ({
  name: kind,
  provider: template.provider,
  kind: template.kind(kind),
  open: scriptedBench,
  samples,
  can: scriptedCan(`scripted/${kind}`),
  engine: engineWith(template.provider),
  ...more,
});

const parents = new WeakMap<ScriptedBench, string>();
/** Every child of a bench is in one box of that bench. */
async function withParent(spec: Fields, bench: ScriptedBench): Promise<Fields> {
  const parent = parents.get(bench) ?? bench.system.byHand.create('scripted/Box', { key: 'parent', spec: { label: 'parent' } });
  parents.set(bench, parent);
  return { ...spec, parent };
}

const elsewhere = { at: '/settings/by-hand', value: 'kept' } as const;
/** Every scripted kind, as it is held to the laws. */
export const scriptedLaws: readonly ScriptedLaws[] = [
  optionsOf('Box', boxes, { arbitrary: box, elsewhere }),
  optionsOf('Crate', boxes, { arbitrary: box, elsewhere }),
  optionsOf('Child', [{ note: 'a' }, { note: 'b' }, {}], {
    place: withParent,
    elsewhere: { at: '/friend', value: 'somebody' },
  }),
  optionsOf('Note', [{ text: 'a', pinned: true }, { text: 'b' }], { elsewhere: { at: '/pinned', value: false } }),
  optionsOf(
    'Stone',
    [
      { text: 'a', weight: 1 },
      { text: 'b', weight: 2 },
    ],
    { elsewhere: { at: '/weight', value: 9 } },
  ),
  optionsOf('Job', [{ command: 'brew' }, { command: 'clean' }]),
  optionsOf('Ramp', [{ degrees: 10 }, { degrees: 20, perStep: 2 }], { elsewhere: { at: '/perStep', value: 9 } }),
  optionsOf('Blob', [{ text: 'a' }, { text: 'b' }, { text: 'c' }], {
    nth: (n) => ({ text: `blob ${n}` }),
    can: {
      ...scriptedCan('scripted/Blob'),
      makeByHand: async ({ system }, _, spec) => system.byHand.create('scripted/Blob', { key: String(spec['text']), spec, scope: '' }),
    },
  }),
  optionsOf('Hint', [{ text: 'a' }, { text: 'b' }]),
  optionsOf('Batchy', [{ share: 1, note: 'a' }, { share: 2 }], { invalid: { share: 101 }, elsewhere: { at: '/note', value: 'by hand' } }),
];
