import type { WebSocket } from 'ws';
import { assert, group } from '../../../kit/group.ts';
import { meeting } from './client.ts';
import { ACTIVE } from './wsapi.ts';

const MiB = 1024 * 1024;

/** Until it has not grown for a while. */
async function stalled(count: () => number): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

group('a gigabyte on the data plane', (test) => {
  test(
    'is read in the memory of a few messages, and the reader may stop in between',
    async () => {
      const count = 1024;
      const message = Buffer.alloc(MiB, 7);
      // Sends the next one when the last has left: what piles up is ours.
      let sent = 0;
      const dataplane = (ws: WebSocket): void => {
        ws.send(ACTIVE);
        const more = (): void => {
          sent += 1;
          if (sent <= count) ws.send(message, more);
        };
        more();
      };
      await meeting({ dataplane }, async ({ client }) => {
        const stream = await client.subscribe({ selector: 'a' });
        const before = process.memoryUsage().arrayBuffers;
        let [bytes, most, n] = [0, 0, 0];
        for await (const item of stream) {
          bytes += 'bytes' in item ? item.bytes.length : 0;
          n += 1;
          if (n % 256 === 1) await stalled(() => sent);
          // What was read is freed when the collector comes around, which it does for so many bytes by itself.
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
          if (n === count) break;
        }
        assert.is(bytes, count * MiB);
        assert.ok(most < 256 * MiB, `${Math.round(most / MiB)} MiB were held at once`);
      });
    },
    { seconds: 120 },
  );
});
