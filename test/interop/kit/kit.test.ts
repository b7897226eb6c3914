import { connect } from 'node:net';
import { assert, group } from '../../kit/group.ts';
import { run } from './programs.ts';
import { startServer } from './server.ts';
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
