import { nearest } from '../core/diagnostic.ts';
import type { KindName, ResourceId } from '../core/id.ts';
import { groupOf, resourceId } from '../core/id.ts';
import type { RefBy } from '../core/mark.ts';
import type { Pointer } from '../core/pointer.ts';
import type { RefRule } from '../core/resource.ts';
import type { LeftOut } from './around.ts';
import { isReferenceText } from './explain-one.ts';
import type { Issue } from './issue.ts';
import type { Page } from './page.ts';
import { fileLine } from './places.ts';

/** Something that a document describes: also one with errors of its own, for others may rightly refer to it. */
export interface Named {
  readonly kind: KindName;
  readonly provider: string;
  readonly name: string;
  readonly page: Page;
  /** Undefined where it could not be found out. */
  readonly target?: string;
}

/** Who refers: names are looked up in its surroundings. */
export interface Referrer {
  readonly kind: KindName;
  readonly target: string;
  readonly provider: string;
}

/** An id; nothing where the document that is meant has errors of its own; or what is wrong with the reference. */
export type Referred = { readonly id: ResourceId | undefined } | Issue;

/**
 * All names that manifests gave, for references to look up. A bare name means the resource of that kind on the referrer's own
 * target; where the kind belongs to another provider, the only one of that name on any target. `target/name` says which.
 */
export class Names {
  readonly #byName = new Map<string, Named | Named[]>();
  readonly #left = new Map<string, LeftOut>();
  readonly #kinds: (kind: KindName) => boolean;

  /** `kinds` tells which kinds there are, whether or not anything of them is written down. */
  constructor(kinds: (kind: KindName) => boolean) {
    this.#kinds = kinds;
  }

  add(named: Named): void {
    const word = `${named.kind}/${named.name}`;
    const before = this.#byName.get(word);
    if (before === undefined) this.#byName.set(word, named);
    else if (Array.isArray(before)) before.push(named);
    else this.#byName.set(word, [before, named]);
  }

  /** Described by the project, in a file that is not read this time: nobody can refer to it, and is told why. */
  leaveOut(one: LeftOut): void {
    this.#left.set(`${one.kind}/${one.name}`, one);
  }

  /** What the text of a field marked `x-ref` means. */
  refer(from: Referrer, kind: KindName, text: string, at: Pointer): Referred {
    const slash = text.indexOf('/');
    return this.#find({ from, kind, at, name: text.slice(slash + 1), text, ...(slash < 0 ? {} : { target: text.slice(0, slash) }) });
  }

  /** What an entry of `metadata.dependsOn` means: `Kind/name`, `group/Kind/name` or `target/group/Kind/name`. */
  depend(from: Referrer, text: string, at: Pointer): { readonly kind: KindName; readonly referred: Referred } {
    const parts = text.split('/');
    if (parts.length === 2) parts.unshift(groupOf(from.kind));
    if (parts.length === 3) parts.unshift('');
    const [target = '', group = '', word = '', name = ''] = parts;
    const kind = `${group}/${word}`;
    if (parts.length !== 4 || name === '') return { kind, referred: notAName(text, at) };
    const referred = this.#find({ from, kind, name, text, at, ...(target === '' ? {} : { target }) });
    return { kind, referred };
  }

  /** What a scalar `${[target/]group/Kind/name.handle|name|status.path}` means. */
  interpolate(from: Referrer, text: string, at: Pointer): { readonly rule: RefRule; readonly referred: Referred } | Issue {
    const match = isReferenceText(text) ? WHOLE.exec(text) : null;
    if (match === null) return notAReference(text, at);
    const [, target, group = '', word = '', name = '', by = ''] = match;
    const kind = `${group}/${word}`;
    const rule: RefRule = { kind, by: by as RefBy, wait: 'exists', onReplace: 'rewrite', onRemove: 'blocks' };
    return { rule, referred: this.#find({ from, kind, name, text: name, at, ...(target === undefined ? {} : { target }) }) };
  }

  #all(kind: KindName, name: string): readonly Named[] {
    const found = this.#byName.get(`${kind}/${name}`);
    return found === undefined ? [] : Array.isArray(found) ? found : [found];
  }

  #find(wanted: Wanted): Referred {
    const { from, kind, name } = wanted;
    const found = this.#byName.get(`${kind}/${name}`);
    if (found === undefined) return this.#unknown(wanted);
    const all = Array.isArray(found) ? found : [found];
    // A kind of our own provider means our own system: a handle of another one says nothing there.
    const target = wanted.target ?? (all[0]?.provider === from.provider ? from.target : undefined);
    const there = target === undefined ? all : all.filter((one) => one.target === target || one.target === undefined);
    const [only] = there;
    if (only === undefined) return this.#unknown(wanted);
    const others = new Set(there.map((one) => one.target));
    if (others.size > 1 && !others.has(undefined)) return ambiguous(wanted, there);
    if (only.target === undefined) return { id: undefined };
    return { id: resourceId({ target: only.target, kind, name }) };
  }

  #unknown(wanted: Wanted): Issue {
    const { kind, name, at, target, from } = wanted;
    const word = kind.slice(kind.indexOf('/') + 1);
    const issue: Issue = {
      code: 'REF_UNKNOWN',
      at,
      part: 'value',
      summary: `no ${word} is called ${JSON.stringify(name)}${target === undefined ? '' : ` on the target ${target}`}`,
      hint: 'Correct the name, or describe it in a manifest.',
    };
    if (!this.#kinds(kind))
      return { ...issue, summary: `there is no kind called ${JSON.stringify(kind)}`, hint: 'setpoint explain lists the kinds.' };
    const left = this.#left.get(`${kind}/${name}`);
    if (left !== undefined) return { ...issue, ...leftOut(left) };
    const elsewhere = this.#all(kind, name).find((one) => one.target !== undefined);
    if (elsewhere !== undefined) {
      const detail = `A name alone means a ${word} on the same target, ${from.target}.`;
      return { ...issue, detail, hint: `One is at ${fileLine(elsewhere.page)}: ${elsewhere.target}/${name}.` };
    }
    const other = this.#ofAnotherKind(kind, name);
    if (other !== undefined) {
      const summary = `${JSON.stringify(name)} is a ${other.kind.slice(other.kind.indexOf('/') + 1)}; a ${word} is wanted here`;
      return { ...issue, code: 'REF_KIND', summary, detail: `It is described at ${fileLine(other.page)}.` };
    }
    const near = this.#nearest(kind, name);
    if (near === undefined) return issue;
    return { ...issue, hint: `Did you mean ${near.name} (${fileLine(near.page)})?` };
  }

  *#ofKind(kind: KindName): Generator<Named> {
    for (const found of this.#byName.values()) {
      const one = Array.isArray(found) ? found[0] : found;
      if (one?.kind === kind) yield one;
    }
  }

  #ofAnotherKind(kind: KindName, name: string): Named | undefined {
    for (const found of this.#byName.values()) {
      const one = Array.isArray(found) ? found[0] : found;
      if (one?.name === name && groupOf(one.kind) === groupOf(kind)) return one;
    }
    return undefined;
  }

  #nearest(kind: KindName, name: string): Named | undefined {
    const near = nearest(
      name,
      [...this.#ofKind(kind)].map((one) => one.name),
    );
    return near === undefined ? undefined : this.#all(kind, near)[0];
  }
}

interface Wanted {
  readonly from: Referrer;
  readonly kind: KindName;
  readonly target?: string;
  readonly name: string;
  readonly text: string;
  readonly at: Pointer;
}

/** The first `.status.` ends the name, so that a path may hold anything. */
const WHOLE = /^\$\{(?:([^/{}]+)\/)?([^/{}]+)\/([^/{}]+)\/([^/{}]+?)\.(handle|name|status\.[^{}]+)\}$/;

function ambiguous({ kind, name, at }: Wanted, there: readonly Named[]): Issue {
  const word = kind.slice(kind.indexOf('/') + 1);
  return {
    code: 'REF_AMBIGUOUS',
    at,
    part: 'value',
    summary: `there is more than one ${word} called ${JSON.stringify(name)}`,
    hint: `Write ${there.map((one) => `${one.target}/${name}`).join(' or ')}.`,
  };
}

const leftOut = ({ kind, name, page }: LeftOut): Pick<Issue, 'summary' | 'detail' | 'hint'> => ({
  summary: `${kind.slice(kind.indexOf('/') + 1)} ${JSON.stringify(name)} is not in the files that were named`,
  detail: `The project describes it at ${fileLine(page)}. With -f only what the named files describe is read and planned, so nothing here can refer to it.`,
  hint: `Name that file too: -f ${page.file}. Or leave -f out, and plan a part of the whole project with --only.`,
});

const notAName = (text: string, at: Pointer): Issue => ({
  code: 'REF_UNKNOWN',
  at,
  part: 'value',
  summary: `${JSON.stringify(text)} does not say what is meant`,
  hint: 'Write Kind/name for one of the same group, group/Kind/name, or target/group/Kind/name.',
});

const notAReference = (text: string, at: Pointer): Issue => ({
  code: 'REF_SYNTAX',
  at,
  part: 'value',
  summary: 'what stands between ${ and } is no reference',
  detail:
    'A whole value of this form stands for a leaf of another resource: ${group/Kind/name.handle}, .name, or .status. and a field of its status.',
  hint: `If the text itself is meant, write one $ more: $${text.length > 40 ? '${…}' : text}`,
});
