import type { Document, Node, Pair, Scalar, YAMLError } from 'yaml';
import { nearest, type Diagnostic } from '../core/diagnostic.ts';
import { member, type Pointer } from '../core/pointer.ts';
import type { Value } from '../core/value.ts';
import { isForbiddenKey, NOTHING_LEXICAL, placer, type Limits, type Origin, type Outcome } from './page.ts';
import { plainScalar } from './plain-scalar.ts';
import { explainSyntax } from './syntax-errors.ts';
import { composeDocument, yamlPackage } from './yaml-package.ts';

/** Tags that say what plain JSON can hold. */
const TAGS: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`));

/**
 * Reads one document with the `yaml` package: everything YAML 1.2 has that is plain data. Anchors and aliases are followed,
 * a plain `<<` key merges what it names (own fields win, earlier sources win), core tags are obeyed.
 */
export function readFull(origin: Origin, limits: Limits): Outcome {
  const place = placer(origin);
  const composed = composeDocument(origin.text, limits);
  if ('tooDeepAt' in composed) return { diagnostics: [tooDeep(limits, place(composed.tooDeepAt))] };
  const { document } = composed;
  const [first] = [...document.errors].sort((a: YAMLError, b: YAMLError) => a.pos[0] - b.pos[0]);
  if (first !== undefined) return { diagnostics: [explainSyntax(first, origin.text, place)] };
  const walk = new Walk(limits, place);
  const value = walk.value(document.contents, '', 1);
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') walk.refuse(NOT_1_2, 0, 1);
  if (walk.diagnostics.length === 0) {
    for (const { code, pos } of document.warnings)
      if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE') walk.refuse(NOT_OF_TAG, ...pos);
  }
  if (walk.diagnostics.length > 0) return { diagnostics: walk.diagnostics };
  return { value, lexical: walk.lexical ?? NOTHING_LEXICAL, content: contentOffset(document) };
}

const NOT_1_2 = {
  code: 'YAML_DIRECTIVE',
  summary: 'only YAML 1.2 is read',
  detail: 'A %YAML directive asks for another version, in which the same text has other values (yes, 010, 1:30). Remove the directive.',
} as const;

const NOT_OF_TAG = {
  code: 'YAML_TAG',
  summary: 'the value is not what its tag says',
  detail: 'A tag such as !!int must stand before a value of that sort. Remove the tag or correct the value.',
} as const;

/** The offset of the first character of content; an empty document has it where the marker ends. */
function contentOffset(document: Document.Parsed): number {
  const { contents } = document;
  const empty = contents === null || (yamlPackage().isScalar(contents) && contents.range[0] === contents.range[1]);
  return empty ? document.range[0] : contents.range[0];
}

function tooDeep(limits: Limits, place: Pick<Diagnostic, 'at' | 'source'>): Diagnostic {
  return {
    code: 'YAML_TOO_DEEP',
    severity: 'error',
    summary: `collections are nested more than ${limits.depth} deep`,
    detail: 'No manifest needs that, and reading it could exhaust the machine. The document was not read.',
    ...place,
  };
}

type Refusal = Pick<Diagnostic, 'code' | 'summary' | 'detail' | 'hint' | 'label'>;

/** One walk over a composed document: from nodes to plain values. It has a life because aliases look back at what was walked. */
class Walk {
  readonly diagnostics: Diagnostic[] = [];
  lexical: Map<Pointer, string> | undefined;
  readonly #yaml = yamlPackage();
  readonly #limits: Limits;
  readonly #place: ReturnType<typeof placer>;
  readonly #anchors = new Map<string, Node>();
  /** What each alias means: bound when the walk first comes by, for an anchor may be given again later. */
  readonly #targets = new Map<Node, Node>();
  /** The anchored nodes we are inside of: an alias to one of them would never end. */
  readonly #open = new Set<Node>();
  #repeated = 0;
  #repeating = 0;
  #bomb = false;

  constructor(limits: Limits, place: ReturnType<typeof placer>) {
    this.#limits = limits;
    this.#place = place;
  }

  refuse(refusal: Refusal, from: number, to: number): void {
    this.diagnostics.push({ severity: 'error', ...refusal, ...this.#place(from, to - from) });
  }

  value(node: Node | null | undefined, at: Pointer, depth: number): Value {
    if (node === null || node === undefined) {
      this.#keep(at, '');
      return null;
    }
    if (this.#repeating > 0 && !this.#count(node)) return null;
    const yaml = this.#yaml;
    if (yaml.isAlias(node)) {
      const target = this.#target(node);
      if (target === undefined) return null;
      this.#repeating += 1;
      const value = this.value(target, at, depth);
      this.#repeating -= 1;
      return value;
    }
    const { anchor } = node as Scalar;
    if (this.#repeating === 0 && anchor !== undefined) this.#anchors.set(anchor, node);
    const { tag } = node;
    if (tag !== undefined && !TAGS.has(tag) && tag !== '!') this.#unknownTag(node, tag);
    if (yaml.isScalar(node)) return this.#scalar(node, at);
    if (depth > this.#limits.depth) {
      if (!this.#bomb) this.diagnostics.push(tooDeep(this.#limits, this.#place(node.range?.[0] ?? 0)));
      this.#bomb = true;
      return null;
    }
    this.#open.add(node);
    let value: Value = null;
    if (yaml.isMap(node)) value = this.#map(node.items as Pair<Node, Node | null>[], at, depth);
    else if (yaml.isSeq(node)) value = (node.items as Node[]).map((item, index) => this.value(item, member(at, index), depth + 1));
    this.#open.delete(node);
    return value;
  }

  #map(pairs: readonly Pair<Node, Node | null>[], at: Pointer, depth: number): Value {
    const fields: Record<string, Value> = {};
    const lines = new Map<string, number>();
    const merged: (Node | null)[] = [];
    for (const { key, value } of pairs) {
      if (!this.#yaml.isScalar(key)) continue; // refused by the composer: with string keys, all keys are scalars
      if (this.#repeating === 0 && key.anchor !== undefined) this.#anchors.set(key.anchor, key);
      const name = String(key.value);
      const [from, to] = key.range ?? [0, 1];
      const before = lines.get(name);
      if (before !== undefined) {
        if (this.#repeating === 0) this.#duplicate(name, before, key);
        continue;
      }
      lines.set(name, from);
      if (isForbiddenKey(name)) {
        if (this.#repeating === 0) this.refuse(forbidden(name), from, to);
        continue;
      }
      if (name === '<<' && key.type === 'PLAIN') merged.push(value);
      else fields[name] = this.value(value, member(at, name), depth + 1);
    }
    for (const source of merged) this.#merge(fields, source, at, depth);
    return fields;
  }

  /** `<<: *one` or `<<: [*one, *two]`: fields that are not there yet. */
  #merge(fields: Record<string, Value>, source: Node | null, at: Pointer, depth: number): void {
    const yaml = this.#yaml;
    const list = yaml.isSeq(source) ? (source.items as Node[]) : [source];
    for (const item of list) {
      const target = yaml.isAlias(item) ? this.#target(item) : undefined;
      if (!yaml.isMap(target)) {
        const [from, to] = (item ?? source)?.range ?? [0, 1];
        if (target !== undefined || !yaml.isAlias(item)) this.refuse(NOT_MERGEABLE, from, to);
        continue;
      }
      if (!this.#count(target)) return;
      this.#repeating += 1;
      for (const { key, value } of target.items as Pair<Node, Node | null>[]) {
        if (!yaml.isScalar(key)) continue;
        const name = String(key.value);
        if (name === '<<' && key.type === 'PLAIN') this.#merge(fields, value, at, depth + 1);
        else if (!Object.hasOwn(fields, name) && !isForbiddenKey(name)) fields[name] = this.value(value, member(at, name), depth + 1);
      }
      this.#repeating -= 1;
    }
  }

  #scalar(node: Scalar, at: Pointer): Value {
    const { value, source = '', type } = node;
    if (type === 'PLAIN' || typeof value === 'number') {
      // a tag may have made text of what looks like a number
      if (typeof value === 'string' && node.tag !== undefined) return value;
      return plainScalar(source, (text) => this.#keep(at, text));
    }
    if (value === null && type === undefined) {
      this.#keep(at, source);
      return null;
    }
    return typeof value === 'boolean' || value === null ? value : String(value);
  }

  #keep(at: Pointer, source: string): void {
    this.lexical ??= new Map();
    this.lexical.set(at, source);
  }

  #target(alias: Node): Node | undefined {
    const name = (alias as { source?: string }).source ?? '';
    const target = this.#targets.get(alias) ?? this.#anchors.get(name);
    const [from, to] = alias.range ?? [0, 1];
    if (target === undefined) {
      const guess = nearest(name, this.#anchors.keys());
      this.refuse(
        {
          code: 'YAML_ALIAS_UNKNOWN',
          summary: `no anchor is called "${name}" above this alias`,
          detail: `*${name} stands for what an anchor &${name} marked earlier in the same document, and there is none.`,
          ...(guess === undefined ? {} : { hint: `Did you mean *${guess}?` }),
        },
        from,
        to,
      );
      return undefined;
    }
    if (this.#open.has(target)) {
      this.refuse(
        {
          code: 'YAML_ALIAS_LOOP',
          summary: `the alias *${name} stands inside what it repeats`,
          detail: 'Its value would never end. Take the alias out.',
        },
        from,
        to,
      );
      return undefined;
    }
    this.#targets.set(alias, target);
    return target;
  }

  /** Counts a node that an alias repeats; false when there are too many. */
  #count(node: Node): boolean {
    this.#repeated += 1;
    if (this.#repeated <= this.#limits.aliasNodes) return true;
    if (!this.#bomb) {
      const [from, to] = node.range ?? [0, 1];
      this.refuse(
        {
          code: 'YAML_ALIAS_BOMB',
          summary: `aliases repeat more than ${this.#limits.aliasNodes} values`,
          detail: 'A few lines of aliases to aliases can stand for billions of values, so there is a limit. The document was not read.',
        },
        from,
        to,
      );
    }
    this.#bomb = true;
    return false;
  }

  #unknownTag(node: Node, tag: string): void {
    const [from, to] = node.range ?? [0, 1];
    this.refuse(
      {
        code: 'YAML_TAG',
        summary: `the tag ${tag.replace(/^tag:yaml\.org,2002:/, '!!')} is not known here`,
        detail:
          'Manifests are plain data: text, numbers, true and false, null, lists and mappings. A tag that asks for another type has no meaning.',
        hint: 'Remove the tag, or use !!str to make text of what looks like a number.',
      },
      from,
      to,
    );
  }

  #duplicate(name: string, before: number, key: Scalar): void {
    const [from, to] = key.range ?? [0, 1];
    const { line } = this.#place(before).at;
    this.refuse(
      {
        code: 'YAML_DUPLICATE_KEY',
        summary: `the key ${JSON.stringify(name)} is given twice in one mapping`,
        detail: `It stands on line ${line} already. Readers of YAML differ on which one counts, so neither does: remove one of them.`,
        label: `also on line ${line}`,
      },
      from,
      to,
    );
  }
}

const NOT_MERGEABLE: Refusal = {
  code: 'YAML_MERGE',
  summary: 'only aliases of mappings can be merged',
  detail: 'The key << takes over the fields of the mapping, or the list of mappings, whose aliases it names. This is something else.',
  hint: 'Write "<<" in quotes if you mean a key of that name.',
};

function forbidden(name: string): Refusal {
  return name === '__proto__'
    ? {
        code: 'YAML_FORBIDDEN_KEY',
        summary: 'the key __proto__ is not allowed',
        detail: 'In the programs that read this file it would change what every value is made of. No manifest has a use for it.',
      }
    : {
        code: 'YAML_FORBIDDEN_KEY',
        summary: 'keys that begin with "setpoint:" are reserved',
        detail: 'Setpoint marks values that are not known yet with keys of this form, so a manifest must not have them.',
      };
}
