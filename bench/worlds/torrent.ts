/** `torrent.ts COUNT`: a server whose data plane sends so many messages of 1 MiB, each when the one before has left. Prints where it is. */
import type { WebSocket } from 'ws';
import { ACTIVE, KEY, wsapi } from '../../test/providers/cresco/client/wsapi.ts';

const count = Number(process.argv[2]);
const message = Buffer.alloc(1024 * 1024, 7);
const dataplane = (socket: WebSocket): void => {
  socket.send(ACTIVE);
  let sent = 0;
  const more = (): void => {
    sent += 1;
    if (sent <= count) socket.send(message, more);
  };
  more();
};
const { address, fingerprint } = await wsapi({ dataplane });
process.stdout.write(`${JSON.stringify({ address, serviceKey: KEY, tls: { fingerprint } })}\n`);
