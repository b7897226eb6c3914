import fc from 'fast-check';
import { openCep } from '../../../../../src/providers/cresco/sandbox/stock/cep.ts';
import { openBus } from '../../../../../src/providers/cresco/sandbox/bus.ts';
import { assert, group } from '../../../../kit/group.ts';
import { virtualClock } from '../../../../kit/world.ts';

const IN = 'source string, value double, n int, ok bool';

/** A controller's CEP, and a query in it from `S` into `T`: what comes out of events that go in. */
function cep(query: string, output: string, input = IN) {
  const bus = openBus();
  const clock = virtualClock({ auto: false });
  const log: string[] = [];
  const engine = openCep({ bus, clock, log: (level, _, message) => void log.push(`${level} ${message}`) });
  const cepid = engine.add({ input_stream: 'S', input_stream_desc: input, output_stream: 'T', output_stream_desc: output, query });
  const texts: string[] = [];
  bus.subscribe("stream_name = 'T'", ({ body }) => texts.push(String(body)));
  return {
    engine,
    cepid,
    bus,
    clock,
    log,
    texts,
    put: (...events: readonly Record<string, unknown>[]): void => {
      for (const event of events) bus.publish({ body: JSON.stringify({ event }), properties: { stream_name: 'S' } });
    },
    events: (): unknown[] => texts.map((text) => (JSON.parse(text) as { event: unknown }).event),
  };
}

const event = (value: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  source: 'a',
  value,
  n: 0,
  ok: true,
  ...more,
});
const values = (all: readonly unknown[]): unknown[] => all.map((one) => Object.values(one as object)[0]);

group('CEP: queries', (test) => {
  test('the query of the described example', () => {
    const { put, texts } = cep('from S[value > 20.0] select source, value as hot insert into T', 'source string, hot double');
    put(event(20), event(21), event(35.5, { source: 'it\'s "b"' }));
    assert.equal(texts, ['{"event":{"source":"a","hot":21.0}}', '{"event":{"source":"it\'s \\"b\\"","hot":35.5}}']);
  });

  const filters: readonly [filter: string, kept: number[]][] = [
    ['value == 2', [2]],
    ['value != 2', [1, 3]],
    ['value >= 2 and value < 3.0', [2]],
    ['value < 2 or value > 2', [1, 3]],
    ['not (value == 2)', [1, 3]],
    ['not value == 2 and not value == 3', [1]],
    ['value == 1 or value == 2 and value == 3', [1]],
    ['S.value * 2 + 1 == 5', [2]],
    ['value - 3 == -1', [2]],
    ['n / 2 == 1 and n % 2 == 1', [3]],
    ["source == 'a'", [1, 2, 3]],
    ['source != "a"', []],
    ['ok', [1, 3]],
    ['ok == false', [2]],
    ['n / (n - 2) is null', [2]],
    ['value > 1] [value < 3', [2]],
    ['true', [1, 2, 3]],
    ['1L + 1f == 2d', [1, 2, 3]],
  ];
  for (const [filter, kept] of filters) {
    test(`[${filter}] lets ${kept.join(', ') || 'nothing'} through`, () => {
      const { put, events, log } = cep(`FROM S[${filter}] SELECT value INSERT INTO T;`, 'value double');
      put(...[1, 2, 3].map((n) => event(n, { n, ok: n !== 2 })));
      assert.equal(log, []);
      assert.equal(values(events()), kept);
    });
  }

  test('* takes all, annotations and comments say nothing, and an expression has a name', () => {
    const all = cep("@info(name = 'q') from S -- everything\n select * insert into T", IN);
    all.put(event(1, { n: 7 }));
    assert.equal(all.events(), [event(1, { n: 7 })]);
    const named = cep('from S select n * 2 as twice, S.source insert into T', 'twice int, source string');
    named.put(event(1, { n: 7 }));
    assert.equal(named.events(), [{ twice: 14, source: 'a' }]);
  });

  test('aggregates without a window go over all there was, group by group; having looks at the result', () => {
    const query =
      'from S select source, sum(n) as total, count() as times, max(value) as most group by source having total > 2 insert into T';
    const { put, events } = cep(query, 'source string, total long, times long, most double');
    put(event(5, { n: 2 }), event(1, { n: 3, source: 'b' }), event(4, { n: 1 }));
    assert.equal(events(), [
      { source: 'b', total: 3, times: 1, most: 1 },
      { source: 'a', total: 3, times: 2, most: 5 },
    ]);
  });

  test('a window of time forgets by the clock', async () => {
    const { put, events, clock } = cep(
      'from S#window.time(1 sec 500 milliseconds) select avg(value) as mean, count() as times insert into T',
      'mean double, times long',
    );
    put(event(1));
    await clock.advance(1_000);
    put(event(3));
    await clock.advance(500);
    put(event(7));
    await clock.advance(10_000);
    put(event(9));
    assert.equal(events(), [
      { mean: 1, times: 1 },
      { mean: 2, times: 2 },
      { mean: 5, times: 2 },
      { mean: 9, times: 1 },
    ]);
  });
});

group('CEP: laws', (test) => {
  test('a sliding window knows what a fresh look at its events would tell', () => {
    const some = fc.array(fc.record({ n: fc.integer({ min: -9, max: 9 }), source: fc.constantFrom('a', 'b') }), { maxLength: 40 });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 6 }), (sent, length) => {
        const query = `from S#window.length(${length}) select sum(n) as s, count() as c, min(n) as l, max(n) as h, avg(n) as m group by source insert into T`;
        const { put, events } = cep(query, 's long, c long, l int, h int, m double');
        put(...sent.map(({ n, source }) => event(0, { n, source })));
        const told = sent.map(({ source }, i) => {
          const inside = sent.slice(Math.max(0, i + 1 - length), i + 1).flatMap((one) => (one.source === source ? [one.n] : []));
          const sum = inside.reduce((a, b) => a + b, 0);
          return { s: sum + 0, c: inside.length, l: Math.min(...inside), h: Math.max(...inside), m: sum / inside.length };
        });
        assert.equal(JSON.stringify(events()), JSON.stringify(told));
      }),
    );
  });

  test('any text is a query or none: it is accepted, and never an error', () => {
    const words = fc.constantFrom(
      'from',
      'S',
      'T',
      '[',
      ']',
      'select',
      '*',
      'value',
      ',',
      'as',
      'insert',
      'into',
      '#',
      'window',
      '.',
      'length',
      '(',
      '5',
      ')',
      'not',
      '==',
      "'x'",
      '-',
      'avg',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join(' ')),
        ),
        fc.oneof(fc.constant(IN), fc.string()),
        (query, input) => {
          const made = cep(query, 'value double', input);
          made.put(event(1));
          assert.type(made.cepid, 'string');
        },
      ),
    );
  });

  test('long queries are compiled and run without a deep stack; deep ones are accepted and deliver nothing', () => {
    const times = 20_000;
    const long = cep(
      `from S[${Array<string>(times).fill('value == 1').join(' and ')} and ${Array<string>(times).fill('n').join(' + ')} == 0] select value insert into T`,
      'value double',
    );
    long.put(event(1));
    assert.is(long.texts.length, 1);
    const deep = cep(`from S[${'('.repeat(times)}ok${')'.repeat(times)}] select value insert into T`, 'value double');
    deep.put(event(1));
    assert.is(deep.texts.length, 0);
  });
});

group('CEP: what the real server swallows', (test) => {
  const wrong: readonly [why: string, query: string, output?: string, input?: string][] = [
    ['no query', ''],
    ['another stream', 'from X select value insert into T'],
    ['another output', 'from S select value insert into X'],
    ['an attribute that is not there', 'from S[heat > 1] select value insert into T'],
    ['text and number', 'from S[source > 1] select value insert into T'],
    ['an order of texts', "from S[source < 'b'] select value insert into T"],
    ['a filter that is no condition', 'from S[value] select value insert into T'],
    ['another name in the result', 'from S select value as v insert into T'],
    ['another type in the result', 'from S select n as value insert into T'],
    ['a result with more', 'from S select value, n insert into T'],
    ['an expression without a name', 'from S select value + 1 insert into T'],
    ['an aggregate of texts', 'from S select sum(source) as value insert into T'],
    ['an aggregate in a filter', 'from S[avg(value) > 1.0] select value insert into T'],
    ['an unknown window', 'from S#window.sort(5) select value insert into T'],
    ['an unknown function', 'from S select sqrt(value) as value insert into T'],
    ['a join', 'from S join X select value insert into T'],
    ['an unknown type', 'from S select value insert into T', 'value double', 'value decimal'],
    ['an attribute twice', 'from S select value insert into T', 'value double', 'value double, value double'],
  ];
  for (const [why, query, output = 'value double', input = IN] of wrong) {
    test(`accepted, and nothing comes: ${why}`, () => {
      const { put, texts, log, cepid } = cep(query, output, input);
      put(event(1));
      assert.match(cepid, /^[0-9a-f-]{36}$/);
      assert.equal(texts, []);
      assert.is(log.length, 1);
      assert.match(log[0] ?? '', new RegExp(`^Error cepid: ${cepid} does not compile: `));
    });
  }

  test('events that are not what the stream is made of are left out', () => {
    const { bus, put, texts, engine } = cep('from S select value insert into T', 'value double');
    const raw = (body: string | Uint8Array): void => bus.publish({ body, properties: { stream_name: 'S' } });
    for (const body of ['', '{', 'null', '[]', '{"event":null}', '{"event":[]}', '{"event":{}}', Buffer.from('{}')]) raw(body);
    put(event(1, { source: 1 }), event(1, { n: 1.5 }), event(1, { ok: 'true' }), { value: 1 });
    assert.equal(texts, []);
    raw(JSON.stringify([{ event: event(1, { more: [] }) }, 7, { event: event(2) }]));
    engine.input('S', JSON.stringify({ event: event(3) }));
    assert.equal(
      texts,
      [1, 2, 3].map((n) => `{"event":{"value":${n}.0}}`),
    );
  });
});

group('CEP: its life', (test) => {
  test('a query that was removed, or whose controller stopped, delivers nothing more', () => {
    const { put, texts, engine, cepid } = cep('from S select value insert into T', 'value double');
    engine.add({
      input_stream: 'S',
      input_stream_desc: IN,
      output_stream: 'T',
      output_stream_desc: 'n int',
      query: 'from S select n insert into T',
    });
    put(event(1));
    assert.is(texts.length, 2);
    assert.is(engine.remove(cepid), true);
    assert.is(engine.remove(cepid), false);
    put(event(1));
    assert.is(texts.length, 3);
    engine.close();
    put(event(1));
    assert.is(texts.length, 3);
  });

  test('a query that did not compile can be removed as well', () => {
    const { engine, cepid } = cep('nonsense', 'value double');
    assert.is(engine.remove(cepid), true);
  });

  test('queries follow one another, and a circle of them ends', () => {
    const { engine, put, texts, log } = cep('from S select value insert into T', 'value double', 'value double');
    engine.add({
      input_stream: 'T',
      input_stream_desc: 'value double',
      output_stream: 'S',
      output_stream_desc: 'value double',
      query: 'from T select value + 1 as value insert into S',
    });
    put({ value: 0 });
    assert.is(texts[1], '{"event":{"value":1.0}}');
    assert.is(texts.length, 16);
    assert.equal(log, ['Error an event of S went through 32 queries: it was dropped']);
  });
});
