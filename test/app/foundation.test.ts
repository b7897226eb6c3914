import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Engine, Outcome, Plan } from '../../src/app/engine.ts';
import { openEngine } from '../../src/app/open-engine.ts';
import { openRecords } from '../../src/app/records.ts';
import { shortId } from '../../src/core/id.ts';
import type { Fields } from '../../src/core/value.ts';
import { club, idOf, type Club } from '../kit/club.ts';
import { Faults } from '../../src/core/diagnostic.ts';
import { faultOf } from '../kit/fault.ts';
import { assert, group } from '../kit/group.ts';
import { temporaryFolder } from '../providers/confhoard/folder.ts';

const generated = (file: string): Fields => ({ generate: 'secp256k1', keep: { file } });
const KEYS: Fields = { city: { env: 'CITY' }, owner: generated('keys/owner.key'), member: generated('keys/member.key') };

const document = (kind: string, name: string, spec: Fields): string => {
  const apiVersion = kind === 'Target' ? 'setpoint/v1' : 'club/v1';
  return JSON.stringify({ apiVersion, kind, metadata: { name }, spec });
};
const target = (options: Fields = KEYS): string => document('Target', 'street', { provider: 'club', address: 'memory:', options });
const seat = (name: string): string => document('Seat', name, { table: 'round' });
const STONES = [document('House', 'corner', {}), document('Member', 'us', {})];
const INSIDE = [document('Table', 'round', { key: generated('keys/round.key') }), seat('left'), seat('right')];

interface Project {
  readonly system: Club;
  readonly dir: string;
  write(...documents: readonly string[]): Promise<void>;
  within<T>(body: (engine: Engine) => Promise<T>): Promise<T>;
  plan(choice?: { readonly destroy?: boolean }): Promise<Plan>;
  apply(plan?: Plan): Promise<Outcome>;
  hasKey(name: string): boolean;
  remove(): Promise<void>;
}

async function project(options: { readonly sandbox?: boolean; readonly env?: Readonly<Record<string, string>> } = {}): Promise<Project> {
  const dir = await temporaryFolder('foundation');
  const system = club();
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  const head = { apiVersion: 'setpoint/v1', kind: 'Project', metadata: { name: 'club' } };
  await write('setpoint.yaml', JSON.stringify({ ...head, spec: { manifests: 'manifests', state: { folder: 'state' } } }));
  const { env = { CITY: 'the city' }, sandbox = false } = options;
  const within = async <T>(body: (engine: Engine) => Promise<T>): Promise<T> => {
    const engine = await openEngine({
      surroundings: { env, cwd: dir, holder: 'foundation@here 1' },
      sandbox,
      emit: () => undefined,
      stopping: () => false,
      signal: new AbortController().signal,
      providers: [system.entry],
    });
    try {
      return await body(engine);
    } finally {
      await engine.close();
    }
  };
  const plan: Project['plan'] = (choice) => within(async (engine) => engine.plan(await engine.survey(await engine.desired()), choice));
  return {
    system,
    dir,
    write: (...documents) => write('manifests/all.yaml', documents.join('\n---\n')),
    within,
    plan,
    async apply(given) {
      const approved = given ?? (await plan());
      return within(async (engine) => engine.apply(approved, { grant: approved.digest, desired: await engine.desired() }));
    },
    hasKey: (name) => existsSync(join(dir, `keys/${name}.key`)),
    remove: () => rm(dir, { recursive: true }),
  };
}
const idsOf = (ids: readonly string[]): readonly string[] => ids.map(shortId);
const stepsOf = ({ steps }: Plan): readonly string[] => steps.map(({ verb, id }) => `${verb} ${shortId(id).replace('club/', '')}`);

group('a target that rests on resources of its own', (test) => {
  test('is made from nothing: what everything rests on first, the rest in a second round', async () => {
    const { system, write, plan, apply, hasKey, within, remove } = await project();
    await write(target(), ...INSIDE, ...STONES);
    const first = await plan();
    assert.equal(stepsOf(first), ['create House/corner', 'create Member/us']);
    assert.equal(idsOf(first.deferred), ['club/Seat/left', 'club/Seat/right', 'club/Table/round']);
    assert.equal([first.problems, first.targets.street?.instance], [[], undefined]);
    const { done, failed } = await apply(first);
    assert.equal([done, failed], [5, 0]);
    assert.equal(system.done.slice(0, 3), ['make House/corner', 'make Member/us', 'make Table/round']);
    const next = await plan();
    assert.equal([next.steps, next.deferred, next.changes.filter(({ reason }) => reason !== 'in-step')], [[], [], []]);
    const { instance } = await within((engine) => engine.store.load('street'));
    assert.ok(hasKey('owner'));
    assert.is(instance, next.targets.street?.instance);
    await remove();
  });

  test('loses it last: what is removed goes while there is still somebody who may, with keys that are still to be had', async () => {
    const { system, write, plan, apply, remove } = await project();
    await write(target(), ...INSIDE, ...STONES);
    await apply();
    const before = system.done.length;
    await apply(await plan({ destroy: true }));
    const gone = system.done.slice(before);
    assert.equal([...gone.slice(0, 2)].sort(), ['remove Seat/left', 'remove Seat/right']);
    assert.equal(gone.slice(2), ['remove Table/round', 'remove Member/us', 'remove House/corner']);
    assert.equal(stepsOf(await plan()), ['create House/corner', 'create Member/us']);
    assert.is((await apply()).done, 5);
    await remove();
  });

  test('may let go of it where the manifests do: what stays has let go before it is removed', async () => {
    const { write, plan, apply, remove } = await project();
    await write(target(), ...INSIDE, ...STONES);
    await apply();
    await write(target(), ...INSIDE, STONES[0] as string);
    const { steps } = await plan();
    const last = steps.at(-1);
    assert.equal([last?.verb, shortId(last?.id ?? ''), last?.after.length], ['delete', 'club/Member/us', 3]);
    assert.equal(new Set(steps.slice(0, -1).map(({ verb }) => verb)), new Set(['record']));
    await remove();
  });

  test('is not judged where nothing of the plan lets anybody in', async () => {
    const { write, plan, remove } = await project();
    await write(target(), ...INSIDE);
    const { steps, deferred, changes } = await plan();
    assert.equal([steps, deferred, new Set(changes.map(({ reason }) => reason))], [[], [], new Set(['unobserved'])]);
    await remove();
  });

  test('is refused when it is gone although something of it is recorded, until the state is bound to none', async () => {
    const { system, write, plan, apply, within, remove } = await project();
    await write(target(), ...INSIDE, ...STONES);
    await apply();
    system.flood();
    assert.is((await faultOf(plan())).code, 'INSTANCE_CHANGED');
    await within(async (engine) => (await openRecords(engine)).rebind('street'));
    const { done, failed } = await apply();
    assert.equal([done, failed], [5, 0]);
    assert.equal((await plan()).steps, []);
    await remove();
  });
});

group('keys that a target is reached with', (test) => {
  test('are generated by an apply, before its first write, and never by a plan', async () => {
    const { system, write, plan, apply, hasKey, dir, remove } = await project();
    await write(target(), ...INSIDE, ...STONES);
    const first = await plan();
    assert.equal(['owner', 'member', 'round'].filter(hasKey), []);
    assert.equal(system.connected, [{ city: 'the city' }]);
    system.refuse();
    assert.is((await apply(first)).failed, 1);
    assert.equal(['owner', 'member', 'round'].filter(hasKey), ['owner', 'member']);
    const owner = readFileSync(join(dir, 'keys/owner.key'), 'utf8').trim();
    await apply();
    assert.is((await plan()).targets.street?.instance, idOf(owner));
    await remove();
  });

  test('are those of the sandbox where one stands in, and are not made then', async () => {
    const { system, write, apply, hasKey, remove } = await project({ sandbox: true, env: {} });
    await write(target(), ...INSIDE, ...STONES);
    assert.equal((await apply()).failed, 0);
    assert.equal(['owner', 'member'].filter(hasKey), []);
    assert.is(system.connected.at(-1)?.owner, 'a stand-in');
    await remove();
  });

  test('are asked for while planning, also for what a later round writes: an apply without one refuses before its first write', async () => {
    const { system, write, plan, apply, hasKey, remove } = await project();
    await write(target({ city: { env: 'CITY' }, member: generated('keys/member.key') }), ...INSIDE, ...STONES);
    const { problems } = await plan();
    assert.equal(
      problems.map(({ code, summary, detail, resource = '' }) => [code, summary, detail, shortId(resource)]),
      [['CLUB_KEY', 'the key of the owner is missing', 'So it is with 1 other: club/Table/round.', 'club/Member/us']],
    );
    assert.ok(problems.every(({ at }) => at?.file === 'manifests/all.yaml'));
    const refused = await apply().catch((error: unknown) => error);
    assert.instance(refused, Faults);
    assert.equal([system.done, hasKey('member')], [[], false]);
    await remove();
  });

  test('that many writes lack are told once', async () => {
    const { write, plan, remove } = await project();
    await write(target(), ...STONES, document('Table', 'round', {}), seat('left'), seat('middle'), seat('right'));
    const { problems } = await plan();
    assert.equal(
      problems.map(({ summary, detail }) => [summary, detail]),
      [['the key of the table is missing', 'So it is with 2 others: club/Seat/middle, club/Seat/right.']],
    );
    await remove();
  });
});

group('a field that is taken over from what it refers to', (test) => {
  test('is told where it is written when it cannot be had', async () => {
    const { write, plan, remove } = await project();
    await write(target(), document('Table', 'round', { key: { env: 'ROUND' } }), seat('left'), seat('right'));
    const missing: unknown = await plan().catch((error: unknown) => error);
    if (!(missing instanceof Faults)) throw missing;
    assert.equal(
      missing.diagnostics.map(({ code, resource = '' }) => [code, shortId(resource)]),
      [['SECRET_MISSING', 'club/Table/round']],
    );
    await remove();
  });

  test('is the manifest’s own where that has one', async () => {
    const { write, within, remove } = await project();
    await write(
      target(),
      ...STONES,
      INSIDE[0] as string,
      document('Seat', 'left', { table: 'round', key: { env: 'LEFT' } }),
      seat('right'),
    );
    const { resources } = await within((engine) => engine.desired());
    const keyOf = (name: string): unknown => resources.get(`street/club/Seat/${name}`)?.spec.key;
    assert.equal(keyOf('left'), { 'setpoint:secret': { env: 'LEFT' } });
    assert.equal(keyOf('right'), { 'setpoint:secret': generated('keys/round.key') });
    await remove();
  });

  test('is gone with its secret: the kind gets the mark of what cannot be had any more, and says what it lacks', async () => {
    const env: Record<string, string> = { CITY: 'the city', ROUND: 'a table' };
    const { system, write, apply, remove } = await project({ env });
    const table = document('Table', 'round', { key: { env: 'ROUND' } });
    await write(target(), ...STONES, table, seat('left'));
    await apply();
    delete env.ROUND;
    await write(target(), ...STONES);
    const { failed, skipped } = await apply();
    assert.equal([failed, skipped], [1, 1]);
    assert.is(system.done.at(-1), 'make Seat/left');
    env.ROUND = 'a table';
    assert.is((await apply()).done, 2);
    await remove();
  });
});
