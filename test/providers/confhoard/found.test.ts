import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Engine, Outcome, Plan } from '../../../src/app/engine.ts';
import { initProject } from '../../../src/app/init-project.ts';
import { openEngine } from '../../../src/app/open-engine.ts';
import { openRecords } from '../../../src/app/records.ts';
import { Fault } from '../../../src/core/diagnostic.ts';
import type { Call } from '../../../src/providers/contract.ts';
import type { ConfhoardSession } from '../../../src/providers/confhoard/index.ts';
import { confhoard } from '../../../src/providers/confhoard/index.ts';
import { assert, group } from '../../kit/group.ts';
import { temporaryFolder } from './folder.ts';
import { FERMENTATION } from './store-bench.ts';

const call: Call = { signal: new AbortController().signal, emit: () => undefined, now: Date.now, random: () => 0.5 };
const connect = (address: string): Promise<ConfhoardSession> =>
  confhoard.connect({ name: 'bench', provider: 'confhoard', address, options: {} }, call);
const identify = ({ read }: ConfhoardSession): Promise<string | undefined> => confhoard.identify(read, call);
/** Everything below a folder, byte for byte. */
const filesIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map(
        (one) => [join(one.parentPath, one.name), one.isFile() ? readFileSync(join(one.parentPath, one.name), 'utf8') : 'folder'] as const,
      )
      .sort(),
  );

group('a datastore that nobody has made yet', (test) => {
  test('reads as an empty one without a name, and looking at it leaves nothing behind', async () => {
    const parent = await temporaryFolder('found');
    const session = await connect(join(parent, 'deep/datastore'));
    const { read } = session;
    assert.is(await identify(session), undefined);
    for (const store of ['running', 'persist', 'startup', 'operational'] as const) assert.equal((await read.read(store)).tree, {});
    assert.equal((await read.foresee([])).problems, []);
    assert.equal(await read.registrations(), []);
    for await (const entry of read.log()) assert.unreachable(JSON.stringify(entry));
    assert.equal((await read.lastWriters([`${FERMENTATION}/setpoint`])).size, 0);
    for await (const { ok } of confhoard.examine?.(read, call) ?? []) assert.ok(ok);
    assert.equal(readdirSync(parent), []);
    await rm(parent, { recursive: true });
  });

  test('is made by whoever writes first, or asks for it, and all read the same name', async () => {
    const parent = await temporaryFolder('found');
    const [one, other] = [await connect(join(parent, 'd')), await connect(join(parent, 'd'))];
    await Promise.all([confhoard.found?.(one, call), confhoard.found?.(other, call)]);
    const name = await identify(one);
    assert.type(name, 'string');
    assert.is(await identify(other), name);
    const third = await connect(join(parent, 'e'));
    await third.write.save('startup', { user: 'bob', via: 'console' });
    assert.type(await identify(third), 'string');
    await rm(parent, { recursive: true });
  });

  test('that was shipped with a startup reads as it will boot, and boots when it is made', async () => {
    const shipped = await temporaryFolder('found');
    const text = JSON.stringify({ 'brewhouse:brewhouse': { temperature: { fermentation: { lowpoint: '16.5' } } } });
    const file = join(shipped, 'second/startup/brewhouse.brewhouse.json');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    const before = filesIn(shipped);
    const session = await connect(join(shipped, 'second'));
    const running = await session.read.read('running');
    assert.equal(running.tree, JSON.parse(text));
    assert.equal((await session.read.read('persist')).tree, running.tree);
    assert.is(await identify(session), undefined);
    assert.equal(filesIn(shipped), before);
    await session.write.found();
    assert.equal((await session.read.read('running')).tree, running.tree);
    assert.is((await session.read.read('running')).generation, 1);
    await rm(shipped, { recursive: true });
  });
});

/** A project as `setpoint init` writes it, and the engine as the command line opens it. */
async function project() {
  const dir = await temporaryFolder('found-project');
  const surroundings = { env: {}, cwd: dir, holder: 'found@here 1' };
  await initProject(dir, surroundings);
  const within = async <T>(body: (engine: Engine) => Promise<T>): Promise<T> => {
    const engine = await openEngine({
      surroundings,
      sandbox: false,
      emit: () => undefined,
      stopping: () => false,
      signal: new AbortController().signal,
    });
    try {
      return await body(engine);
    } finally {
      await engine.close();
    }
  };
  return {
    folder: join(dir, '.setpoint/datastore'),
    within,
    plan: (): Promise<Plan> => within(async (engine) => engine.plan(await engine.survey(await engine.desired()))),
    apply: (plan: Plan): Promise<Outcome> =>
      within(async (engine) => engine.apply(plan, { grant: plan.digest, desired: await engine.desired() })),
    remove: () => rm(dir, { recursive: true }),
  };
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was thrown',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );

group('planning on a datastore that is not there', (test) => {
  test('writes nothing; applying makes it and binds the state to it', async () => {
    const shop = await project();
    const plan = await shop.plan();
    assert.equal([plan.steps.map(({ verb }) => verb), plan.problems, plan.targets.brewery?.instance], [['create'], [], undefined]);
    assert.not.ok(existsSync(shop.folder));
    assert.equal((await shop.apply(plan)).done, 1);
    const next = await shop.plan();
    assert.equal(next.steps, []);
    const instance = next.targets.brewery?.instance;
    assert.is(instance, (JSON.parse(readFileSync(join(shop.folder, 'instance.json'), 'utf8')) as { id: string }).id);
    await shop.within(async ({ store }) => assert.is((await store.load('brewery')).instance, instance));
    await shop.remove();
  });

  test('is refused where there was one, until the state is bound to a new one', async () => {
    const shop = await project();
    await shop.apply(await shop.plan());
    const saved = await shop.plan();
    await rm(shop.folder, { recursive: true });
    assert.is(await codeOf(shop.plan()), 'INSTANCE_CHANGED');
    assert.is(await codeOf(shop.apply(saved)), 'INSTANCE_CHANGED');
    assert.not.ok(existsSync(shop.folder));
    const { forgotten } = await shop.within(async (engine) => (await openRecords(engine)).rebind('brewery'));
    assert.is(forgotten, 1);
    assert.equal((await shop.apply(await shop.plan())).done, 1);
    await shop.remove();
  });
});
