import type { Fields } from '../../../../src/core/value.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { id, lab, sealed, send, type Lab } from './lab.ts';
import { stoppedClock, work } from './work.ts';

const dev = { colonyname: 'dev' };
const add = (name: string): Fields => ({ location: { ...dev, name } });
const places = async ({ ask }: Lab): Promise<readonly string[]> =>
  (((await ask('user', 'getlocationsmsg', dev)).payload ?? []) as readonly Fields[]).map(({ name }) => String(name));
/** A request whose connection ends. */
const lost = async ({ box }: Lab, type: string, fields: Fields): Promise<boolean> =>
  send(box.address, { body: sealed(type, JSON.stringify({ msgtype: type, ...fields }), 'colony') }).then(
    () => false,
    () => true,
  );

group('the switches of a ColonyOS sandbox: what goes wrong', (test) => {
  test('a request is lost before it has an effect, or its reply after it', () =>
    lab(async (own) => {
      for (const [control, left] of [
        ['lose-request', []],
        ['lose-reply', ['lose-reply']],
      ] as const) {
        await own.control(control, { type: 'addlocationmsg' });
        // Only what it is meant for.
        assert.equal(await places(own), []);
        assert.ok(await lost(own, 'addlocationmsg', add(control)), control);
        assert.equal(await places(own), left);
      }
      assert.is((await own.ask('colony', 'addlocationmsg', add('next'))).status, 200);
    }));

  test('the next request is refused, answered with nothing, or by a proxy; and clear forgets it', () =>
    lab(async (own) => {
      const body = sealed('getlocationsmsg', JSON.stringify({ msgtype: 'getlocationsmsg', ...dev }), 'user');
      await own.control('refuse', { status: '503', message: 'not now' });
      assert.is(await own.no('user', 'getlocationsmsg', dev), '503 not now');
      await own.control('empty-next');
      const empty = await send(own.box.address, { body });
      assert.equal([empty.status, empty.body], [200, '']);
      await own.control('bad-gateway');
      const proxy = await send(own.box.address, { body });
      assert.equal([proxy.status, proxy.type], [502, 'text/html']);
      assert.throws(() => JSON.parse(proxy.body));
      await own.control('refuse');
      await own.control('clear');
      assert.equal(await places(own), []);
      assert.is((await faultOf(own.control('refuse', { status: '200' }))).code, 'SWITCH_INPUT');
    }));

  test('a request stalls: no effect and no word, until the connection is cut', () =>
    lab(async (own) => {
      await own.control('stall', { type: 'addlocationmsg' });
      const waiting = lost(own, 'addlocationmsg', add('stalled'));
      await own.heard('addlocationmsg');
      assert.equal(await places(own), []);
      await own.control('drop-all');
      assert.is(await waiting, true);
    }));

  test('sockets are dropped, and nothing else', () =>
    lab(async (own) => {
      const socket = await own.dial();
      await own.control('drop-sockets');
      assert.is(await socket.closed, 1006);
      assert.equal(await places(own), []);
    }));

  test('a restart ends polls and sockets, and keeps what the database has', () =>
    lab(async (own) => {
      await own.control('add-executor', { name: 'e1', executorid: id('e1'), type: 'worker' });
      const socket = await own.dial();
      const poll = own.ask('e1', 'assignprocessmsg', { ...dev, timeout: 600 }).then(
        () => 'answered',
        () => 'cut',
      );
      await own.heard('assignprocessmsg');
      await own.control('restart');
      assert.is(await poll, 'cut');
      assert.is(await socket.closed, 1006);
      const { processid } = await own.done<{ readonly processid: string }>('user', 'submitfuncspecmsg', { spec: work() });
      assert.is((await own.done('e1', 'assignprocessmsg', { ...dev, timeout: 5 }))['processid'], processid);
    }));

  test('a server is down until it is started', () =>
    lab(async (own) => {
      await own.done('colony', 'addlocationmsg', add('cellar'));
      await own.control('stop');
      assert.is(await lost(own, 'addlocationmsg', add('attic')), true);
      await own.control('start');
      assert.equal(await places(own), ['cellar']);
    }));

  test('a clock is off: what the server writes and the date that it gives', () => {
    const clock = stoppedClock(Date.parse('2026-11-22T03:00:00Z'));
    return lab(
      async (own) => {
        for (const [seconds, hour] of [
          ['7200', '05'],
          ['-3600', '02'],
          ['0', '03'],
        ] as const) {
          await own.control('skew-clock', { seconds });
          const { payload } = await own.ask('user', 'getserverinfomsg');
          assert.is((payload as Fields)['buildtime'], `2026-11-22T${hour}:00:00Z`);
          assert.match((await send(own.box.address, { method: 'GET', path: '/health' })).headers.date ?? '', ` ${hour}:00:00 `);
          const name = `at-${hour}`;
          await own.control('add-executor', { name, executorid: name });
          const row = await own.done('user', 'getexecutormsg', { ...dev, executorname: name });
          assert.match(String(row['commissiontime']), `2026-11-22T${hour}:`);
        }
        assert.is((await faultOf(own.control('skew-clock'))).code, 'SWITCH_INPUT');
      },
      { clock },
    );
  });
});

group('the switches of a ColonyOS sandbox: what others do', (test) => {
  test('add users, executors and functions without the keys that it takes', () =>
    lab(async (own) => {
      await own.control('add-user', { name: 'ann', userid: id('u2') });
      assert.is((await own.done('u2', 'getusermsg', { ...dev, name: 'ann' }))['userid'], id('u2'));
      await own.control('add-executor', { name: 'e1', executorid: id('e1'), type: 'worker' });
      await own.control('add-executor', { name: 'e2', executorid: id('e2'), approved: 'false' });
      assert.is((await own.ask('e2', 'getfunctionsmsg', dev)).status, 403);
      await own.control('add-function', { executor: 'e1', name: 'boil', description: 'by hand' });
      const [fun] = await own.done<readonly Fields[]>('e1', 'getfunctionsmsg', dev);
      assert.equal([fun?.['funcname'], fun?.['executorname'], fun?.['description']], ['boil', 'e1', 'by hand']);
      await own.done('e1', 'removefunctionmsg', { functionid: fun?.['functionid'] ?? '' });
    }));

  test('approve, reject and unregister executors', () =>
    lab(async (own) => {
      await own.control('add-executor', { name: 'e1', executorid: id('e1'), type: 'worker', approved: 'false' });
      const state = async (): Promise<unknown> => (await own.done('user', 'getexecutormsg', { ...dev, executorname: 'e1' }))['state'];
      for (const [control, expected] of [
        ['approve', 1],
        ['reject', 2],
        ['approve', 1],
      ] as const) {
        await own.control(control, { executor: 'e1' });
        assert.is(await state(), expected);
      }
      await own.control('add-function', { executor: 'e1', name: 'boil' });
      const { processid } = await own.done<{ readonly processid: string }>('user', 'submitfuncspecmsg', { spec: work() });
      await own.done('e1', 'assignprocessmsg', { ...dev, timeout: -1 });
      await own.control('unregister', { executor: 'e1' });
      assert.is(await state(), 3);
      assert.is((await own.ask('user', 'getfunctionsmsg', dev)).payload, null);
      assert.is((await own.done('user', 'getprocessmsg', { processid }))['state'], 0);
      assert.is((await faultOf(own.control('approve', { executor: 'nobody' }))).code, 'SWITCH_INPUT');
    }));

  test('put, change and remove rows of any kind', () =>
    lab(async (own) => {
      await own.control('put', { kind: 'location', row: '{"name":"cellar","long":1.5}' });
      await own.control('change', { kind: 'location', name: 'cellar', path: '/description', value: '"cold"' });
      assert.is((await own.done('user', 'getlocationmsg', { ...dev, name: 'cellar' }))['description'], 'cold');
      await own.control('change', { kind: 'location', name: 'cellar', path: '/long' });
      assert.is((await own.done('user', 'getlocationmsg', { ...dev, name: 'cellar' }))['long'], 0);
      await own.control('remove', { kind: 'location', name: 'cellar' });
      assert.equal(await places(own), []);
      for (const [control, input] of [
        ['put', { kind: 'locaton', row: '{}' }],
        ['put', { kind: 'location', row: '{' }],
        ['put', { kind: 'location', row: '{"name":1}' }],
        ['put', { kind: 'location', row: '{"name":"x"}', colony: 'nowhere' }],
        ['change', { kind: 'user', name: 'myuser', path: '/email', value: '1' }],
        ['remove', { kind: 'user', name: 'nobody' }],
        ['rows', {}],
      ] as const) {
        assert.is((await faultOf(own.control(control, input))).code, 'SWITCH_INPUT', JSON.stringify(input));
      }
    }));

  test('change a blueprint: a changed spec is its next generation', () =>
    lab(async (own) => {
      const definition = { kind: 'Widget', metadata: { name: 'widgets', ...dev }, spec: { names: { kind: 'Widget' }, handler: {} } };
      await own.done('colony', 'addblueprintdefinitionmsg', { blueprintdefinition: definition });
      await own.done('user', 'addblueprintmsg', {
        blueprint: { kind: 'Widget', metadata: { name: 'w', ...dev, generation: 1 }, spec: { replicas: 1, parts: [{ n: 1 }] } },
      });
      await own.control('change', { kind: 'blueprint', name: 'w', path: '/spec/replicas', value: '3' });
      await own.control('change', { kind: 'blueprint', name: 'w', path: '/metadata/labels/line', value: '"2"' });
      await own.control('change', { kind: 'blueprint', name: 'w', path: '/spec/parts/0/n', value: '2' });
      const found = await own.done<{ readonly spec: Fields; readonly metadata: Fields }>('user', 'getblueprintmsg', {
        namespace: 'dev',
        name: 'w',
      });
      assert.equal(found.spec, { replicas: 3, parts: [{ n: 2 }] });
      assert.equal([found.metadata['generation'], found.metadata['labels']], [3, { line: '2' }]);
    }));
});

group('the switches of a ColonyOS sandbox: what can be seen', (test) => {
  test('how often each type was asked for, reads and writes apart', () =>
    lab(async (own) => {
      await places(own);
      await own.ask('colony', 'addlocationmsg', add('a'));
      await own.ask('user', 'getlocationsmsg', dev);
      await send(own.box.address, { body: 'hello' });
      const counts = (await own.control('counts')) as Fields;
      assert.equal(counts, { total: 3, reads: 2, writes: 1, malformed: 1, types: { addlocationmsg: 1, getlocationsmsg: 2 } });
      await own.control('reset-counts');
      assert.equal((await own.control('counts')) as Fields, { total: 0, reads: 0, writes: 0, malformed: 0, types: {} });
    }));

  test('what there is', () =>
    lab(async (own) => {
      await own.done('colony', 'pauseassignmentsmsg', dev);
      const { serverid, colonies, rows } = (await own.control('state')) as Fields;
      assert.is(serverid, id('server'));
      assert.equal(colonies, [{ name: 'dev', colonyid: id('colony'), paused: true }]);
      assert.is((rows as Fields)['user'], 1);
      assert.is(((await own.control('rows', { kind: 'user' })) as readonly Fields[])[0]?.['name'], 'myuser');
    }));
});
