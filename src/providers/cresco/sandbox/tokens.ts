/** A token of one of the little languages that the fabric's clients send. `symbol` is a sign, or a keyword in capitals. */
export type Token =
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'number'; readonly digits: string }
  | { readonly is: 'symbol'; readonly symbol: string };

export interface Language {
  /** Sticky, with the groups `name`, `text` (whatever `unquote` takes), `number` and `sign`; a match without a group is white space. */
  readonly token: RegExp;
  /** In capitals; they know no case, names do. */
  readonly keywords: ReadonlySet<string>;
  readonly unquote: (text: string) => string;
}

/** What is thrown, and caught by whoever began to read, where a text does not follow its grammar. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Hands out the tokens of a text, one after another. Throws Unreadable as soon as something else was needed. */
export class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, language: Language) {
    this.#tokens = tokensOf(text, language);
  }

  next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Unreadable('it ends too early');
    this.#at += 1;
    return token;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** How many tokens have been taken. */
  get at(): number {
    return this.#at;
  }

  /** The tokens that were taken since then. */
  since(at: number): readonly Token[] {
    return this.#tokens.slice(at, this.#at);
  }

  /** Takes the next token if it is one of these keywords or signs. */
  take(...symbols: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.is !== 'symbol' || !symbols.includes(token.symbol)) return undefined;
    this.#at += 1;
    return token.symbol;
  }

  expect(...symbols: readonly string[]): void {
    for (const symbol of symbols) if (this.take(symbol) === undefined) throw new Unreadable(`${symbol} is missing`);
  }

  text(): string {
    const token = this.next();
    if (token.is !== 'text') throw new Unreadable('a text in quotes is missing');
    return token.text;
  }

  name(): string {
    const token = this.next();
    if (token.is !== 'name') throw new Unreadable('a name is missing');
    return token.name;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Unreadable('something follows its end');
  }
}

function tokensOf(text: string, { token: pattern, keywords, unquote }: Language): readonly Token[] {
  const tokens: Token[] = [];
  const sticky = new RegExp(pattern);
  while (sticky.lastIndex < text.length) {
    const at = sticky.lastIndex;
    const match = sticky.exec(text);
    if (match === null) throw new Unreadable(`character ${at + 1} begins nothing`);
    const { name, text: quoted, number, sign } = match.groups ?? {};
    if (name !== undefined) {
      const word = name.toUpperCase();
      tokens.push(keywords.has(word) ? { is: 'symbol', symbol: word } : { is: 'name', name });
    } else if (quoted !== undefined) tokens.push({ is: 'text', text: unquote(quoted) });
    else if (number !== undefined) tokens.push({ is: 'number', digits: number });
    else if (sign !== undefined) tokens.push({ is: 'symbol', symbol: sign });
  }
  return tokens;
}
