import type { Node, Pair, Scalar } from 'yaml';
import type { Position } from '../core/diagnostic.ts';
import { segments, type Pointer, type Segment } from '../core/pointer.ts';
import { LIMITS, placer, type Page } from './page.ts';
import { composeDocument, yamlPackage } from './yaml-package.ts';

/** A place in a file, and the line of text it is on. */
export type Located = Position & { readonly source: string };

/** One step from a document's root to a place: the node there, and what it hangs on. */
interface Step {
  readonly key?: Node;
  readonly value: Node | null;
}

interface Parsed {
  readonly root: Node | null;
  readonly place: ReturnType<typeof placer>;
}

/** Pages are complained about several times, so the last look at each is kept as long as the page is. */
const parsed = new WeakMap<Page, Parsed>();

/**
 * Where a place of a page stands in its file. Reading keeps no positions; this parses the one document again.
 *
 * `what` is the key, or (the default) the value: the scalar or flow collection itself. A block collection and a value that is
 * not there have no place of their own better than their key. Where the pointer leads nowhere, the nearest thing above it
 * that does exist stands for it, by its key; for the root that is the first line of content. An entry of a keyed list
 * (`/nodes/["source"]`) is the first that has those values among its fields. An alias leads to what it repeats.
 */
export function locate(page: Page, pointer: Pointer, what: 'key' | 'value' = 'value'): Located {
  let document = parsed.get(page);
  if (document === undefined) {
    document = parse(page);
    parsed.set(page, document);
  }
  const { root, place } = document;
  const wanted = segments(pointer);
  const steps = stepsTo(root, wanted);
  const last = steps.at(-1);
  const part = steps.length < wanted.length ? 'key' : what;
  const range = last === undefined ? rootRange(root, page) : rangeOf(last, part);
  const { at, source } = place(range[0], range[1] - range[0]);
  return { ...at, source };
}

/** Several places of one page; the document is parsed once, as it is for calls one after another. */
export const locateMany = (
  page: Page,
  places: readonly { readonly pointer: Pointer; readonly what?: 'key' | 'value' }[],
): readonly Located[] => places.map(({ pointer, what }) => locate(page, pointer, what));

function parse(page: Page): Parsed {
  const composed = composeDocument(page.text, LIMITS);
  return { root: 'document' in composed ? composed.document.contents : null, place: placer(page) };
}

type Range = readonly [from: number, to: number];

const range = (node: Node): Range => (node.range ? [node.range[0], node.range[1]] : [0, 1]);

/** The document as a whole: its first character of content. */
function rootRange(root: Node | null, page: Page): Range {
  if (root?.range && root.range[1] > root.range[0]) return isBlock(root) ? firstOf(root) : range(root);
  let start = 0;
  for (let line = page.textLine; line < page.line; line += 1) start = page.text.indexOf('\n', start) + 1;
  return [start, start + 1];
}

function rangeOf({ key, value }: Step, part: 'key' | 'value'): Range {
  const hasPlace = value !== null && !isBlock(value) && range(value)[1] > range(value)[0];
  if (key !== undefined && (part === 'key' || !hasPlace)) return range(key);
  if (value === null) return [0, 1];
  return isBlock(value) ? firstOf(value) : range(value);
}

const isBlock = (node: Node): boolean => yamlPackage().isCollection(node) && node.flow !== true;

/** A block collection begins with its first key, however deep in lists: that is what the eye looks for. */
function firstOf(node: Node): Range {
  const yaml = yamlPackage();
  let at: Node = node;
  while (yaml.isSeq(at) && at.items.length > 0 && isBlock(at)) at = at.items[0] as Node;
  const key = yaml.isMap(at) && isBlock(at) ? (at.items[0] as Pair<Node> | undefined)?.key : at;
  return key?.range && key.range[1] > key.range[0] ? range(key) : [range(node)[0], range(node)[0] + 1];
}

/** As far as the pointer leads. */
function stepsTo(root: Node | null, wanted: readonly Segment[]): Step[] {
  const yaml = yamlPackage();
  const steps: Step[] = [];
  const targets = new AnchorTargets(root);
  let node: Node | null = root;
  for (const segment of wanted) {
    node = targets.of(node);
    let step: Step | undefined;
    if (yaml.isMap(node) && 'name' in segment) step = field(node.items as Pair<Node, Node | null>[], segment.name, targets);
    else if (yaml.isSeq(node)) {
      const items = node.items as (Node | null)[];
      const index = 'name' in segment ? indexOf(segment.name) : items.findIndex((item) => hasKey(targets.of(item), segment.key));
      const item = items[index];
      if (item !== undefined) step = { value: item };
    }
    if (step === undefined) break;
    steps.push(step);
    node = step.value;
  }
  return steps;
}

const indexOf = (name: string): number => (/^(?:0|[1-9][0-9]*)$/.test(name) ? Number(name) : -1);

const textOf = (node: Node | null | undefined): string | undefined =>
  yamlPackage().isScalar(node) ? ((node as Scalar & { source?: string }).source ?? String(node.value)) : undefined;

/** A field of a mapping, or of what it merges. */
function field(pairs: readonly Pair<Node, Node | null>[], name: string, targets: AnchorTargets): Step | undefined {
  const yaml = yamlPackage();
  const own = pairs.find(({ key }) => textOf(key) === name);
  if (own !== undefined) return { key: own.key, value: own.value };
  for (const { key, value } of pairs) {
    if (!yaml.isScalar(key) || key.value !== '<<' || key.type !== 'PLAIN') continue;
    for (const source of yaml.isSeq(value) ? (value.items as Node[]) : [value]) {
      const map = targets.of(source);
      const merged = yaml.isMap(map) ? field(map.items as Pair<Node, Node | null>[], name, targets) : undefined;
      if (merged !== undefined) return merged;
    }
  }
  return undefined;
}

function hasKey(item: Node | null, key: readonly string[]): boolean {
  const yaml = yamlPackage();
  if (!yaml.isMap(item)) return key.length === 1 && textOf(item) === key[0];
  const values = new Set((item.items as Pair<Node, Node | null>[]).map(({ value }) => textOf(value)));
  return key.every((text) => values.has(text));
}

/** What aliases repeat: the last node before them with that anchor. Looked up only where a document has aliases at all. */
class AnchorTargets {
  readonly #root: Node | null;
  #targets: Map<Node, Node> | undefined;

  constructor(root: Node | null) {
    this.#root = root;
  }

  of(node: Node | null): Node | null {
    if (!yamlPackage().isAlias(node)) return node;
    this.#targets ??= this.#find();
    return this.#targets.get(node) ?? null;
  }

  #find(): Map<Node, Node> {
    const yaml = yamlPackage();
    const anchors = new Map<string, Node>();
    const targets = new Map<Node, Node>();
    yaml.visit(this.#root, {
      Node(_key, node) {
        if (yaml.isAlias(node)) {
          const target = anchors.get(node.source);
          if (target !== undefined) targets.set(node, target);
        } else {
          const { anchor } = node as Scalar;
          if (anchor !== undefined) anchors.set(anchor, node as Node);
        }
      },
    });
    return targets;
  }
}
