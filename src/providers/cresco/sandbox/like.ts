/** One character of a pattern: itself, or (undefined) any character. */
type Character = string | undefined;

/**
 * SQL's LIKE: `%` stands for any characters, `_` for one, the `escape` character takes the meaning from the one after it.
 * Undefined: the escape is no single character, or nothing that it could escape follows it.
 *
 * Parts between `%` are searched from left to right and never again, so no pattern makes the time explode: it is bounded by the
 * length of the text times that of the longest part.
 */
export function like(pattern: string, escape?: string): ((text: string) => boolean) | undefined {
  const parts = partsOf(pattern, escape);
  if (parts === undefined) return undefined;
  const first = parts[0] ?? [];
  const last = parts.at(-1) ?? [];
  return (text) => {
    const characters = [...text];
    if (parts.length === 1) return characters.length === first.length && fits(characters, first, 0);
    const end = characters.length - last.length;
    if (end < first.length || !fits(characters, first, 0) || !fits(characters, last, end)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      while (at + part.length <= end && !fits(characters, part, at)) at += 1;
      at += part.length;
      if (at > end) return false;
    }
    return true;
  };
}

function partsOf(pattern: string, escape: string | undefined): readonly (readonly Character[])[] | undefined {
  if (escape !== undefined && [...escape].length !== 1) return undefined;
  const parts: Character[][] = [[]];
  let escaped = false;
  for (const character of pattern) {
    if (escaped && character !== '%' && character !== '_' && character !== escape) return undefined;
    if (!escaped && character === escape) {
      escaped = true;
      continue;
    }
    if (character === '%' && !escaped) parts.push([]);
    else parts.at(-1)?.push(character === '_' && !escaped ? undefined : character);
    escaped = false;
  }
  return escaped ? undefined : parts;
}

const fits = (characters: readonly string[], part: readonly Character[], at: number): boolean =>
  part.every((wanted, i) => (wanted === undefined ? at + i < characters.length : characters[at + i] === wanted));
