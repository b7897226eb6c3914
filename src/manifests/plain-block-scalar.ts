import { CR, type Cursor, DASH, MORE, PLUS, TAB, UNSURE } from './cursor.ts';

/**
 * Reads a `|` or `>` scalar inside a collection with the indentation `parent`, if its indentation is that of its first line and
 * nothing about its empty lines is odd. Folding as in YAML 1.2, section 8.1.3:
 *
 *     >            lines of one depth are joined by a space,
 *       one        an empty line is a line end,
 *       two        deeper lines keep theirs
 *         deep
 *
 * `yaml` ends a scalar with a line end even where the text has none; so do we.
 */
export function blockScalar(cursor: Cursor, parent: number): string {
  const { text } = cursor;
  if (parent < 0) throw UNSURE;
  const join = cursor.code(cursor.at) === MORE ? folded() : literal;
  cursor.at += 1;
  const chomp = cursor.code(cursor.at);
  if (chomp === DASH || chomp === PLUS) cursor.at += 1;
  cursor.endLine();

  let indent = -1;
  let value = '';
  let blanks = 0; // since the last line with content
  let deepestBlank = 0;
  let ended = true; // whether the last line has a line end
  while (cursor.at < cursor.end) {
    const start = cursor.at;
    cursor.skipSpaces();
    const spaces = cursor.at - start;
    if (cursor.at >= cursor.end && spaces > 0) throw UNSURE;
    if (cursor.newline()) {
      if (indent !== -1 && spaces > indent) throw UNSURE; // spaces that are content
      deepestBlank = Math.max(deepestBlank, spaces);
      blanks += 1;
      continue;
    }
    if (spaces <= (indent === -1 ? parent : indent - 1)) {
      cursor.at = start;
      break;
    }
    const isFirst = indent === -1;
    if (isFirst) {
      if (deepestBlank > spaces) throw UNSURE;
      indent = spaces;
    }
    const stop = text.indexOf('\n', cursor.at);
    ended = stop !== -1 && stop < cursor.end;
    let to = ended ? stop : cursor.end;
    cursor.at = ended ? stop + 1 : cursor.end;
    if (text.charCodeAt(to - 1) === CR) {
      if (!ended) throw UNSURE;
      to -= 1;
    }
    const line = text.slice(start + indent, to);
    value += (isFirst ? '\n'.repeat(blanks) + join(line, 0, true) : join(line, blanks, false)) + line;
    blanks = 0;
  }
  if (indent === -1 || (chomp === PLUS && !ended)) throw UNSURE;
  if (chomp === DASH) return value;
  return chomp === PLUS ? value + '\n'.repeat(blanks + 1) : `${value}\n`;
}

/** What stands between a line and the one before it, with so many empty lines between them. */
type Join = (line: string, blanks: number, isFirst: boolean) => string;

const literal: Join = (_line, blanks, isFirst) => (isFirst ? '' : '\n'.repeat(blanks + 1));

function folded(): Join {
  let wasDeep = false;
  return (line, blanks, isFirst) => {
    const isDeep = line.startsWith(' ') || line.charCodeAt(0) === TAB;
    // a line end next to a deeper line stays; between two others it becomes a space, or goes where empty lines follow
    const kept = isDeep || wasDeep ? 1 : 0;
    wasDeep = isDeep;
    if (isFirst) return '';
    return blanks + kept === 0 ? ' ' : '\n'.repeat(blanks + kept);
  };
}
