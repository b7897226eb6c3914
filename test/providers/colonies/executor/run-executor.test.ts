import { byText, type Value } from '../../../../src/core/value.ts';
import { idOf, specOf, type Process } from '../../../../src/providers/colonies/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { eventually, KEYS, onFloor } from './floor.ts';

group('an executor', (test) => {
  test('registers, is approved, adds its functions once, and does what it is asked for', () =>
    onFloor(async ({ start, submit, finished, user }) => {
      const functions = {
        hello: { run: () => 'world', description: 'greets', args: [{ name: 'whom', type: 'string' }] },
        bye: () => undefined,
      };
      const first = start({ functions });
      const done = await finished(await submit('hello'));
      assert.equal([done.state, done.out, done.assignedexecutorid], [2, ['world'], idOf(first.key)]);
      assert.equal(await first.end(), { succeeded: 1, failed: 0, lost: 0, left: 0 });
      assert.equal(
        first.events.map(({ type }) => type),
        ['registered', 'approved', 'ready', 'begun', 'ended'],
      );
      const again = start({ functions, name: first.name, key: first.key });
      await again.until('ready');
      assert.equal(
        again.events.map(({ type }) => type),
        ['ready'],
      );
      const listed = await user.call('getfunctionsmsg', { colonyname: 'dev', executorname: first.name });
      assert.equal(
        [...listed]
          .sort((a, b) => byText(b.funcname, a.funcname))
          .map(({ funcname, executortype, description, args }) => [funcname, executortype, description, args.map(({ name }) => name)]),
        [
          ['hello', 'worker', 'greets', ['whom']],
          ['bye', 'worker', undefined, []],
        ],
      );
    }));

  test('says where it is and what it is made of, also when that has changed', () =>
    onFloor(async ({ start, user }) => {
      const look = async (name: string) =>
        (await user.call('getexecutorsmsg', { colonyname: 'dev' })).find(({ executorname }) => executorname === name);
      const options = { functions: { work: () => undefined }, location: 'cellar' };
      const first = start({ ...options, capabilities: { hardware: [{ model: 'pi-4', cores: 4 }] } });
      await first.until('ready');
      await first.end();
      const before = await look(first.name);
      assert.equal(
        [before?.locationname, before?.capabilities.hardware.map(({ model, cores }) => `${model} ${cores}`)],
        ['cellar', ['pi-4 4']],
      );
      const second = start({ ...options, name: first.name, key: first.key, capabilities: { hardware: [{ model: 'pi-5', cores: 4 }] } });
      await second.until('ready');
      assert.is((await look(first.name))?.capabilities.hardware[0]?.model, 'pi-5');
    }));

  test('what a handler returns is the output: a list as it is, one value as a list of it, nothing as none', () =>
    onFloor(async ({ start, submit, finished }) => {
      start({ functions: { echo: ({ kwargs }) => kwargs['value'], nothing: () => undefined } });
      for (const [value, out] of [
        [
          [1, 'two', null],
          [1, 'two', null],
        ],
        [[], []],
        [{ a: [1.5] }, [{ a: [1.5] }]],
        [false, [false]],
        [null, [null]],
      ] as const satisfies readonly (readonly [Value, Value])[]) {
        assert.equal((await finished(await submit('echo', { kwargs: { value } }))).out, out);
      }
      assert.equal((await finished(await submit('nothing'))).out, []);
    }));

  test('what a handler throws fails the process with its message, and nothing else does', () =>
    onFloor(async ({ start, submit, finished }) => {
      const one = start({
        functions: {
          bad: () => {
            throw new Error('boom');
          },
          worse: () => Promise.reject(new AggregateError([new Error('left'), 'right'], 'both')),
          odd: () => {
            throw 42;
          },
          nul: () => {
            throw new Error('a\0b');
          },
          circular: () => {
            const value: Record<string, Value> = {};
            value['self'] = value;
            return value;
          },
        },
      });
      const errorsOf = async (name: string): Promise<readonly string[]> => (await finished(await submit(name))).errors;
      assert.equal(await errorsOf('bad'), ['boom']);
      assert.equal(await errorsOf('worse'), ['both', 'left', 'right']);
      assert.equal(await errorsOf('odd'), ['42']);
      assert.equal(await errorsOf('nul'), ['a\uFFFDb']);
      assert.match((await errorsOf('circular'))[0] ?? '', /^the output cannot be written as JSON: /);
      assert.equal(await errorsOf('toString'), ['this executor has no function toString; it has bad, worse, odd, nul, circular']);
      assert.equal((await one.end()).failed, 6);
    }));

  test('a stack is told only to those who ask for it', () =>
    onFloor(async ({ start, submit, finished }) => {
      start({
        stacks: true,
        functions: {
          bad: () => {
            throw new Error('boom');
          },
        },
      });
      assert.match((await finished(await submit('bad'))).errors[0] ?? '', /^Error: boom\n +at /);
    }));

  test('the log is whole and in order when the process is closed, whoever awaited what', () =>
    onFloor(async ({ start, submit, finished, logsOf }) => {
      const lines = Array.from({ length: 500 }, (_, n) => `line ${n}`);
      start({
        functions: {
          tell: async ({ log }) => {
            for (const [n, line] of lines.entries()) {
              if (n % 7 === 0) await log(line);
              else void log(line);
            }
          },
        },
      });
      const process = await submit('tell');
      await finished(process);
      assert.is(await logsOf(process), lines.map((line) => `${line}\n`).join(''));
    }));

  test('attributes, output so far, and input of the processes before', () =>
    onFloor(async ({ start, user }) => {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => void (release = resolve));
      start({
        functions: {
          first: async ({ attribute, setOutput }) => {
            await attribute('colour', 'red');
            await setOutput('so far');
            await released;
            return ['a', 'b'];
          },
          second: ({ in: input }) => input.map((value) => `${String(value)}!`),
        },
      });
      const node = (nodename: string, dependencies: readonly string[]) =>
        specOf({ nodename, funcname: nodename, conditions: { executortype: 'worker', dependencies } });
      const spec = { colonyname: 'dev', functionspecs: [node('first', []), node('second', ['first'])] };
      const graph = await user.call('submitworkflowspecmsg', { spec });
      const [first = '', second = ''] = graph.processids;
      const get = (processid: string): Promise<Process> => user.call('getprocessmsg', { processid });
      await eventually(async () => (await get(first)).out[0] === 'so far');
      const { attributes } = await get(first);
      assert.equal(
        attributes.map(({ key, value, attributetype }) => [key, value, attributetype]),
        [['colour', 'red', 1]],
      );
      release();
      assert.equal((await user.waitForProcess({ processid: second })).out, ['a!', 'b!']);
      assert.equal((await get(first)).out, ['a', 'b']);
    }));

  test('a process adds others to its workflow', () =>
    onFloor(async ({ start, user }) => {
      start({
        functions: {
          split: async ({ addChild }) => {
            for (const n of [1, 2])
              await addChild({ nodename: `part-${n}`, funcname: 'part', args: [n], conditions: { executortype: 'worker' } });
          },
          part: ({ args }) => args,
        },
      });
      const functionspecs = [specOf({ nodename: 'split', funcname: 'split', conditions: { executortype: 'worker' } })];
      const { processgraphid } = await user.call('submitworkflowspecmsg', { spec: { colonyname: 'dev', functionspecs } });
      const graph = () => user.call('getprocessgraphmsg', { processgraphid });
      await eventually(async () => (await graph()).state === 2);
      const all = await Promise.all((await graph()).processids.map((processid) => user.call('getprocessmsg', { processid })));
      assert.equal(all.map(({ out }) => out[0] ?? 0).sort(), [0, 1, 2]);
    }));

  test('talks with whoever submitted the process over its channels', () =>
    onFloor(async ({ start, submit, finished, user }) => {
      start({
        functions: {
          echo: async ({ channel }) => {
            const line = channel('line');
            await line.send('ready');
            for await (const message of line.received()) {
              if (message.type === 'end') break;
              await line.send(`${message.text()}?`, { inReplyTo: message.sequence });
            }
            return (await line.read()).length;
          },
        },
      });
      const { processid } = await submit('echo', { channels: ['line'] });
      const about = { processid, name: 'line' };
      const read = async (): Promise<readonly string[]> =>
        (await user.call('channelreadmsg', { ...about, afterseq: 0 })).map(
          ({ payload, inreplyto }) => `${Buffer.from(payload, 'base64').toString()} ${inreplyto}`,
        );
      const say = (sequence: number, text: string, payloadtype: 'data' | 'end') =>
        user.call('channelappendmsg', { ...about, sequence, payload: Buffer.from(text).toString('base64'), payloadtype });
      await eventually(async () => (await read()).includes('ready 0'));
      await say(1, 'ä', 'data');
      await eventually(async () => (await read()).includes('ä? 1'));
      await say(2, '', 'end');
      assert.equal((await finished({ processid } as Process)).out, [4]);
    }));

  test('so many processes at once as it may, and each of them once', () =>
    onFloor(async ({ start, submit, finished }) => {
      let now = 0;
      let most = 0;
      const seen: string[] = [];
      const one = start({
        concurrency: 5,
        functions: {
          work: async ({ process, signal }) => {
            now += 1;
            most = Math.max(most, now);
            seen.push(process.processid);
            // All five are there before the first one leaves.
            await eventually(() => most === 5 || signal.aborted);
            now -= 1;
          },
        },
      });
      const all = await Promise.all(Array.from({ length: 30 }, () => submit('work')));
      await Promise.all(all.map(finished));
      assert.is(most, 5);
      assert.equal([...seen].sort(), all.map(({ processid }) => processid).sort());
      assert.equal(await one.end(), { succeeded: 30, failed: 0, lost: 0, left: 0 });
    }));

  test('nanoseconds are exact', () =>
    onFloor(async ({ start, submit, finished }) => {
      const seen: unknown[] = [];
      start({ functions: { look: ({ process }) => void seen.push(process.prioritytime) } });
      const { prioritytime } = await finished(await submit('look'));
      assert.equal(seen, [prioritytime]);
      assert.ok(prioritytime > 2n ** 53n);
    }));

  test('a colony that is paused is waited for', () =>
    onFloor(async ({ start, submit, finished, user }) => {
      const one = start({ functions: { work: () => undefined } });
      await one.until('ready');
      await user.call('pauseassignmentsmsg', { colonyname: 'dev' }, { key: KEYS.colony });
      const process = await submit('work');
      await one.until('paused');
      await user.call('resumeassignmentsmsg', { colonyname: 'dev' }, { key: KEYS.colony });
      assert.is((await finished(process)).state, 2);
      await one.until('resumed');
    }));
});
