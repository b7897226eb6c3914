import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from './group.ts';

/**
 * Compares text with `golden/<name>.txt` beside the calling test: `golden(import.meta.url, 'plan-empty', text)`.
 * `ACCEPT=1` writes the file; a missing one fails without it. The escape character is kept as ␛, so that a person can read colour.
 */
export function golden(test: string, name: string, actual: string): void {
  const file = fileURLToPath(new URL(`golden/${name}.txt`, test));
  const text = actual.replaceAll('\u001b', '␛');
  if (process.env['ACCEPT'] === '1') {
    mkdirSync(new URL('golden/', test), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  let expected: string;
  try {
    expected = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`no golden ${file}: read the output, then run again with ACCEPT=1`, { cause: error });
  }
  assert.is(text, expected, `${name}: not as in golden/${name}.txt (ACCEPT=1 rewrites it)`);
}
