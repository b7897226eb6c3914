import type { Engine } from '../../src/app/engine.ts';
import type { Event } from '../../src/core/event.ts';
import type { Recorded } from '../../src/core/resource.ts';
import { openEngineModule } from '../built.ts';
import { TARGET } from './factory.ts';
import { benchProvider, INSTANCE } from './provider.ts';

export interface FactoryOptions {
  readonly folder: string;
  /** The target already has everything. */
  readonly full: boolean;
  readonly emit?: (event: Event) => void;
}

/** The real engine over the project in a folder, its one target inside this process. */
export async function factoryEngine({ folder, full, emit = () => undefined }: FactoryOptions): Promise<Engine> {
  const { openEngine } = await openEngineModule();
  return openEngine({
    surroundings: { env: {}, cwd: folder, holder: `bench ${process.pid}` },
    sandbox: false,
    emit,
    stopping: () => false,
    signal: new AbortController().signal,
    providers: [benchProvider({ full })],
  });
}

/** Records every manifest as applied, as a run would have left it. */
export async function recordAll(engine: Engine): Promise<void> {
  const { resources } = await engine.desired();
  const { store, run } = engine;
  const lease = await store.lease({ target: TARGET, run: run.id });
  await store.bind(TARGET, INSTANCE);
  const by = { run: run.id, at: new Date(run.now()).toISOString() };
  const records = [...resources.values()].map(({ id, kind, version, name, spec, needs, lifecycle }): Recorded => ({
    id,
    shape: `${kind}.${version}`,
    handle: name,
    key: name,
    applied: spec,
    needs,
    lifecycle,
    by,
  }));
  const AT_ONCE = 1000;
  for (let from = 0; from < records.length; from += AT_ONCE) {
    await store.end(
      TARGET,
      records.slice(from, from + AT_ONCE).map((recorded) => ({ id: recorded.id, outcome: 'done', recorded })),
    );
  }
  await store.checkpoint({ run: run.id, message: 'as applied' });
  await lease.release();
}
