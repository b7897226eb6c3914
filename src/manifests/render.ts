import { isFields, isList, type Fields, type Value } from '../core/value.ts';
import { plainScalar } from './plain-scalar.ts';

/** How a scalar was written before, so that a new value can look the same. */
export interface Style {
  readonly quote?: 'plain' | 'single' | 'double';
  /** The source it replaces. */
  readonly source?: string;
}

const pad = (column: number): string => ' '.repeat(column);

/** A value between brackets or on one line. */
export function flowText(value: Value): string {
  if (isList(value)) return `[${value.map(flowText).join(', ')}]`;
  if (!isFields(value)) return scalarText(value, { inFlow: true });
  const entries = Object.entries(value).map(([name, inner]) => `${keyText(name, true)}: ${flowText(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** What follows the colon of a key that begins in `column`. */
export function afterKey(value: Value, column: number): string {
  if (isEmptyOrScalar(value)) return ` ${leafText(value, column)}`;
  return `\n${pad(column + 2)}${blockText(value, column + 2)}`;
}

/** What follows the dash of a list item whose dash is in `column`. */
export const afterDash = (value: Value, column: number): string =>
  ` ${isEmptyOrScalar(value) ? leafText(value, column) : blockText(value, column + 2)}`;

/** A value as block YAML whose first character is in `column` already. */
export function blockText(value: Value, column: number): string {
  if (isEmptyOrScalar(value)) return leafText(value, column);
  const lines = isList(value)
    ? value.map((item) => `-${afterDash(item, column)}`)
    : Object.entries(value as Fields).map(([name, inner]) => `${keyText(name)}:${afterKey(inner, column)}`);
  return lines.join(`\n${pad(column)}`);
}

const isEmptyOrScalar = (value: Value): boolean =>
  isList(value) ? value.length === 0 : !isFields(value) || Object.keys(value).length === 0;

const leafText = (value: Value, column: number): string => {
  if (typeof value === 'string') return literalText(value, column + 2) ?? scalarText(value);
  return typeof value === 'object' && value !== null ? flowText(value) : scalarText(value);
};

/** A key as text: in quotes where another reader of YAML could take it for something else. */
export const keyText = (name: string, inFlow = false): string => (isPlain(name, inFlow) ? name : JSON.stringify(name));

/** A scalar on one line, in the style that the old one had where the new value can be written so. */
export function scalarText(value: Value, options: Style & { readonly inFlow?: boolean } = {}): string {
  const { quote, source = '', inFlow = false } = options;
  if (typeof value === 'number') return numberText(value, source);
  if (typeof value !== 'string') return String(value);
  if (quote === 'single' && isPrintable(value)) return `'${value.replaceAll("'", "''")}'`;
  if (quote === 'double' || quote === 'single') return doubleQuoted(value);
  // a number beyond what a float holds stays the number that it was: see Page
  const wasNumber = quote === 'plain' && keeps(source);
  return isPlain(value, inFlow) || (wasNumber && keeps(value) && plainScalar(value, () => undefined) === value)
    ? value
    : doubleQuoted(value);
}

function keeps(source: string): boolean {
  let kept = false;
  plainScalar(source, () => {
    kept = true;
  });
  return kept;
}

/** A number with the decimals that the old one had: 18 in the place of `17.0` is `18.0`. */
function numberText(value: number, source: string): string {
  const decimals = /^[-+]?[0-9]+\.([0-9]*0)$/.exec(source)?.[1]?.length;
  if (decimals !== undefined && decimals <= 20 && Math.abs(value) < 1e15) {
    const fixed = value.toFixed(decimals);
    if (Number(fixed) === value) return fixed;
  }
  return String(value);
}

// Control characters, and what editors and YAML 1.1 take for line ends or for nothing.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;
const isPrintable = (text: string): boolean => !INVISIBLE.test(text) && !/\p{Surrogate}/u.test(text);

const doubleQuoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** YAML 1.1 readers, of which there are many, take these for booleans. */
const OLD_WORDS = /^(?:y|yes|n|no|on|off)$/i;

/** Whether text can stand without quotes and be read as this text, here and by others. Says no when in doubt. */
function isPlain(text: string, inFlow: boolean): boolean {
  if (!/^(?:[\p{L}0-9_./\\$(+^=;<~]|-[^\s,[\]{}])/u.test(text) || !isPrintable(text)) return false;
  if (text.endsWith(' ') || text.endsWith(':') || text.includes(': ') || text.includes(' #') || text === '<<') return false;
  if (text.startsWith('---') || text.startsWith('...') || OLD_WORDS.test(text)) return false;
  if (inFlow && /[,[\]{}]|:[,[\]{}]/.test(text)) return false;
  return plainScalar(text, () => undefined) === text && !keeps(text);
}

/** Text of several lines as a literal block scalar with its lines in `column`; undefined where quotes are safer. */
export function literalText(value: string, column: number): string | undefined {
  const end = /\n*$/.exec(value)?.[0].length ?? 0;
  const lines = value.slice(0, value.length - end).split('\n');
  const [first = ''] = lines;
  if (!value.includes('\n') || end > 1 || first === '' || first.startsWith(' ')) return undefined;
  if (lines.some((line) => !isPrintable(line.replaceAll('\t', '')) || (line !== '' && line.trim() === '') || line.startsWith('\t')))
    return undefined;
  const body = lines.map((line) => (line === '' ? '' : pad(column) + line)).join('\n');
  return `${end === 0 ? '|-' : '|'}\n${body}`;
}
