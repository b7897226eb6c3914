import type { Channel, Entry } from './channel-store.ts';
import { handler, refuse, tell, type Handlers } from './handler.ts';
import { needMember } from './members.ts';
import type { ProcessRow } from './models.ts';
import { bytes, instant, list, long, struct, text, whole } from './shape.ts';
import type { World } from './world.ts';

const entry = struct({ sequence: long, inreplyto: long, timestamp: instant, senderid: text, payload: bytes, type: text }, [
  'inreplyto',
  'type',
]);

export const tellEntries = (world: World, entries: readonly Entry[]): string => tell(world, list(entry), entries);

/** Talk between who submitted a process and who runs it (sheet 3.8). */
export const channelHandlers: Handlers = {
  channelappendmsg: handler(
    'Failed to append to channel',
    { processid: text, name: text, sequence: long, inreplyto: long, payload: bytes, payloadtype: text },
    (world, { message: { processid, name, sequence, inreplyto, payload, payloadtype }, signer }) => {
      const { process, channel } = channelFor(world, { processid, name, signer });
      if (!mayTalk(process, signer)) refuse(403, 'Not authorized to write to channel');
      channel.append({ sequence, inreplyto, timestamp: world.now(), senderid: signer, payload, type: payloadtype || 'data' });
      return undefined;
    },
  ),

  channelreadmsg: handler(
    'Failed to read from channel',
    { processid: text, name: text, afterseq: long, limit: whole },
    (world, { message: { processid, name, afterseq, limit }, signer }) => {
      const { process, channel } = channelFor(world, { processid, name, signer });
      if (!mayTalk(process, signer)) refuse(403, 'Not authorized to read from channel');
      const first = Math.max(0, Number(afterseq));
      return tellEntries(world, channel.entries.slice(first, limit > 0 ? first + limit : undefined));
    },
  ),
};

/** Throws Refusal 404 where there is no such process or channel, and 403. */
export function channelFor(
  world: World,
  { processid, name, signer }: { readonly processid: string; readonly name: string; readonly signer: string },
): { readonly process: ProcessRow; readonly channel: Channel } {
  const process = world.processes.get(processid) ?? refuse(404, 'Process not found');
  needMember(world, signer, process.spec.conditions.colonyname);
  return { process, channel: world.channels.find(process, name) ?? refuse(404, 'Channel not found') };
}

export const mayTalk = ({ initiatorid, assignedexecutorid }: ProcessRow, signer: string): boolean =>
  signer === initiatorid || signer === assignedexecutorid;
