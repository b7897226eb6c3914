import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  compressData,
  compressParam,
  decompressData,
  decompressParam,
  openCresco,
  readJarFile,
  type CrescoClient,
  type DataPlaneMessage,
} from '../../../src/providers/cresco/client/index.ts';
import { assert } from '../../kit/group.ts';
import { KEY } from './fabric.ts';
import { begin, type Pair } from './play-theirs.ts';
import { py, type Python } from '../kit/python.ts';

/** What the page cannot say: both clients at once, and bad days. */
export async function bothClients(pair: Pair): Promise<void> {
  const { server, check } = pair;
  const cresco = openCresco({ address: server.address, serviceKey: KEY, tls: { fingerprint: server.fingerprint } });
  const python = await begin(pair);
  try {
    await check('a wrong key is False', () => wrongKey(python, pair));
    await python.value(OPENED);
    await check('the files of the example arrived whole', () => whole(pair));
    if (pair.release !== '0.12') {
      await check('a connection as a context manager', async () => {
        const inside = await python.value('with clientlib(host, port, key).connection() as other:\n    inside = other.connected()\ninside');
        assert.is(inside, true);
      });
    }
    await check('what one packs the other unpacks', () => packing(python));
    await check('both read the same of a JAR', async () => {
      const { pluginName, version, md5, sha256 } = await readJarFile(pair.jars.jarFile);
      const theirs = await python.value('get_jar_info(jar_file)');
      assert.equal(theirs, { pluginname: pluginName, version, md5: pair.release === '1.3.2' ? sha256 : md5 });
    });
    await check('each sees what the other started', () => sameWorld(python, cresco));
    await check('text goes both ways over the data plane', () => text(python, cresco));
    await check('bytes go both ways over the data plane', () => bytes(python, cresco, pair));
    await check('both follow the log of an agent', () => logs(python, cresco, pair));
    await check('after a restart of the server it connects again, and so do we', () => restarted(python, cresco, pair));
    await check('it closes', async () => void (await python.value('client.close()')));
  } finally {
    await Promise.all([python.close(), cresco.close()]);
  }
}

const OPENED = `
import json
import time
from pycrescolib.clientlib import clientlib
from pycrescolib.utils import compress_data, compress_param, decompress_param, get_jar_info

client = clientlib(host, port, key)
assert client.connect()
region, agent = 'global-region', 'global-controller'
def stream(name):
    return json.dumps({'ident_key': 'stream_name', 'ident_id': name, 'io_type_key': 'type', 'output_id': 'output', 'input_id': 'output'})
`;
const HOME = { region: 'global-region', agent: 'global-controller' };

async function wrongKey(python: Python, { server, release }: Pair): Promise<void> {
  // 0.12 has its key in its code.
  if (release === '0.12') await server.ctl('refuse');
  try {
    const connected = await python.value("from pycrescolib.clientlib import clientlib\nclientlib(host, port, 'wrong').connect()");
    assert.is(connected, false);
  } finally {
    await server.ctl('accept');
  }
}

async function whole({ folder }: Pair): Promise<void> {
  for (const n of [0, 1, 2]) {
    const [sent, arrived] = await Promise.all(['source', 'destination'].map((side) => readFile(join(folder, side, `${n}.txt`), 'utf8')));
    assert.is(sent, `photo ${n}`);
    assert.is(arrived, sent);
  }
}

const TEXTS = ['', 'hello', '{"a": "ü 🙂"}', 'x'.repeat(300_000)];

async function packing(python: Python): Promise<void> {
  for (const text of TEXTS) {
    assert.is(decompressParam((await python.value(`compress_param(${py(text)})`)) as string), text);
    assert.is(await python.value(`decompress_param(${py(compressParam(text))})`), text);
  }
  const all = Uint8Array.from({ length: 256 }, (_, n) => n);
  assert.equal(Buffer.from(await decompressData((await python.value('compress_data(bytes(range(256)))')) as string)), Buffer.from(all));
  const unpacked = `import base64, gzip\ngzip.decompress(base64.b64decode(${py(compressData(all))}))`;
  assert.equal(await python.value(unpacked), { bytes: Buffer.from(all).toString('base64') });
}

async function sameWorld(python: Python, cresco: CrescoClient): Promise<void> {
  const theirs = (await python.value(
    "client.agents.add_plugin_agent('dp', 'pi-1', {'pluginname': 'io.cresco.sysinfo', 'inode_id': 'theirs', 'rate': 10}, None)['pluginid']",
  )) as string;
  const ours = await cresco.agents.addPlugin({
    region: 'dp',
    agent: 'pi-1',
    config: { pluginname: 'io.cresco.sysinfo', inode_id: 'ours' },
  });
  const found = await cresco.agents.plugins({ region: 'dp', agent: 'pi-1' });
  assert.is(found.find(({ plugin }) => plugin === theirs)?.config['rate'], '10');
  const ids = (await python.value("[one['plugin_id'] for one in client.agents.list_plugin_agent('dp', 'pi-1')]")) as readonly string[];
  assert.ok(ids.includes(ours.plugin), ids.join(', '));
  // Each takes away what the other one made.
  await cresco.agents.removePlugin({ ...ours, plugin: theirs });
  assert.is(await python.value(`client.agents.status_plugin_agent('dp', 'pi-1', ${py(theirs)})['status_code']`), '9');
  await python.value(`client.agents.remove_plugin_agent('dp', 'pi-1', ${py(ours.plugin)})`);
  assert.is(await cresco.agents.pluginStatus(ours), undefined);
}

/** Until a condition in Python holds. Throws with what it says else. */
async function until(python: Python, condition: string, otherwise: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if ((await python.value(`bool(${condition})`)) === true) return;
    await wait(25);
  }
  throw new Error(`${condition}\nnever: ${JSON.stringify(await python.value(otherwise))}`);
}

/** The first of our messages that fits; the stream stays open. */
async function received(messages: AsyncIterator<DataPlaneMessage>, fits: (message: DataPlaneMessage) => boolean): Promise<void> {
  for (;;) {
    const next = await Promise.race([messages.next(), wait(10_000, undefined)]);
    if (next === undefined || next.done === true) throw new Error('nothing of it arrived on our side within 10 s');
    if (fits(next.value)) return;
  }
}

async function text(python: Python, cresco: CrescoClient): Promise<void> {
  const ours = await cresco.dataPlane({ identKey: 'stream_name', identId: 'talk' });
  const messages = ours[Symbol.asyncIterator]();
  await python.value("heard = []\ntalk = client.get_dataplane(stream('talk'), heard.append)\ntalk.connect()");
  await ours.send('from us: ü 🙂');
  await until(python, `${py('from us: ü 🙂')} in heard`, 'heard');
  await python.value("talk.send('from python: ü 🙂')");
  await received(messages, (message) => 'text' in message && message.text === 'from python: ü 🙂');
  // A stream gives back what was sent over it.
  await until(python, `${py('from python: ü 🙂')} in heard`, 'heard');
  await ours.close();
  await python.value('talk.close()');
}

async function bytes(python: Python, cresco: CrescoClient, { release }: Pair): Promise<void> {
  const ours = await cresco.dataPlane({ identKey: 'stream_name', identId: 'raw' });
  const messages = ours[Symbol.asyncIterator]();
  await python.value("seen = []\nraw = client.get_dataplane(stream('raw'), seen.append)\nraw.connect()");
  const large = Buffer.alloc(3_000_000, 'Cresco');
  await ours.send(Uint8Array.of(0, 255, 10));
  await until(python, "b'\\x00\\xff\\x0a' in seen", 'seen');
  // Before 1.3 its library takes no more than a megabyte at once.
  if (release === '1.3.2') {
    await ours.send(large);
    await until(python, "b'Cresco' * 500000 in seen", '[len(one) for one in seen]');
  }
  // 0.12 sends everything as text.
  if (release !== '0.12') {
    await python.value("raw.send_binary(b'\\x00\\xfe' + b'Cresco' * 500000)");
    const wanted = Buffer.concat([Uint8Array.of(0, 254), large]);
    await received(messages, (message) => 'bytes' in message && Buffer.from(message.bytes).equals(wanted));
  }
  if (release === '1.3.2') {
    await python.value("raw.send_partial(b'in ', False)\nraw.send_partial(b'parts', True)");
    let got = '';
    await received(messages, (message) => 'bytes' in message && (got += Buffer.from(message.bytes).toString()).endsWith('in parts'));
  }
  await ours.close();
  await python.value('raw.close()');
}

async function logs(python: Python, cresco: CrescoClient, { server }: Pair): Promise<void> {
  const ours = await cresco.logStreamer();
  await ours.setLevel({ ...HOME, level: 'Info' });
  await python.value('lines = []\nlog = client.get_logstreamer(callback=lines.append)\nlog.connect()\nlog.update_config(region, agent)');
  await until(python, "any(line.startswith('set loglevel: Trace') for line in lines)", 'lines');
  await server.ctl('log', { class: 'io.example.Kettle', level: 'Warn', message: 'it boils' });
  const wanted = 'global-region_global-controller [ agent:io.example.kettle] Warn it boils';
  await until(python, `${py(wanted)} in lines`, 'lines');
  for await (const line of ours) {
    if (line.text !== wanted) continue;
    assert.equal([line.place, line.level, line.message], [HOME, 'Warn', 'it boils']);
    break;
  }
  await ours.close();
  await python.value('log.close()');
}

async function restarted(python: Python, cresco: CrescoClient, { server, release }: Pair): Promise<void> {
  const ours = await cresco.dataPlane({ identKey: 'stream_name', identId: 'again' });
  const messages = ours[Symbol.asyncIterator]();
  const reconnects = release === '1.3.2';
  if (reconnects) await python.value("again = []\nback = client.get_dataplane(stream('again'), again.append)\nback.connect()");
  await server.ctl('restart');
  // What it makes of the first call depends on its release: it raises, or gives nothing.
  await python.run('client.agents.get_controller_status(region, agent)');
  assert.is(await python.value('client.connect()'), true);
  assert.is(await python.value('client.agents.get_controller_status(region, agent)'), 'GLOBAL');
  while (!ours.active()) await wait(20);
  assert.is(await cresco.agents.controllerStatus(HOME), 'GLOBAL');
  if (reconnects) {
    await until(python, 'back.connected()', 'back.get_metrics()');
    await python.value("back.send('here I am')");
    await received(messages, (message) => 'text' in message && message.text === 'here I am');
  }
  await ours.close();
}
