import type { Value } from '../../core/value.ts';
import type { Statement } from '../parse.ts';
import type { Mode, ProblemCode, TypeInfo } from '../schema.ts';

/**
 * How a scalar is written: as in RFC 7951 JSON, as a YAML scalar, or as `text` in the lexical form of RFC 7950 (defaults, keys in
 * paths), where every value is a string.
 */
export type Writing = Mode | 'text';

/** The module that a prefix means where the value was written; only names in `text` ask. */
export type Prefixes = (prefix: string | undefined) => string | undefined;

/** A compiled type: reads one value into its canonical RFC 7951 form. */
export interface Type extends TypeInfo {
  read(value: Value, writing: Writing, prefixes?: Prefixes): Value | Refusal;
  /** Of unions and leafrefs the types that a value may really have, else itself. */
  readonly kinds: readonly Type[];
  /** Of a leafref or instance-identifier: must the target exist? */
  readonly required?: boolean;
  readonly statement: Statement;
}

export type RefusalCode = Extract<ProblemCode, 'YANG_TYPE' | 'YANG_RANGE' | 'YANG_LENGTH' | 'YANG_PATTERN'>;

/** Why a value is not of a type. A class, so that the check for it is one comparison on the fast path. */
export class Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly rule: Statement | undefined;
  readonly appTag: string | undefined;
  readonly hint: string | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    more: { rule?: Statement | undefined; appTag?: string | undefined; hint?: string | undefined } = {},
  ) {
    this.code = code;
    this.message = message;
    this.rule = more.rule;
    this.appTag = more.appTag;
    this.hint = more.hint;
  }
}

/** A broken restriction: with the module's own words where it has some. */
export interface Restriction {
  readonly rule: Statement;
  readonly message: string | undefined;
  readonly appTag: string | undefined;
}

export const refuseBy = (code: RefusalCode, by: Restriction | undefined, ours: string): Refusal =>
  new Refusal(code, by?.message ?? ours, by && { rule: by.rule, appTag: by.appTag });

/** How a message shows a value that is no secret: short, on one line. */
export function shown(value: Value): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** What kind of value was found where another was wanted. */
export function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a string' : `the ${typeof value} ${shown(value)}`;
}
