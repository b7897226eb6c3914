import type { WebSocket } from 'ws';
import { textOf } from './api-socket.ts';
import type { BusMessage } from './bus.ts';
import { readGson, textsOf, withoutNulls, writeGson } from './gson.ts';
import type { Texts } from './gson.ts';
import { openOutlet } from './outlet.ts';
import type { Outlet } from './outlet.ts';
import type { World } from './world.ts';

/** The first word of the server on data plane and log sockets. */
export const ACTIVE = writeGson({ status_code: '10', status_desc: 'Listener Active' });

/** Readers that fell behind on the message that is being published: whose turn it is waits for them. */
export interface Readers {
  readonly behind: Set<Outlet>;
  /** A socket is publishing, and can be made to wait. */
  publishing: boolean;
}
export const openReaders = (): Readers => ({ behind: new Set(), publishing: false });

/**
 * One `/api/dataplane`: the first text frame says what is wanted and, in its config form, under which properties to publish;
 * every frame after it is data. Who subscribed by a config gets back what it publishes itself (sheet 7.1).
 */
export function serveDataPlane(world: World, socket: WebSocket, readers: Readers): void {
  const outlet = openOutlet(world, socket);
  let publish: ((body: string | Uint8Array) => void) | undefined;
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (publish === undefined) {
      // Bytes before the handshake are nobody's.
      if (isBinary) return;
      const wish = textOf(data);
      const config = configIn(wish, world.settings.generation);
      const end = world.bus.subscribe(config === undefined ? wish : selectorOf(config), (message) => {
        outlet.send(frameOf(message), { canWait: readers.publishing });
        if (outlet.behind) readers.behind.add(outlet);
      });
      socket.on('close', end);
      publish = config === undefined ? ignore(world) : publisher(world, propertiesOf(config), readers);
      // A selector that cannot be read is welcomed like any other; it never matches.
      socket.send(ACTIVE);
      return;
    }
    publish(isBinary ? data : textOf(data));
    if (readers.behind.size > 0) world.background(() => holdUp(socket, readers));
  });
}

/** Reads no more from a socket until those who get its messages have caught up. */
async function holdUp(socket: WebSocket, readers: Readers): Promise<void> {
  const slow = [...readers.behind];
  readers.behind.clear();
  socket.pause();
  await Promise.all(slow.map((outlet) => outlet.caughtUp()));
  socket.resume();
}

/** The config form, an object of text; generation 3 takes it for one only with `ident_key`. Undefined: it is a selector. */
function configIn(text: string, generation: 2 | 3): Texts | undefined {
  try {
    const document = readGson(text);
    const config = document !== null && 'members' in document ? textsOf(document) : null;
    if (config === null) return undefined;
    return generation === 3 && typeof config['ident_key'] !== 'string' ? undefined : withoutNulls(config);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Glued together without any quoting, as the server does: an id with a quote in it selects nothing. */
const selectorOf = ({ ident_key: key, ident_id: id }: Texts): string => `${key ?? 'null'}='${id ?? 'null'}'`;

/** What is published bears the stream's identity, and `input_id` as its type. */
function propertiesOf({ ident_key: key, ident_id: id, io_type_key: type, input_id: input }: Texts): Readonly<Record<string, string>> {
  return {
    ...(key === undefined || id === undefined ? {} : { [key]: id }),
    ...(type === undefined || input === undefined ? {} : { [type]: input }),
  };
}

function publisher(world: World, properties: Readonly<Record<string, string>>, readers: Readers): (body: string | Uint8Array) => void {
  return (body) => {
    readers.publishing = true;
    try {
      world.bus.publish({ body, properties });
    } finally {
      readers.publishing = false;
    }
  };
}

/** Who gave a selector only listens: the server notes the frame and tells nobody. */
const ignore =
  ({ home }: World): (() => void) =>
  () =>
    home.log.write({
      level: 'Error',
      source: 'system-wsapi-1',
      className: 'io.cresco.wsapi.websockets.APIDataPlane',
      message: 'no stream to publish to',
    });

/** Text goes out as it is; bytes behind their transfer id and their number, padded to six places, where they have them. */
export function frameOf({ body, properties }: BusMessage): string | Uint8Array {
  if (typeof body === 'string') return body;
  const { seq_num: number, transfer_id: transfer } = properties;
  const head = `${transfer ?? ''}${number === undefined ? '' : String(number).padStart(6, '0')}`;
  return head === '' ? body : Buffer.concat([Buffer.from(head), body]);
}
