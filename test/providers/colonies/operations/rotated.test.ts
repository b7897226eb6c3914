import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, Outcome, Plan } from '../../../../src/app/engine.ts';
import { openEngine } from '../../../../src/app/open-engine.ts';
import { openOperations } from '../../../../src/app/operations.ts';
import { openRecords } from '../../../../src/app/records.ts';
import { shortId } from '../../../../src/core/id.ts';
import type { Fields } from '../../../../src/core/value.ts';
import { sandbox } from '../../../../src/providers/colonies/sandbox/index.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { temporaryFolder } from '../../confhoard/folder.ts';

const generated = (file: string): Fields => ({ generate: 'secp256k1', keep: { file } });
const FILES = { colonyKey: 'keys/colony', key: 'keys/user', cooker: 'keys/cooker' };

group('colonies: a key that was rotated', (test) => {
  test('leaves only the record behind: the next apply writes it, and nothing is made anew or taken for somebody else’s', async () => {
    const dir = await temporaryFolder('colonies-rotated');
    const system = await sandbox({ options: { colony: 'dev', serverKey: 'theirs' } });
    const { serverKey = '' } = system.options as { readonly serverKey?: string };
    const write = async (files: typeof FILES): Promise<void> => {
      const options = { colony: 'dev', serverKey: { env: 'SERVER' }, colonyKey: generated(files.colonyKey), key: generated(files.key) };
      const documents = [
        {
          apiVersion: 'setpoint/v1',
          kind: 'Target',
          metadata: { name: 'plant' },
          spec: { provider: 'colonies', address: system.address, options },
        },
        { apiVersion: 'colonies/v1', kind: 'Colony', metadata: { name: 'dev' }, spec: {} },
        { apiVersion: 'colonies/v1', kind: 'User', metadata: { name: 'setpoint' }, spec: {} },
        {
          apiVersion: 'colonies/v1',
          kind: 'Executor',
          metadata: { name: 'cooker' },
          spec: { executortype: 'kettle', key: generated(files.cooker) },
        },
        { apiVersion: 'colonies/v1', kind: 'Function', metadata: { name: 'boil' }, spec: { executor: 'cooker' } },
      ];
      await mkdir(join(dir, 'manifests'), { recursive: true });
      await writeFile(join(dir, 'manifests/all.yaml'), documents.map((one) => JSON.stringify(one)).join('\n---\n'));
    };
    const head = { apiVersion: 'setpoint/v1', kind: 'Project', metadata: { name: 'rotated' } };
    await writeFile(join(dir, 'setpoint.yaml'), JSON.stringify({ ...head, spec: { manifests: 'manifests', state: { folder: 'state' } } }));
    const within = async <T>(body: (engine: Engine) => Promise<T>): Promise<T> => {
      const engine = await openEngine({
        surroundings: { env: { SERVER: serverKey }, cwd: dir, holder: 'rotated@here 1' },
        sandbox: false,
        emit: () => undefined,
        stopping: () => false,
        signal: new AbortController().signal,
      });
      return body(engine).finally(() => engine.close());
    };
    const plan = (): Promise<Plan> => within(async (engine) => engine.plan(await engine.survey(await engine.desired())));
    const apply = async (): Promise<Outcome> => {
      const approved = await plan();
      return within(async (engine) => engine.apply(approved, { grant: approved.digest, desired: await engine.desired() }));
    };
    const rotate = (...words: readonly string[]): Promise<void> =>
      within(async (engine) => {
        const operations = await openOperations(engine, 'plant');
        const rotateKey = operations.named('rotate-key');
        for await (const said of operations.run(rotateKey, operations.inputsOf(rotateKey, words))) assert.ok(said);
      });
    const behind = async (...names: readonly string[]): Promise<void> => {
      const { steps, changes } = await plan();
      assert.equal(
        steps.map(({ verb, id }) => `${verb} ${shortId(id).replace('colonies/', '')}`).sort(),
        names.map((name) => `record ${name}`),
        JSON.stringify(changes.filter(({ reason }) => reason !== 'in-step')),
      );
      assert.is((await apply()).failed, 0);
      assert.equal((await plan()).steps, []);
    };

    await write(FILES);
    assert.is((await apply()).failed, 0);
    await rotate('into=keys/user-2');
    await write({ ...FILES, key: 'keys/user-2' });
    await behind('User/setpoint');
    await rotate('executor=cooker', 'key=keys/cooker', 'into=keys/cooker-2');
    await write({ ...FILES, key: 'keys/user-2', cooker: 'keys/cooker-2' });
    await behind('Executor/cooker', 'Function/boil');
    await rotate('--colony', 'into=keys/colony-2');
    await write({ colonyKey: 'keys/colony-2', key: 'keys/user-2', cooker: 'keys/cooker-2' });
    assert.is((await faultOf(plan())).code, 'INSTANCE_CHANGED');
    await within(async (engine) => (await openRecords(engine)).rebind('plant'));
    await behind('Colony/dev');
    const destroy = await within(async (engine) => engine.plan(await engine.survey(await engine.desired()), { destroy: true }));
    const gone = await within(async (engine) => engine.apply(destroy, { grant: destroy.digest, desired: await engine.desired() }));
    assert.equal([gone.failed, gone.skipped], [0, 0]);
    await system.close();
    await rm(dir, { recursive: true });
  });
});
