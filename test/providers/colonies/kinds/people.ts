import { secretMark } from '../../../../src/core/mark.ts';
import type { Resource } from '../../../../src/core/resource.ts';
import type { Fields } from '../../../../src/core/value.ts';
import type { AnyKind, Kind, Known, Sighting, Work } from '../../../../src/providers/contract.ts';
import { idOf } from '../../../../src/providers/colonies/client/index.ts';
import type { Colony } from '../../../../src/providers/colonies/index.ts';
import type { Round } from '../../../kit/laws.ts';
import { assert } from '../../../kit/group.ts';
import { engine, keyOf, openBench, type BenchOptions, type ColonyBench } from './bench.ts';

export const idFor = (name: string): string => idOf(keyOf(name));
/** A secret as a spec that is asked about has it: its source, and the id that belongs to it once there is one. */
export const markOf = (name: string): string => secretMark({ file: name }, undefined, idFor(name)) as unknown as string;
export const unmade = secretMark({ generate: 'secp256k1' }) as unknown as string;

export const withBench =
  (test: (bench: ColonyBench) => Promise<void>, options: BenchOptions = {}): (() => Promise<void>) =>
  async () => {
    const bench = await openBench(options);
    try {
      await test(bench);
    } finally {
      await bench.close();
    }
  };

export type Seen = Exclude<Sighting<Fields>, { readonly seen: 'end' }>;
export type Asked = Omit<Known, 'id'>;

/** The one answer about one resource. */
export async function see(kind: AnyKind, bench: ColonyBench, asked: Asked, session: Colony = bench.session): Promise<Seen> {
  const known = [{ id: 'plant/it', ...asked }];
  for await (const page of kind.observe(session.read, { scope: '', known, strangers: false }, bench.call())) {
    for (const sighting of page) if (sighting.seen !== 'end') return sighting as Seen;
  }
  throw new Error('there was no answer');
}

export async function strangers(kind: AnyKind, bench: ColonyBench): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of kind.observe(bench.session.read, { scope: '', known: [], strangers: true }, bench.call())) {
    for (const sighting of page) if (sighting.seen === 'live') found.push(sighting.key ?? '');
  }
  return found.sort();
}

export const faultIn = (
  sighting: Seen,
): { readonly code: string; readonly detail?: string; readonly hint?: string; readonly deferred?: true } => {
  if (sighting.seen !== 'unknown') throw new Error(`it is ${sighting.seen}`);
  return { ...sighting.fault, ...(sighting.deferred ? { deferred: true } : {}) };
};

export const workOf = <S>(verb: Work<S>['verb'], name: string, want: S): Work<S> => ({
  id: `plant/colonies/It/${name}`,
  verb,
  intent: 'i',
  want,
  differences: [],
});
export const make = <S extends object>(kind: Kind<Colony, S>, bench: ColonyBench, name: string, want: S, session: Colony = bench.session) =>
  kind.make(session, workOf('create', name, want), bench.call());

export const cook = { executortype: 'cook', key: keyOf('cook'), approved: true } as const;

/** The engine over a bench, with what tests of it need. */
export async function planning(bench: ColonyBench): Promise<{
  readonly round: Round;
  of(kind: string, name: string, spec: Fields, more?: Partial<Resource>): Resource;
  /** Plans and applies; how many requests wrote. */
  apply(...resources: readonly Resource[]): Promise<number>;
}> {
  const round = await engine(bench);
  return {
    round,
    of: (kind, name, spec, more = {}) => ({
      id: `${round.target}/colonies/${kind}/${name}`,
      kind: `colonies/${kind}`,
      version: 'v1',
      target: round.target,
      name,
      spec,
      needs: [],
      lifecycle: {},
      labels: {},
      hasSecrets: true,
      was: [],
      origin: { file: 'people.yaml', line: 1, document: 0 },
      ...more,
    }),
    async apply(...resources) {
      const before = round.mutations();
      const { failed, skipped, unknown } = await round.apply(await round.plan(resources));
      assert.equal({ failed, skipped, unknown }, { failed: 0, skipped: 0, unknown: 0 });
      return round.mutations() - before;
    },
  };
}
