import { readFileSync } from 'node:fs';
import { errnoOf } from '../../../../../src/disk/index.ts';
import type { Params, PluginInstance } from '../../../../../src/providers/cresco/sandbox/plugin.ts';
import { executor } from '../../../../../src/providers/cresco/sandbox/stock/executor.ts';
import { assert, group } from '../../../../kit/group.ts';
import { testFabric, until } from './fabric.ts';

const made = (generation: 2 | 3) => executor({ generation, folder: '/nowhere', allowedFolders: [] });

/** What a reply adds to the request. */
async function ask(plugin: PluginInstance, event: 'EXEC' | 'CONFIG', params: Params): Promise<Params> {
  const reply = (await plugin.handle(event, params)) ?? {};
  for (const [name, value] of Object.entries(params)) assert.is(reply[name], value, `${name} is echoed`);
  return Object.fromEntries(Object.entries(reply).filter(([name]) => !(name in params)));
}
const config = (plugin: PluginInstance, stream_name: string, command: string) =>
  ask(plugin, 'CONFIG', { action: 'config_process', stream_name, command });
const process_ = (plugin: PluginInstance, action: string, stream_name: string) => ask(plugin, 'CONFIG', { action, stream_name });
const isRunning = async (plugin: PluginInstance, stream: string): Promise<boolean> =>
  (await process_(plugin, 'status_process', stream))['run_status'] === 'true';

/** Dead, or dead and not yet buried. */
function isGone(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return true;
    throw error;
  }
}

group('executor: what it runs', (test) => {
  test('lines of both streams go to the data plane, one message each', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3));
    const heard = fabric.hear("stream_name = 's'");
    assert.equal(await config(plugin, 's', "echo one; printf 'two\\nthr'; printf ee; echo wrong >&2; exit 3"), { config_status: 'true' });
    assert.is(await isRunning(plugin, 's'), false);
    assert.equal(await process_(plugin, 'start_process', 's'), { start_status: 'true' });
    await until(() => heard.length === 4);
    const of = (type: string): unknown[] => heard.filter(({ properties }) => properties['type'] === type).map(({ body }) => body);
    assert.equal(of('output'), ['one', 'two', 'three']);
    assert.equal(of('error'), ['wrong']);
    await until(async () => !(await isRunning(plugin, 's')));
    assert.equal(await process_(plugin, 'start_process', 's'), { start_status: 'true' }, 'what has finished starts again');
    await until(() => heard.length === 8);
    await fabric.stop();
  });

  test('input comes from the data plane', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3));
    const heard = fabric.hear("stream_name = 'it''s' AND type = 'output'");
    await config(plugin, "it's", 'cat');
    await process_(plugin, 'start_process', "it's");
    fabric.bus.publish({ body: 'hello', properties: { stream_name: "it's", type: 'input' } });
    fabric.bus.publish({ body: 'not me', properties: { stream_name: 'other', type: 'input' } });
    fabric.bus.publish({ body: Buffer.from('bytes'), properties: { stream_name: "it's", type: 'input' } });
    await until(() => heard.length === 2);
    assert.equal(
      heard.map(({ body }) => body),
      ['hello', 'bytes'],
    );
    await fabric.stop();
  });

  test('an interactive one is a shell that is driven through its input', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3), { stream_name: 's', command: 'sh -interactive-' });
    const heard = fabric.hear("type = 'output'");
    await plugin.start();
    fabric.bus.publish({ body: 'echo $((6 * 7))', properties: { stream_name: 's', type: 'input' } });
    await until(() => heard.length === 1);
    assert.is(heard[0]?.body, '42');
    await fabric.stop();
  });

  test('a declaration in the configuration runs at once', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3), { stream_name: 's', command: 'sleep 1000', metrics: 'true' });
    assert.is(await plugin.start(), true);
    assert.is(await isRunning(plugin, 's'), true);
    await fabric.stop();
  });

  test('commands see nothing of the environment of the program', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3), { stream_name: 's', command: 'env | cut -d= -f1' });
    const heard = fabric.hear("type = 'output'");
    await plugin.start();
    await until(async () => !(await isRunning(plugin, 's')) && heard.length > 1);
    await fabric.stop();
    const shells = new Set(['PATH', 'PWD', 'OLDPWD', 'SHLVL', '_', 'SETPOINT_SANDBOX_RUN', '__CF_USER_TEXT_ENCODING']);
    assert.equal(
      heard.map(({ body }) => String(body)).filter((name) => !shells.has(name)),
      [],
    );
  });
});

group('executor: how it ends', (test) => {
  const family = 'sh -c "echo \\$\\$; exec sleep 1000" & (sh -c "echo \\$\\$; exec sleep 1000" &) ; echo $$; exec sleep 1000';
  const escaped = 'setsid sh -c "echo \\$\\$; exec sleep 1000" & echo $$; exec sleep 1000';

  for (const [what, command, processes] of [
    ['children and their children', family, 3],
    ['one that left the process group', escaped, 2],
  ] as const) {
    if (process.platform !== 'linux') {
      test.skip(`no process survives: ${what}`, 'only Linux tells which processes there are');
      continue;
    }
    for (const end of ['end_process', 'reset_runners', 'stop'] as const) {
      test(`no process survives ${end}: ${what}`, async () => {
        const fabric = testFabric();
        const plugin = fabric.place('e', made(3), { stream_name: 's', command });
        const heard = fabric.hear("type = 'output'");
        await plugin.start();
        await until(() => heard.length === processes);
        const pids = heard.map(({ body }) => Number(body));
        assert.not(pids.some(isGone));
        if (end === 'stop') await plugin.stop();
        else await process_(plugin, end, 's');
        await until(() => pids.every(isGone));
        await fabric.stop();
      });
    }
  }

  test('what a command leaves behind ends with it', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3), { stream_name: 's', command: 'sleep 1000 & echo $!' });
    const heard = fabric.hear("type = 'output'");
    await plugin.start();
    await until(() => heard.length === 1);
    if (process.platform === 'linux') await until(() => isGone(Number(heard[0]?.body)));
    await until(async () => !(await isRunning(plugin, 's')));
    await fabric.stop();
  });

  test('a command that runs too long is killed, and says so', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3), { stream_name: 's', command: 'sleep 1000' }, { seconds: 5 });
    const heard = fabric.hear("type = 'error'");
    await plugin.start();
    await fabric.clock.advance(4_999);
    assert.is(await isRunning(plugin, 's'), true);
    await fabric.clock.advance(1);
    await until(async () => !(await isRunning(plugin, 's')));
    assert.equal(
      heard.map(({ body }) => body),
      ['killed: it ran longer than this sandbox allows (5 s)'],
    );
    await fabric.stop();
  });

  test('a command that says too much is killed, and says so', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3), { stream_name: 's', command: 'yes' }, { outputBytes: 1_000 });
    const heard = fabric.hear("stream_name = 's'");
    await plugin.start();
    await until(async () => !(await isRunning(plugin, 's')));
    const { body } = heard.pop() ?? {};
    assert.is(body, 'killed: more output than this sandbox allows (1000 bytes)');
    assert.is(heard.length, 500, 'a thousand bytes of y and line end');
    await fabric.stop();
  });

  test('after the end of its runner, input goes nowhere', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3), { stream_name: 's', command: 'cat' });
    const heard = fabric.hear("type = 'output'");
    await plugin.start();
    await process_(plugin, 'end_process', 's');
    fabric.bus.publish({ body: 'late', properties: { stream_name: 's', type: 'input' } });
    await fabric.stop();
    assert.equal(heard, []);
  });
});

group('executor: what it says', (test) => {
  test('version 1.3', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(3));
    const failed = (error_msg: string, field: string): Params => ({ error: 'true', error_msg, [field]: 'false' });
    assert.equal(
      await ask(plugin, 'CONFIG', { action: 'config_process', command: 'x' }),
      failed('Must provide stream_name', 'config_status'),
    );
    assert.equal(
      await ask(plugin, 'CONFIG', { action: 'config_process', stream_name: 's' }),
      failed('Must provide command', 'config_status'),
    );
    await config(plugin, 's', 'sleep 1000');
    assert.equal(await config(plugin, 's', 'other'), failed('Runner already exist stream_name: s', 'config_status'));
    assert.equal(await ask(plugin, 'EXEC', { action: 'run_process', stream_name: 's' }), { status: 'true' });
    assert.equal(await ask(plugin, 'EXEC', { action: 'run_process', stream_name: 's' }), failed('Process is already running', 'status'));
    assert.equal(await process_(plugin, 'start_process', 's'), { start_status: 'false' });
    assert.equal(
      await ask(plugin, 'EXEC', { action: 'run_process', stream_name: 't' }),
      failed('stream_name: t not configured (config_process first)', 'status'),
    );
    for (const [action, field] of [
      ['start_process', 'start_status'],
      ['status_process', 'run_status'],
      ['end_process', 'end_status'],
    ] as const) {
      assert.equal(await process_(plugin, action, 't'), { error_msg: 'stream_name: t not found.', [field]: 'false' });
      assert.equal(await ask(plugin, 'CONFIG', { action }), { error_msg: 'stream_name = null', [field]: 'false' });
    }
    assert.equal(await process_(plugin, 'end_process', 's'), { end_status: 'true' });
    assert.equal(await process_(plugin, 'status_process', 's'), { error_msg: 'stream_name: s not found.', run_status: 'false' });
    assert.equal(await config(plugin, 's', 'again'), { config_status: 'true' }, 'the name is free again');
    assert.equal(await ask(plugin, 'CONFIG', { action: 'reset_runners' }), { reset_status: 'true' });
    assert.equal(await ask(plugin, 'EXEC', { action: 'x' }), { error: 'true', error_msg: 'Unknown action  [x]' });
    assert.equal(await ask(plugin, 'EXEC', { action: 'end_process' }), { error: 'true', error_msg: 'Unknown action  [end_process]' });
    await fabric.stop();
  });

  test('version 1.1 never forgets a runner and calls every start a success', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(2));
    const taken = (name: string): Params => ({
      error: 'true',
      error_msg: `Runner already exist stream_name: ${name}`,
      config_status: 'false',
    });
    assert.equal(await ask(plugin, 'CONFIG', { action: 'config_process', command: 'x' }), taken('null'));
    assert.equal(await ask(plugin, 'CONFIG', { action: 'config_process', stream_name: 's' }), taken('s'));
    assert.equal(await ask(plugin, 'EXEC', { action: 'run_process', stream_name: 's' }), {});
    const heard = fabric.hear("type = 'output'");
    await config(plugin, 's', "trap 'exit 0' INT; echo ready; while :; do sleep 1; done");
    assert.equal(await process_(plugin, 'start_process', 's'), { start_status: 'true' });
    assert.equal(await process_(plugin, 'start_process', 's'), { start_status: 'true' });
    await until(() => heard.length === 1);
    assert.equal(await process_(plugin, 'end_process', 's'), { end_status: 'true' });
    await until(async () => !(await isRunning(plugin, 's')));
    assert.equal(await config(plugin, 's', 'other'), taken('s'));
    await fabric.stop();
  });

  test('version 1.1 interrupts a command that has only begun a second time, and another one once', async () => {
    const fabric = testFabric();
    const plugin = fabric.place('e', made(2), { stream_name: 's', command: "trap 'echo hit' INT; echo ready; while :; do sleep 1; done" });
    const heard = fabric.hear("type = 'output'");
    await plugin.start();
    await until(() => heard.length === 1);
    await process_(plugin, 'end_process', 's');
    await until(() => heard.length === 2);
    await fabric.clock.advance(500);
    await until(() => heard.length === 3);
    await process_(plugin, 'end_process', 's');
    await until(() => heard.length === 4);
    assert.is(fabric.clock.sleeping, 1, 'nothing but the limit of its time waits any more');
    await fabric.stop();
  });

  test('without leave it runs nothing and says how to get it', async () => {
    const fabric = testFabric();
    const heard = fabric.hear("type = 'error'");
    const plugin = fabric.place('e', made(3), { stream_name: 's', command: 'echo' }, { commands: false });
    assert.is(await plugin.start(), true);
    const refused = 'this sandbox runs no commands on its machine: start it with allowCommands: true';
    assert.equal(await process_(plugin, 'start_process', 's'), { error: 'true', error_msg: refused, start_status: 'false' });
    assert.equal(await ask(plugin, 'EXEC', { action: 'run_process', stream_name: 's' }), {
      error: 'true',
      error_msg: refused,
      status: 'false',
    });
    assert.is(await isRunning(plugin, 's'), false);
    assert.equal(
      heard.map(({ body }) => body),
      [refused, refused, refused],
    );
    assert.equal(fabric.log, [`Warn stream_name: s ${refused}`]);
    await fabric.stop();
  });
});
