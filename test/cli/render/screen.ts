import { columns } from '../../../src/cli/render/width.ts';

/** A terminal as far as a progress block needs one: line ends, carriage return, up, clear to the end, hide and show the cursor. */
export interface Screen {
  write(text: string): void;
  /** All lines ever written that were not taken back, as a person scrolling up would see them. */
  text(): string;
  /** The same without the block: up to the last line end. */
  written(): string;
  cursorHidden(): boolean;
  /** Rows from the first line that the last frame could take back to the cursor, broken at the width. */
  blockRows(): number;
  /** Sequences that it does not know. */
  unknown(): readonly string[];
}

export function screen(size: { readonly columns: number; readonly rows: number }): Screen {
  let lines: string[] = [''];
  let row = 0;
  let hidden = false;
  const unknown: string[] = [];
  let blockFrom = 0;

  const put = (text: string): void => {
    const parts = text.split('\n');
    for (const [i, part] of parts.entries()) {
      if (i > 0) {
        row += 1;
        if (row === lines.length) lines.push('');
        blockFrom = i === parts.length - 1 ? blockFrom : row;
      }
      lines[row] = (lines[row] ?? '') + part;
    }
  };

  return {
    write(text) {
      blockFrom = row;
      for (const piece of text.split(/(\u001b\[\??\d*[A-Za-z]|\r)/)) {
        const up = /^\u001b\[(\d+)A$/.exec(piece);
        if (up) row = Math.max(0, row - Number(up[1]));
        else if (piece === '\r') continue;
        else if (piece === '\u001b[J') {
          lines = lines.slice(0, row);
          lines.push('');
          blockFrom = row;
        } else if (piece === '\u001b[?25l') hidden = true;
        else if (piece === '\u001b[?25h') hidden = false;
        else if (piece.startsWith('\u001b')) unknown.push(piece);
        else put(piece);
      }
    },
    text: () => lines.join('\n'),
    written: () => {
      const all = lines.join('\n');
      return all.slice(0, all.lastIndexOf('\n') + 1);
    },
    cursorHidden: () => hidden,
    blockRows: () => lines.slice(blockFrom).reduce((sum, line) => sum + Math.max(1, Math.ceil(columns(line) / size.columns)), 0),
    unknown: () => unknown,
  };
}
