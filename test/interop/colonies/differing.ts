/** Where two masked values differ first, in words: the place, what one has there, and what the other has. Undefined where they do not. */
export function differing(one: unknown, other: unknown, at = 'it'): string | undefined {
  if (isObject(one) && isObject(other)) {
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const place = Array.isArray(one) ? `${at}[${name}]` : `${at}.${name}`;
      const found = differing(one[name], other[name], place);
      if (found !== undefined) return found;
    }
    return Array.isArray(one) === Array.isArray(other) ? undefined : `${at} is a list on one side only`;
  }
  if (Object.is(one, other)) return undefined;
  return `${at} is ${shown(other)}, not ${shown(one)}`;
}

const LONGEST = 400;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function shown(value: unknown): string {
  const text = value === undefined ? 'not there' : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
