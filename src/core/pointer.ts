/**
 * A place in a spec: RFC 6901 text, `/nodes/["source"]/params/rate`. An entry of a keyed list is named by its key values as a
 * JSON array, so that a comma or a slash in a key cannot collide; a member name that begins with `[` is written `~2`.
 * The whole document is the empty string.
 */
export type Pointer = string;

const escape = (name: string): string => {
  const text = name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
  return text.startsWith('[') ? `~2${text.slice(1)}` : text;
};

const unescape = (text: string): string =>
  text.includes('~') ? text.replace(/^~2/, '[').replaceAll('~1', '/').replaceAll('~0', '~') : text;

/** One step of a pointer: a member or an index by name, or an entry of a keyed list by its key values. */
export type Segment = { readonly name: string } | { readonly key: readonly string[] };

export const member = (at: Pointer, name: string | number): Pointer => `${at}/${escape(String(name))}`;

export const entry = (at: Pointer, key: readonly string[]): Pointer =>
  `${at}/${JSON.stringify(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

export function segments(pointer: Pointer): readonly Segment[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((text) =>
      text.startsWith('[')
        ? { key: JSON.parse(text.replaceAll('~1', '/').replaceAll('~0', '~')) as readonly string[] }
        : { name: unescape(text) },
    );
}

/** True where `inner` is `outer` or a place below it. */
export const within = (inner: Pointer, outer: Pointer): boolean =>
  inner.startsWith(outer) && (inner.length === outer.length || inner[outer.length] === '/');

/** As people read it: `nodes[source].params.rate`, `probe[28-01].offsets[50.0,60.0]`. */
export function dotted(pointer: Pointer): string {
  let out = '';
  for (const segment of segments(pointer)) {
    if ('key' in segment) out += `[${segment.key.join(',')}]`;
    else if (/^\d+$/.test(segment.name)) out += `[${segment.name}]`;
    else out += out === '' ? segment.name : `.${segment.name}`;
  }
  return out;
}
