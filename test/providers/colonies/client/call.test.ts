import {
  Fault,
  idOf,
  openColonies,
  type ColoniesClient,
  type ColoniesOptions,
  type MessageType,
} from '../../../../src/providers/colonies/client/index.ts';
import { TLS_CERT, TLS_KEY } from '../../../kit/certificate.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { httpPeer, type Reply } from '../../../kit/http-peer.ts';
import { coloniesPeer, envelopeOf, type Says, type Script } from './peer.ts';
import { sampleKey, vectors } from './vectors.ts';

const key = sampleKey('user');
const owner = sampleKey('colony owner');
const inDev = { colonyname: 'dev' };

async function against<T>(
  script: Script | Script['rpc'],
  body: (colonies: ColoniesClient, peer: Awaited<ReturnType<typeof coloniesPeer>>) => Promise<T>,
  options: Partial<ColoniesOptions> = {},
): Promise<T> {
  const peer = await coloniesPeer(typeof script === 'function' ? { rpc: script } : (script ?? {}));
  const colonies = openColonies({ address: peer.address, key, ...options });
  try {
    return await body(colonies, peer);
  } finally {
    await colonies.close();
    await peer.close();
  }
}

/** How a refusal comes out: code, what was done, and whether it may be asked again. */
const outcome = async (type: MessageType, says: Says): Promise<string> => {
  const fault = await faultOf(
    against(
      () => says,
      (colonies) => colonies.call(type, {} as never),
    ),
  );
  return `${fault.code} ${fault.sent} ${fault.retry === false ? 'no' : 'again'}`;
};

group('colonies: calls', (test) => {
  test('a request is signed by the key of the client, or of the call, and its reply is read', async () => {
    const process = vectors.samples['process_successful'] ?? null;
    await against(
      ({ type }) => ({ payload: type === 'getprocessmsg' ? process : null }),
      async (colonies, peer) => {
        const read = await colonies.call('getprocessmsg', { processid: 'p' });
        assert.is(read.prioritytime, 1795319530264824715n);
        assert.equal(read.out, ['helloworld', 1, { k: [true, null] }]);
        assert.equal(await colonies.call('getusersmsg', inDev, { key: owner }), []);
        await colonies.call('getlogsmsg', { ...inDev, count: 1, since: 1795319530297118051n });
        assert.equal(
          peer.asked.map(({ type, signer, payload }) => [type, signer, payload]),
          [
            ['getprocessmsg', idOf(key), { msgtype: 'getprocessmsg', processid: 'p' }],
            ['getusersmsg', idOf(owner), { msgtype: 'getusersmsg', colonyname: 'dev' }],
            ['getlogsmsg', idOf(key), { msgtype: 'getlogsmsg', colonyname: 'dev', count: 1, since: 1795319530297118051n }],
          ],
        );
      },
    );
  });

  test('two requests need no key and are not signed; all others say which one they need', async () => {
    const peer = await coloniesPeer({});
    const colonies = openColonies({ address: peer.address });
    assert.equal(await colonies.call('versionmsg', {}), { buildversion: '', buildtime: '' });
    assert.is(peer.asked[0]?.signer, undefined);
    const fault = await faultOf(colonies.call('addusermsg', { user: { ...inDev, userid: 'x', name: 'y' } }));
    assert.equal([fault.code, fault.sent, peer.asked.length], ['COLONIES_KEY_MISSING', 'no', 1]);
    assert.match(fault.diagnostic.detail ?? '', "addusermsg needs the key of the colony's owner");
    await colonies.close();
    await peer.close();
    assert.is((await faultOf(() => openColonies({ address: peer.address, key: 'abcd' }))).code, 'COLONIES_KEY');
    assert.is((await faultOf(() => openColonies({ address: 'localhost:50080' }))).code, 'BAD_ADDRESS');
  });

  test('the reply to the pause status has a name of its own', async () => {
    const status = await against(
      () => ({ type: 'pausestatusreplymsg', payload: vectors.samples['pause_status'] ?? null }),
      (colonies) => colonies.call('getpausestatusmsg', inDev),
    );
    assert.equal(status, { colonyname: 'dev', ispaused: false });
  });

  test('refusals have a code by status and words, which say what was done and whether to try again', async () => {
    const refused = (type: MessageType, status: number, message: string): Promise<string> => outcome(type, { refuse: [status, message] });
    const cases: readonly (readonly [MessageType, number, string, string])[] = [
      ['getcolonymsg', 403, 'Colony with name <dev> does not exists', 'COLONIES_NO_COLONY answered no'],
      ['removecolonymsg', 400, 'Colony with name <dev> not found', 'COLONIES_NO_COLONY answered no'],
      ['getusersmsg', 403, 'Access denied, not a member of Colony with name <dev>', 'COLONIES_NOT_MEMBER answered no'],
      ['assignprocessmsg', 403, 'Access denied, Executor with Id <ab> is not approved', 'COLONIES_NOT_MEMBER answered no'],
      ['getcoloniesmsg', 403, 'Access denied, not server owner', 'COLONIES_NOT_OWNER answered no'],
      ['addusermsg', 403, 'Access denied, not colony owner', 'COLONIES_NOT_OWNER answered no'],
      ['addfunctionmsg', 403, 'Not allowed to add a function to another executor', 'COLONIES_DENIED answered no'],
      ['updateexecutormsg', 400, 'Only an executor can update its own capabilities', 'COLONIES_DENIED answered no'],
      ['assignprocessmsg', 500, 'Failed to assign process, executor not found', 'COLONIES_DENIED answered no'],
      ['changeuseridmsg', 400, 'Failed to change user Id, user not found', 'COLONIES_DENIED answered no'],
      ['getusersmsg', 403, 'Failed verify signature: Signature s value is over half the order', 'COLONIES_SIGNATURE answered no'],
      ['getusersmsg', 403, "encoding/hex: invalid byte: U+0078 'x'", 'COLONIES_SIGNATURE answered no'],
      ['getlocationsmsg', 403, 'invalid rpcMsg.PayloadType: getlocationsmsg', 'COLONIES_UNSERVED answered no'],
      ['getlogsmsg', 403, 'Count exceeds max log count (500)', 'COLONIES_REFUSED answered no'],
      ['assignprocessmsg', 404, 'No process available for assignment', 'COLONIES_NO_PROCESS answered no'],
      ['assignprocessmsg', 408, 'Assignment timeout: colony assignments are paused', 'COLONIES_PAUSED answered no'],
      ['assignprocessmsg', 503, 'No processes available: colony assignments are paused', 'COLONIES_PAUSED answered no'],
      ['getprocessmsg', 404, 'Failed to get process, process not found', 'COLONIES_NOT_FOUND answered no'],
      ['getexecutormsg', 500, 'Failed to get executor, executor is nil', 'COLONIES_NOT_FOUND answered no'],
      ['getcronmsg', 500, 'Failed to get cron, cron is nil', 'COLONIES_NOT_FOUND answered no'],
      ['removeusermsg', 400, 'User with name <x> not found', 'COLONIES_NOT_FOUND answered no'],
      ['getattributemsg', 400, 'Attribute does not exists', 'COLONIES_NOT_FOUND answered no'],
      ['getsnapshotmsg', 500, 'Snapshot not found with name <t> in Colony <dev> does not exists', 'COLONIES_NOT_FOUND answered no'],
      ['addcolonymsg', 400, 'A Colony with name <dev> already exists', 'COLONIES_EXISTS answered no'],
      ['addblueprintmsg', 409, "blueprint with name 'w' already exists in colony 'dev'", 'COLONIES_EXISTS answered no'],
      ['addblueprintdefinitionmsg', 500, 'pq: duplicate key value violates unique constraint "x"', 'COLONIES_EXISTS answered no'],
      [
        'removeblueprintdefinitionmsg',
        409,
        "cannot remove BlueprintDefinition 'w': 1 blueprint(s) still exist",
        'COLONIES_IN_USE answered no',
      ],
      ['addblueprintmsg', 400, "BlueprintDefinition for kind 'W' not found in namespace 'dev'", 'COLONIES_REFUSED answered no'],
      ['submitfuncspecmsg', 400, 'Failed to submit process spec, msg.FunctionSpec is nil', 'COLONIES_REFUSED answered no'],
      ['submitworkflowspecmsg', 500, 'Duplicate nodename: a', 'COLONIES_REFUSED answered no'],
      ['closesuccessfulmsg', 400, 'Tried to set failed process as successful', 'COLONIES_REFUSED answered no'],
      ['getusersmsg', 500, 'pq: the database system is shutting down', 'COLONIES_SERVER answered again'],
      ['approveexecutormsg', 500, 'pq: the database system is shutting down', 'COLONIES_SERVER maybe again'],
      ['addcronmsg', 500, 'pq: the database system is shutting down', 'COLONIES_SERVER maybe no'],
      ['addblueprintmsg', 500, 'blueprint created but failed to submit reconciliation process: x', 'COLONIES_SERVER maybe no'],
      ['runcronmsg', 403, 'Access denied, not a member of Colony with name <dev>', 'COLONIES_NOT_MEMBER maybe no'],
    ];
    for (const [type, status, message, expected] of cases) assert.is(await refused(type, status, message), expected, message);
  });

  test('a refusal names the key that is needed and who signed, and never a key', async () => {
    const fault = await faultOf(
      against(
        () => ({ refuse: [403, 'Access denied, not a member of Colony with name <dev>'] }),
        (colonies) => colonies.call('getcolonymsg', inDev, { key: owner }),
      ),
    );
    assert.match(fault.diagnostic.hint ?? '', 'getcolonymsg needs the key of a member');
    assert.match(fault.diagnostic.detail ?? '', `signed as ${idOf(owner)}`);
    assert.not.match(JSON.stringify(fault.diagnostic) + String(fault.stack), new RegExp(owner));
  });

  test('the empty 200 is a stranger turned away by the two requests that do so; to all others it is no answer at all', async () => {
    assert.is(await outcome('getcolonystatsmsg', { body: '' }), 'COLONIES_NOT_MEMBER answered no');
    assert.is(await outcome('getprocesshistmsg', { body: '' }), 'COLONIES_NOT_MEMBER answered no');
    assert.is(await outcome('getcolonymsg', { body: '' }), 'COLONIES_REPLY answered no');
    assert.is(await outcome('getusersmsg', { body: '' }), 'COLONIES_REPLY answered no');
    assert.is(await outcome('submitfuncspecmsg', { body: '' }), 'COLONIES_REPLY maybe no');
  });

  test('an answer that is none says so, and whether something may have been done', async () => {
    const page = '<html><body>504 Gateway Time-out</body></html>';
    const cut = envelopeOf({ payload: { processid: 'p' } }, 'submitfuncspecmsg');
    const cases: readonly (readonly [Says, string])[] = [
      [{ body: page }, 'COLONIES_REPLY'],
      [{ status: 403, body: page }, 'HTTP_403'],
      [{ status: 404, body: '404 page not found' }, 'HTTP_404'],
      [{ status: 500, body: '' }, 'HTTP_500'],
      [{ status: 502, body: page }, 'HTTP_502'],
      [{ status: 400, body: envelopeOf({ payload: {} }, 'submitfuncspecmsg') }, 'HTTP_400'],
      [{ body: cut.slice(0, -9) }, 'COLONIES_REPLY'],
      [{ body: cut.replace('"error":false', '"error":0') }, 'COLONIES_REPLY'],
      [{ payload: { processid: 'p' }, type: 'getprocessmsg' }, 'COLONIES_REPLY'],
      [{ payload: null }, 'COLONIES_REPLY'],
      [{ payload: { processid: 'p', state: 'waiting' } }, 'COLONIES_REPLY'],
    ];
    for (const [says, code] of cases) {
      assert.is((await outcome('submitfuncspecmsg', says)).split(' ')[0], code, JSON.stringify(says));
    }
    assert.is(await outcome('submitfuncspecmsg', { body: page }), 'COLONIES_REPLY maybe no');
    assert.is(await outcome('getprocessmsg', { body: page }), 'COLONIES_REPLY answered no');
  });

  test('what lies deeper than a stack is a bad reply', async () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    const body = envelopeOf({ payload: '@' }, 'getprocessmsg').replace(
      Buffer.from('"@"').toString('base64'),
      Buffer.from(`{"processid":"p","out":[${deep}]}`).toString('base64'),
    );
    assert.is(await outcome('getprocessmsg', { body }), 'COLONIES_REPLY answered no');
  });

  test('with a policy, what may be repeated is, and nothing else', async () => {
    const down: Says = { refuse: [500, 'pq: the database system is shutting down'] };
    const retry = { attempts: 3, baseMs: 0, capMs: 0 };
    await against(
      ({ n }) => (n < 3 ? down : { payload: null }),
      async (colonies, peer) => {
        assert.equal(await colonies.call('getusersmsg', inDev), []);
        assert.is(peer.asked.length, 3);
      },
      { retry },
    );
    await against(
      () => down,
      async (colonies, peer) => {
        await faultOf(colonies.call('addcronmsg', { cron: { ...inDev, name: 'c', workflowspec: '{}', interval: 60 } }));
        assert.is(peer.asked.length, 1);
      },
      { retry },
    );
  });

  test('a lost answer is repeated for what may be done twice alone', async () => {
    const lost: Reply = { acts: [{ drop: 'end' }] };
    const reply = (type: string): Reply => ({ body: envelopeOf({ payload: { processid: 'p' } }, type) });
    const retry = { attempts: 2, baseMs: 0, capMs: 0 };
    const peer = await httpPeer([lost, reply('getprocessmsg'), lost, reply('submitfuncspecmsg')]);
    const colonies = openColonies({ address: peer.base, key, retry });
    assert.is((await colonies.call('getprocessmsg', { processid: 'p' })).processid, 'p');
    const fault = await faultOf(colonies.submit({ funcname: 'f', conditions: inDev }));
    assert.equal([fault.code, fault.sent, fault.retry, peer.requests.length], ['CONNECTION_LOST', 'maybe', false, 3]);
    await colonies.close();
    await peer.close();
  });

  test('a long poll has the time that it asks for on top of every limit, and can be interrupted', async () => {
    const stop = new AbortController();
    await against(
      () => undefined,
      async (colonies) => {
        const slow = faultOf(colonies.call('assignprocessmsg', { ...inDev, timeout: 60 }, { signal: stop.signal }));
        const quick = await faultOf(colonies.call('assignprocessmsg', { ...inDev, timeout: -1 }));
        assert.is(quick.code, 'TIMEOUT');
        stop.abort();
        assert.is((await slow).code, 'INTERRUPTED');
      },
      { timeouts: { headers: 50, total: 50 } },
    );
  });

  test('nothing waits behind a long poll', async () => {
    let arrived = (): void => undefined;
    const polling = new Promise<void>((resolve) => (arrived = resolve));
    await against(
      ({ type }) => {
        if (type !== 'assignprocessmsg') return { payload: null };
        arrived();
        return undefined;
      },
      async (colonies) => {
        const poll = faultOf(colonies.call('assignprocessmsg', { ...inDev, timeout: 60 }));
        await polling;
        assert.equal(await colonies.call('getusersmsg', inDev), []);
        await colonies.close();
        assert.is((await poll).code, 'CLOSED');
      },
      { limits: { connections: 1, polls: 1 } },
    );
  });

  test('behind TLS only the certificate that is given is believed, or any, by socket as well', async () => {
    const peer = await httpPeer([{ body: envelopeOf({ payload: null }, 'getusersmsg') }], { tls: { key: TLS_KEY, cert: TLS_CERT } });
    const through = async (tls: ColoniesOptions['tls']): Promise<readonly string[]> => {
      const colonies = openColonies({ address: peer.base, key, ...(tls === undefined ? {} : { tls }) });
      const code = async (run: Promise<unknown>): Promise<string> =>
        run.then(
          () => 'done',
          (error: unknown) => (error instanceof Fault ? error.code : String(error)),
        );
      const events = colonies.subscribe('subscribeprocessmsg', { ...inDev, processid: 'p', state: 2, timeout: 1 });
      const codes = [await code(colonies.call('getusersmsg', inDev)), await code(events[Symbol.asyncIterator]().next())];
      await colonies.close();
      return codes;
    };
    assert.equal(await through(undefined), ['TLS_UNTRUSTED', 'TLS_UNTRUSTED']);
    // The peer knows no WebSocket: an upgrade that is answered got through to it.
    for (const tls of [{ ca: TLS_CERT }, { insecure: true }] as const) {
      const [call, socket] = await through(tls);
      assert.is(call, 'done');
      assert.match(socket ?? '', /^(HTTP_200|NOT_WEBSOCKET|CONNECTION_LOST)$/);
    }
    await peer.close();
  });

  test('what is left out of a spec is no limit, and what is given stays', async () => {
    await against(
      () => ({ payload: { processid: 'p' } }),
      async (colonies, peer) => {
        await colonies.submit({ funcname: 'f', conditions: { ...inDev, executortype: 'w' } });
        await colonies.submit({ funcname: 'f', maxexectime: 0, maxretries: 3, conditions: { ...inDev, executornames: ['e'] } });
        const [plain, given] = peer.asked.map(({ payload }) => payload['spec'] as Record<string, unknown>);
        assert.equal([plain?.['maxwaittime'], plain?.['maxexectime'], plain?.['maxretries'], plain?.['args']], [-1, -1, 0, []]);
        assert.equal([given?.['maxwaittime'], given?.['maxexectime'], given?.['maxretries']], [-1, 0, 3]);
        assert.equal((given?.['conditions'] as Record<string, unknown>)['executornames'], ['e']);
      },
    );
  });
});
