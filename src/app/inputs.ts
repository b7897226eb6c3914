import { Fault, nearest } from '../core/diagnostic.ts';

/** An act that takes words: an operation of a target, a switch of a sandbox. */
export interface Act {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly summary?: string; readonly required?: true; readonly flag?: true }[];
  /** What a person types before the words: `setpoint run brewery set`. */
  readonly typed: string;
}

export type Inputs = Readonly<Record<string, string>>;

/**
 * From `name=value` words, `--name=value`, `--name value`, `--name` where that says yes, or values in the order of the inputs.
 * Throws Fault INPUT_UNKNOWN or INPUT_MISSING.
 */
export function inputsOf(act: Act, words: readonly string[]): Inputs {
  const { input, awaited } = readInputs(act, words);
  if (awaited !== undefined) throw valueMissing(act.name, awaited);
  const missing = act.inputs.filter(({ name, required }) => required && !Object.hasOwn(input, name));
  if (missing.length === 0) return input;
  throw new Fault({
    code: 'INPUT_MISSING',
    summary: `${act.name} needs ${missing.map(({ name }) => name).join(' and ')}`,
    detail: missing.map(({ name, summary = '' }) => `${name}: ${summary}`).join('\n'),
    hint: [act.typed, ...words, ...missing.map(({ name }) => `${name}=…`)].join(' '),
  });
}

/** As far as the words go: `awaited` is an input whose value would come next. Throws Fault INPUT_UNKNOWN. */
export function readInputs({ name: act, inputs }: Act, words: readonly string[]): { readonly input: Inputs; readonly awaited?: string } {
  const input: Record<string, string> = {};
  let awaited: string | undefined;
  for (const word of words) {
    if (awaited !== undefined) {
      input[awaited] = word;
      awaited = undefined;
      continue;
    }
    const [, dashes, name, value] = NAMED.exec(word) ?? [];
    const isNamed = name !== undefined && (dashes !== undefined || value !== undefined);
    const meant = isNamed ? inputs.find((one) => one.name === name) : nextInput(inputs, input);
    if (meant === undefined) throw inputUnknown(act, { word: isNamed ? name : word, known: inputs.map((one) => one.name) });
    if (!isNamed) input[meant.name] = word;
    else if (value !== undefined || meant.flag) input[meant.name] = value ?? 'yes';
    else awaited = meant.name;
  }
  return { input, ...(awaited === undefined ? {} : { awaited }) };
}

/** The one that a value without a name is for. */
export const nextInput = <I extends Act['inputs'][number]>(inputs: readonly I[], input: Inputs): I | undefined =>
  inputs.find(({ name, flag }) => !flag && !Object.hasOwn(input, name));

/** `name=value`, `--name=value`, `--name`; a minus in front of a number is none of these. */
const NAMED = /^(--?)?([a-z][\w-]*)(?:=([\s\S]*))?$/i;

const inputUnknown = (act: string, { word, known }: { readonly word: string; readonly known: readonly string[] }): Fault =>
  unknownWord({
    code: 'INPUT_UNKNOWN',
    summary: `${act} takes no "${word}"`,
    word,
    known,
    hint: 'Leave it out, or write one of these as name=value.',
  });

const valueMissing = (act: string, name: string): Fault =>
  new Fault({
    code: 'INPUT_MISSING',
    summary: `${act} needs a value behind --${name}`,
    detail: 'Nothing was done.',
    hint: `Write --${name}=…`,
  });

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
