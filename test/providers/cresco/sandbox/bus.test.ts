import fc from 'fast-check';
import { openBus, type BusMessage } from '../../../../src/providers/cresco/sandbox/bus.ts';
import { assert, group } from '../../../kit/group.ts';

const message = (body: string, properties: BusMessage['properties'] = {}): BusMessage => ({ body, properties });

group('the data plane', (test) => {
  test('a message goes to everybody whose selector it satisfies, in the order of publishing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c')), (streams) => {
        const bus = openBus();
        const heard: Record<string, string[]> = { a: [], b: [], all: [] };
        bus.subscribe("stream_name='a'", ({ body }) => heard['a']?.push(String(body)));
        bus.subscribe("stream_name='b'", ({ body }) => heard['b']?.push(String(body)));
        bus.subscribe('stream_name IS NOT NULL', ({ body }) => heard['all']?.push(String(body)));
        const sent = streams.map((stream, i) => ({ stream, body: `${i}` }));
        for (const { stream, body } of sent) bus.publish(message(body, { stream_name: stream }));
        const of = (stream: string): string[] => sent.filter((one) => one.stream === stream).map((one) => one.body);
        assert.equal(heard, { a: of('a'), b: of('b'), all: sent.map((one) => one.body) });
      }),
    );
  });

  test('an answer that a listener publishes comes after the question for everybody', () => {
    const bus = openBus();
    const heard: string[] = [];
    bus.subscribe("kind = 'question'", () => bus.publish(message('answer', { kind: 'answer' })));
    bus.subscribe('kind IS NOT NULL', ({ body }) => heard.push(String(body)));
    bus.publish(message('question', { kind: 'question' }));
    assert.equal(heard, ['question', 'answer']);
  });

  test('who subscribes while a message is delivered does not hear it, and who ends hears nothing more', () => {
    const bus = openBus();
    const heard: string[] = [];
    bus.subscribe('', () => {
      end();
      bus.subscribe('', ({ body }) => heard.push(`late ${String(body)}`));
    });
    const end = bus.subscribe('', ({ body }) => heard.push(`early ${String(body)}`));
    bus.publish(message('1'));
    assert.equal(heard, []);
    bus.publish(message('2'));
    assert.equal(heard, ['late 2']);
  });

  test('a selector that does not parse hears nothing', () => {
    const bus = openBus();
    const end = bus.subscribe("stream_name='", () => assert.unreachable());
    bus.publish(message('x', { stream_name: 'x' }));
    end();
  });

  test('a listener that throws keeps nobody from the message and the data plane alive', () => {
    const bus = openBus();
    const heard: string[] = [];
    const end = bus.subscribe('', () => {
      throw new Error('broken');
    });
    bus.subscribe('', ({ body }) => heard.push(String(body)));
    assert.throws(() => bus.publish(message('1')), 'broken');
    end();
    bus.publish(message('2'));
    assert.equal(heard, ['1', '2']);
  });
});
