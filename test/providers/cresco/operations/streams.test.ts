import { assert, group } from '../../../kit/group.ts';
import { faultOf } from '../../../kit/fault.ts';
import type { Bench } from './bench.ts';
import { HOME, lines, PI_1, PI_2, withBench } from './bench.ts';

/** What an agent logs is mirrored only from the moment on at which a session has asked for it: logged until it comes. */
async function loggedUntilSeen(
  { control, begin }: Bench,
  input: Readonly<Record<string, string>>,
  line: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) {
  const outputs = begin('logs', { agent: PI_1, follow: 'yes', ...input }, signal);
  let seen = false;
  const first = outputs.next().finally(() => (seen = true));
  while (!seen) {
    await control('log', { agent: PI_1, ...line });
    await new Promise(setImmediate);
  }
  const { value } = (await first) as { readonly value: { readonly line: string } };
  return { line: value.line, outputs };
}

group('cresco/operations: logs', (test) => {
  test('the end of the log file, the whole of it, and another one where there is no agent', () =>
    withBench(async ({ run, control }) => {
      for (let i = 1; i <= 30; i += 1) await control('log', { agent: PI_1, message: `line ${i}` });
      const end = lines(await run('logs', { agent: PI_1 }));
      assert.is(end.length, 20);
      assert.match(end.at(-1) ?? '', /INFO \[io\.cresco\.agent\.core\.AgentService\] line 30$/);
      assert.equal(
        lines(await run('logs', { agent: PI_1, last: '2' })).map((line) => line?.slice(-7)),
        ['line 29', 'line 30'],
      );
      assert.ok(lines(await run('agent-log', { agent: PI_1 })).length >= 30);
      const fault = await faultOf(run('agent-log', { agent: 'dp/pi-9' }));
      assert.is(fault.code, 'CRESCO_AGENT_UNKNOWN');
    }));

  test('following prints level, source and message, and ends with its limit or when it is interrupted', () =>
    withBench(async (bench) => {
      const { line, outputs } = await loggedUntilSeen(bench, { lines: '1' }, { level: 'Warn', class: 'io.example.Pump', message: 'dry' });
      assert.is(line, 'Warn   agent:io.example.pump  dry');
      assert.is((await outputs.next()).done, true);

      const stop = new AbortController();
      const endless = await loggedUntilSeen(bench, {}, { message: 'wet' }, stop.signal);
      stop.abort();
      for (let next = await endless.outputs.next(); next.done !== true; next = await endless.outputs.next());
      assert.equal(await bench.run('logs', { agent: PI_1, follow: 'yes', seconds: '1', level: 'Error' }), []);
    }));

  test('a more talkative level is taken back in the end', () =>
    withBench(async (bench) => {
      // Agents note at Debug who sets which level.
      const watcher = await bench.session.write.logStreamer();
      await watcher.setLevel({ region: 'dp', agent: 'pi-1', level: 'Debug' });
      const { line, outputs } = await loggedUntilSeen(bench, { lines: '1', level: 'debug' }, { level: 'Debug', message: 'rpm' });
      assert.match(line, /^Debug .* rpm$|log level Debug for default/);
      assert.is((await outputs.next()).done, true);
      const levels: string[] = [];
      for await (const { message = '' } of watcher) {
        if (message.startsWith('log level')) levels.push(message);
        if (message === 'log level Info for default') break;
      }
      assert.equal(levels.slice(-2), ['log level Debug for default', 'log level Info for default']);
    }));

  test('what is no level, no count or no yes is told before anything is asked', () =>
    withBench(async ({ run }) => {
      const level = await faultOf(run('logs', { agent: PI_1, follow: 'yes', level: 'Debgu' }));
      assert.equal([level.code, level.diagnostic.hint], ['INPUT_VALUE', 'Did you mean Debug?']);
      for (const wrong of [{ last: '-1' }, { follow: 'maybe' }, { lines: 'x', follow: 'yes' }, { seconds: '0', follow: 'yes' }] as const) {
        const fault = await faultOf(run('logs', { agent: PI_1, ...(wrong as Readonly<Record<string, string>>) }));
        assert.is(fault.code, 'INPUT_VALUE', JSON.stringify(wrong));
      }
    }));
});

group('cresco/operations: the data plane', (test) => {
  test('a stream by its name or by a condition, text and bytes', () =>
    withBench(async ({ begin, control, run }) => {
      const told = async (input: Readonly<Record<string, string>>, message: Readonly<Record<string, string>>): Promise<string> => {
        const outputs = begin('stream', { lines: '1', ...input });
        let seen = false;
        const first = outputs.next().finally(() => (seen = true));
        while (!seen) {
          await control('publish', message);
          await new Promise(setImmediate);
        }
        const { value } = (await first) as { readonly value: { readonly line: string } };
        assert.is((await outputs.next()).done, true);
        return value.line;
      };
      assert.is(await told({ stream: "o'hare" }, { stream: "o'hare", text: '21.5' }), '21.5');
      const condition = { selector: "kind='raw' AND level > 2" };
      assert.is(await told(condition, { hex: '00ff10', properties: '{"kind":"raw","level":3}' }), '3 bytes: 00ff10');
      assert.equal(await run('stream', { stream: 'silent', seconds: '1' }), []);
      assert.is((await faultOf(run('stream'))).code, 'INPUT_MISSING');
      assert.is((await faultOf(run('stream', { stream: 'a', selector: 'b' }))).code, 'INPUT_VALUE');
    }));

  test('a cut is told where it is, and the stream goes on', () =>
    withBench(async ({ begin, control }) => {
      const outputs = begin('stream', { stream: 's' });
      const publishUntil = async (next: Promise<unknown>): Promise<void> => {
        let seen = false;
        void next.finally(() => (seen = true));
        for (let i = 0; !seen; i += 1) {
          await control('publish', { stream: 's', text: 'again' });
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      };
      const first = outputs.next();
      await publishUntil(first);
      await control('drop-all');
      for (;;) {
        const next = outputs.next();
        await publishUntil(next);
        const { value } = (await next) as { readonly value: { readonly line: string } };
        if (value.line !== 'again') {
          assert.match(value.line, /was cut and is back/);
          break;
        }
      }
      await outputs.return?.();
    }));

  test('what is sent reaches the stream, and is known to', () =>
    withBench(async ({ begin, run, session }) => {
      const heard = await session.read.subscribe({ selector: "stream_name='pump' AND type='input'" });
      assert.equal(lines(await run('send', { stream: 'pump', text: 'start' })), ['Sent to pump: the data plane carries it.']);
      for await (const message of heard) {
        assert.equal(message, { text: 'start' });
        break;
      }
      const stop = new AbortController();
      stop.abort();
      assert.is((await faultOf(begin('send', { stream: 'pump', text: 'x' }, stop.signal).next())).code, 'INTERRUPTED');
    }));

  for (const generation of [2, 3] as const) {
    test(`an event goes through a query of generation ${generation}`, () =>
      withBench(
        async ({ run, session }) => {
          const cep = {
            inputStream: 'temp',
            inputAttributes: 'source string, value double',
            outputStream: 'hot',
            outputAttributes: 'source string, value double',
            query: 'from temp[value > 30.0] select source, value insert into hot',
          };
          await session.write.agents.addCepQuery({ region: 'dp', agent: 'pi-2', cep });
          const event = '{"source":"t1","value":31.5}';
          assert.equal(lines(await run('cep-event', { agent: PI_2, stream: 'temp', event, output: 'hot' })), [
            '{"event":{"source":"t1","value":31.5}}',
          ]);
          const cold = { agent: PI_2, stream: 'temp', event: '{"event":{"source":"t1","value":3.5}}' };
          assert.match(
            lines(await run('cep-event', { ...cold, output: 'hot', seconds: '1' }))[0] ?? '',
            /^Nothing came over hot within 1 s/,
          );
          assert.equal(lines(await run('cep-event', cold)), [`${PI_2} has the event for temp.`]);
          assert.is((await faultOf(run('cep-event', { ...cold, event: 'hot!' }))).code, 'INPUT_VALUE');
        },
        { options: { generation } },
      ));
  }

  test('the agent that serves the API is one like the others', () =>
    withBench(async ({ run }) => {
      assert.ok(lines(await run('agent-log', { agent: HOME })).every((line) => typeof line === 'string'));
    }));
});
