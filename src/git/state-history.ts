import type { Recorded } from '../core/resource.ts';
import { byText } from '../core/value.ts';
import type { Checkpoint, RecordChange } from '../state/store.ts';
import type { Git } from './git.ts';

const START = '\u0001';
const END = '\u0002';
export const RUN_TRAILER = 'Setpoint-Run';

/**
 * The checkpoints of a state branch, newest first, read from one `git log -p`: a line that went is the record before, a line that came
 * is the record after. A line that only moved to another file is no change.
 */
export async function* stateHistory(git: Git, ref: string, folder: string): AsyncIterable<Checkpoint> {
  const format = `${START}%H%x00%ct%x00%(trailers:key=${RUN_TRAILER},valueonly,separator=%x2C)%x00%s${END}`;
  const options = ['--no-color', '--no-renames', '--no-ext-diff', '--no-textconv', '--unified=0', '--patch', '--first-parent'];
  let head: Omit<Checkpoint, 'changes'> | undefined;
  let gone = new Map<string, Recorded>();
  let come = new Map<string, Recorded>();
  for await (const line of git.lines(['log', ...options, `--format=${format}`, '--end-of-options', ref, '--', folder])) {
    if (line.startsWith(START)) {
      if (head) yield { ...head, changes: changesOf(gone, come) };
      head = headOf(line);
      gone = new Map();
      come = new Map();
    } else if (line.startsWith('-{') || line.startsWith('+{')) {
      const record = recordIn(line.slice(1));
      if (record) (line.startsWith('-') ? gone : come).set(record.id, record);
    }
  }
  if (head) yield { ...head, changes: changesOf(gone, come) };
}

function headOf(line: string): Omit<Checkpoint, 'changes'> {
  const [id = '', seconds = '0', run = '', message = ''] = line.slice(START.length, line.lastIndexOf(END)).split('\0');
  return { id, at: new Date(Number(seconds) * 1000).toISOString(), run: run.trim(), message };
}

function changesOf(gone: ReadonlyMap<string, Recorded>, come: ReadonlyMap<string, Recorded>): readonly RecordChange[] {
  const changes: RecordChange[] = [];
  for (const id of [...new Set([...gone.keys(), ...come.keys()])].sort(byText)) {
    const before = gone.get(id);
    const after = come.get(id);
    if (before && after && JSON.stringify(before) === JSON.stringify(after)) continue;
    changes.push({ id, ...(before ? { before } : {}), ...(after ? { after } : {}) });
  }
  return changes;
}

/** A record, or undefined for a header, an open intent, or a line that somebody spoiled. */
function recordIn(text: string): Recorded | undefined {
  try {
    const value = JSON.parse(text) as Partial<Recorded>;
    return typeof value.id === 'string' && typeof value.shape === 'string' && value.applied !== undefined ? (value as Recorded) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
