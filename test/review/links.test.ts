import { startSandboxes } from '../../src/app/control.ts';
import type { AnyProvider } from '../../src/providers/contract.ts';
import { openLinks } from '../../src/reconcile/links.ts';
import type { Run } from '../../src/reconcile/opened.ts';
import { assert, group } from '../kit/group.ts';
import { scripted } from '../kit/scripted-provider.ts';
import { virtualClock } from '../kit/world.ts';
import { target, workshop } from './workshop.ts';

group('connections', (test) => {
  test('one that comes after its time is closed: nothing keeps the process alive', async () => {
    const clock = virtualClock();
    let closed = 0;
    let connected = (): void => undefined;
    const late = new Promise<void>((resolve) => (connected = resolve));
    const { provider } = scripted({ clock });
    const slow = {
      ...provider,
      async connect() {
        await late;
        return { read: {}, write: {}, close: async () => void (closed += 1) };
      },
    } as unknown as AnyProvider;
    const run = { ...clock, id: 'r', emit: () => undefined, random: () => 0, signal: new AbortController().signal } as Run;
    const links = openLinks(
      new Map([
        [
          'bench',
          {
            provider: slow,
            limits: { parallel: 1, timeoutMs: 5 },
            spec: async () => ({ name: 'bench', provider: 'scripted', address: 'memory:', options: {} }),
          },
        ],
      ]),
      run,
    );
    assert.ok('fault' in (await links.get('bench')));
    connected();
    await new Promise(setImmediate);
    await links.close();
    assert.is(closed, 1);
  });
});

group('the switches of a sandbox', (test) => {
  test('outlive a request that is none, and are worked by POST alone', async () => {
    let worked = 0;
    const shop = workshop({
      provider: (provider) => ({
        ...provider,
        sandbox: async () => ({
          address: 'memory:sandbox',
          controls: [{ name: 'reset', summary: 'Resets.', inputs: [] }],
          control: async () => (worked += 1),
          close: async () => undefined,
        }),
      }),
    });
    shop.write('manifests/t.yaml', target('bench'));
    const engine = await shop.open();
    const running = await startSandboxes(engine);
    try {
      assert.is((await fetch(`${running.control}/%`)).status, 400);
      assert.is((await fetch(`${running.control}/bench/reset`)).status, 404);
      assert.is(worked, 0);
      assert.is((await fetch(`${running.control}/bench/reset`, { method: 'POST' })).status, 200);
      assert.is(worked, 1);
    } finally {
      await running.close();
      await engine.close();
    }
  });
});
