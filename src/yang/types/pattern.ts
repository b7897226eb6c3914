/** A translated pattern, or why it cannot be one. */
export type Translated = { readonly regexp: RegExp } | { readonly problem: string; readonly unsupported: boolean };

/** XSD's own escapes as JavaScript classes of the `v` flag (XSD 1.0 part 2, appendix F). */
const CLASSES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  s: '[ \\t\\n\\r]',
  S: '[^ \\t\\n\\r]',
  w: '[^\\p{P}\\p{Z}\\p{C}]',
  W: '[\\p{P}\\p{Z}\\p{C}]',
  i: '[\\p{L}\\p{Nl}_:]',
  I: '[^\\p{L}\\p{Nl}_:]',
  c: '[\\p{L}\\p{Nl}\\p{Nd}\\p{M}._:\\-\\u00B7]',
  C: '[^\\p{L}\\p{Nl}\\p{Nd}\\p{M}._:\\-\\u00B7]',
};

/** The blocks that a range says exactly; the hundred others are refused with a clear word. */
const BLOCKS: Readonly<Record<string, string>> = {
  BasicLatin: '\\u0000-\\u007F',
  'Latin-1Supplement': '\\u0080-\\u00FF',
  'LatinExtended-A': '\\u0100-\\u017F',
  'LatinExtended-B': '\\u0180-\\u024F',
  Greek: '\\u0370-\\u03FF',
  Cyrillic: '\\u0400-\\u04FF',
};

/** What the `v` flag wants escaped, in and outside of classes. */
const PUNCTUATION = /[\^$\\.*+?()[\]{}|/]/;
const RESERVED = /[&\-!#%,:;<=>@`~]/;

class Unreadable extends Error {
  readonly unsupported: boolean;
  constructor(message: string, unsupported = false) {
    super(message);
    this.unsupported = unsupported;
  }
}

/**
 * Translates an XSD regular expression (anchored at both ends, `^` and `$` are plain characters, class subtraction, `\i`, `\c`) into
 * one of JavaScript. Native expressions backtrack: a pattern with nested quantifiers can be slow on hostile input.
 */
export function translate(pattern: string): Translated {
  try {
    return { regexp: new RegExp(`^(?:${new Reader(pattern).all()})$`, 'v') };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message, unsupported: error.unsupported };
    if (error instanceof SyntaxError) return { problem: error.message.replace(/^.*: /, ''), unsupported: false };
    throw error;
  }
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  all(): string {
    let out = '';
    let open = 0;
    while (this.at < this.text.length) {
      const char = this.take();
      if (char === '\\') out += this.escape();
      else if (char === '[') out += this.characters();
      else if (char === '.') out += '[^\\n\\r]';
      else if (char === '^' || char === '$' || char === '/') out += `\\${char}`;
      else if (char === '(') {
        // A question mark behind a parenthesis has no meaning in XSD.
        if (this.text[this.at] === '?') throw new Unreadable('(? is not allowed');
        open += 1;
        out += '(?:';
      } else if (char === ')') {
        open -= 1;
        if (open < 0) throw new Unreadable('a ) without its (');
        out += char;
      } else if (char === '{') out += this.quantity();
      else if (char === ']' || char === '}') throw new Unreadable(`a ${char} without its beginning`);
      else if (char === '?' || char === '*' || char === '+') out += this.single(char);
      else out += char;
    }
    if (open > 0) throw new Unreadable('a ( is never closed');
    return out;
  }

  /** `a*?` would be lazy and `a**` wrong: XSD has neither. */
  private single(char: string): string {
    const next = this.text[this.at];
    if (next === '?' || next === '*' || next === '+') throw new Unreadable(`${char}${next} is not allowed`);
    return char;
  }

  private quantity(): string {
    const found = /^(\d+)(,(\d*))?\}/.exec(this.text.slice(this.at));
    if (!found) throw new Unreadable('a { must begin a quantity such as {1,3}');
    this.at += found[0].length;
    return this.single(`{${found[0]}`);
  }

  private take(): string {
    const char = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    this.at += char.length;
    return char;
  }

  /** What follows a backslash. The result stands in a class as well as outside. */
  private escape(): string {
    if (this.at >= this.text.length) throw new Unreadable('it ends with a backslash');
    const char = this.take();
    const named = CLASSES[char];
    if (named !== undefined) return named;
    if (char === 'p' || char === 'P') return this.property(char);
    if (char === 'n' || char === 'r' || char === 't') return `\\${char}`;
    if (PUNCTUATION.test(char) || char === '-') return char === '-' ? '\\x2D' : `\\${char}`;
    throw new Unreadable(`\\${char} is no escape of XML Schema patterns`);
  }

  private property(sign: string): string {
    const found = /^\{([^}]*)\}/.exec(this.text.slice(this.at));
    const name = found?.[1] ?? '';
    if (!found) throw new Unreadable(`\\${sign} needs a name in braces`);
    this.at += found[0].length;
    if (!name.startsWith('Is')) {
      if (!/^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)$/.test(name))
        throw new Unreadable(`there is no category ${name}`);
      return `\\${sign}{${name}}`;
    }
    const block = BLOCKS[name.slice(2)];
    if (block === undefined) throw new Unreadable(`the Unicode block ${name} is not supported`, true);
    return sign === 'p' ? `[${block}]` : `[^${block}]`;
  }

  /** Behind a `[`: one character class, with its subtraction if it has one. */
  private characters(): string {
    let out = '';
    const not = this.text[this.at] === '^' ? '^' : '';
    this.at += not.length;
    let single = false;
    let ranged = false;
    for (let first = true; ; first = false) {
      if (this.at >= this.text.length) throw new Unreadable('a [ is never closed');
      const char = this.take();
      if (char === ']') {
        if (first) throw new Unreadable('a class must not be empty');
        return `[${not}${out}]`;
      }
      if (char === '[') throw new Unreadable('a [ in a class must be escaped');
      if (char === '-' && this.text[this.at] === '[') {
        this.at += 1;
        const minus = this.characters();
        if (this.take() !== ']') throw new Unreadable('a subtraction must end its class');
        return `[[${not}${out}]--${minus}]`;
      }
      // A hyphen makes a range only between two single characters; anywhere else it stands for itself.
      if (char === '-' && single && this.text[this.at] !== ']') {
        out += '-';
        single = false;
        ranged = true;
        continue;
      }
      const piece = char === '\\' ? this.escape() : PUNCTUATION.test(char) || RESERVED.test(char) ? `\\${char}` : char;
      out += piece;
      single = !ranged && !/^(?:\[|\\[pP])/.test(piece);
      ranged = false;
    }
  }
}
