import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, lines, rest, rows, withBench, type Bench } from './bench.ts';

const ran = async (bench: Bench, key: string, logs: readonly string[]): Promise<string> => {
  const [id = ''] = lines(await bench.run('exec', { function: 'boil' }));
  await bench.work(key, { logs });
  return id;
};

group('colonies: logs', (test) => {
  test('of a process or an executor: the last ones, those since, line by line', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      const id = await ran(bench, key, ['one\n', 'two', 'three\nfour']);
      assert.equal(lines(await bench.run('logs', { process: id })), ['one', 'two', 'three', 'four']);
      assert.equal(lines(await bench.run('logs', { executor: 'cooker', last: '2' })), ['two', 'three', 'four']);
      assert.equal(lines(await bench.run('logs', { process: id, since: '1h', lines: '2' })), ['one', 'two']);
      assert.equal(lines(await bench.run('logs', { process: id, since: '2100-01-01T00:00:00Z' })), []);
      assert.match(
        lines(await bench.run('logs', { process: id, last: '1', times: 'yes' }))[0] ?? '',
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}three$/,
      );
      const refused = async (input: Readonly<Record<string, string>>): Promise<string> => (await faultOf(bench.run('logs', input))).code;
      assert.equal(
        [
          await refused({}),
          await refused({ process: id, executor: 'cooker' }),
          await refused({ process: id, since: 'yesterday' }),
          await refused({ process: id, since: '2999-01-01' }),
        ],
        ['INPUT_MISSING', 'INPUT_VALUE', 'INPUT_VALUE', 'INPUT_VALUE'],
      );
    }));

  test('more than one answer holds are read on', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      const all = Array.from({ length: 520 }, (_, i) => `line ${i}`);
      const id = await ran(bench, key, all);
      assert.equal(lines(await bench.run('logs', { process: id, since: '1h' })), all);
    }));

  test('are followed until the process has ended, or enough was seen', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      const id = await ran(bench, key, ['one', 'two']);
      assert.equal(lines(await bench.run('logs', { process: id, follow: 'yes' })), ['one', 'two']);
      const stop = new AbortController();
      const outputs = bench.begin('logs', { executor: 'cooker', follow: 'yes' }, { signal: stop.signal });
      assert.equal(lines([(await outputs.next()).value]), ['one']);
      assert.equal(lines([(await outputs.next()).value]), ['two']);
      const more = rest(outputs);
      stop.abort();
      assert.equal(await more, []);
    }));

  test('are searched for a text, in the order in which they came', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      await ran(bench, key, ['water is hot', 'nothing']);
      const id = await ran(bench, key, ['mash is hot']);
      const said = lines(await bench.run('search-logs', { text: 'is hot' }));
      assert.equal(
        said.map((line) => line.slice(21)),
        [said[0]?.slice(21) ?? '', `cooker ${id.slice(0, 12)}  mash is hot`],
      );
      assert.match(said[0] ?? '', /water is hot$/);
      assert.equal(lines(await bench.run('search-logs', { text: 'cold' })), ['There is none.']);
      assert.is((await faultOf(bench.run('search-logs', { text: 'x', days: '31' }))).code, 'INPUT_VALUE');
    }));
});

group('colonies: what there is', (test) => {
  test('how long ago an executor was heard of is told by the clock of the server', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      await bench.control('skew-clock', { seconds: '-3600' });
      const heard = new Date(Date.now() - 3_600_000).toISOString();
      await bench.control('change', { kind: 'executor', name: 'cooker', path: '/lastheardfromtime', value: JSON.stringify(heard) });
      assert.match(rows(await bench.run('executors'))[0]?.[3] ?? '', /^\d+ s$/);
    }));

  test('executors, functions, users', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker', ['boil', 'stir']);
      await bench.kettle('old');
      await bench.hand('removeexecutormsg', { colonyname: COLONY, executorname: 'old' });
      await bench.run('exec', { function: 'boil' });
      await bench.work(key, {});
      const names = async (name: string, input = {}): Promise<readonly string[]> =>
        rows(await bench.run(name, input)).map((row) => row[0] ?? '');
      assert.equal(await names('executors'), ['cooker']);
      assert.equal(await names('executors', { state: 'all' }), ['cooker', 'old']);
      assert.equal(await names('executors', { state: 'unregistered' }), ['old']);
      const table = rows(await bench.run('functions', { executor: 'cooker' }));
      assert.equal(
        table.map((row) => row.slice(0, 3)),
        [
          ['boil', 'cooker', '1'],
          ['stir', 'cooker', '0'],
        ],
      );
      assert.is(rows(await bench.run('users')).length, 1);
      const counted = rows(await bench.run('statistics'));
      assert.equal(
        counted.filter(([of, state]) => state === 'success' || of === 'executors'),
        [
          ['executors', 'all', '2'],
          ['executors', 'active', '1'],
          ['executors', 'unregistered', '1'],
          ['processes', 'success', '1'],
          ['workflows', 'success', '0'],
        ],
      );
      assert.is(counted.length, 13);
    }));

  test('names are offered, as the colony has them', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker', ['boil', 'stir']);
      const { operations } = await import('../../../../src/providers/colonies/operations/index.ts');
      const offered = async (operation: string, input: string): Promise<readonly string[]> => {
        const found = operations.find(({ name }) => name === operation)?.inputs.find(({ name }) => name === input);
        return (await found?.complete?.(bench.session.read, bench.call())) ?? [];
      };
      assert.equal([...(await offered('exec', 'function'))].sort(), ['boil', 'stir']);
      assert.equal(await offered('approve', 'executor'), ['cooker']);
      assert.equal(await offered('exec', 'type'), ['kettle']);
      const [id = ''] = lines(await bench.run('exec', { function: 'boil' }));
      assert.equal(await offered('cancel', 'process'), [id.slice(0, 12)]);
      assert.equal(await offered('run-cron', 'cron'), []);
    }));
});

const recipe = { colonyname: COLONY, label: '/recipes', name: 'ipa.json', checksum: 'ab', checksumalg: 'SHA256' };
const store = { server: 's3.example', port: 9000, accesskey: 'the access key', secretkey: 'the secret key', object: 'o', bucket: 'b' };

group('colonies: files and snapshots', (test) => {
  test('are what the server knows of them, without the keys of the store', () =>
    withBench(async (bench) => {
      const file = (size: number) => ({ ...recipe, size, ref: { protocol: 's3', s3object: store } });
      for (const size of [10, 20]) await bench.hand('addfilemsg', { file: file(size) }, bench.keys.member);
      assert.equal(rows(await bench.run('files')), [['/recipes', '2']]);
      assert.equal(rows(await bench.run('files', { label: '/recipes' })), [['ipa.json', '20', 'ab']]);
      const shown = JSON.stringify(await bench.run('file', { label: '/recipes', file: 'ipa.json' }));
      assert.not.match(shown, /the (access|secret) key/);
      assert.match(shown, /s3\.example/);
      assert.match(lines(await bench.run('make-snapshot', { label: '/recipes', snapshot: 'brew' }))[0] ?? '', /^brew holds 1 file of/);
      await bench.run('remove-file', { label: '/recipes', file: 'ipa.json' });
      assert.equal(lines(await bench.run('files')), ['There is none.']);
      assert.equal(rows(await bench.run('snapshot', { snapshot: 'brew' })), [['(removed since)']]);
      assert.match(lines(await bench.run('remove-snapshot', { all: 'yes' }))[0] ?? '', /^1 snapshot removed/);
    }));

  test('that are not there are not removed, nor made of nothing; a name that would break lists is refused', () =>
    withBench(async (bench) => {
      const refused = async (name: string, input: Readonly<Record<string, string>>): Promise<string> =>
        (await faultOf(bench.run(name, input))).code;
      assert.is(await refused('remove-file', { label: '/recipes', file: 'ipa.json' }), 'INPUT_VALUE');
      assert.is(await refused('remove-snapshot', { snapshot: 'brew' }), 'INPUT_VALUE');
      assert.is(await refused('remove-snapshot', {}), 'INPUT_MISSING');
      assert.is(await refused('make-snapshot', { label: '/recipes', snapshot: 'brew' }), 'INPUT_VALUE');
      assert.is(await refused('make-snapshot', { label: '/recipes', snapshot: 'a:b' }), 'COLONIES_NAME');
    }));
});
