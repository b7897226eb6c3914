import type { Modules } from './modules.ts';
import { isPlain, type Node } from './node.ts';
import { argumentOf, describe, keywordOf } from './parse.ts';
import type { Report } from './source.ts';

export interface TreeWorld {
  readonly root: Node;
  readonly modules: Modules;
  readonly report: Report;
}

/**
 * Rules of the tree that need all of it: augments that would break data which knows nothing of them, default cases that nobody could
 * leave out, and leafrefs to what is on its way out.
 */
export function checkTree({ root, modules, report }: TreeWorld): void {
  const visit = (node: Node): void => {
    if (node.kind === 'choice') checkDefaultCase(node, report);
    checkStatus(node, report);
    for (const child of node.children.values()) {
      if (child.module !== node.module && node !== root) checkBrought(child, { modules, report });
      visit(child);
    }
  };
  visit(root);
}

/** RFC 7950 section 3, "mandatory node": a configuration without it is not valid. */
function isMandatory(node: Node): boolean {
  if (node.kind === 'list' || node.kind === 'leaf-list') return (node.minElements ?? 0) > 0;
  if (node.kind === 'container') return isPlain(node) && [...node.children.values()].some(isMandatory);
  return node.mandatory;
}

/**
 * A module must not make data invalid that was valid without it (RFC 7950 section 7.17): what it demands of another module's nodes has
 * to depend on a `when`. In YANG 1 not even that will do (RFC 6020 section 7.15).
 */
function checkBrought(node: Node, { modules, report }: Omit<TreeWorld, 'root'>): void {
  if (!node.config || !isMandatory(node)) return;
  const { modern } = modules.unitOf(node.statement).module;
  if (modern && node.facets.conditions.some(({ statement }) => statement.parent?.keyword === 'augment')) return;
  const into = node.parent?.path ?? '';
  report.error(
    keywordOf(node.statement),
    'YANG_AUGMENT',
    `${describe(node.statement)} is mandatory in ${into}, which is another module's`,
    {
      detail: `Data that was valid before ${node.module} came would be valid no longer.`,
      hint: modern
        ? 'give the augment a when, or make the node optional'
        : 'make the node optional, or say yang-version 1.1 and give the augment a when',
    },
  );
}

/** A default case is in force where no case is there at all, so nothing directly in it can be demanded (RFC 7950 section 7.9.3). */
function checkDefaultCase(choice: Node, report: Report): void {
  const [statement] = choice.facets.defaults;
  const name = statement?.argument;
  const chosen = [...choice.children.values()].find((one) => one.name === name);
  for (const node of chosen?.children.values() ?? []) {
    if (!isMandatory(node)) continue;
    report.error(keywordOf(node.statement), 'YANG_DEFAULT', `${describe(node.statement)} is mandatory in ${name ?? ''}, the default case`, {
      hint: 'make the node optional, or the choice one without a default',
    });
  }
}

const STATUSES = ['current', 'deprecated', 'obsolete'] as const;

function age(node: Node): number {
  let oldest = 0;
  for (let at: Node | undefined = node; at; at = at.parent) oldest = Math.max(oldest, STATUSES.indexOf(at.status));
  return oldest;
}

/** A leafref depends on what it points to (RFC 7950 section 7.21.2), in its own module. */
function checkStatus(node: Node, report: Report): void {
  for (const { type, statement } of node.references) {
    const target = type.target as Node | undefined;
    if (!target || target.module !== node.module || age(node) >= age(target)) continue;
    const status = STATUSES[age(target)] ?? 'obsolete';
    report.error(argumentOf(statement), 'YANG_STATUS', `${target.path} is ${status}`, {
      detail: `${node.path} depends on it.`,
      hint: `say status ${status} here too, or point to something else`,
    });
  }
}
