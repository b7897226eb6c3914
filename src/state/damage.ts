import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';

/** The newest format of state files, journals and leases that this code reads and writes. */
export const FORMAT = 1;

/** A line that cannot be trusted, by file and line. The file is kept as it is until a person has looked. */
export function damaged(options: {
  readonly file: string;
  readonly line: number;
  readonly why: string;
  readonly source?: string;
}): Diagnostic {
  const { file, line, why, source } = options;
  return {
    code: 'STATE_DAMAGED',
    severity: 'error',
    summary: `${file}:${line} ${why}`,
    detail:
      'A line of state cannot be read. All other lines were read, the file is kept byte for byte, and nothing is written to this target: ' +
      'a record that we forget is an object that nobody owns.',
    hint: 'Compare the line with its history, put the right one back (or delete it to forget the resource), and run the same command again.',
    at: { file, line, col: 1 },
    ...(source === undefined || source.length > 160 ? {} : { source }),
  };
}

export function tooNew(file: string, format: unknown): Diagnostic {
  return {
    code: 'STATE_TOO_NEW',
    severity: 'error',
    summary: `${file} was written by a newer Setpoint (format ${JSON.stringify(format)}, this one knows ${FORMAT})`,
    detail: 'Reading it with old eyes could lose what it says, so its records are not read and nothing is written to this target.',
    hint: 'Use the version that wrote it, or a newer one.',
    at: { file, line: 1, col: 1 },
  };
}

/** Refuses to write to a target whose state is damaged or too new. */
export function refuseDamaged(target: string, damage: readonly Diagnostic[]): void {
  const [first, ...more] = damage;
  if (first === undefined) return;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  throw new Fault({ ...first, summary: `state of ${target} is not written: ${first.summary}${others}` }, { sent: 'no' });
}

/** True for a format number that this code may read; a missing or strange one is damage, not age. */
export const isNewer = (format: unknown): boolean => typeof format === 'number' && format > FORMAT;
