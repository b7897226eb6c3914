import type { Diagnostic, Position } from '../core/diagnostic.ts';
import type { Pointer } from '../core/pointer.ts';
import type { Value } from '../core/value.ts';

/** One `.yang` file: `file` is the name that positions and rules show, `text` its content. */
export interface ModuleSource {
  readonly file: string;
  readonly text: string;
}

export interface CompileOptions {
  /** Every module and submodule that may be needed; their order does not matter. */
  readonly modules: readonly ModuleSource[];
  /**
   * Modules whose data nodes exist in the datastore; the others only lend types and groupings, unless an augment or a leafref of an
   * implemented module reaches into them. Default: all.
   */
  readonly implement?: readonly string[];
  /** The features that are on, by module name. A module that is not named has all its features on. */
  readonly features?: Readonly<Record<string, readonly string[]>>;
}

/** `schema` is absent when any diagnostic is an error. */
export interface Compiled {
  readonly schema?: Schema;
  readonly diagnostics: readonly Diagnostic[];
}

export type NodeKind = 'container' | 'list' | 'leaf' | 'leaf-list' | 'choice' | 'case' | 'anydata' | 'anyxml';

export type BaseType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'decimal64'
  | 'string'
  | 'boolean'
  | 'enumeration'
  | 'bits'
  | 'binary'
  | 'leafref'
  | 'identityref'
  | 'empty'
  | 'union'
  | 'instance-identifier';

/** What a leaf may hold, for messages, completion and documentation. */
export interface TypeInfo {
  readonly base: BaseType;
  /** As written in the module: `string`, or the typedef's name `types:temperature`. */
  readonly name: string;
  /** What is allowed, in words: `decimal64 with 3 fraction digits, 5..35`. */
  readonly allowed: string;
  readonly units?: string;
  /** In the order of the module. */
  readonly enums?: readonly NamedValue[];
  readonly bits?: readonly NamedValue[];
  /** The effective range or length, as text: `5..35`. */
  readonly range?: string;
  readonly length?: string;
  readonly patterns?: readonly string[];
  readonly fractionDigits?: number;
  /** Of a leafref: its path as written. */
  readonly path?: string;
  /** Of a leafref: the leaf it points to. */
  readonly target?: SchemaNode;
  /** Of a union. */
  readonly members?: readonly TypeInfo[];
  /** Of an identityref: every identity it may name, as `module:name`. */
  readonly identities?: readonly string[];
}

/** One enum (with its integer value) or one bit (with its position). */
export interface NamedValue {
  readonly name: string;
  readonly value: number;
  readonly description?: string;
}

/** Use of an extension statement: kept, never interpreted. */
export interface ExtensionUse {
  readonly module: string;
  readonly name: string;
  readonly argument?: string;
}

/** A node of the schema tree, choices and cases included. */
export interface SchemaNode {
  readonly kind: NodeKind;
  readonly name: string;
  /** The module whose namespace the node is in. */
  readonly module: string;
  /** `/module:a/b/c`: as a data path without predicates, so choices and cases are left out unless they are the last step. */
  readonly path: string;
  /** The name of its member in RFC 7951 JSON below its parent: qualified at the top and where the module changes. */
  readonly member: string;
  readonly config: boolean;
  readonly parent?: SchemaNode;
  /** Schema children (choices and cases too) by `member`; keys of a list come first. */
  readonly children: ReadonlyMap<string, SchemaNode>;
  /** Data children by `member`: choices and cases are seen through. Keys of a list come first, the rest in the module's order. */
  readonly members: ReadonlyMap<string, SchemaNode>;
  readonly keys?: readonly string[];
  readonly type?: TypeInfo;
  /** Canonical RFC 7951 value; for a leaf-list the list of them, for a choice the name of its default case. */
  readonly default?: Value;
  readonly units?: string;
  readonly description?: string;
  readonly reference?: string;
  readonly status: 'current' | 'deprecated' | 'obsolete';
  readonly mandatory: boolean;
  /** The presence statement's text; containers that have none exist only to hold others. */
  readonly presence?: string;
  readonly orderedBy?: 'system' | 'user';
  readonly minElements?: number;
  readonly maxElements?: number;
  readonly extensions: readonly ExtensionUse[];
  /** Its own `must` statements, each with its error-message if it has one. */
  readonly rules: readonly (Rule & { readonly message?: string })[];
  /** Where the module defines it. */
  readonly position: Position;
}

export interface ModuleInfo {
  readonly name: string;
  readonly revision?: string;
  readonly namespace: string;
  readonly prefix: string;
}

/**
 * What the instance is.
 * - `config`: a whole configuration datastore; state data in it is an error.
 * - `all`: configuration and state together.
 * - `partial`: a piece of configuration whose rest is unknown. Structure, types, keys, duplicates and ranges are checked fully.
 *   Mandatory nodes, minimum counts and missing leafref targets are not errors. A `must` or `when` that fails is an error only if
 *   its outcome rests on leaves that the piece itself sets: nothing absent, defaulted or possibly incomplete was read.
 */
export type Content = 'config' | 'all' | 'partial';

/**
 * How scalars and names are written.
 * - `json`: RFC 7951 to the letter.
 * - `yaml`: by lexical form against the schema's type (18.5, "18.50" and "9223372036854775807" all fit where they mean something);
 *   member names may be unqualified wherever that is unambiguous.
 */
export type Mode = 'json' | 'yaml';

export interface ValidateOptions {
  readonly content: Content;
  /** Default `json`. */
  readonly mode?: Mode;
  /** The instance is the content of the node at this data path; pointers stay relative to the instance. */
  readonly at?: string;
  /**
   * Says which values stand for one that is not known yet. Where a leaf or an entry of a leaf-list belongs, such a value is taken to be
   * of its type and is kept as it is; no rule is judged whose outcome rests on it. What is a problem with it is one whatever it turns
   * out to be. Keys have to be known: they say where an entry stands.
   */
  readonly unknown?: (value: Value) => boolean;
  /** Stop collecting after so many problems (default 1000). */
  readonly limit?: number;
}

export type ProblemCode =
  | 'YANG_UNKNOWN'
  | 'YANG_AMBIGUOUS'
  | 'YANG_SHAPE'
  | 'YANG_STATE'
  | 'YANG_TYPE'
  | 'YANG_RANGE'
  | 'YANG_LENGTH'
  | 'YANG_PATTERN'
  | 'YANG_KEY'
  | 'YANG_DUPLICATE'
  | 'YANG_UNIQUE'
  | 'YANG_MANDATORY'
  | 'YANG_MIN_ELEMENTS'
  | 'YANG_MAX_ELEMENTS'
  | 'YANG_CHOICE'
  | 'YANG_WHEN'
  | 'YANG_MUST'
  | 'YANG_LEAFREF'
  | 'YANG_INSTANCE'
  | 'YANG_DEPTH'
  | 'YANG_LIMIT';

/** The statement of a module that was broken: `{file: 'yang/brewhouse.yang', line: 88, text: 'must "lowpoint < setpoint"'}`. */
export interface Rule {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface Problem {
  readonly code: ProblemCode;
  /** One line: the module's own error-message if it has one. Text of string and binary leaves never appears in it. */
  readonly message: string;
  /** Data path with key predicates: `/brewhouse:brewhouse/temperature/hardware/probe[id='28-00']/offsets[low='5.0'][high='10.0']`. */
  readonly path: string;
  /** Into the instance as given, list entries by place; for a failed `must` to the leaf it read first. */
  readonly pointer: Pointer;
  readonly rule?: Rule;
  /** What else the rule read, to print behind the caret: `setpoint is 18.5`. */
  readonly label?: string;
  readonly hint?: string;
  readonly appTag?: string;
}

export interface Validated {
  readonly problems: readonly Problem[];
  /**
   * Canonical RFC 7951: qualified names at the top and where the module changes, `"17.0"` for decimals, text for 64-bit integers,
   * list keys first, then members in schema order, empty containers left out. The same object as the instance when that is
   * canonical already. Where there are problems, what could not be read is left out (a list
   * entry keeps its place as `{}`).
   */
  readonly value: Value;
}

/** A compiled set of modules. */
export interface Schema {
  readonly modules: readonly ModuleInfo[];
  /** The top-level data nodes by qualified name `module:name`; choices at the top are seen through. */
  readonly roots: ReadonlyMap<string, SchemaNode>;
  /**
   * The node at a schema or data path: `/brewhouse:brewhouse/temperature/fermentation`, with key predicates `[id='x']` or RESTCONF
   * `list=key` ignored. Names need no module where they are unambiguous.
   */
  find(path: string): SchemaNode | undefined;
  /** Never throws for bad data; a bad `at` is a problem too. Linear in the size of the instance. */
  validate(instance: Value, options: ValidateOptions): Validated;
  /** A canonical and valid instance with every default in use written out (report-all of RFC 6243). */
  withDefaults(instance: Value): Value;
}
