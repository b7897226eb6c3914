import { Fault } from '../../src/core/diagnostic.ts';
import type { AnyProvider, Session } from '../../src/providers/contract.ts';
import type { LookedUp } from '../../src/reconcile/links.ts';
import { openLinks } from '../../src/reconcile/links.ts';
import type { Run } from '../../src/reconcile/opened.ts';
import { assert, group } from '../kit/group.ts';
import { virtualClock } from '../kit/world.ts';

interface Street {
  readonly log: string[];
  /** What answers: nothing yet, or a name, or an outage. */
  answers: string | undefined | Fault;
}

/** A target whose key is made by an apply, and whose system by what is written to it. */
function open(street: Street) {
  const clock = virtualClock();
  const run: Run = {
    id: 'run-1',
    emit: () => undefined,
    random: () => 0.5,
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    signal: new AbortController().signal,
  };
  const provider = {
    name: 'street',
    version: '1',
    kinds: [],
    operations: [],
    async connect({ options }: { readonly options: { readonly key?: string } }): Promise<Session> {
      const who = options.key ?? 'nobody';
      street.log.push(`connect ${who}`);
      return { read: {}, write: {}, close: async () => void street.log.push(`close ${who}`) };
    },
    async identify() {
      if (street.answers instanceof Fault) throw street.answers;
      return street.answers;
    },
  } as unknown as AnyProvider;
  let key: string | undefined;
  const spec = async (how?: 'make'): Promise<LookedUp> => {
    if (how === 'make') key = 'the key';
    const base = { name: 'street', provider: 'street', address: 'memory:' };
    return key === undefined ? { ...base, options: {}, lacks: true } : { ...base, options: { key } };
  };
  return openLinks(new Map([['street', { provider, limits: { parallel: 1, timeoutMs: 1000 }, spec }]]), run);
}
const instanceOf = (link: object): unknown => ('instance' in link ? link.instance : undefined);

group('connections to a target whose key is yet to be made', (test) => {
  test('do without it for whoever looks, and have it for whoever writes', async () => {
    const street: Street = { log: [], answers: undefined };
    const links = open(street);
    await links.get('street');
    await links.get('street');
    assert.equal(street.log, ['connect nobody']);
    await links.found('street');
    assert.equal(street.log, ['connect nobody', 'connect the key', 'close nobody']);
    await links.found('street');
    await links.get('street');
    await links.close();
    assert.equal(street.log.slice(3), ['close the key']);
  });

  test('are made anew also where the system has a name already', async () => {
    const street: Street = { log: [], answers: 'number 4' };
    const links = open(street);
    assert.is(instanceOf(await links.get('street')), 'number 4');
    assert.is(instanceOf(await links.found('street')), 'number 4');
    assert.equal(street.log, ['connect nobody', 'connect the key', 'close nobody']);
  });

  test('learn the name of what was made meanwhile; an outage then changes nothing', async () => {
    const street: Street = { log: [], answers: undefined };
    const links = open(street);
    assert.is(instanceOf(await links.found('street')), undefined);
    street.answers = new Fault({ code: 'CONNECT_REFUSED', summary: 'nobody is there' });
    assert.ok('session' in (await links.named('street')));
    street.answers = 'number 4';
    assert.is(instanceOf(await links.get('street')), undefined);
    assert.is(instanceOf(await links.named('street')), 'number 4');
    assert.is(instanceOf(await links.get('street')), 'number 4');
  });
});
