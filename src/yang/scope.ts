import { hinted, type Modules } from './modules.ts';
import { all, argumentOf, type Statement } from './parse.ts';
import type { Report } from './source.ts';

export type Definition = 'typedef' | 'grouping';

/** Finds the typedef or grouping that a name means where it stands (RFC 7950 section 5.5: enclosing blocks, then the module). */
export interface Scopes {
  find(kind: Definition, from: Statement, reference: string): Statement | undefined;
}

export function createScopes(modules: Modules, report: Report): Scopes {
  const tables = new Map<Statement, Map<string, Statement>>();
  const tops = new Map<string, Map<string, Statement>>();
  const keyOf = (kind: Definition, name: string): string => `${kind} ${name}`;

  const collect = (into: Map<string, Statement>, block: Statement): Map<string, Statement> => {
    for (const kind of ['typedef', 'grouping'] as const) {
      for (const one of all(block, kind)) {
        const key = keyOf(kind, one.argument ?? '');
        if (into.has(key)) report.error(argumentOf(one), 'YANG_DUPLICATE', `${kind} ${one.argument ?? ''} is defined twice`);
        into.set(key, one);
      }
    }
    return into;
  };
  const tableOf = (block: Statement): Map<string, Statement> => {
    let table = tables.get(block);
    if (!table) tables.set(block, (table = collect(new Map(), block)));
    return table;
  };
  for (const module of modules.all.values()) {
    const table = new Map<string, Statement>();
    for (const statement of module.statements) collect(table, statement);
    tops.set(module.name, table);
  }

  return {
    find(kind, from, reference) {
      const target = modules.named(from, reference);
      if (!target) return undefined;
      const key = keyOf(kind, target.name);
      if (target.module === modules.unitOf(from).module) {
        for (let block = from.parent; block?.parent; block = block.parent) {
          const found = tableOf(block).get(key);
          if (found) return found;
        }
      }
      const found = tops.get(target.module.name)?.get(key);
      if (!found) {
        const known = [...(tops.get(target.module.name)?.keys() ?? [])]
          .filter((one) => one.startsWith(kind))
          .map((one) => one.slice(kind.length + 1));
        report.error(argumentOf(from), 'YANG_REFERENCE', `${target.module.name} has no ${kind} ${target.name}`, hinted(target.name, known));
      }
      return found;
    },
  };
}
