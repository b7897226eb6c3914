import { Fault, nearest } from '../core/diagnostic.ts';

/** An act that takes words: an operation of a target, a switch of a sandbox. */
export interface Act {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly summary?: string; readonly required?: true }[];
  /** What a person types before the words: `setpoint run brewery set`. */
  readonly typed: string;
}

export type Inputs = Readonly<Record<string, string>>;

/** From `name=value` words, or values in the order of the inputs. Throws Fault INPUT_UNKNOWN or INPUT_MISSING. */
export function inputsOf({ name: act, inputs, typed }: Act, words: readonly string[]): Inputs {
  const input: Record<string, string> = {};
  const names = inputs.map(({ name }) => name);
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals > 0 && /^[a-z][\w-]*$/i.test(word.slice(0, equals)) ? word.slice(0, equals) : undefined;
    const free = names.find((one) => !Object.hasOwn(input, one));
    if (name !== undefined && names.includes(name)) input[name] = word.slice(equals + 1);
    else if (name !== undefined || free === undefined) {
      throw unknownWord({
        code: 'INPUT_UNKNOWN',
        summary: `${act} takes no "${name ?? word}"`,
        word: name ?? word,
        known: names,
        hint: 'Leave it out, or write one of these as name=value.',
      });
    } else input[free] = word;
  }
  const missing = inputs.filter(({ name, required }) => required && !Object.hasOwn(input, name));
  if (missing.length === 0) return input;
  throw new Fault({
    code: 'INPUT_MISSING',
    summary: `${act} needs ${missing.map(({ name }) => name).join(' and ')}`,
    detail: missing.map(({ name, summary = '' }) => `${name}: ${summary}`).join('\n'),
    hint: [typed, ...words, ...missing.map(({ name }) => `${name}=…`)].join(' '),
  });
}

/** A word that means nothing here, what there is instead, and the nearest of it. */
export function unknownWord(options: {
  readonly code: string;
  readonly summary: string;
  readonly word: string;
  readonly known: readonly string[];
  /** Where nothing is near. */
  readonly hint: string;
}): Fault {
  const { code, summary, word, known, hint } = options;
  const near = nearest(word, known);
  return new Fault({
    code,
    summary,
    detail: known.length === 0 ? 'There is none.' : `There is ${known.join(', ')}.`,
    hint: near === undefined ? hint : `Did you mean ${near}?`,
  });
}
