/**
 * What a user's file or a peer says never reaches the terminal as a command to it: control characters, escape sequences and
 * the invisible characters that reorder or hide text (CVE-2021-42574) are shown by their number instead.
 *
 * C0, DEL and C1; soft hyphen; Arabic letter mark; zero-width space and non-joiner; bidi marks, embeddings and isolates; line and
 * paragraph separators; invisible operators; byte order mark; interlinear and tag characters; lone surrogates. The zero-width
 * joiner stays: it makes one picture of several.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const show = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return NAMED[char] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
};

/** Text for one line: line ends are shown as `\n`. */
export const clean = (text: string): string => text.replace(UNSAFE, show);

/** Text of several lines: each is clean, and the line ends are kept as separate items. A tab becomes two spaces. */
export const cleanLines = (text: string): readonly string[] => text.split(/\r?\n/).map((line) => clean(line.replaceAll('\t', '  ')));
