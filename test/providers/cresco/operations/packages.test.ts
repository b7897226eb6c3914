import type { ProjectFiles } from '../../../../src/providers/contract.ts';
import { operations } from '../../../../src/providers/cresco/operations/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { faultOf } from '../../../kit/fault.ts';
import { jar } from '../kinds/jar.ts';
import { HOME, lines, NAMES, PI_1, PI_2, rows, withBench } from './bench.ts';

const bytes = jar(NAMES.reader);
const files: ProjectFiles = {
  read: () => undefined,
  bytes: (path) => (path === 'jars/reader.jar' ? bytes : path === 'README.md' ? new TextEncoder().encode('# no JAR') : undefined),
  list: () => ['README.md', 'jars/reader.jar'],
};

group('cresco/operations: JARs', (test) => {
  test('a JAR goes into the repository once, and from there to an agent', () =>
    withBench(
      async ({ run, control }) => {
        const [first] = lines(await run('upload', { jar: 'jars/reader.jar' }));
        const handle = /^(io\.example\.reader\/1\.0\.0\/[0-9a-f]{32}) \(\d+ B\) is in the repositories\.$/.exec(first ?? '')?.[1] ?? '';
        assert.ok(handle !== '', first);
        await control('reset-counts');
        assert.match(lines(await run('upload', { jar: 'jars/reader.jar' }))[0] ?? '', /is in a repository already; nothing was sent/);
        assert.not.match(JSON.stringify(await control('counts')), /savetorepo/);
        for (const named of ['io.example.reader', 'io.example.reader/1.0.0', handle]) {
          const [line = ''] = lines(await run('repo-pull', { agent: PI_1, package: named }));
          assert.ok(line.startsWith(`${handle} is in the cache of ${PI_1}: /`), line);
        }
      },
      { files },
    ));

  test('a JAR goes to one agent alone, which can become its controller there', () =>
    withBench(
      async ({ run, session }) => {
        const [line = ''] = lines(await run('upload', { jar: 'jars/reader.jar', agent: PI_2 }));
        const path = line.split(': ')[1] ?? '';
        assert.is((await session.read.agents.fileInfo({ region: 'dp', agent: 'pi-2', path }))?.size, bytes.length);
        assert.equal(lines(await run('repository')), ['There is none.']);
        assert.equal(lines(await run('update-controller', { agent: PI_2, path }))[0], `${PI_2} was told: its controller becomes ${path}.`);
        assert.is((await faultOf(run('update-controller', { agent: PI_2, path: `${path}x` }))).code, 'INPUT_VALUE');
      },
      { files },
    ));

  test('no file, no JAR, no package, and two that are meant', () =>
    withBench(
      async ({ run, stock }) => {
        const missing = await faultOf(run('upload', { jar: 'jars/raeder.jar' }));
        assert.equal([missing.code, missing.diagnostic.hint], ['INPUT_VALUE', 'Did you mean jars/reader.jar?']);
        assert.is((await faultOf(run('upload', { jar: 'README.md' }))).code, 'CRESCO_JAR');
        await stock(NAMES.reader);
        await stock({ ...NAMES.reader, filling: 'another build' });
        const none = await faultOf(run('repo-pull', { agent: PI_1, package: 'io.example.raeder' }));
        assert.equal([none.code, none.diagnostic.hint], ['INPUT_VALUE', 'Did you mean io.example.reader?']);
        assert.match(
          (await faultOf(run('repo-pull', { agent: PI_1, package: 'io.example.reader' }))).diagnostic.hint ?? '',
          /^Say which: /,
        );
      },
      { files },
    ));
});

group('cresco/operations: power', (test) => {
  test('what an agent is told is done, and what nobody answers is said', () =>
    withBench(async ({ run, control }) => {
      const agents = async (): Promise<readonly (string | undefined)[]> => rows(await run('agents')).map(([agent]) => agent);
      const said = lines(await run('stop-controller', { agent: PI_2 }));
      assert.match(said.join('\n'), /^dp\/pi-2 was told: its controller stops.*\n.*confirms nothing of this/);
      while ((await agents()).includes(PI_2)) await new Promise(setImmediate);
      await control('find-agent', { agent: PI_2 });
      for (const name of ['restart-controller', 'restart-framework', 'kill-jvm']) {
        await control('reset-counts');
        await run(name, { agent: PI_1 });
        // The request is on its way when the operation has ended: nothing answers it.
        while (!JSON.stringify(await control('counts')).includes(name.replaceAll('-', ''))) await new Promise(setImmediate);
        await control('find-agent', { agent: PI_1 });
      }
      assert.is((await faultOf(run('kill-jvm', { agent: 'dp/pi-9' }))).code, 'CRESCO_AGENT_UNKNOWN');
    }));

  test('the agent that serves the API takes the connection with it', () =>
    withBench(async ({ run, session }) => {
      assert.match(lines(await run('kill-jvm', { agent: HOME }))[1] ?? '', /serves the API itself/);
      while (session.read.connected()) await new Promise(setImmediate);
    }));
});

group('cresco/operations: inputs', (test) => {
  test('whatever changes the fabric asks first', () => {
    const asking = operations.filter(({ mutates }) => mutates).map(({ name }) => name);
    const acts = ['send', 'cep-event', 'run-once', 'upload', 'repo-pull', 'stop-controller', 'restart-controller', 'restart-framework'];
    assert.equal(asking, [...acts, 'kill-jvm', 'update-controller']);
  });

  test('agents, regions, packages and levels are offered as the fabric has them', () =>
    withBench(async ({ session, call, stock }) => {
      const md5 = await stock(NAMES.reader);
      const offered = (name: string, input: string): Promise<readonly string[]> | undefined =>
        operations
          .find((one) => one.name === name)
          ?.inputs.find((one) => one.name === input)
          ?.complete?.(session.read, call());
      for (const { name, inputs } of operations) {
        if (inputs.some((input) => input.name === 'agent')) assert.equal(await offered(name, 'agent'), [HOME, PI_1, PI_2], name);
      }
      assert.equal(await offered('agents', 'region'), ['global-region', 'dp']);
      assert.equal(await offered('resources', 'of'), ['global-region', 'dp', HOME, PI_1, PI_2]);
      assert.equal(await offered('repo-pull', 'package'), [`io.example.reader/1.0.0/${md5}`]);
      assert.equal(await offered('logs', 'level'), ['Error', 'Warn', 'Info', 'Debug', 'Trace']);
    }));
});
