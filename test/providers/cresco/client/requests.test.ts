import type { Params } from '../../../../src/providers/cresco/client/index.ts';
import { openCresco } from '../../../../src/providers/cresco/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { actions, fabric, HERE, meeting, THERE } from './client.ts';
import { told } from './fault.ts';
import { faultOf } from '../../../kit/fault.ts';
import { KEY, NOBODY, wsapi, type Received, type Said } from './wsapi.ts';

/** Lets a script wait for the test, and a test for the script. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Resolves as soon as a script has seen so many requests. */
function counter(): { seen(): void; reaches(n: number): Promise<void> } {
  let count = 0;
  let waiting: { n: number; resolve: () => void } | undefined;
  return {
    seen() {
      count += 1;
      if (waiting !== undefined && count >= waiting.n) waiting.resolve();
    },
    reaches: (n) => (count >= n ? Promise.resolve() : new Promise((resolve) => (waiting = { n, resolve }))),
  };
}

const probe = (print: string) => ({ event: 'INFO', payload: { print } }) as const;
const printed = (reply: Params | undefined): string | undefined => reply?.['print'];

group('requests to a Cresco fabric', (test) => {
  for (const certificate of ['two', 'dual'] as const) {
    test(`get their own answers, many at once (${certificate === 'two' ? 'generation 2' : 'generation 3'})`, () =>
      meeting({ certificate, answer: () => ({}) }, async ({ client, server }) => {
        const words = Array.from({ length: 60 }, (_, n) => `word ${n} <&='>`);
        const replies = await Promise.all(words.map((word) => client.messaging.agent(probe(word))));
        assert.equal(replies.map(printed), words);
        assert.ok(server.opened <= 4);
      }));
  }

  test('of generation 3 are sorted out whatever the order of their answers', async () => {
    const gates = [gate(), gate(), gate()];
    const all = counter();
    const answer = async ({ payload }: Received): Promise<Said> => {
      all.seen();
      await gates[Number(payload['print'])]?.opened;
      return {};
    };
    await meeting(
      { answer },
      async ({ client }) => {
        const order: string[] = [];
        const runs = ['0', '1', '2'].map(async (n) => order.push(printed(await client.messaging.agent(probe(n))) ?? ''));
        await all.reaches(3);
        for (const n of [2, 0, 1]) {
          gates[n]?.open();
          await runs[n];
        }
        assert.equal(order, ['2', '0', '1']);
      },
      { limits: { sockets: 1 } },
    );
  });

  test('of generation 2 go one at a time over a socket, and wait for their turn', async () => {
    let [now, most] = [0, 0];
    const answer = async (): Promise<Said> => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return {};
    };
    await meeting(
      { certificate: 'two', answer },
      async ({ client, server }) => {
        await Promise.all(Array.from({ length: 20 }, (_, n) => client.messaging.agent(probe(String(n)))));
        assert.equal([most <= 2, server.opened], [true, 2]);
      },
      { limits: { sockets: 2 } },
    );
  });

  test('that are late are given up, and their answers belong to nobody else', async () => {
    for (const certificate of ['two', 'three'] as const) {
      const first = gate();
      const answer = async ({ payload }: Received): Promise<Said> => {
        if (payload['print'] === 'late') await first.opened;
        return {};
      };
      await meeting(
        { certificate, answer },
        async ({ client, server }) => {
          assert.is(await told(client.messaging.agent(probe('late'), { timeoutMs: 30 })), 'TIMEOUT maybe');
          first.open();
          assert.is(printed(await client.messaging.agent(probe('next'))), 'next');
          // On 1.2 the answer would have been taken for that of the next one: the socket had to go.
          assert.is(server.opened, certificate === 'two' ? 2 : 1);
        },
        { limits: { sockets: 1 } },
      );
    }
  });

  test('get no word that was meant for one that was given up', async () => {
    const [late, next] = [gate(), gate()];
    const answer = async ({ payload }: Received): Promise<Said> => {
      await (payload['print'] === 'late' ? late : next).opened;
      return payload['print'] === 'late' ? { raw: NOBODY } : {};
    };
    await meeting(
      { answer },
      async ({ client }) => {
        assert.is(await told(client.messaging.agent(probe('late'), { timeoutMs: 30 })), 'TIMEOUT maybe');
        const run = client.messaging.agent(probe('next'));
        late.open();
        next.open();
        assert.is(printed(await run), 'next');
      },
      { limits: { sockets: 1 } },
    );
  });

  test('that nobody answers say so, and that they may have been carried out', () =>
    meeting({ answer: fabric(() => ({ raw: NOBODY })) }, async ({ client }) => {
      assert.is(await told(client.agents.isControllerActive(HERE)), 'CRESCO_NO_ANSWER answered');
      assert.is(await told(client.agents.addPlugin({ ...HERE, config: { pluginname: 'x' } })), 'CRESCO_NO_ANSWER maybe');
    }));

  test('that are answered with words, or with less than was promised, say so', async () => {
    const answers: readonly (readonly [Said, string])[] = [
      [{ raw: 'Internal error' }, 'NOT_JSON maybe'],
      [{ raw: '[1,2]' }, 'NOT_JSON maybe'],
      [{}, 'CRESCO_ANSWER maybe'],
      [{ regionslist: 'not gzip' }, 'CRESCO_ANSWER maybe'],
      [{ regionslist: 'H4sIAAAAAAAC/8srzckBAE/8yyUEAAAA' }, 'none'],
      [{ error: 'java.lang.NullPointerException' }, 'CRESCO_REFUSED answered'],
    ];
    for (const [said, fault] of answers) {
      await meeting({ answer: () => said }, async ({ client }) => {
        const outcome = client.global.regions();
        assert.is(fault === 'none' ? JSON.stringify(await outcome) : await told(outcome), fault === 'none' ? '[]' : fault);
      });
    }
  });

  test('end with their socket, and the next one opens another', async () => {
    const seen = counter();
    const answer = async ({ payload }: Received): Promise<Said> => {
      seen.seen();
      return payload['print'] === 'kept' ? new Promise<Said>(() => undefined) : {};
    };
    await meeting({ answer }, async ({ client, server }) => {
      const run = told(client.messaging.agent(probe('kept')));
      await seen.reaches(1);
      server.cut();
      assert.is(await run, 'CONNECTION_LOST maybe');
      assert.is(printed(await client.messaging.agent(probe('next'))), 'next');
      assert.is(server.opened, 2);
    });
  });

  test('that only read may be tried again after it, and are where that was asked for', async () => {
    let asked = 0;
    const answer = (): Said | Promise<Said> => {
      asked += 1;
      if (asked > 1) return { controller_status: 'GLOBAL' };
      setImmediate(() => cut());
      return new Promise<Said>(() => undefined);
    };
    let cut = (): void => undefined;
    const retried: string[] = [];
    await meeting(
      { answer },
      async ({ client, server }) => {
        cut = () => server.cut();
        assert.is(await client.agents.controllerStatus(HERE), 'GLOBAL');
        assert.equal(retried, ['CONNECTION_LOST']);
        asked = 0;
        assert.is(await told(client.messaging.agent(probe('act'))), 'CONNECTION_LOST maybe');
      },
      { retry: { attempts: 3, baseMs: 1, capMs: 1, onRetry: ({ fault }) => retried.push(fault.code) } },
    );
  });

  test('can be interrupted, while they wait and on their way', async () => {
    const seen = counter();
    const answer = async (): Promise<Said> => {
      seen.seen();
      return new Promise<Said>(() => undefined);
    };
    await meeting(
      { certificate: 'two', answer },
      async ({ client }) => {
        const [first, second] = [new AbortController(), new AbortController()];
        const away = told(client.messaging.agent(probe('a'), { signal: first.signal }));
        await seen.reaches(1);
        const queued = told(client.messaging.agent(probe('b'), { signal: second.signal }));
        second.abort();
        assert.is(await queued, 'INTERRUPTED no');
        first.abort();
        assert.is(await away, 'INTERRUPTED maybe');
        assert.is(await told(client.messaging.agent(probe('c'), { signal: AbortSignal.abort() })), 'INTERRUPTED no');
      },
      { limits: { sockets: 1 } },
    );
  });

  test('end when the client is closed, and none begins afterwards', async () => {
    const seen = counter();
    const answer = async (): Promise<Said> => {
      seen.seen();
      return new Promise<Said>(() => undefined);
    };
    await meeting({ answer }, async ({ client }) => {
      const run = told(client.messaging.agent(probe('a')));
      await seen.reaches(1);
      assert.ok(client.connected());
      await client.close();
      assert.is(await run, 'CLOSED maybe');
      assert.is(await told(client.global.regions()), 'CLOSED no');
      assert.not(client.connected());
    });
  });
});

group('who is asked on a Cresco fabric', (test) => {
  test('is looked up once in a while, so that nobody waits half a minute for an agent that is not there', () =>
    meeting({ answer: fabric(() => ({ controller_status: 'AGENT' })) }, async ({ client, server }) => {
      assert.is(await client.agents.controllerStatus(THERE), 'AGENT');
      await Promise.all(Array.from({ length: 10 }, () => client.agents.controllerStatus(THERE)));
      assert.is(actions(server).filter((action) => action === 'listagents').length, 1);
      const fault = await faultOf(client.agents.plugins({ region: 'dp', agent: 'pi-4' }));
      assert.equal([fault.code, fault.sent, fault.diagnostic.hint], ['CRESCO_AGENT_UNKNOWN', 'no', 'Did you mean dp/pi-3? Or it is lost.']);
      assert.match(await told(client.admin.killJvm({ region: 'dp', agent: 'x' })), /^CRESCO_AGENT_UNKNOWN no/);
      assert.not(actions(server).includes('pluginlist'));
    }));

  test('is not looked up where it is the node that serves the API', () =>
    meeting({ answer: () => ({ controller_status: 'GLOBAL' }) }, async ({ client, server }) => {
      await client.agents.controllerStatus(HERE);
      assert.equal(actions(server), ['getcontrollerstatus']);
    }));

  test('gets a plugin under a used id never: the server would not come back', () =>
    meeting(
      {
        answer: fabric(({ payload }) =>
          payload['action'] === 'pluginstatus' ? { plugin_status: 'H4sIAAAAAAAC/6uuBQBDv6ajAgAAAA==' } : {},
        ),
      },
      async ({ client, server }) => {
        const config = { pluginname: 'x', inode_id: 'mine' };
        assert.is(await told(client.agents.addPlugin({ ...HERE, config })), 'CRESCO_PLUGIN_ID_TAKEN no');
        assert.not(actions(server).includes('pluginadd'));
      },
    ));
});

group('connecting to a Cresco fabric', (test) => {
  test('says who answers, by certificate', () =>
    meeting({ certificate: 'two' }, async ({ client, server }) => {
      assert.not(client.connected());
      const { fingerprint, trusted } = await client.connect();
      assert.equal([fingerprint, trusted], [server.fingerprint, 'pinned']);
      assert.ok(client.connected());
      assert.equal(await client.api.identity(), { generation: 2, ...HERE, plugin: 'system-wsapi-1' });
      assert.equal(server.upgrades, [{ path: '/api/apisocket', key: KEY }]);
    }));

  test('with a wrong key is refused plainly, for requests and for streams', () =>
    meeting(
      {},
      async ({ client }) => {
        const fault = await faultOf(client.connect());
        assert.equal([fault.code, fault.sent, fault.retry], ['CRESCO_KEY_REFUSED', 'no', false]);
        assert.match(fault.diagnostic.detail ?? '', /cresco_service_key mismatch/);
        assert.is(await told(client.global.regions()), 'CRESCO_KEY_REFUSED no');
        assert.is(await told(client.subscribe({ selector: 'a' })), 'CRESCO_KEY_REFUSED no');
      },
      { serviceKey: 'wrong' },
    ));

  test('tells the words of a refusal without the page that old servers put around them', async () => {
    const page = '<html><head><title>Error 401 WORDS</title></head><body><h2>HTTP ERROR 401 WORDS</h2></body></html>';
    for (const [said, told401] of [
      [page.replaceAll('WORDS', 'cresco_service_key mismatch'), 'It says "cresco_service_key mismatch".'],
      [
        page.replaceAll('WORDS', 'Configuration error: Missing server-side [cresco_service_key] configuration'),
        'It says "Missing server-side [cresco_service_key] configuration".',
      ],
      ['a proxy wants a password', 'was answered with "a proxy wants a password".'],
    ] as const) {
      await meeting({ refuse: () => ({ status: 401, body: said }) }, async ({ client }) => {
        const { detail = '' } = (await faultOf(client.connect())).diagnostic;
        assert.ok(detail.endsWith(told401), detail);
        assert.not.match(detail, /<html>/);
      });
    }
  });

  test('to a server that nobody vouches for shows the fingerprint, and sends no key', async () => {
    const server = await wsapi();
    const client = openCresco({ address: server.address, serviceKey: KEY });
    const fault = await faultOf(client.connect());
    assert.is(fault.code, 'TLS_UNTRUSTED');
    assert.ok(fault.diagnostic.hint?.includes(server.fingerprint));
    assert.equal(server.upgrades, []);
    await client.close();
    await server.close();
  });

  test('to an address that is none does not begin', async () => {
    for (const address of ['ws://host:8282', 'https://host', '', 'wss://user:pass@host', 'wss://host/api', 'host:port']) {
      assert.is(await told(() => openCresco({ address, serviceKey: KEY })), 'BAD_ADDRESS no', address);
    }
    for (const address of ['host', 'host:8282', 'wss://host', '[::1]:8282', 'wss://10.0.0.1:8282/'])
      openCresco({ address, serviceKey: KEY });
    assert.is(await told(() => openCresco({ address: 'host', serviceKey: KEY, tls: { fingerprint: 'AB' } })), 'TLS_FINGERPRINT no');
  });

  test('goes on with the sockets it has where the server takes no more', async () => {
    let taken = 0;
    const seen = counter();
    const go = gate();
    await meeting(
      {
        certificate: 'two',
        refuse: () => ((taken += 1) > 1 ? { status: 503, body: 'full' } : undefined),
        answer: async ({ payload }) => {
          seen.seen();
          if (payload['print'] === '0') await go.opened;
          return {};
        },
      },
      async ({ client }) => {
        const runs = ['0', '1', '2'].map((word) => client.messaging.agent(probe(word)));
        await seen.reaches(1);
        go.open();
        assert.equal((await Promise.all(runs)).map(printed), ['0', '1', '2']);
      },
    );
  });
});
