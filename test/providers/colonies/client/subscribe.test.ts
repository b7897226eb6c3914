import type { Clock } from '../../../../src/providers/transport/clock.ts';
import { idOf, openColonies, type ColoniesClient, type ColoniesOptions } from '../../../../src/providers/colonies/client/index.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { coloniesPeer, type ColoniesPeer, type Script } from './peer.ts';
import { sampleKey } from './vectors.ts';

const key = sampleKey('user');
const process = (state: number): { readonly processid: string; readonly state: number } => ({ processid: 'p', state });
const event = (state: number): { readonly type: string; readonly payload: { readonly processid: string; readonly state: number } } => ({
  type: 'subscribeprocessmsg',
  payload: process(state),
});
const success = { colonyname: 'dev', processid: 'p', state: 2, timeout: 10 };

/** A clock that stands until it is moved; pauses take no time and are noted. */
function handClock(): Clock & { move(ms: number): void; readonly pauses: readonly number[] } {
  let now = 0;
  const pauses: number[] = [];
  return {
    now: () => now,
    move: (ms) => void (now += ms),
    pauses,
    async sleep(ms, signal) {
      pauses.push(ms);
      signal?.throwIfAborted();
    },
  };
}

async function against(
  script: Script,
  body: (colonies: ColoniesClient, peer: ColoniesPeer) => Promise<void>,
  options: Partial<ColoniesOptions> = {},
): Promise<void> {
  const peer = await coloniesPeer(script);
  const colonies = openColonies({ address: peer.address, key, ...options });
  try {
    await body(colonies, peer);
  } finally {
    await colonies.close();
    await peer.close();
  }
}

async function all<T>(events: AsyncIterable<T>): Promise<readonly T[]> {
  const got: T[] = [];
  for await (const one of events) got.push(one);
  return got;
}

group('colonies: subscriptions', (test) => {
  test('events come until the server hangs up at the end of the time', async () => {
    const clock = handClock();
    await against(
      {
        socket: (_, line) => {
          line.say(event(0));
          line.say(event(0));
          clock.move(10_000);
          line.hangUp();
        },
      },
      async (colonies, peer) => {
        const got = await all(colonies.subscribe('subscribeprocessesmsg', { colonyname: 'dev', executortype: 'w', state: 0, timeout: 10 }));
        assert.equal(
          got.map(({ processid, state }) => [processid, state]),
          [
            ['p', 0],
            ['p', 0],
          ],
        );
        assert.equal([peer.asked[0]?.type, peer.asked[0]?.signer], ['subscribeprocessesmsg', idOf(key)]);
      },
      { clock },
    );
  });

  test('a server that goes away before its time is told, after what it said', async () => {
    await against(
      {
        socket: (_, line) => {
          line.say(event(1));
          line.hangUp();
        },
      },
      async (colonies) => {
        const got: number[] = [];
        const fault = await faultOf(async () => {
          for await (const { state } of colonies.subscribe('subscribeprocessmsg', success)) got.push(state);
        });
        assert.equal([fault.code, got], ['CONNECTION_LOST', [1]]);
      },
      { clock: handClock() },
    );
  });

  test('renewed it goes on, at once when the time was over and after a pause when the server was lost', async () => {
    const clock = handClock();
    await against(
      {
        socket: ({ n }, line) => {
          line.say(event(n));
          if (n === 1) clock.move(10_000);
          line.hangUp();
        },
      },
      async (colonies, peer) => {
        const states: number[] = [];
        for await (const { state } of colonies.subscribe('subscribeprocessmsg', success, { after: 'renew' })) {
          states.push(state);
          if (states.length === 3) break;
        }
        assert.equal([states, peer.sockets, clock.pauses], [[1, 2, 3], 3, [1000]]);
      },
      { clock },
    );
  });

  test('a server that only ever hangs up is given up', async () => {
    const clock = handClock();
    await against(
      { socket: (_, line) => line.hangUp() },
      async (colonies, peer) => {
        const fault = await faultOf(all(colonies.subscribe('subscribeprocessmsg', success, { after: 'renew' })));
        assert.equal([fault.code, peer.sockets, clock.pauses], ['CONNECTION_LOST', 6, [1000, 2000, 4000, 8000, 16000]]);
      },
      { clock },
    );
  });

  test('renewed it outlives a server that is away for a while; a first connection that fails is told at once', async () => {
    const clock = handClock();
    const gone = await coloniesPeer({
      socket: (_, line) => {
        line.say(event(1));
        line.hangUp();
      },
    });
    const colonies = openColonies({ address: gone.address, key, clock });
    const fault = await faultOf(async () => {
      for await (const { state } of colonies.subscribe('subscribeprocessmsg', success, { after: 'renew' })) {
        assert.is(state, 1);
        await gone.close();
      }
    });
    assert.equal([fault.code, clock.pauses.length], ['CONNECT_REFUSED', 5]);
    const first = await faultOf(all(colonies.subscribe('subscribeprocessmsg', success, { after: 'renew' })));
    assert.equal([first.code, clock.pauses.length], ['CONNECT_REFUSED', 5]);
    await colonies.close();
  });

  test('a refusal, and a frame that is none, end it with their reason', async () => {
    const reason = async (says: Parameters<Parameters<NonNullable<Script['socket']>>[1]['say']>[0]): Promise<string> => {
      let code = '';
      await against({ socket: (_, line) => line.say(says) }, async (colonies) => {
        code = (await faultOf(all(colonies.subscribe('subscribeprocessmsg', success)))).code;
      });
      return code;
    };
    assert.is(await reason({ refuse: [403, 'Invalid process with Id p'] }), 'COLONIES_NOT_FOUND');
    assert.is(await reason({ refuse: [403, 'Access denied, not a member of Colony with name <dev>'] }), 'COLONIES_NOT_MEMBER');
    assert.is(await reason({ body: 'hello' }), 'COLONIES_REPLY');
    assert.is(await reason({ payload: process(2), type: 'getprocessmsg' }), 'COLONIES_REPLY');
    assert.is(await reason({ payload: [], type: 'subscribeprocessmsg' }), 'COLONIES_REPLY');
  });

  test('it can be interrupted while it waits, and is then hung up', async () => {
    const stop = new AbortController();
    await against({ socket: () => stop.abort() }, async (colonies) => {
      const fault = await faultOf(all(colonies.subscribe('subscribeprocessmsg', success, { signal: stop.signal, after: 'renew' })));
      assert.is(fault.code, 'INTERRUPTED');
      const again = await faultOf(all(colonies.subscribe('subscribeprocessmsg', success, { signal: stop.signal })));
      assert.equal([again.code, again.sent], ['INTERRUPTED', 'no']);
    });
  });

  test('closing the client ends it', async () => {
    let heard = (): void => undefined;
    const subscribed = new Promise<void>((resolve) => (heard = resolve));
    await against({ socket: () => heard() }, async (colonies) => {
      const fault = faultOf(all(colonies.subscribe('subscribeprocessmsg', success)));
      await subscribed;
      await colonies.close();
      assert.is((await fault).code, 'CLOSED');
    });
  });

  test('an address without WebSocket, and a client without a key, say so', async () => {
    await against({}, async (colonies, peer) => {
      const elsewhere = openColonies({ address: `${peer.address}/behind`, key });
      assert.match((await faultOf(all(elsewhere.subscribe('subscribeprocessmsg', success)))).code, /^(HTTP_400|NOT_WEBSOCKET)$/);
      await elsewhere.close();
      const keyless = openColonies({ address: peer.address });
      assert.is((await faultOf(all(keyless.subscribe('subscribeprocessmsg', success)))).code, 'COLONIES_KEY_MISSING');
      assert.is(peer.sockets, 0);
      await colonies.close();
    });
  });
});

group('colonies: channels', (test) => {
  const entry = (sequence: bigint) => ({
    sequence,
    timestamp: `2026-11-22T03:52:10.${sequence}Z`,
    senderid: 'me',
    payload: 'aGk=',
    type: 'data',
  });
  const channel = { processid: 'p', name: 'c', afterseq: 2n, timeout: 10 };

  test('an empty list is the end of the time, and the socket stays open: renewed it goes on behind the last entry', async () => {
    await against(
      {
        socket: ({ n }, line) => {
          const say = (...sequences: bigint[]): void => line.say({ type: 'subscribechannelmsg', payload: sequences.map(entry) });
          if (n === 1) {
            say(3n, 9223372036854775807n);
            // The server listens before it reads what is there: this one is told twice.
            say(9223372036854775807n);
            say(5n);
          } else say(6n);
          say();
        },
      },
      async (colonies, peer) => {
        const once = await all(colonies.subscribe('subscribechannelmsg', channel));
        assert.equal(
          once.map((entries) => entries.map(({ sequence }) => sequence)),
          [[3n, 9223372036854775807n], [5n]],
        );
        const got: bigint[] = [];
        for await (const entries of colonies.subscribe('subscribechannelmsg', channel, { after: 'renew' })) {
          got.push(...entries.map(({ sequence }) => sequence));
          if (got.length === 3) break;
        }
        assert.equal(got, [6n, 6n, 6n]);
        assert.equal(
          peer.asked.map(({ payload }) => payload['afterseq']),
          [2, 2, 3, 4],
        );
      },
    );
  });
});

group('colonies: waiting for a process', (test) => {
  const of = (state: number, out: readonly string[] = []) => ({
    payload: { processid: 'p', state, out, spec: { conditions: { colonyname: 'dev' } } },
  });

  for (const [name, state] of [
    ['successful', 2],
    ['failed', 3],
    ['cancelled', 4],
  ] as const) {
    test(`all three ends are followed on one socket, and the process is read again: ${name}`, async () => {
      let ended = false;
      await against(
        {
          rpc: () => (ended ? of(state, ['result']) : of(1)),
          socket: ({ payload }, line) => {
            if (payload['state'] !== 4) return;
            ended = true;
            line.say(event(state));
          },
        },
        async (colonies, peer) => {
          const process = await colonies.waitForProcess({ processid: 'p' });
          assert.equal([process.state, process.out, peer.sockets], [state, ['result'], 1]);
          const sent = peer.asked.filter(({ type }) => type === 'subscribeprocessmsg').map(({ payload }) => payload);
          assert.equal(
            sent.map(({ colonyname, processid, state: wanted }) => [colonyname, processid, wanted]),
            [2, 3, 4].map((wanted) => ['dev', 'p', wanted]),
          );
        },
      );
    });
  }

  test('one that has ended needs no socket', async () => {
    await against({ rpc: () => of(3) }, async (colonies, peer) => {
      assert.is((await colonies.waitForProcess({ processid: 'p' })).state, 3);
      assert.is(peer.sockets, 0);
    });
  });

  test('an end that nobody signals is found when the time of the subscription is over, or the socket is lost', async () => {
    const clock = handClock();
    await against(
      {
        rpc: ({ n }) => of(n > 8 ? 4 : 1),
        socket: ({ n }, line) => {
          if (n < 5) clock.move(10_000);
          line.hangUp();
        },
      },
      async (colonies) => {
        assert.is((await colonies.waitForProcess({ processid: 'p' })).state, 4);
      },
      { clock },
    );
  });

  test('a server without WebSocket is asked again and again', async () => {
    const clock = handClock();
    const peer = await coloniesPeer({ rpc: ({ n }) => of(n < 4 ? 0 : 2) });
    const behind = openColonies({ address: `${peer.address}/no-socket`, key, clock });
    assert.is((await behind.waitForProcess({ processid: 'p' })).state, 2);
    assert.is(clock.pauses.length, 3);
    await behind.close();
    await peer.close();
  });

  test('it takes no longer than it may, and can be interrupted', async () => {
    await against({ rpc: () => of(0) }, async (colonies) => {
      const late = await faultOf(colonies.waitForProcess({ processid: 'p' }, { timeoutMs: 20 }));
      assert.is(late.code, 'COLONIES_WAIT');
    });
    // More than a timer of node takes is no reason to give up at once.
    await against({ rpc: ({ n }) => of(n > 2 ? 2 : 0), socket: (_, line) => line.hangUp() }, async (colonies) => {
      for (const timeoutMs of [3e9, Infinity]) assert.is((await colonies.waitForProcess({ processid: 'p' }, { timeoutMs })).state, 2);
    });
    const stop = new AbortController();
    await against({ rpc: () => of(0), socket: () => stop.abort() }, async (colonies) => {
      const fault = await faultOf(colonies.waitForProcess({ processid: 'p' }, { signal: stop.signal, timeoutMs: 60_000 }));
      assert.is(fault.code, 'INTERRUPTED');
    });
  });

  test('a process that is not there is told', async () => {
    await against({ rpc: () => ({ refuse: [404, 'Failed to get process, process not found'] }) }, async (colonies) => {
      assert.is((await faultOf(colonies.waitForProcess({ processid: 'p' }))).code, 'COLONIES_NOT_FOUND');
    });
  });
});
