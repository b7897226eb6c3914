import { readGson, textsOf } from './gson.ts';
import type { Gson, Texts } from './gson.ts';
import { withoutNulls } from './gson.ts';

/** A request on `/api/apisocket`: two flat maps of texts. */
export interface Envelope {
  readonly info: Texts;
  /** Undefined where the envelope had none: then no handler finds an action. */
  readonly payload: Texts | undefined;
}

/**
 * Reads a frame as the server does: a map of maps of text. Undefined for what the server cannot read or has no use for (no
 * `message_info`): it gives no reply at all to those. Members that are null are as good as absent.
 */
export function parseEnvelope(text: string): Envelope | undefined {
  let parts: Map<string, Texts>;
  try {
    parts = partsOf(readGson(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const info = parts.get('message_info');
  return info === undefined ? undefined : { info, payload: parts.get('message_payload') };
}

/** Every top-level member has to be a map of text, or null. Throws SyntaxError. */
function partsOf(document: Gson): Map<string, Texts> {
  if (document === null || !('members' in document)) throw new SyntaxError('Expected BEGIN_OBJECT');
  const parts = new Map<string, Texts>();
  const seen = new Set<string>();
  for (const [name, value] of document.members) {
    if (seen.has(name)) throw new SyntaxError(`duplicate key: ${name}`);
    seen.add(name);
    const texts = textsOf(value);
    if (texts !== null) parts.set(name, withoutNulls(texts));
  }
  return parts;
}
