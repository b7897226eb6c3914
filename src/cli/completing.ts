import { openOperations, targetNames } from '../app/operations.ts';
import { Fault, Faults } from '../core/diagnostic.ts';
import type { Context } from './frame.ts';

/** Nobody waits longer for a word to be completed. */
const PATIENCE_MS = 3_000;

/** Global options that say which project, environment and system is meant. */
const VALUED: Readonly<Record<string, 'directory' | 'environment'>> = {
  '-C': 'directory',
  '--directory': 'directory',
  '-e': 'environment',
  '--environment': 'environment',
};
/** Global options whose next word is a value that does not matter here. */
const SKIPPED: ReadonlySet<string> = new Set(['-t', '--target', '-f', '--file', '--format']);

interface Typed {
  readonly around: { readonly directory?: string; readonly environment?: string; readonly sandbox?: boolean };
  /** The command and its words. */
  readonly words: readonly string[];
}

/**
 * What may stand in place of the last word of a command line that is being typed, where only the project or its live systems know:
 * targets, their operations, and what those take. Quiet when that cannot be found out: somebody is typing.
 */
export async function completions(typed: readonly string[], context: Context): Promise<readonly string[]> {
  const { joined, isSplit } = rejoined(typed);
  const { around, words } = typedIn(joined);
  const [command, target, name, ...rest] = words;
  if (command !== 'run' || words.length < 2) return [];
  try {
    const engine = await context.engine({ ...around, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (words.length === 2) return await targetNames(engine);
    const operations = await openOperations(engine, target ?? '');
    if (words.length === 3) return operations.list.map((one) => one.name);
    const operation = operations.named(name ?? '');
    const before = rest.slice(0, -1);
    const [prefix, named] = /^(?:--)?([a-z][\w-]*)=/i.exec(rest.at(-1) ?? '') ?? [];
    if (prefix === undefined) return await operations.offered(operation, before);
    const values = await operations.offered(operation, [...before, `--${named ?? ''}`]);
    return isSplit ? values : values.map((value) => `${prefix}${value}`);
  } catch (error) {
    if (error instanceof Fault || error instanceof Faults) return [];
    throw error;
  }
}

/** bash takes `agent=dp/pi-3` apart at the equals sign, and wants what stands behind it alone. */
function rejoined(typed: readonly string[]): { readonly joined: readonly string[]; readonly isSplit: boolean } {
  const joined: string[] = [];
  let isSplit = false;
  for (const [i, word] of typed.entries()) {
    isSplit = word === '=' || (i > 0 && typed[i - 1] === '=');
    if (isSplit) joined.push(`${joined.pop() ?? ''}${word}`);
    else joined.push(word);
  }
  return { joined, isSplit };
}

function typedIn(typed: readonly string[]): Typed {
  const around: { directory?: string; environment?: string; sandbox?: boolean } = {};
  const words: string[] = [];
  for (let i = 0; i < typed.length; i += 1) {
    const word = typed[i] ?? '';
    const option = VALUED[word];
    const isLast = i === typed.length - 1;
    if (option !== undefined && !isLast) around[option] = typed[(i += 1)] ?? '';
    else if (word === '--sandbox') around.sandbox = true;
    else if (SKIPPED.has(word)) i += 1;
    else if (words.length > 0 || !word.startsWith('-') || isLast) words.push(word);
  }
  return { around, words };
}
