import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import type { Limits } from './page.ts';

let loaded: typeof Yaml | undefined;

/** The `yaml` package, loaded when it is first needed: most runs of the program never do, and start 20 ms earlier. */
export function yamlPackage(): typeof Yaml {
  loaded ??= createRequire(import.meta.url)('yaml') as typeof Yaml;
  return loaded;
}

/** A document as `yaml` composes it, or where its collections became deeper than the limit. */
export type Composed = { readonly document: Yaml.Document.Parsed } | { readonly tooDeepAt: number };

/**
 * Parses the text of one document with positions. The lexemes are fed to the parser one by one so that we can watch how deep
 * it stands: its composer calls itself for each level, and where the stack ends V8 may abort the process instead of throwing.
 *
 * Keys are text and may repeat here; who walks the document finds duplicates in linear time.
 */
export function composeDocument(text: string, limits: Limits): Composed {
  const yaml = yamlPackage();
  const parser = new yaml.Parser();
  const composer = new yaml.Composer({
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'silent',
    keepSourceTokens: true,
  });
  const documents: Yaml.Document.Parsed[] = [];
  const compose = (tokens: Iterable<Yaml.CST.Token>): void => {
    for (const token of tokens) for (const document of composer.next(token)) documents.push(document as Yaml.Document.Parsed);
  };
  for (const lexeme of new yaml.Lexer().lex(text)) {
    compose(parser.next(lexeme));
    // the document itself and a scalar on top are no collections
    if (parser.stack.length > limits.depth + 2) return { tooDeepAt: parser.offset };
  }
  compose(parser.end());
  for (const document of composer.end(true, text.length)) documents.push(document as Yaml.Document.Parsed);
  const [document, more] = documents;
  if (document === undefined) throw new Error('the YAML composer gave no document');
  if (more !== undefined)
    document.errors.push(new yaml.YAMLParseError([more.range[0], more.range[0] + 1], 'MULTIPLE_DOCS', 'a second document'));
  return { document };
}
