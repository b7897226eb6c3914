import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Place } from './page.ts';

/** What each error of `yaml` means to the person who wrote the text. */
const MEANING: Readonly<Record<string, { readonly summary: string; readonly hint?: string }>> = {
  BAD_ALIAS: { summary: 'an anchor or alias has no usable name' },
  BAD_DIRECTIVE: {
    summary: 'this directive cannot be read',
    hint: 'A line that begins with % is a directive; put quotes around text that begins so.',
  },
  BAD_DQ_ESCAPE: {
    summary: 'this escape is not known in double quotes',
    hint: 'Write \\\\ for a backslash, or use single quotes, in which a backslash is itself.',
  },
  BAD_INDENT: {
    summary: 'this line is indented differently from what it belongs to',
    hint: 'The entries of one mapping or list begin in one column.',
  },
  BAD_PROP_ORDER: { summary: 'an anchor or tag stands in the wrong place' },
  BAD_SCALAR_START: { summary: 'unquoted text cannot begin with this character', hint: 'Put the text in quotes.' },
  BLOCK_AS_IMPLICIT_KEY: {
    summary: 'a second "key: value" on one line',
    hint: 'If the text itself has a colon and a space, put it in quotes; otherwise begin a new line.',
  },
  BLOCK_IN_FLOW: { summary: 'a block collection cannot stand between brackets' },
  KEY_OVER_1024_CHARS: { summary: 'a key has more than 1024 characters' },
  MISSING_CHAR: { summary: 'something is missing here' },
  MULTILINE_IMPLICIT_KEY: {
    summary: 'a key goes over several lines',
    hint: 'Is a colon missing after the key above, or is this line indented too far?',
  },
  NON_STRING_KEY: { summary: 'a key has to be text' },
  TAB_AS_INDENT: { summary: 'a tab is used as indentation', hint: 'Indent with spaces: two for each level.' },
  UNEXPECTED_TOKEN: { summary: 'this does not belong here' },
};

const TAB_DETAIL =
  'YAML forbids tabs at the start of a line, because editors show them in different widths and the structure is in the width.';

/** The diagnostic for an error that `yaml` found: only the first of a document, because the ones after it mostly follow from it. */
export function explainSyntax(error: YAMLError, text: string, place: (offset: number, length?: number) => Place): Diagnostic {
  const lineStart = text.lastIndexOf('\n', error.pos[0] - 1) + 1;
  const tab = error.code === 'TAB_AS_INDENT' ? error.pos[0] : tabInIndent(text, lineStart);
  if (tab !== undefined) {
    const { summary, hint } = MEANING['TAB_AS_INDENT'] ?? { summary: error.message };
    const offset = tabInIndent(text, lineStart) ?? tab;
    return {
      code: 'YAML_TAB_INDENT',
      severity: 'error',
      summary,
      detail: TAB_DETAIL,
      ...(hint === undefined ? {} : { hint }),
      ...place(offset),
    };
  }
  const meaning = MEANING[error.code];
  const offset = Math.min(error.pos[0], Math.max(0, text.trimEnd().length));
  return {
    code: 'YAML_SYNTAX',
    severity: 'error',
    summary: `not valid YAML: ${meaning?.summary ?? 'it cannot be parsed'}`,
    detail: `${firstLine(error.message)}. The document was not read; what follows in it may hold more errors.`,
    ...(meaning?.hint === undefined ? {} : { hint: meaning.hint }),
    ...place(offset, error.pos[1] - error.pos[0]),
  };
}

/** The offset of a tab in the white space at the start of a line. */
function tabInIndent(text: string, lineStart: number): number | undefined {
  for (let at = lineStart; at < text.length; at += 1) {
    if (text.charCodeAt(at) === 9) return at;
    if (text.charCodeAt(at) !== 32) return undefined;
  }
  return undefined;
}

const firstLine = (message: string): string => {
  const [line = ''] = message.split('\n');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
};
