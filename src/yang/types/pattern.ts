/** A translated pattern, or why it cannot be one. */
export type Translated = { readonly regexp: RegExp } | { readonly problem: string; readonly unsupported: boolean };

/** What an escape means: the members of a class, or all characters but these. */
interface CharacterSet {
  readonly not: boolean;
  readonly members: string;
}

const NAME_START = '\\p{L}\\p{Nl}_:';
const NAME = `${NAME_START}\\p{Nd}\\p{M}.\\-\\u00B7`;
const SEPARATORS = '\\p{P}\\p{Z}\\p{C}';

/** XSD's own escapes (XSD 1.0 part 2, appendix F). */
const SETS: Readonly<Record<string, CharacterSet>> = {
  d: { not: false, members: '\\p{Nd}' },
  D: { not: false, members: '\\P{Nd}' },
  s: { not: false, members: ' \\t\\n\\r' },
  S: { not: true, members: ' \\t\\n\\r' },
  w: { not: true, members: SEPARATORS },
  W: { not: false, members: SEPARATORS },
  i: { not: false, members: NAME_START },
  I: { not: true, members: NAME_START },
  c: { not: false, members: NAME },
  C: { not: true, members: NAME },
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

const CATEGORY = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)$/;

/** What JavaScript wants escaped, in and outside of classes. */
const PUNCTUATION = /[\^$\\.*+?()[\]{}|/]/;

const classOf = ({ not, members }: CharacterSet): string => `[${not ? '^' : ''}${members}]`;

class Unreadable extends Error {
  readonly unsupported: boolean;
  constructor(message: string, unsupported = false) {
    super(message);
    this.unsupported = unsupported;
  }
}

/**
 * Translates an XSD regular expression (anchored at both ends, `^` and `$` are plain characters, class subtraction, `\i`, `\c`) into
 * one of JavaScript. The `u` flag does it all; the `v` flag has class subtraction, but V8 as of Node 20 loses matches with it
 * (`/^(?:\/[^\/]+)+$/v` refuses `/a`). Native expressions backtrack: nested quantifiers can be slow on hostile input.
 */
export function translate(pattern: string): Translated {
  try {
    return { regexp: new RegExp(`^(?:${new Reader(pattern).all()})$`, 'u') };
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
      if (char === '\\') out += this.outside();
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

  private outside(): string {
    const piece = this.escape();
    return typeof piece === 'string' ? piece : classOf(piece);
  }

  /** What follows a backslash: one character, ready for use anywhere, or a set of them. */
  private escape(): string | CharacterSet {
    if (this.at >= this.text.length) throw new Unreadable('it ends with a backslash');
    const char = this.take();
    const set = SETS[char];
    if (set !== undefined) return set;
    if (char === 'p' || char === 'P') return this.property(char);
    if (char === 'n' || char === 'r' || char === 't') return `\\${char}`;
    if (char === '-') return '\\x2D';
    if (PUNCTUATION.test(char)) return `\\${char}`;
    throw new Unreadable(`\\${char} is no escape of XML Schema patterns`);
  }

  private property(sign: string): CharacterSet {
    const found = /^\{([^}]*)\}/.exec(this.text.slice(this.at));
    const name = found?.[1] ?? '';
    if (!found) throw new Unreadable(`\\${sign} needs a name in braces`);
    this.at += found[0].length;
    if (!name.startsWith('Is')) {
      if (!CATEGORY.test(name)) throw new Unreadable(`there is no category ${name}`);
      return { not: false, members: `\\${sign}{${name}}` };
    }
    const block = BLOCKS[name.slice(2)];
    if (block === undefined) throw new Unreadable(`the Unicode block ${name} is not supported`, true);
    return { not: sign === 'P', members: block };
  }

  /** Behind a `[`: one character class. Sets of all but some cannot stand in a class: they become its alternatives. */
  private characters(): string {
    const not = this.text[this.at] === '^';
    if (not) this.at += 1;
    let members = '';
    let minus = '';
    const others: string[] = [];
    let single = false;
    let ranged = false;
    for (let first = true; ; first = false) {
      if (this.at >= this.text.length) throw new Unreadable('a [ is never closed');
      const char = this.take();
      if (char === ']') {
        if (first) throw new Unreadable('a class must not be empty');
        break;
      }
      if (char === '[') throw new Unreadable('a [ in a class must be escaped');
      if (char === '-' && this.text[this.at] === '[') {
        this.at += 1;
        minus = this.characters();
        if (this.take() !== ']') throw new Unreadable('a subtraction must end its class');
        break;
      }
      // A hyphen makes a range only between two single characters; anywhere else it stands for itself.
      if (char === '-' && single && this.text[this.at] !== ']') {
        members += '-';
        single = false;
        ranged = true;
        continue;
      }
      const piece = char === '\\' ? this.escape() : PUNCTUATION.test(char) || char === '-' ? `\\${char}` : char;
      if (typeof piece !== 'string' && ranged) throw new Unreadable('a range must end with one character');
      if (typeof piece === 'string') members += piece;
      else if (piece.not) others.push(classOf(piece));
      else members += piece.members;
      single = typeof piece === 'string' && !ranged;
      ranged = false;
    }
    const any = [...(members === '' ? [] : [`[${members}]`]), ...others].join('|');
    const own = others.length === 0 ? `[${not ? '^' : ''}${members}]` : not ? `(?!${any})[^]` : `(?:${any})`;
    return minus === '' ? (not && others.length > 0 ? `(?:${own})` : own) : `(?:(?!${minus})${own})`;
  }
}
