import { messages, subscriptions } from '../../../../src/providers/colonies/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { REQUESTS } from './requests.ts';

group('colonies: the table of requests', (test) => {
  test('names exactly the 96 requests that the server serves, and who signs each', () => {
    assert.is(Object.keys(messages).length, 96);
    assert.equal(Object.keys(messages).sort(), Object.keys(REQUESTS).sort());
    const signers = Object.fromEntries(Object.entries(messages).map(([type, { signer }]) => [type, signer]));
    assert.equal(signers, Object.fromEntries(Object.entries(REQUESTS).map(([type, [signer]]) => [type, signer])));
    assert.equal(Object.keys(subscriptions).sort(), ['subscribechannelmsg', 'subscribeprocessesmsg', 'subscribeprocessmsg']);
  });

  test('what reads has a name that says so, and nothing else has', () => {
    for (const [type, { effect }] of Object.entries(messages)) {
      const named = /^(get|resolvegenerator|search|channelread|version)/.test(type);
      assert.is(effect === 'reads', named, type);
    }
  });
});
