import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { marked } from '../../../../src/providers/cresco/operations/shell.ts';
import { assert, group } from '../../../kit/group.ts';
import { faultOf } from '../../../kit/fault.ts';
import type { Bench } from './bench.ts';
import { lines, NAMES, PI_1, withBench } from './bench.ts';

/** The ids of what is on an agent besides its own. */
async function left({ session }: Bench): Promise<readonly string[]> {
  const plugins = await session.read.agents.plugins({ region: 'dp', agent: 'pi-1' });
  return plugins.map(({ plugin }) => plugin).filter((id) => !id.startsWith('system-'));
}

const once = (bench: Bench, command: string, more: Readonly<Record<string, string>> = {}) =>
  bench.run('run-once', { agent: PI_1, command, ...more });

group('cresco/operations: run-once', (test) => {
  for (const generation of [2, 3] as const) {
    test(`a command runs, its lines come in order, and nothing is left of it (generation ${generation})`, () =>
      withBench(
        async (bench) => {
          await bench.stock(NAMES.executor);
          assert.equal(lines(await once(bench, "for i in 1 2 3; do echo \"it's $i\"; done; printf 'no line end'")), [
            "it's 1",
            "it's 2",
            "it's 3",
            'no line end',
          ]);
          assert.equal(await left(bench), []);
          assert.equal(lines(await once(bench, 'echo wrong >&2')), ['wrong']);
          const failed = await faultOf(once(bench, 'exit 3'));
          assert.equal([failed.code, failed.diagnostic.summary], ['CRESCO_COMMAND_FAILED', 'the command ended with exit code 3']);
          assert.is((await faultOf(once(bench, "echo 'never closed"))).code, 'CRESCO_COMMAND_FAILED');
          assert.equal(await left(bench), []);
        },
        { options: { generation } },
      ));
  }

  test('an interrupt and a limit of time end the command, and take it away', () =>
    withBench(async (bench) => {
      await bench.stock(NAMES.executor);
      const stop = new AbortController();
      const outputs = bench.begin('run-once', { agent: PI_1, command: 'echo begun; sleep 1000' }, stop.signal);
      assert.equal((await outputs.next()).value, { line: 'begun' });
      assert.equal(await left(bench), ['run-once-80000000']);
      stop.abort();
      assert.match(JSON.stringify((await outputs.next()).value), /Interrupted: the command is ended/);
      assert.is((await outputs.next()).done, true);
      assert.equal(await left(bench), []);

      const late = await faultOf(once(bench, 'sleep 1000', { seconds: '1' }));
      assert.equal([late.code, late.diagnostic.summary], ['CRESCO_COMMAND_FAILED', 'the command was ended after 1 s']);
      assert.equal(await left(bench), []);
    }));

  test('without an executor, on an agent that is not there, where commands are not allowed: told, and nothing is left', () =>
    withBench(
      async (bench) => {
        assert.is((await faultOf(once(bench, 'true'))).code, 'CRESCO_NO_EXECUTOR');
        await bench.stock(NAMES.executor);
        assert.is((await faultOf(bench.run('run-once', { agent: 'dp/pi-9', command: 'true' }))).code, 'CRESCO_AGENT_UNKNOWN');
        assert.is((await faultOf(once(bench, 'sh -interactive- '))).code, 'INPUT_VALUE');
        assert.is((await faultOf(once(bench, 'true', { package: 'io.cresco.executor/9' }))).code, 'INPUT_VALUE');
        await bench.control('fail-start');
        assert.is((await faultOf(once(bench, 'true'))).code, 'CRESCO_NO_EXECUTOR');
        assert.equal(await left(bench), []);
        assert.is((await faultOf(once(bench, 'true'))).code, 'CRESCO_REFUSED');
        assert.equal(await left(bench), []);
      },
      { options: { allowCommands: false } },
    ));

  test('the newest executor is taken, unless another one is named', () =>
    withBench(async (bench) => {
      const [, newest] = [await bench.stock(NAMES.executor), await bench.stock({ ...NAMES.executor, version: '1.10.0' })];
      const outputs = bench.begin('run-once', { agent: PI_1, command: 'echo begun; cat' });
      await outputs.next();
      const plugins = await bench.session.read.agents.plugins({ region: 'dp', agent: 'pi-1' });
      assert.is(plugins.find(({ plugin }) => plugin.startsWith('run-once'))?.md5, newest);
      await outputs.return?.();
      assert.equal(await left(bench), []);
    }));
});

group('cresco/operations: marked commands', (test) => {
  const run = (
    command: string,
  ): { readonly out: readonly string[]; readonly codes: readonly (number | undefined)[]; readonly exit: unknown } => {
    const { command: whole, read } = marked(command, 'run-once-00c0ffee');
    const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', whole], { encoding: 'utf8' });
    const told = [stdout, stderr].flatMap((text) => text.replace(/\n$/, '').split('\n')).map((line) => read(line));
    return {
      out: told.flatMap(({ text }) => text ?? []),
      codes: told.flatMap(({ code }) => code ?? []),
      exit: status,
    };
  };

  test('say how they ended on both outputs, whatever is wrong in them', () => {
    assert.equal(run('echo a; echo b >&2; exit 7'), { out: ['a', 'b'], codes: [7, 7], exit: 7 });
    const { codes, exit } = run('echo "never closed');
    assert.equal([codes.length, codes[0]], [2, exit]);
    assert.equal(run("exec 2>&1; printf 'half'").out, ['half']);
  });

  test('keep every word of the command', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,40}$/), (text) => {
        const quoted = `'${text.replaceAll("'", `'\\''`)}'`;
        assert.equal(run(`printf %s ${quoted}`), { out: text === '' ? [] : [text], codes: [0, 0], exit: 0 });
      }),
      { numRuns: 25 },
    );
  });

  test('leave lines alone that are not theirs', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        assert.equal(marked('true', 'run-once-00c0ffee').read(line), { text: line });
      }),
    );
  });
});
