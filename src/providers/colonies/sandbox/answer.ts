import { Fault } from '../../../core/diagnostic.ts';
import type { Counts } from './counts.ts';
import { envelopeOf, errorText, payloadIn, replyText, signerIn, type Envelope } from './envelope.ts';
import { EMPTY, Fallen, Refusal, refuse, type Handlers } from './handler.ts';
import type { Troubles } from './troubles.ts';
import type { World } from './world.ts';

/** What goes back over HTTP; `lost`: the connection is cut instead, or (`stall`) left without a word. */
export type Answer = { readonly status: number; readonly body: string; readonly type?: string } | { readonly lost: 'cut' | 'stall' };

export interface Answering {
  readonly world: World;
  readonly handlers: Handlers;
  readonly troubles: Troubles;
  readonly counts: Counts;
}

const TOO_FEW =
  'empty (this usually means the client is misconfigured - check that COLONIES_PRVKEY and other environment variables are set correctly)';

/** One request over HTTP, from its body to what goes back. All that the answer tells of is on disk by then. */
export async function answer({ world, handlers, troubles, counts }: Answering, body: string, signal: AbortSignal): Promise<Answer> {
  try {
    const envelope = readEnvelope(body, counts);
    if (envelope === null) throw new Fallen('the body is null');
    const trouble = troubles.take(envelope.payloadtype);
    if (trouble?.name === 'lose-request') return { lost: 'cut' };
    if (trouble?.name === 'stall') return { lost: 'stall' };
    if (trouble?.name === 'refuse') return refuse(trouble.status, trouble.message);
    if (trouble?.name === 'empty') return { status: 200, body: '' };
    if (trouble?.name === 'bad-gateway')
      return { status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>', type: 'text/html' };
    const reply = await handled(world, handlers, { envelope, signal });
    return trouble?.name === 'lose-reply' ? { lost: 'cut' } : { status: 200, body: reply };
  } catch (error) {
    return failed(error);
  }
}

function readEnvelope(body: string, counts: Counts): Envelope | null {
  try {
    const envelope = envelopeOf(body);
    counts.note(envelope?.payloadtype);
    return envelope;
  } catch (error) {
    counts.note(undefined);
    throw error;
  }
}

async function handled(
  world: World,
  handlers: Handlers,
  { envelope, signal }: { readonly envelope: Envelope; readonly signal: AbortSignal },
): Promise<string> {
  const { payloadtype: type } = envelope;
  const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
  const signer = handler?.unsigned === true ? '' : signerIn(envelope);
  if (handler === undefined) refuse(403, `invalid rpcMsg.PayloadType: ${type === '' ? TOO_FEW : type}`);
  try {
    const reply = await handler.run(world, { type, payload: payloadIn(envelope), signer, signal });
    return reply === EMPTY ? '' : replyText(handler.replyType ?? type, reply ?? '{}');
  } finally {
    // Also what a handler did before it refused, and what others did that this one has seen, has to last.
    await world.keep.settled();
  }
}

/** A refusal in its own words. A disk that is full is not the client's fault, and not a reason to stop either. */
function failed(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: errorText(error.status, error.message) };
  if (error instanceof Fallen) return { status: 500, body: '' };
  if (error instanceof Fault) return { status: 500, body: errorText(500, error.message) };
  throw error;
}
