/**
 * Secrets that were looked up in this process, so that none of them leaves it in a text that a peer made: a server may well
 * quote the key that it refused. Values shorter than six characters are not searched for: they would blank out half a sentence.
 */
export interface Redactor {
  add(secret: string): void;
  text(text: string): string;
  /** The same for every string inside a JSON value, member names included. */
  value<T>(value: T): T;
}

const SHORTEST = 6;
export const REDACTED = '(secret)';

export function redactor(): Redactor {
  const known = new Set<string>();
  let longestFirst: readonly string[] | undefined;
  const text = (input: string): string => {
    if (known.size === 0) return input;
    longestFirst ??= [...known].sort((a, b) => b.length - a.length);
    let output = input;
    for (const secret of longestFirst) if (output.includes(secret)) output = output.replaceAll(secret, REDACTED);
    return output;
  };
  const value = (input: unknown): unknown => {
    if (typeof input === 'string') return text(input);
    if (Array.isArray(input)) return input.map(value);
    if (typeof input !== 'object' || input === null) return input;
    return Object.fromEntries(Object.entries(input).map(([name, inner]) => [text(name), value(inner)]));
  };
  return {
    add(secret) {
      // A peer quotes what it was sent, which may be the encoded form.
      for (const form of [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret, 'utf8').toString('base64'),
        JSON.stringify(secret).slice(1, -1),
      ]) {
        if (form.length >= SHORTEST) known.add(form);
      }
      longestFirst = undefined;
    },
    text,
    value: <T>(input: T): T => (known.size === 0 ? input : (value(input) as T)),
  };
}
