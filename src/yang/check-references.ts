import type { Module, Modules } from './modules.ts';
import { all, argumentOf, child, describe, keywordOf, text, type Statement } from './parse.ts';
import type { Scopes } from './scope.ts';
import type { Report } from './source.ts';

export interface ReferenceWorld {
  readonly modules: Modules;
  readonly scopes: Scopes;
  readonly report: Report;
}

/** A statement that names a definition, and the definition. */
interface Named {
  readonly by: Statement;
  readonly definition: Statement;
}

/** What stands at the top of a module and is found by its name alone. */
const GLOBAL = ['identity', 'feature', 'extension'] as const;
const BUILT_IN =
  /^(u?int(8|16|32|64)|decimal64|string|boolean|enumeration|bits|binary|leafref|identityref|empty|union|instance-identifier)$/;

/**
 * Whether what is named may be named from there. A current definition must not be made of an obsolete one of its module (RFC 7950
 * section 7.21.2); in YANG 1 a file sees only what it includes itself (RFC 6020 section 5.1); a module and its submodules have one
 * version, and YANG 1 does not import revisions of YANG 1.1 (RFC 7950 section 12). What leads nowhere is told elsewhere.
 */
export function checkReferences(world: ReferenceWorld): void {
  const { modules } = world;
  const globals = new Map([...modules.all.values()].map((module) => [module, globalsOf(module)] as const));
  for (const module of modules.all.values()) {
    checkVersions(module, world);
    const pending: Statement[] = [...module.statements];
    for (let s = pending.pop(); s; s = pending.pop()) {
      pending.push(...s.children);
      for (const named of namedBy(s, { ...world, globals })) {
        // Another module has a life of its own: its status and its files are no matter of this one.
        if (modules.unitOf(named.definition).module !== module) continue;
        checkStatus(named, world);
        checkVisible(named, module, world);
      }
    }
  }
}

type Globals = ReadonlyMap<string, Statement>;

const globalsOf = (module: Module): Globals =>
  new Map(module.statements.flatMap((s) => GLOBAL.flatMap((kind) => all(s, kind).map((one) => [`${kind} ${one.argument ?? ''}`, one]))));

function* namedBy(s: Statement, world: ReferenceWorld & { readonly globals: ReadonlyMap<Module, Globals> }): Generator<Named> {
  const { modules, scopes, globals } = world;
  const name = s.argument ?? '';
  const global = (kind: (typeof GLOBAL)[number], reference: string): readonly Named[] => {
    const target = modules.named(s, reference, s.keyword === reference ? keywordOf(s) : argumentOf(s));
    const definition = target && globals.get(target.module)?.get(`${kind} ${target.name}`);
    return definition ? [{ by: s, definition }] : [];
  };
  if (s.keyword.includes(':')) yield* global('extension', s.keyword);
  else if (s.keyword === 'base') yield* global('identity', name);
  else if (s.keyword === 'if-feature') {
    for (const [word] of name.matchAll(/[^\s()]+/g)) if (!/^(and|or|not)$/.test(word)) yield* global('feature', word);
  } else if (s.keyword === 'uses' || (s.keyword === 'type' && !BUILT_IN.test(name))) {
    const definition = scopes.find(s.keyword === 'uses' ? 'grouping' : 'typedef', s, name);
    if (definition) yield { by: s, definition };
  }
}

const STATUSES = ['current', 'deprecated', 'obsolete'];

/** Status is not inherited, but what stands inside an obsolete definition is of no more use than that. */
function age(s: Statement): number {
  let oldest = 0;
  for (let at: Statement | undefined = s; at; at = at.parent) oldest = Math.max(oldest, STATUSES.indexOf(text(at, 'status') ?? 'current'));
  return oldest;
}

function checkStatus({ by, definition }: Named, { report }: ReferenceWorld): void {
  const [own, other] = [age(by), age(definition)];
  if (own >= other) return;
  report.error(by.keyword.includes(':') ? keywordOf(by) : argumentOf(by), 'YANG_STATUS', `${describe(definition)} is ${STATUSES[other]}`, {
    detail: `What is ${STATUSES[own]} must not be made of it.`,
    hint: `say status ${STATUSES[other]} here too, or use something else`,
  });
}

function checkVisible({ by, definition }: Named, module: Module, { report }: ReferenceWorld): void {
  if (module.modern || by.source === definition.source) return;
  const [from, to] = [fileOf(by), fileOf(definition)];
  if (all(from, 'include').some((include) => include.argument === to.argument)) return;
  report.error(
    by.keyword.includes(':') ? keywordOf(by) : argumentOf(by),
    'YANG_REFERENCE',
    `${describe(definition)} is not seen from here: ${describe(from)} does not include ${describe(to)}`,
    {
      hint:
        to.keyword === 'submodule'
          ? `include ${to.argument ?? ''}, or say yang-version 1.1 in all files of the module`
          : 'say yang-version 1.1 in all files of the module: in YANG 1 a submodule does not see its module',
    },
  );
}

function fileOf(s: Statement): Statement {
  let at = s;
  while (at.parent) at = at.parent;
  return at;
}

function checkVersions(module: Module, { modules, report }: ReferenceWorld): void {
  for (const file of module.statements) {
    const modern = text(file, 'yang-version') === '1.1';
    if (modern !== module.modern) {
      report.error(keywordOf(file), 'YANG_IMPORT', `${describe(file)} and its module are of different YANG versions`, {
        hint: `say yang-version ${module.modern ? '1.1' : '1'} in both`,
      });
    }
    for (const one of modern ? [] : all(file, 'import')) {
      const date = child(one, 'revision-date');
      if (!date || !modules.all.get(one.argument ?? '')?.modern) continue;
      report.error(argumentOf(date), 'YANG_IMPORT', `YANG 1 cannot import a revision of ${one.argument ?? ''}, which is YANG 1.1`, {
        hint: 'take revision-date out, or say yang-version 1.1',
      });
    }
  }
}
