import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { assert, group } from '../../kit/group.ts';
import { inScratch, owed } from './debts.ts';
import { run } from './programs.ts';
import { freePorts, startServer } from './server.ts';
import { Missing, runStage, type Stage } from './stage.ts';

const stageOf = (run: Stage['run']): Stage => ({ name: 'peer', summary: 'as it is', run });

async function played(run: Stage['run'], strict = false): Promise<readonly unknown[]> {
  const lines: string[] = [];
  const { passed, failed, skipped } = await runStage(stageOf(run), { strict, say: (line) => lines.push(line) });
  return [passed, failed, skipped, lines.slice(1).join('\n')];
}

group('interop stages', (test) => {
  test('count their checks, and go on after one that fails', async () => {
    const told = await played(async (check) => {
      await check('first', () => {
        throw new Error('no\nnot at all');
      });
      await check('second', () => undefined);
    });
    assert.equal(told, [1, 1, 0, '  FAIL  first\n        no\n        not at all\n  ok    second']);
  });

  test('are skipped without their peer, and fail in CI', async () => {
    const lacking: Stage['run'] = async (check) => check('first', () => Promise.reject(new Missing('no such program')));
    assert.equal(await played(lacking), [0, 0, 1, '  skip  peer: no such program']);
    assert.equal(await played(lacking, true), [0, 1, 0, '  FAIL  peer\n        no such program']);
  });

  test('have to check something', async () => {
    assert.equal(await played(async () => undefined), [0, 1, 0, '  FAIL  peer\n        it checked nothing']);
  });
});

group('interop debts', (test) => {
  test('are undone once', async () => {
    let count = 0;
    const undo = owed(() => void (count += 1));
    await undo();
    await undo();
    assert.is(count, 1);
  });

  test('a folder is gone after its body, also after one that failed', async () => {
    let seen = '';
    const failing = inScratch((folder) => {
      seen = folder;
      assert.ok(existsSync(folder));
      return Promise.reject(new Error('no'));
    });
    assert.is(await failing.catch((error: unknown) => (error as Error).message), 'no');
    assert.not.ok(existsSync(seen));
  });

  test('an interrupted program undoes them all, the newest first', () => {
    const debts = new URL('debts.ts', import.meta.url).href;
    const script = `import { owed } from ${JSON.stringify(debts)};
      for (const name of ['first', 'second']) owed(() => console.log(name));
      owed(() => { throw new Error('cannot be undone'); });
      setInterval(() => undefined, 1000);
      process.kill(process.pid, 'SIGINT');`;
    const { code, out } = run(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
    assert.equal([code, out], [130, 'second\nfirst\n']);
  });
});

group('interop peers', (test) => {
  test('a program that is not there ends without a code', () => {
    assert.is(run('no-such-program-anywhere', []).code, null);
    assert.equal(run('sh', ['-c', 'cat; echo bad >&2; exit 3'], { input: 'in' }), { code: 3, out: 'in', err: 'bad\n' });
  });

  test('a server is up when it is given, and gone after stop', async () => {
    // The wait for the server hangs up on it in the middle of its greeting: that may not end it.
    const script = `require('node:net').createServer((s) => s.on('error', () => {}).end('hello')).listen(Number(process.argv[1]), '127.0.0.1')`;
    const server = await startServer({ program: process.execPath, words: (port) => ['-e', script, String(port)] });
    const greeting = (): Promise<string> =>
      new Promise((resolve) => {
        let text = '';
        connect(server.port, server.host)
          .setEncoding('utf8')
          .on('data', (part: string) => (text += part))
          .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
          .on('end', () => resolve(text));
      });
    assert.is(await greeting(), 'hello');
    await server.stop();
    assert.is(await greeting(), 'ECONNREFUSED');
  });

  test('ports are each another one', async () => {
    const ports = await freePorts(5);
    assert.is(new Set(ports).size, 5);
  });

  test('one that ends at once is missing, with what it said', async () => {
    try {
      await startServer({ program: process.execPath, words: () => ['-e', 'console.error("no licence"); process.exit(1)'] });
      assert.unreachable();
    } catch (error) {
      assert.instance(error, Missing);
      assert.match((error as Error).message, 'no licence');
    }
  });
});
