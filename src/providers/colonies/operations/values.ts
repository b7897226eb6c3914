import type { Value } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import type { FunctionArg } from '../client/index.ts';
import { parseJson, type Json } from '../client/json.ts';
import { wrongInput, type Words } from './inputs.ts';

type Declared = readonly Pick<FunctionArg, 'name' | 'type'>[];

/**
 * `args=[90, "k1"]`, or `args=90,k1` where no argument has a comma in it. Numbers, true, false and null are what they look like, unless
 * the function says that it takes text there. An object alone is meant for `kwargs`, or for a list: torn apart at its commas it would be
 * neither. Throws Fault INPUT_VALUE.
 */
export function argsIn(words: Words, declared: Declared): readonly Value[] {
  const text = words['args'];
  if (text === undefined || text === '') return [];
  const takes = 'a JSON list like [90, "k1"], or words like 90,k1';
  if (/^\s*[[{]/.test(text)) {
    const list = jsonIn('args', text, { takes });
    if (isList(list)) return list;
    throw wrongInput('args', text, { takes, hint: 'Write it between [ and ], or give it as kwargs.' });
  }
  return text.split(',').map((word, i) => typed({ name: 'args', word, declared: declared[i] }));
}

/** `kwargs={"vessel": "k1"}`, or `kwargs=vessel=k1,minutes=90`. Throws Fault INPUT_VALUE. */
export function kwargsIn(words: Words, declared: Declared): Readonly<Record<string, Value>> {
  const pairs = membersIn(words, 'kwargs');
  const types = new Map(declared.map((arg) => [arg.name, arg]));
  return Object.fromEntries(
    Object.entries(pairs).map(([name, value]) => [
      name,
      'json' in value ? value.json : typed({ name: 'kwargs', word: value.written, declared: types.get(name) }),
    ]),
  );
}

/** The same, of texts alone. Throws Fault INPUT_VALUE. */
export function envIn(words: Words): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(membersIn(words, 'env')).map(([name, value]): [string, string] => {
      const text = 'written' in value ? value.written : value.json;
      if (typeof text === 'string') return [name, text];
      throw wrongInput('env', words['env'] ?? '', { takes: `texts, and ${name} is none: write it between quotation marks` });
    }),
  );
}

type Member = { readonly json: Value } | { readonly written: string };

function membersIn(words: Words, name: string): Readonly<Record<string, Member>> {
  const text = words[name];
  if (text === undefined || text === '') return {};
  const takes = 'a JSON object like {"vessel": "k1"}, or words like vessel=k1,minutes=90';
  if (text.trimStart().startsWith('{')) {
    const object = jsonIn(name, text, { takes });
    if (!isFields(object)) throw wrongInput(name, text, { takes });
    return Object.fromEntries(Object.entries(object).map(([key, json]) => [key, { json }]));
  }
  return Object.fromEntries(
    text.split(',').map((pair): [string, Member] => {
      // The command line of Colonies itself writes a colon.
      const [, key, written] = /^([^=:]+)[=:](.*)$/s.exec(pair) ?? [];
      if (key === undefined || written === undefined) throw wrongInput(name, text, { takes });
      return [key, { written }];
    }),
  );
}

/**
 * JSON that arrives as it is written: the server keeps numbers of arguments as 64-bit floats, and a whole number beyond those that they
 * hold would be another one there. `text` is the JSON; `given`, where it differs, what was given for it. Throws Fault INPUT_VALUE.
 */
export function jsonIn(name: string, text: string, { takes, given = text }: { readonly takes: string; readonly given?: string }): Value {
  const read = (): Json => {
    try {
      return parseJson(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw wrongInput(name, given, { takes, hint: `As JSON it cannot be read: ${error.message}.` });
    }
  };
  const value = read();
  const lost = lostIn(value);
  if (lost === undefined) return value as Value;
  throw wrongInput(name, given, {
    takes: `numbers that the server can keep, which are 64-bit floats, and ${lost} is none of them`,
    hint: 'Where text will do, write it between quotation marks.',
  });
}

/** The first number that a 64-bit float does not hold: too many digits, or too large to be one at all. */
function lostIn(root: Json): string | undefined {
  const waiting: Json[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'number' && !Number.isFinite(value)) return 'one beyond 1.8e308';
    if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) waiting.push(member as Json);
  }
  return undefined;
}

const PLAIN = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)$/;

interface Word {
  readonly name: string;
  readonly word: string;
  readonly declared: Declared[number] | undefined;
}

const typed = ({ name, word, declared }: Word): Value =>
  PLAIN.test(word) && !/^(str|text)/i.test(declared?.type ?? '') ? jsonIn(name, word, { takes: 'words' }) : word;

/** A reply as a value that can be printed: int64 as text, since a JSON number may lose their digits. */
export function printable(value: unknown): Value {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== 'object' || value === null) return (value ?? null) as Value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, printable(member)]));
}
