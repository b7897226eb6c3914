export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const QUOTE = 39;
export const PLUS = 43;
export const COMMA = 44;
export const DASH = 45;
export const COLON = 58;
export const MORE = 62;
export const OPEN_LIST = 91;
export const BACKSLASH = 92;
export const CLOSE_LIST = 93;
export const OPEN_MAP = 123;
export const PIPE = 124;
export const CLOSE_MAP = 125;
export const BYTE_ORDER_MARK = 0xfeff;
/** What stands behind the end of a document: an integer, for with NaN every comparison would be one of floats. */
export const END = -1;

/** The fast reader is not sure. Thrown, because it can happen anywhere and ends the document; one object, because nothing is wrong. */
export const UNSURE = new Error('outside the plain subset of YAML');

export const isBlank = (c: number): boolean => c === SPACE || c === LF || c === CR || c === TAB || c === END;

/**
 * A place in a document, with the moves that know about lines.
 *
 * Convention of the fast reader: who reads a value leaves `at` on the first character of the next line that has content and
 * `column` on its indentation, -1 at the end. The caller judges whether that indentation may follow.
 */
export class Cursor {
  readonly text: string;
  at = 0;
  end = 0;
  column = -1;

  constructor(text: string) {
    this.text = text;
  }

  code(offset: number): number {
    return offset < this.end ? this.text.charCodeAt(offset) : END;
  }

  skipSpaces(): void {
    while (this.code(this.at) === SPACE) this.at += 1;
  }

  skipLine(): void {
    const found = this.text.indexOf('\n', this.at);
    this.at = found === -1 || found >= this.end ? this.end : found + 1;
  }

  /** Goes behind the line end (or the end) that is here, or says that there is none. A CR alone is no line end. */
  newline(): boolean {
    const c = this.code(this.at);
    if (c === LF) this.at += 1;
    else if (c === CR && this.code(this.at + 1) === LF) this.at += 2;
    else return c === END;
    return true;
  }

  /** From the start of a line to the first character of content, past comments and empty lines. */
  nextContent(): void {
    while (this.at < this.end) {
      const start = this.at;
      this.skipSpaces();
      const c = this.code(this.at);
      if (c === HASH) this.skipLine();
      else if (!this.newline()) {
        if (c === TAB || c === BYTE_ORDER_MARK) throw UNSURE;
        this.column = this.at - start;
        return;
      }
    }
    this.column = -1;
  }

  /** Behind a value or a header: only spaces and a comment may follow on its line. Goes to the start of the next line. */
  endLine(): void {
    const before = this.text.charCodeAt(this.at - 1);
    const start = this.at;
    this.skipSpaces();
    // a plain scalar ends on its comment, with the space already behind
    if (this.code(this.at) === HASH && (this.at > start || before === SPACE)) this.skipLine();
    else if (!this.newline()) throw UNSURE;
  }

  /** Behind an indicator: goes to the content on this line (true), or past the line end to the next content. */
  hasMoreOnLine(): boolean {
    const start = this.at;
    this.skipSpaces();
    const c = this.code(this.at);
    if (c !== LF && c !== CR && c !== HASH && c !== END) return true;
    this.at = start;
    this.endLine();
    this.nextContent();
    return false;
  }

  /** Whether a list item begins here. */
  atDash(): boolean {
    return this.code(this.at) === DASH && isBlank(this.code(this.at + 1));
  }
}
