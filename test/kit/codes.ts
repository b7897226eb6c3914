import ts from 'typescript';

/** A code of a diagnostic or fault, where the source makes it. */
export interface Coded {
  /** `HTTP_…` for one that is put together while the program runs. */
  readonly code: string;
  readonly file: string;
  readonly line: number;
  /** Made with a summary, and with neither detail nor hint. */
  readonly bare: boolean;
  /** Stands in a `new Fault({...})`. */
  readonly thrown: boolean;
}

const WORD = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
/** The errors of the yaml package have codes of their own. */
const OTHERS = new Set(['YAMLParseError']);

/**
 * Every code that a source file makes: the value of a `code` property, or a word with an underscore that is handed to a function or
 * is the default of a parameter. What is compared with a code, and types, make none.
 */
export function codesIn({ path, text }: { readonly path: string; readonly text: string }): readonly Coded[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Coded[] = [];
  const add = (code: string, at: ts.Node, object?: ts.ObjectLiteralExpression): void => {
    const { line } = file.getLineAndCharacterOfPosition(at.getStart());
    const parent = object?.parent;
    found.push({
      code,
      file: path,
      line: line + 1,
      bare: object !== undefined && isBare(object),
      thrown: parent !== undefined && ts.isNewExpression(parent) && parent.expression.getText() === 'Fault',
    });
  };
  const value = (node: ts.Expression, isCode: (word: string) => boolean, object?: ts.ObjectLiteralExpression): void => {
    if (ts.isConditionalExpression(node)) {
      value(node.whenTrue, isCode, object);
      value(node.whenFalse, isCode, object);
    } else if (ts.isParenthesizedExpression(node)) value(node.expression, isCode, object);
    else if (ts.isStringLiteralLike(node) && isCode(node.text)) add(node.text, node, object);
    else if (ts.isTemplateExpression(node) && object !== undefined) add(`${node.head.text}…`, node, object);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'code') value(node.initializer, (word) => WORD.test(word), node.parent);
    else if (ts.isParameter(node) && node.name.getText() === 'code' && node.initializer) value(node.initializer, (word) => WORD.test(word));
    else if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && !OTHERS.has(node.expression.getText().split('.').at(-1) ?? '')) {
      for (const argument of node.arguments ?? []) value(argument, (word) => WORD.test(word) && word.includes('_'));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The rest may come from a spread, or be made of `known` words and of what can be tried `again`. */
function isBare({ properties }: ts.ObjectLiteralExpression): boolean {
  const names = properties.map((property) => (ts.isSpreadAssignment(property) ? '...' : property.name?.getText()));
  return names.includes('summary') && !['detail', 'hint', 'label', '...', 'again', 'known'].some((name) => names.includes(name));
}
