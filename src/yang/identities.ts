import type { Enabled } from './features.ts';
import { hinted, type Modules } from './modules.ts';
import { all, argumentOf, type Statement } from './parse.ts';
import type { Report } from './source.ts';

/** One identity; `key` is `module:name`, how RFC 7951 writes it. */
export interface Identity {
  readonly key: string;
  readonly module: string;
  readonly name: string;
  readonly bases: readonly Identity[];
  /** Everything derived from it at any distance, without itself. */
  readonly derived: ReadonlySet<Identity>;
}

export interface Identities {
  readonly all: ReadonlyMap<string, Identity>;
  /** The identity that `prefix:name` means in the file of `by`; undefined after a fault. */
  named(by: Statement, reference: string): Identity | undefined;
}

export function createIdentities(modules: Modules, enabled: Enabled, report: Report): Identities {
  const found = new Map<string, Identity & { bases: Identity[]; derived: Set<Identity> }>();
  const statements = new Map<string, Statement>();
  for (const module of modules.all.values()) {
    for (const statement of module.statements.flatMap((s) => all(s, 'identity'))) {
      const name = statement.argument ?? '';
      const key = `${module.name}:${name}`;
      if (found.has(key)) report.error(argumentOf(statement), 'YANG_DUPLICATE', `identity ${name} is defined twice`);
      if (!enabled(statement)) continue;
      found.set(key, { key, module: module.name, name, bases: [], derived: new Set() });
      statements.set(key, statement);
    }
  }
  const named: Identities['named'] = (by, reference) => {
    const target = modules.named(by, reference);
    const identity = target && found.get(`${target.module.name}:${target.name}`);
    if (target && !identity) {
      const known = [...found.values()].filter((one) => one.module === target.module.name).map((one) => one.name);
      report.error(argumentOf(by), 'YANG_IDENTITY', `${target.module.name} has no identity ${target.name}`, hinted(target.name, known));
    }
    return identity;
  };
  for (const [key, identity] of found) {
    for (const base of all(statements.get(key) as Statement, 'base')) {
      const target = named(base, base.argument ?? '');
      if (target) identity.bases.push(target);
    }
  }
  for (const identity of found.values()) {
    const pending = [...identity.bases];
    for (let base = pending.pop(); base; base = pending.pop()) {
      if (base === identity) {
        report.error(
          argumentOf(statements.get(identity.key) as Statement),
          'YANG_IDENTITY',
          `identity ${identity.name} is derived from itself`,
        );
        break;
      }
      const { derived } = base as Identity & { derived: Set<Identity> };
      if (derived.has(identity)) continue;
      derived.add(identity);
      pending.push(...base.bases);
    }
  }
  return { all: found, named };
}
