import { allKinds } from '../app/all-kinds.ts';
import type { Engine } from '../app/engine.ts';
import { openOperations, targetNames } from '../app/operations.ts';
import { Fault, Faults } from '../core/diagnostic.ts';
import type { CommandSpec } from './commands.ts';
import type { Context } from './frame.ts';
import { ALL_COMMANDS, longOf, optionsOf, readLine, type TypedLine } from './typed-line.ts';

/** Nobody waits longer for a word to be completed. */
const PATIENCE_MS = 3_000;

/** A word that may stand there, and what it means. */
export interface Offer {
  readonly word: string;
  readonly summary?: string;
}

/**
 * What may stand in place of the last word of a command line that is being typed. What only the project or its live systems know,
 * targets, their operations and what those take, is looked up: quietly where that cannot be found out, since somebody is typing.
 * Nothing is offered where a file may stand: the shell knows those. It also chooses, by its user's taste, those that fit what is typed.
 */
export async function completions(typed: readonly string[], context: Context): Promise<readonly Offer[]> {
  const { joined, isSplit } = rejoined(typed);
  const line = readLine(joined);
  const offers = await offered(line, context);
  return isSplit ? offers : offers.map((offer) => ({ ...offer, word: `${line.prefix}${offer.word}` }));
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

async function offered(line: TypedLine, context: Context): Promise<readonly Offer[]> {
  const { spec, option, words, last } = line;
  const live = (look: (engine: Engine) => Promise<readonly string[]>): Promise<readonly Offer[]> => lookedUp(line, context, look);
  if (option) return longOf(option) === '--target' ? live(targetNames) : plain(typeof option[2] === 'object' ? option[2] : []);
  const options = optionsOf(spec).map((one) => ({ word: longOf(one), summary: one[1] }));
  const isOption = last.startsWith('-');
  if (spec === undefined) return isOption ? options : named(ALL_COMMANDS);
  const { name, verbs = [], arguments: taken = [] } = spec;
  if (name === 'run' && words.length > 0) {
    const own = await live((engine) => ofOperation(engine, line));
    return isOption && line.prefix === '' ? [...own, ...options] : own;
  }
  if (isOption) return options;
  if (verbs.length > 0 && words.length === 0) return named(verbs);
  const [argument, , takes] = taken[words.length] ?? taken.findLast(([one]) => one.includes('...')) ?? [];
  if (argument === undefined) return options;
  if (takes) return plain(takes);
  if (argument === '[kind]') return plain((await allKinds()).map(({ kind }) => kind));
  return /^.targets?\b/.test(argument) ? live(targetNames) : [];
}

const plain = (words: readonly string[]): readonly Offer[] => words.map((word) => ({ word }));
const named = (specs: readonly CommandSpec[]): readonly Offer[] => specs.map(({ name, summary }) => ({ word: name, summary }));

/** The operations of a target, or what the next input of one may be. */
async function ofOperation(engine: Engine, { words, prefix }: TypedLine): Promise<readonly string[]> {
  const [target = '', name, ...inputs] = words;
  const operations = await openOperations(engine, target);
  if (name === undefined) return operations.list.map((one) => one.name);
  const input = prefix.replace(/^-*/, '--').replace(/=$/, '');
  return operations.offered(operations.named(name), prefix === '' ? inputs : [...inputs, input]);
}

async function lookedUp(
  { said }: TypedLine,
  context: Context,
  look: (engine: Engine) => Promise<readonly string[]>,
): Promise<readonly Offer[]> {
  const [directory, environment] = [said.get('--directory'), said.get('--environment')];
  try {
    const engine = await context.engine({
      ...(directory === undefined ? {} : { directory }),
      ...(environment === undefined ? {} : { environment }),
      ...(said.has('--sandbox') ? { sandbox: true } : {}),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return plain(await look(engine));
  } catch (error) {
    if (error instanceof Fault || error instanceof Faults) return [];
    throw error;
  }
}
