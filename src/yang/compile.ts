import type { Value } from '../core/value.ts';
import { buildTree } from './build.ts';
import { checkReferences } from './check-references.ts';
import { createFeatures } from './features.ts';
import { finishTree } from './finish.ts';
import { createIdentities } from './identities.ts';
import { checkExtensions, loadModules, type Modules } from './modules.ts';
import { createNode, type Node } from './node.ts';
import type { Statement } from './parse.ts';
import { resolvePath } from './path.ts';
import type { Compiled, CompileOptions, Schema, SchemaNode } from './schema.ts';
import { createScopes } from './scope.ts';
import { createReport } from './source.ts';
import { resolveType } from './types/spec.ts';
import { Refusal, type Prefixes } from './types/type.ts';
import { withDefaults } from './validate/defaults.ts';
import { validate } from './validate/validate.ts';

/**
 * Compiles modules into a schema. Never throws for bad modules: every fault is a diagnostic with file, line and column, and an error
 * means that there is no schema. What is not implemented is refused with `YANG_UNSUPPORTED` (deviations, several revisions of one
 * module, some Unicode blocks, a few XPath functions); operations and notifications are left out with a warning of that code.
 */
export function compile(options: CompileOptions): Compiled {
  let given = options;
  for (;;) {
    const { needed, ...compiled } = guarded(given);
    const more = [...needed].filter((name) => !given.implement?.includes(name));
    if (more.length === 0) return compiled;
    given = { ...given, implement: [...(given.implement ?? []), ...more] };
  }
}

/** Chains of typedefs or groupings can be longer than the stack is deep: only a module made to do harm has them. */
function guarded(options: CompileOptions): ReturnType<typeof attempt> {
  try {
    return attempt(options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const report = createReport();
    const source = { file: options.modules[0]?.file ?? '', text: options.modules[0]?.text ?? '' };
    report.error({ source, offset: 0, length: 0 }, 'YANG_UNSUPPORTED', 'definitions refer to each other in chains that are too long');
    return { diagnostics: report.diagnostics, needed: NONE };
  }
}

const NONE: ReadonlySet<string> = new Set();

function attempt(options: CompileOptions): Compiled & { readonly needed: ReadonlySet<string> } {
  const report = createReport();
  const modules = loadModules(options, report);
  if (!modules) return { diagnostics: report.diagnostics, needed: NONE };
  checkExtensions(modules, report);
  const enabled = createFeatures(options, modules, report);
  const identities = createIdentities(modules, enabled, report);
  const scopes = createScopes(modules, report);
  const root = createNode('container', ROOT, '');
  buildTree(root, { modules, scopes, enabled, report });
  checkReferences({ modules, scopes, report });
  checkUnused(modules, { scopes, report, modules, enabled, identities, typedefs: new Map() });
  if (!report.failed) {
    const readInstance = instanceReader(root);
    finishTree({ modules, scopes, identities, enabled, report, typedefs: new Map(), root, readInstance });
  }
  const { needed } = modules;
  if (report.failed || needed.size > 0) return { diagnostics: report.diagnostics, needed };
  return { schema: createSchema(root, modules), diagnostics: report.diagnostics, needed };
}

/** The tree's root is no node of any module. */
const ROOT: Statement = {
  keyword: 'container',
  argument: '',
  children: [],
  parent: undefined,
  source: { file: '', text: '' },
  offset: 0,
  argumentOffset: 0,
  argumentEnd: 0,
};

/** What nothing uses is checked all the same: every type of every file, every name of a grouping, every feature. */
function checkUnused(modules: Modules, world: Parameters<typeof resolveType>[1]): void {
  for (const module of modules.all.values()) {
    const pending: Statement[] = [...module.statements];
    for (let s = pending.pop(); s; s = pending.pop()) {
      for (const one of s.children) pending.push(one);
      if (s.keyword === 'type') resolveType(s, world);
      else if (s.keyword === 'uses') world.scopes.find('grouping', s, s.argument ?? '');
      else if (s.keyword === 'if-feature' && s.parent) world.enabled(s.parent);
    }
  }
}

/** Instance-identifiers are data paths whose every name exists; they are kept in the canonical form of RFC 7951 section 6.11. */
function instanceReader(root: Node): (text: string, writing: string, prefixes: Prefixes | undefined) => string | Refusal {
  return (text, _, prefixes) => {
    const steps = text.startsWith('/') && text.length > 1 ? resolvePath(root, text, prefixes) : 'it must begin with /';
    if (typeof steps === 'string') return new Refusal('YANG_TYPE', `the value is no instance-identifier: ${steps}`);
    return steps
      .map(({ node, keys, position }) => {
        const names = node.kind === 'leaf-list' ? ['.'] : node.keyNodes.map((key) => key.name);
        const predicates = keys ? names.map((name, index) => `[${name}='${keys[index] ?? ''}']`).join('') : '';
        return `/${node.member}${predicates}${position === undefined ? '' : `[${position}]`}`;
      })
      .join('');
  };
}

const roots = new WeakMap<Schema, Node>();

/** The root of a schema's tree, for the functions of this room that work on data. */
export function rootOf(schema: Schema): Node {
  const root = roots.get(schema);
  if (!root) throw new TypeError('this schema was not made by compile()');
  return root;
}

function createSchema(root: Node, modules: Modules): Schema {
  const schema: Schema = {
    modules: [...modules.all.values()].map(({ name, revision, namespace, prefix }) => ({
      name,
      namespace,
      prefix,
      ...(revision === undefined ? {} : { revision }),
    })),
    roots: root.members,
    find(path: string): SchemaNode | undefined {
      const steps = resolvePath(root, path);
      return typeof steps === 'string' ? undefined : steps.at(-1)?.node;
    },
    validate: (instance: Value, given) => validate(root, instance, given),
    withDefaults: (instance: Value) => withDefaults(root, instance),
  };
  roots.set(schema, root);
  return schema;
}
