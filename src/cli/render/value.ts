import { isRef, isSecret, isUnknown, type SecretMark } from '../../core/mark.ts';
import { isFields, isList, type Value } from '../../core/value.ts';
import { clean } from './clean.ts';
import type { Names } from './names.ts';

/** Deeper than any spec; what lies below is in the JSON output. */
const DEEPEST = 60;
const NONE = '(not set)';

/** Bare where nobody can mistake it: quotes only for what would vanish, look like our own words, or like another type. */
const needsQuotes = (text: string): boolean => text === '' || text.trim() !== text || /^["'([{]|\n| → |^(?:true|false|null)$/.test(text);

const word = (text: string, inside: boolean): string =>
  needsQuotes(text) || (inside && /[,:\]}]/.test(text) && /, |: |[\]},]$/.test(text)) ? clean(JSON.stringify(text)) : clean(text);

/** `(secret, env SLACK_TOKEN)`: where it comes from is no secret. */
function secret(mark: SecretMark): string {
  const source = mark['setpoint:secret'];
  if (!isFields(source)) return '(secret)';
  const [from] = Object.entries(source);
  if (from === undefined) return '(secret)';
  return typeof from[1] === 'string' ? `(secret, ${clean(from[0])} ${clean(from[1])})` : `(secret, ${clean(from[0])})`;
}

function mark(value: Value, names: Names): string | undefined {
  if (isSecret(value)) return secret(value);
  if (isUnknown(value)) return `(known after ${names.brief(String(value['setpoint:unknown']))})`;
  if (!isRef(value)) return undefined;
  const by = String(value.by);
  return names.brief(String(value['setpoint:ref'])) + (by.startsWith('status.') ? `.${clean(by)}` : '');
}

/** The whole value on one line, nothing left out. An absent value is `(not set)`. */
export function inline(value: Value | undefined, names: Names): string {
  if (value === undefined) return NONE;
  if (isList(value)) {
    if (value.length === 0) return '(empty list)';
    // One item without brackets would read as no list at all.
    if (value.length > 1 && value.every((item) => !isList(item) && (!isFields(item) || mark(item, names) !== undefined)))
      return value.map((item) => within(item, names, 1)).join(', ');
  }
  if (isFields(value) && Object.keys(value).length === 0) return '(empty)';
  return typeof value === 'string' ? word(value, false) : within(value, names, 0);
}

function within(value: Value, names: Names, depth: number): string {
  if (depth > DEEPEST) return '…';
  if (typeof value === 'string') return word(value, true);
  if (isList(value)) return `[${value.map((item) => within(item, names, depth + 1)).join(', ')}]`;
  if (!isFields(value)) return String(value);
  const known = mark(value, names);
  if (known !== undefined) return known;
  const members = Object.entries(value).map(([name, inner]) => `${word(name, true)}: ${within(inner, names, depth + 1)}`);
  return `{${members.join(', ')}}`;
}

/** The value on as many lines as it takes, in the shape of YAML; multi-line text keeps its lines. */
export function block(value: Value | undefined, names: Names): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'string' && value.includes('\n')) return textLines(value);
  const lines: string[] = [];
  write(value, { names, lines, indent: '', lead: '', depth: 0 });
  return lines;
}

/** Lines of a text; its last line end is no line of its own. */
const textLines = (text: string): readonly string[] =>
  (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').map((line) => clean(line.replaceAll('\t', '  ')));

interface Writing {
  readonly names: Names;
  readonly lines: string[];
  readonly indent: string;
  /** What stands on the value's own line before it: `name:` or `-`. */
  readonly lead: string;
  readonly depth: number;
}

function write(value: Value, { names, lines, indent, lead, depth }: Writing): void {
  const lead1 = lead === '' ? '' : `${lead} `;
  const list = isList(value);
  const nested = list ? value.length > 0 : isFields(value) && Object.keys(value).length > 0 && mark(value, names) === undefined;
  if (typeof value === 'string' && value.includes('\n')) {
    lines.push(`${indent}${lead1}|`, ...textLines(value).map((line) => `${indent}  ${line}`));
  } else if (!nested || depth > DEEPEST) {
    lines.push(indent + lead1 + within(value, names, depth));
  } else if (list) {
    if (lead !== '') lines.push(indent + lead);
    const inner = lead === '' ? indent : `${indent}  `;
    for (const item of value) write(item, { names, lines, indent: inner, lead: '-', depth: depth + 1 });
  } else {
    // A map in a list begins on the line of its dash, as in YAML: its first member is moved up there afterwards.
    const dash = lead === '-';
    if (lead !== '' && !dash) lines.push(indent + lead);
    const inner = lead === '' ? indent : `${indent}  `;
    const first = lines.length;
    for (const [name, member] of Object.entries(value as object) as [string, Value][])
      write(member, { names, lines, indent: inner, lead: `${word(name, true)}:`, depth: depth + 1 });
    if (dash) lines[first] = `${indent}- ${(lines[first] ?? '').slice(inner.length)}`;
  }
}
