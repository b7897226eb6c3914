import { diffArrays } from 'diff/lib/diff/array.js';

/** One line of a drawn difference. `gap`: so many lines that are the same on both sides are left out. */
export type HunkLine = { readonly sign: '-' | '+' | ' '; readonly text: string } | { readonly sign: 'gap'; readonly count: number };

/** Comparing costs lines × edits; past this many edits the two texts have nothing in common that would help a reader. */
const MOST_EDITS = 1000;

/** The lines that differ, each with `context` lines around it. All old, then all new, where the texts are too different. */
export function hunks(before: readonly string[], after: readonly string[], context = 2): readonly HunkLine[] {
  const parts = diffArrays([...before], [...after], { maxEditLength: MOST_EDITS }) as ReturnType<typeof diffArrays<string>> | undefined;
  const out: HunkLine[] = [];
  const push = (sign: '-' | '+' | ' ', lines: readonly string[]): void => {
    for (const text of lines) out.push({ sign, text });
  };
  if (parts === undefined) {
    push('-', before);
    push('+', after);
    return out;
  }
  for (const [index, part] of parts.entries()) {
    if (part.added || part.removed) push(part.added ? '+' : '-', part.value);
    else {
      const lead = index === 0 ? 0 : context;
      const trail = index === parts.length - 1 ? 0 : context;
      const left = part.value.length - lead - trail;
      // A gap of one line takes as much room as the line.
      if (left <= 1) push(' ', part.value);
      else {
        push(' ', part.value.slice(0, lead));
        out.push({ sign: 'gap', count: left });
        push(' ', part.value.slice(part.value.length - trail));
      }
    }
  }
  return out;
}
