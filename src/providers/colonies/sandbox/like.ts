/**
 * SQL's LIKE: `%` is any text, `_` any character, and a backslash takes the meaning from what follows it. In time that grows with text
 * times pattern, whatever the pattern.
 */
export function like(pattern: string): (text: string) => boolean {
  const parts = partsOf(pattern);
  return (text) => {
    const chars = [...text];
    let at = 0;
    for (const [i, part] of parts.entries()) {
      if (i === 0) {
        if (!fits(chars, part, 0)) return false;
        at = part.length;
        if (parts.length === 1) return at === chars.length;
        continue;
      }
      // What comes last has to end where the text does; everything before it may as well come as early as it can.
      if (i === parts.length - 1) return chars.length - part.length >= at && fits(chars, part, chars.length - part.length);
      while (at + part.length <= chars.length && !fits(chars, part, at)) at += 1;
      if (at + part.length > chars.length) return false;
      at += part.length;
    }
    return true;
  };
}

/** What has to stand between two `%`: characters, and null for any one. */
type Part = readonly (string | null)[];

function partsOf(pattern: string): readonly Part[] {
  let part: (string | null)[] = [];
  const parts = [part];
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i] ?? '';
    if (char === '%') parts.push((part = []));
    else if (char === '_') part.push(null);
    else if (char === '\\' && i + 1 < chars.length) part.push(chars[(i += 1)] ?? '');
    else part.push(char);
  }
  return parts;
}

const fits = (chars: readonly string[], part: Part, at: number): boolean =>
  part.every((char, i) => (char === null ? at + i < chars.length : chars[at + i] === char));
