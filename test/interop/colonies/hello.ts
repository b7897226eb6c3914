import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../kit/binary.ts';
import { assert } from '../../kit/group.ts';
import { inScratch, owed } from '../kit/debts.ts';
import { Missing, type Check } from '../kit/stage.ts';
import { commandLine } from './command-line.ts';
import { SAMPLE } from './keys.ts';

const colony = 'hello';
const program = join(root, 'examples/executors/helloworld.mjs');

/** examples/executors/helloworld.mjs beside the real command line: whoever submits notices nothing of who carries it out. */
export async function playHello(
  { host, port, name }: { readonly host: string; readonly port: number; readonly name: string },
  colonies: string,
  check: Check,
): Promise<void> {
  if (!existsSync(join(root, 'dist'))) throw new Missing('the package was not built (npm run build)');
  const theirs = commandLine(colonies, { host, port, colony });
  await theirs.must(['colony', 'add', '--name', colony, '--colonyid', SAMPLE.colonyId]);
  await theirs.must(['user', 'add', '--name', 'me', '--email', '', '--phone', '', '--userid', SAMPLE.userId]);
  await inScratch(async (cwd) => {
    const env = {
      ...{ PATH: process.env.PATH, COLONIES_SERVER_HOST: host, COLONIES_SERVER_PORT: String(port), COLONIES_TLS: 'false' },
      ...{ COLONIES_COLONY_NAME: colony, COLONIES_COLONY_PRVKEY: SAMPLE.colonyKey },
    };
    const executor = spawn(process.execPath, [program], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const undo = owed(() => void executor.kill('SIGKILL'));
    let said = '';
    for (const stream of [executor.stdout, executor.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => void executor.on('close', resolve));
    try {
      await check(`${name}: our executor registers, and does what the real command line submits`, async () => {
        const exec = [
          'function',
          'exec',
          '--func',
          'helloworld',
          '--targettype',
          'helloworld-executor',
          '--args',
          'colony',
          '--maxexectime',
          '20',
        ];
        assert.match(await theirs.must([...exec, '--wait', '--out']), 'hello colony');
        assert.match(await theirs.must(['executor', 'ls']), /\| helloworld +\| helloworld-executor /);
        assert.match(await theirs.must(['log', 'get', '-e', 'helloworld']), 'Hello from executor');
        assert.match(await theirs.must(['function', 'ls']), /Call counter +\| 1 /);
      });
      await check(`${name}: it ends in good order when it is interrupted`, async () => {
        executor.kill('SIGINT');
        assert.is(await ended, 0, said);
      });
    } finally {
      await undo();
      await ended;
    }
  });
  await theirs.must(['colony', 'remove', '--name', colony], 'YES\n');
}
