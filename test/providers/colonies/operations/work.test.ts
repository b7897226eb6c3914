import type { Output } from '../../../../src/providers/contract.ts';
import { writeJson } from '../../../../src/providers/colonies/client/json.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { COLONY, lines, rest, rows, value, withBench, type Bench } from './bench.ts';

const idIn = (output: IteratorResult<Output>): string => ('line' in output.value ? output.value.line : '');

const workflow = (nodes: readonly (readonly [name: string, after: readonly string[]])[]): string =>
  JSON.stringify(
    nodes.map(([nodename, dependencies]) => ({ nodename, funcname: 'boil', conditions: { executortype: 'kettle', dependencies } })),
  );
const specOf = async ({ hand, keys }: Bench, processid: string) => (await hand('getprocessmsg', { processid }, keys.member)).spec;

group('colonies: exec', (test) => {
  test('submits with typed arguments for executors that have the function', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      const [id = ''] = lines(
        await bench.run('exec', { function: 'boil', args: '90,k1,true', kwargs: 'vessel=k1,minutes=1.5', env: 'A=1', priority: '3' }),
      );
      const { args, kwargs, env, conditions, priority, maxexectime, maxwaittime, maxretries } = await specOf(bench, id);
      assert.equal([args, kwargs, env], [[90, 'k1', true], { vessel: 'k1', minutes: 1.5 }, { A: '1' }]);
      assert.equal([conditions.executortype, conditions.colonyname, priority], ['kettle', COLONY, 3]);
      assert.equal([maxexectime, maxwaittime, maxretries], [-1, -1, 0]);
    }));

  test('takes JSON as it is, and leaves text that the function calls text', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker', []);
      const fun = { executorname: 'cooker', colonyname: COLONY, funcname: 'label', args: [{ name: 'batch', type: 'string' }] };
      await bench.hand('addfunctionmsg', { fun }, key);
      const [typed = ''] = lines(await bench.run('exec', { function: 'label', args: '007' }));
      const [text = ''] = lines(await bench.run('exec', { function: 'label', args: '12', kwargs: 'batch=13,n=14' }));
      const [json = ''] = lines(await bench.run('exec', { function: 'label', args: '[{"a": [1]}, "x,y"]', kwargs: '{"k": null}' }));
      assert.equal((await specOf(bench, typed)).args, ['007']);
      const { args, kwargs } = await specOf(bench, text);
      assert.equal([args, kwargs], [['12'], { batch: '13', n: 14 }]);
      const given = await specOf(bench, json);
      assert.equal([given.args, given.kwargs], [[{ a: [1] }, 'x,y'], { k: null }]);
    }));

  test('refuses what nobody has, what is not said, and what the server would spoil, and sends nothing', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      const refused = async (input: Readonly<Record<string, string>>): Promise<readonly string[]> => {
        const { code, summary, hint = '' } = (await faultOf(bench.run('exec', { function: 'boil', ...input }))).diagnostic;
        return [code, summary, hint];
      };
      assert.equal(await refused({ function: 'boyl' }), ['INPUT_VALUE', 'function cannot be "boyl"', 'Did you mean boil?']);
      assert.equal((await refused({ args: '[1' }))[1], 'args cannot be "[1"');
      assert.equal((await refused({ args: '{"a": 1, "b": 2}' }))[2], 'Write it between [ and ], or give it as kwargs.');
      assert.equal((await refused({ kwargs: 'x' }))[1], 'kwargs cannot be "x"');
      // Numbers that the server would keep as other ones.
      assert.equal((await refused({ args: '[[9007199254740993]]' }))[1], 'args cannot be "[[9007199254740993]]"');
      assert.equal((await refused({ args: '1,12345678901234567890' }))[1], 'args cannot be "12345678901234567890"');
      assert.equal((await refused({ kwargs: 'volume=1e999' }))[1], 'kwargs cannot be "1e999"');
      assert.equal((await refused({ kwargs: '{"a": {"b": -1e999}}' }))[0], 'INPUT_VALUE');
      assert.equal((await refused({ maxexec: '0' }))[1], 'maxexec cannot be "0"');
      assert.equal((await refused({ priority: '60000' }))[1], 'priority cannot be "60000"');
      assert.equal((await refused({ executor: 'coker' }))[2], 'Did you mean cooker?');
      assert.equal((await refused({ location: 'a:b' }))[0], 'COLONIES_NAME');
      assert.equal(await bench.hand('getprocessesmsg', { colonyname: COLONY, count: 100, state: 0 }, bench.keys.member), []);
    }));

  test('asks for the type where executors of several have the function', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      const key = await bench.kettle('oven', []);
      await bench.hand('removeexecutormsg', { colonyname: COLONY, executorname: 'oven' });
      assert.ok(key);
      await bench.control('add-executor', { name: 'stove', executorid: 'a'.repeat(64), type: 'stove' });
      await bench.control('add-function', { executor: 'stove', name: 'boil' });
      assert.match((await faultOf(bench.run('exec', { function: 'boil' }))).diagnostic.hint ?? '', /type=kettle or type=stove/);
      const [id = ''] = lines(await bench.run('exec', { function: 'boil', executor: 'stove' }));
      const { conditions } = await specOf(bench, id);
      assert.equal([conditions.executortype, conditions.executornames], ['stove', ['stove']]);
    }));

  test('waits and prints what is logged and what it put out; one that fails fails the command', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      const good = bench.begin('exec', { function: 'boil', follow: 'yes' });
      assert.match(idIn(await good.next()), /^[0-9a-f]{64}$/);
      await bench.work(key, { logs: ['heating\n', 'two\nlines'], out: [100, 'hot'] });
      const said = await rest(good);
      assert.equal(
        [lines(said), value(said)],
        [
          ['heating', 'two', 'lines'],
          [100, 'hot'],
        ],
      );
      const bad = bench.begin('exec', { function: 'boil', wait: 'yes' });
      await bad.next();
      await bench.work(key, { errors: ['the kettle is empty'] });
      const { code, summary, detail = '' } = (await faultOf(rest(bad))).diagnostic;
      assert.equal([code, summary], ['COLONIES_PROCESS', 'boil failed']);
      assert.match(detail, /^the kettle is empty\. Process [0-9a-f]{64}\.$/);
    }));

  test('that is interrupted leaves the process to itself, and says how to end it', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      const stop = new AbortController();
      const outputs = bench.begin('exec', { function: 'boil', wait: 'yes' }, { signal: stop.signal });
      const id = idIn(await outputs.next());
      const next = outputs.next();
      stop.abort();
      assert.equal(idIn(await next), `(It goes on: cancel process=${id.slice(0, 12)} ends it.)`);
      assert.is((await faultOf(rest(outputs))).code, 'INTERRUPTED');
    }));

  for (const operation of ['exec', 'submit'] as const) {
    test(`that loses the server while it waits leaves what it submitted to itself, and says how to wait again (${operation})`, () =>
      withBench(async (bench) => {
        await bench.kettle('cooker');
        await bench.write('brew.json', workflow([['mash', []]]));
        const [words, type, kind] =
          operation === 'exec'
            ? [{ function: 'boil' }, 'getprocessmsg', 'process']
            : [{ spec: 'brew.json' }, 'getprocessgraphmsg', 'workflow'];
        await bench.control('lose-request', { type });
        const outputs = bench.begin(operation, { ...words, wait: 'yes' } as Readonly<Record<string, string>>);
        const id = idIn(await outputs.next());
        assert.equal(idIn(await outputs.next()), `(It goes on without us: wait ${kind}=${id.slice(0, 12)} waits for it again.)`);
        assert.is((await faultOf(rest(outputs))).code, 'CONNECTION_LOST');
      }));
  }
});

group('colonies: submit', (test) => {
  test('takes a function spec as Colonies writes it, with the words of its elders', () =>
    withBench(async (bench) => {
      const conditions = { executortype: 'kettle', executorids: ['cooker'], 'processes-per-node': 2 };
      await bench.write('boil.json', JSON.stringify({ funcname: 'boil', args: [1], conditions }));
      const [id = ''] = lines(await bench.run('submit', { spec: 'boil.json' }));
      const spec = await specOf(bench, id);
      assert.equal([spec.conditions.executornames, spec.conditions.processespernode, spec.maxexectime], [['cooker'], 2, -1]);
    }));

  test('takes a list for a workflow, and tells of its nodes as they go', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      await bench.write(
        'brew.json',
        workflow([
          ['mash', []],
          ['hop', ['mash']],
        ]),
      );
      const outputs = bench.begin('submit', { spec: 'brew.json', follow: 'yes' });
      await outputs.next();
      await bench.work(key, { logs: ['stirring'], out: [1] });
      await bench.work(key, { out: [2] });
      const said = await rest(outputs);
      assert.equal([lines(said), value(said)], [['mash: stirring', 'mash: success', 'hop: success'], { hop: [2] }]);
    }));

  test('refuses what the server would pass over or refuse without saying what it is, and says where it stands', () =>
    withBench(async (bench) => {
      const conditions = { executortype: 'kettle' };
      const hintOf = async (spec: unknown): Promise<string | undefined> => {
        await bench.write('odd.json', JSON.stringify(spec));
        return (await faultOf(bench.run('submit', { spec: 'odd.json' }))).diagnostic.hint;
      };
      const one = { funcname: 'boil', conditions };
      assert.is(await hintOf({ ...one, maxexectime: '60' }), 'it.maxexectime is not an integer.');
      assert.is(await hintOf({ ...one, maxExecTime: 60 }), 'it.maxExecTime is no member of a function spec.');
      assert.is(await hintOf({ ...one, args: { a: 1 } }), 'it.args is not a list.');
      assert.is(
        await hintOf({ ...one, fs: { mount: '/a', dirs: [{ label: '/b', kepfiles: true }] } }),
        'it.fs.dirs[0].kepfiles is no member of a function spec.',
      );
      assert.is(await hintOf({ ...one, conditions: {} }), 'it.conditions has no executortype: no executor would take it.');
      assert.is(await hintOf([{ ...one, nodename: 'a' }, one]), '[1] has no nodename, which a function of a workflow needs.');
      assert.is(await hintOf([]), 'The list is empty.');
      assert.equal(await bench.hand('getprocessesmsg', { colonyname: COLONY, count: 100, state: 0 }, bench.keys.member), []);
      // Anything goes in what is the function's own, and a process as the server gives it back can be submitted again.
      await bench.write(
        'own.json',
        JSON.stringify({ ...one, args: [{ any: { thing: [1] } }], kwargs: { __proto: null, deep: { er: 1 } } }),
      );
      const [id = ''] = lines(await bench.run('submit', { spec: 'own.json' }));
      await bench.write('again.json', writeJson(await specOf(bench, id)));
      const [again = ''] = lines(await bench.run('submit', { spec: 'again.json' }));
      assert.equal(await specOf(bench, again), await specOf(bench, id));
    }));

  test('refuses a workflow that would break the server, and a file that is none', () =>
    withBench(async (bench) => {
      await bench.write('unknown.json', workflow([['mash', ['masch']]]));
      await bench.write(
        'cycle.json',
        workflow([
          ['a', ['b']],
          ['b', ['a']],
        ]),
      );
      await bench.write('no.json', '{');
      await bench.write('odd.json', '[{"nodename": "a"}]');
      await bench.write('large.json', '{"funcname": "a", "args": [9007199254740993], "conditions": {"executortype": "kettle"}}');
      const codeOf = async (spec: string): Promise<string> => (await faultOf(bench.run('submit', { spec }))).code;
      assert.equal(await Promise.all(['unknown.json', 'cycle.json', 'no.json', 'odd.json', 'large.json', 'none.json'].map(codeOf)), [
        'WORKFLOW_DEPENDENCY',
        'WORKFLOW_CYCLE',
        'INPUT_VALUE',
        'INPUT_VALUE',
        'INPUT_VALUE',
        'INPUT_VALUE',
      ]);
      assert.equal(lines(await bench.run('workflows', { state: 'all' })), ['There is none.']);
    }));

  test('a workflow that fails says which node, and why', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker');
      await bench.write(
        'brew.json',
        workflow([
          ['mash', []],
          ['hop', ['mash']],
        ]),
      );
      const [id = ''] = lines(await bench.run('submit', { spec: 'brew.json' }));
      await bench.work(key, { errors: ['too hot'] });
      const { code, detail = '' } = (await faultOf(bench.run('wait', { workflow: id.slice(0, 10) }))).diagnostic;
      assert.is(code, 'COLONIES_PROCESS');
      assert.match(detail, /^boil \(mash\): too hot\. mash failed, hop failed\./);
    }));
});

group('colonies: processes', (test) => {
  test('are listed by state, type, executor, label, initiator and function, all at once', () =>
    withBench(async (bench) => {
      const key = await bench.kettle('cooker', ['boil', 'stir']);
      await bench.run('exec', { function: 'stir', label: 'one' });
      await bench.work(key, {});
      for (const label of ['one', 'two']) await bench.run('exec', { function: 'boil', label });
      const [{ name: user } = { name: '' }] = await bench.session.read.users(bench.call().signal);
      const found = async (input: Readonly<Record<string, string>>): Promise<readonly string[]> => {
        const said = await bench.run('processes', input);
        return said.some((output) => 'table' in output) ? rows(said).map((row) => row.slice(1, 3).join(' ')) : lines(said);
      };
      assert.equal(await found({}), ['waiting boil', 'waiting boil']);
      assert.equal(await found({ state: 'all' }), ['waiting boil', 'waiting boil', 'success stir']);
      assert.equal(await found({ state: 'all', label: 'one', type: 'kettle' }), ['waiting boil', 'success stir']);
      assert.equal(await found({ state: 'all', executor: 'cooker' }), ['success stir']);
      assert.equal(await found({ state: 'all', function: 'stir', label: 'two' }), ['There is none.']);
      assert.equal(await found({ state: 'all', initiator: user, last: '1' }), ['waiting boil']);
      assert.is((await faultOf(found({ initiator: 'nobody' }))).code, 'INPUT_VALUE');
      assert.match((await faultOf(found({ state: 'sleeping' }))).diagnostic.summary, /state cannot be/);
    }));

  test('are found by how their id begins, and shown whole', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      const [id = ''] = lines(await bench.run('exec', { function: 'boil' }));
      const shown = value(await bench.run('process', { process: id.slice(0, 8) })) as {
        readonly processid: string;
        readonly prioritytime: string;
      };
      assert.is(shown.processid, id);
      assert.match(shown.prioritytime, /^\d{19}$/);
      assert.is((await faultOf(bench.run('process', { process: 'xyz' }))).code, 'INPUT_VALUE');
    }));

  test('are cancelled, but not one by one in a workflow', () =>
    withBench(async (bench) => {
      await bench.kettle('cooker');
      const [id = ''] = lines(await bench.run('exec', { function: 'boil' }));
      assert.match(lines(await bench.run('cancel', { process: id }))[0] ?? '', /is cancelled/);
      assert.match(lines(await bench.run('cancel', { process: id }))[0] ?? '', /had ended before \(cancelled\)/);
      await bench.write('brew.json', workflow([['mash', []]]));
      const [graph = ''] = lines(await bench.run('submit', { spec: 'brew.json' }));
      const member =
        rows(await bench.run('workflow', { workflow: graph }))
          .flat()
          .find((cell) => /^[0-9a-f]{12}$/.test(cell)) ?? '';
      assert.is((await faultOf(bench.run('cancel', { process: member }))).code, 'COLONIES_IN_WORKFLOW');
      await bench.run('cancel', { workflow: graph });
      assert.is((await faultOf(bench.run('wait', { workflow: graph }))).diagnostic.summary, 'the workflow was cancelled');
      assert.is((await faultOf(bench.run('cancel', {}))).code, 'INPUT_MISSING');
    }));
});
