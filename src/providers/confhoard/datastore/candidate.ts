import type { Fields, Value } from '../../../core/value.ts';
import type { Problem } from '../../../yang/index.ts';
import type { Committed, CommitOptions, Datastore } from './datastore.ts';
import { createDraft } from './draft.ts';
import type { Edit } from './edit.ts';
import { applyEdits } from './edit.ts';
import { invalid } from './faults.ts';
import type { DataPath } from './path.ts';
import { ROOT, nodeOf, parsePath } from './path.ts';
import type { LeafChange } from './walk.ts';
import { changesBetween } from './walk.ts';

/**
 * A private candidate: edits that nobody sees until they are committed, on top of running as it was at the beginning. Paths are
 * data paths as people write them, values are in YAML mode (18.5 and "18.5" are the same temperature).
 * Throws CONFIG_PATH for a path that no module describes, CONFIG_INVALID for a value that its type does not allow.
 */
export interface Candidate {
  /** The generation of running that it began from. */
  readonly generation: number;
  read(path?: string): Value | undefined;
  set(path: string, value: Value): void;
  merge(path: string, value: Value): void;
  remove(path: string): void;
  /** Everything the schema has against the candidate as a whole. */
  validate(): readonly Problem[];
  /** What a commit would change. */
  compare(): readonly LeafChange[];
  /** Fails where a leaf that was edited here has been changed by somebody else since; the candidate then still stands. */
  commit(options: CommitOptions): Promise<Committed>;
  /** Forgets the edits. */
  discard(): void;
}

export async function openCandidate(datastore: Pick<Datastore, 'schema' | 'read' | 'commit'>): Promise<Candidate> {
  const { schema } = datastore;
  const { tree: base, generation } = await datastore.read('running');
  const before = createDraft(base);
  let tree = base;
  let edits: Edit[] = [];

  const apply = (edit: Edit): void => {
    const draft = createDraft(tree);
    applyEdits(draft, [edit]);
    tree = draft.finish();
    edits.push(edit);
  };
  const expected = (path: DataPath): { readonly expect: { readonly value?: Value } } => {
    const value = before.read(path);
    return { expect: value === undefined ? {} : { value } };
  };
  const write = (op: 'set' | 'merge', text: string, value: Value): void => {
    const path = parsePath(schema, text);
    apply({ op, path, value: canonicalValue(datastore, path, value), ...expected(path) });
  };

  return {
    generation,
    read: (path) => (path === undefined || path === '/' ? tree : createDraft(tree).read(parsePath(schema, path))),
    set: (path, value) => write('set', path, value),
    merge: (path, value) => write('merge', path, value),
    remove(text) {
      const path = parsePath(schema, text);
      apply({ op: 'remove', path, ...expected(path) });
    },
    validate: () => schema.validate(tree, { content: 'config' }).problems,
    compare: () => changesBetween(ROOT, schema.roots, base, tree),
    commit: (options) => datastore.commit(edits, options),
    discard() {
      tree = base;
      edits = [];
    },
  };
}

/** A value for one place, checked by the schema and in its canonical form. */
export function canonicalValue({ schema }: Pick<Datastore, 'schema'>, path: DataPath, value: Value): Value {
  const last = path.steps.at(-1);
  const node = nodeOf(path);
  if (!last || !node) throw new TypeError('a value needs a place');
  // The value is judged as a member of its parent, which is the same for leaves, lists, entries and containers.
  const wrapped: Fields = { [node.member]: last.keys ? [withKeys(node.keys ?? [], last.keys, value)] : value };
  const { value: canonical, problems } = schema.validate(wrapped, {
    content: 'partial',
    mode: 'yaml',
    ...(path.parent === '' ? {} : { at: path.parent }),
  });
  if (problems.length > 0) throw invalid(problems);
  const inside = (canonical as Fields)[node.member];
  return (last.keys ? (inside as readonly Value[])[0] : inside) ?? {};
}

const withKeys = (names: readonly string[], keys: readonly string[], value: Value): Value => ({
  ...(value as Fields),
  ...Object.fromEntries(names.map((name, i) => [name, keys[i] ?? ''])),
});
