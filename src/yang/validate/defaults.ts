import type { Value } from '../../core/value.ts';
import type { Node } from '../node.ts';
import { childrenOf, createRun, memberOf, type Cursor, type Run } from '../tree.ts';

/** Every default in use written out. State defaults appear only in state that is given. */
export function withDefaults(root: Node, instance: Value): Value {
  const run = createRun(root, instance, 'all');
  return fill(run.root, run);
}

function fill(cursor: Cursor, run: Run): Value {
  const fields: Record<string, Value> = {};
  for (const node of cursor.schema.list) {
    const given = memberOf(cursor.value, node.member) !== undefined;
    if (!given && !node.config && (cursor.schema.config || cursor.origin !== 'given')) continue;
    const kids = childrenOf(cursor, node, run);
    const [first] = kids;
    if (!first) continue;
    const inner =
      node.kind === 'container' || node.kind === 'list' ? kids.map((kid) => fill(kid, run)) : kids.map((kid) => kid.value ?? null);
    if (node.kind === 'list' || node.kind === 'leaf-list') fields[node.member] = inner;
    else if (given || first.origin !== 'implied' || Object.keys(inner[0] as object).length > 0) fields[node.member] = inner[0] as Value;
  }
  return fields;
}
