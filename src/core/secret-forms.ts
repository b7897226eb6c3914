/** A text shorter than this is not searched for: it would blank out half a sentence. */
const SHORTEST = 6;

/**
 * What a secret may look like in a text that a peer made of it: itself, quoted in JSON, in a URL or a form, and in base64, also where
 * that encodes more than the secret, as `Authorization: Basic` does. At most two dozen, each at most nine times as long as the secret.
 */
export function formsOf(secret: string): readonly string[] {
  // A half of a surrogate pair has no UTF-8; whoever sends it sends this instead.
  const sent = Buffer.from(secret, 'utf8').toString('utf8');
  const base64 = [Buffer.from(sent, 'utf8').toString('base64'), ...insideBase64(sent)];
  const forms = new Set([
    secret,
    ...quoted(sent),
    ...inUrl(sent),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    ...base64.flatMap(inUrl),
  ]);
  return [...forms].filter((form) => form.length >= SHORTEST);
}

/**
 * The characters of a base64 text (RFC 4648 §4) that depend on these bytes alone, whatever stands before and behind them: every
 * character holds 6 bits, and a byte may begin at any of three places in a group of four characters.
 */
function insideBase64(sent: string): readonly string[] {
  const bytes = Buffer.from(sent, 'utf8');
  return [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  );
}

/** In JSON, and in JSON with the solidus escaped, which some writers do; again where that text is a member of another one. */
function quoted(sent: string): readonly string[] {
  const once = JSON.stringify(sent).slice(1, -1);
  return [once, once.replaceAll('/', '\\/'), JSON.stringify(once).slice(1, -1)];
}

/** Percent-encoded as a component (RFC 3986 §2.1, hex digits in either case), and as a form does it, with `+` for a blank. */
function inUrl(sent: string): readonly string[] {
  const component = encodeURIComponent(sent);
  const strict = component.replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const all = [component, strict, new URLSearchParams({ '': sent }).toString().slice(1)];
  return [...all, ...all.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()))];
}
