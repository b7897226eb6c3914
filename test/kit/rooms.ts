import ts from 'typescript';

/** A file as the checker sees it: a path from the project's root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One place where a file does what its room may not. `line` counts from 1. */
export interface Breach {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What the files of a room may import besides each other. Rooms and files are paths below `src`; packages are npm names. */
interface Room {
  readonly from: readonly string[];
  /** Rooms whose types alone may be imported: nothing of them is loaded. */
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
  /** Built-in modules by name, or all of them but `child_process`. */
  readonly node?: readonly string[] | 'any';
}

const PROVIDER: Room = {
  from: [
    'core',
    'yang',
    'disk',
    'providers/contract.ts',
    'providers/switches.ts',
    'providers/words.ts',
    'providers/checks.ts',
    'providers/transport',
  ],
  packages: [
    'undici',
    'ws',
    'execa',
    'node-forge',
    'mqtt',
    'msgpackr',
    '@noble/curves',
    '@noble/hashes',
    'aedes',
    'hono',
    '@hono/node-server',
  ],
  node: 'any',
};

/** The map of DESIGN.md, section 6. A room that is named deeper down wins over the one around it. */
const ROOMS: Readonly<Record<string, Room>> = {
  core: { from: [], node: ['crypto'] },
  planner: { from: ['core'] },
  yang: { from: ['core'] },
  disk: { from: ['core'], node: 'any' },
  state: { from: ['core', 'disk'], node: 'any' },
  git: { from: ['core', 'disk', 'state'], packages: ['execa'], node: 'any' },
  manifests: {
    from: ['core', 'disk'],
    types: ['providers/contract.ts'],
    packages: ['yaml', 'ajv', 'ajv-formats', 'execa', 'age-encryption'],
    node: 'any',
  },
  'providers/contract.ts': { from: ['core'] },
  'providers/switches.ts': { from: ['core', 'providers/contract.ts'] },
  'providers/words.ts': { from: ['core', 'providers/contract.ts'] },
  'providers/checks.ts': { from: ['core'] },
  'providers/transport': { from: ['core', 'providers/contract.ts'], packages: ['aws4fetch', 'undici', 'ws'], node: 'any' },
  'providers/registry.ts': { from: ['core', 'providers'] },
  // The limiter and the retry loop know no wire: the engine uses the same ones for each target and step.
  reconcile: {
    from: [
      'core',
      'planner',
      'state/store.ts',
      'providers/contract.ts',
      'providers/transport/rate.ts',
      'providers/transport/retry.ts',
      'providers/transport/clock.ts',
    ],
    node: 'any',
  },
  app: {
    from: ['core', 'planner', 'yang', 'disk', 'state', 'git', 'manifests', 'providers', 'reconcile'],
    node: 'any',
    packages: ['chokidar', 'prom-client'],
  },
  'index.ts': { from: ['core', 'app', 'planner', 'yang', 'manifests', 'providers', 'reconcile', 'state'] },
  cli: { from: ['app', 'core'], packages: ['commander', 'diff'], node: 'any' },
  web: { from: ['app', 'core'], packages: ['hono', '@hono/node-server', 'ws'], node: 'any' },
};

/** Programs are started with these; only `src/git` may start git. */
const STARTERS = new Set([
  'spawn',
  'spawnSync',
  'exec',
  'execSync',
  'execFile',
  'execFileSync',
  'fork',
  'execa',
  'execaSync',
  'execaCommand',
  '$',
]);
/** What makes a pure function impure: the clock, dice, timers, and anything that ends later. */
const IMPURE = new Set(['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'crypto.getRandomValues']);
const IMPURE_NAMES = new Set(['Promise', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process', 'fetch', 'console']);

/** Everything that breaks the map of rooms, in the order of files and lines. */
export function breaches(files: readonly SourceFile[]): readonly Breach[] {
  return files.flatMap((file) => [...inspect(file)].sort((a, b) => a.line - b.line));
}

/** The room of a path below `src`: a provider is a room of its own. `app.ts` and `app/` are one room. */
function roomOf(path: string): { readonly name: string; readonly room: Room } | undefined {
  const parts = path.split('/');
  const deep = parts.slice(0, 2).join('/');
  if (ROOMS[deep] !== undefined) return { name: deep, room: ROOMS[deep] };
  if (parts[0] === 'providers') return parts.length > 2 ? { name: deep, room: PROVIDER } : undefined;
  const first = path === 'app.ts' ? 'app' : (parts[0] ?? '');
  const room = ROOMS[first];
  return room === undefined ? undefined : { name: first, room };
}

function* inspect({ path, text }: SourceFile): Iterable<Breach> {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const breach = (node: ts.Node, message: string): Breach => ({
    file: path,
    line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
    message,
  });
  const inside = path.replace(/^src\//, '');
  const here = roomOf(inside);
  if (here === undefined) {
    yield breach(source, `${path} is in no room of the map`);
    return;
  }
  const queue: ts.Node[] = [source];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const wanted = importOf(node);
    if (wanted !== undefined) {
      const refused = refusal({ inside, here, wanted });
      if (refused !== undefined) yield breach(node, refused);
    }
    for (const message of deeds(node, inside, here.name)) yield breach(node, message);
    node.forEachChild((child) => {
      queue.push(child);
    });
  }
}

interface Wanted {
  /** Undefined where the name is computed, so that nobody can tell. */
  readonly name: string | undefined;
  readonly typeOnly: boolean;
}

function importOf(node: ts.Node): Wanted | undefined {
  const text = (inner: ts.Node | undefined): string | undefined =>
    inner !== undefined && ts.isStringLiteralLike(inner) ? inner.text : undefined;
  if (ts.isImportDeclaration(node)) {
    return { name: text(node.moduleSpecifier), typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
    return { name: text(node.moduleSpecifier), typeOnly: node.isTypeOnly };
  if (ts.isImportTypeNode(node))
    return { name: ts.isLiteralTypeNode(node.argument) ? text(node.argument.literal) : undefined, typeOnly: true };
  if (ts.isExternalModuleReference(node)) return { name: text(node.expression), typeOnly: false };
  if (ts.isCallExpression(node)) {
    const called = node.expression;
    if (called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require')) {
      return { name: text(node.arguments[0]), typeOnly: false };
    }
  }
  return undefined;
}

interface Question {
  readonly inside: string;
  readonly here: { readonly name: string; readonly room: Room };
  readonly wanted: Wanted;
}

function refusal({ inside, here, wanted }: Question): string | undefined {
  const { name, room } = here;
  if (wanted.name === undefined) return 'imports a computed name: nobody can tell which room that is';
  if (wanted.name.startsWith('node:')) {
    const builtin = wanted.name.slice('node:'.length);
    if (builtin === 'child_process' && name !== 'git') return 'only src/git starts programs by node:child_process';
    if (room.node === 'any' || (room.node ?? []).includes(builtin)) return undefined;
    return `${name} may not import ${wanted.name}`;
  }
  if (!wanted.name.startsWith('.')) {
    const parts = wanted.name.split('/');
    const bare = parts.slice(0, wanted.name.startsWith('@') ? 2 : 1).join('/');
    return (room.packages ?? []).includes(bare) ? undefined : `${name} may not import the package ${bare}`;
  }
  const path = resolvePath(inside, wanted.name);
  if (path === undefined) return `${wanted.name} is outside of src`;
  const there = roomOf(path);
  if (there === undefined) return `${wanted.name} is in no room of the map`;
  const allowed = (list: readonly string[]): boolean =>
    list.some((entry) => path === entry || path.startsWith(`${entry}/`) || there.name === entry);
  if (there.name === name || allowed(room.from) || (wanted.typeOnly && allowed(room.types ?? []))) return undefined;
  if (allowed(room.types ?? [])) return `${name} may import types alone from ${path} (import type)`;
  if (there.room === PROVIDER && room === PROVIDER) return `no provider imports another: ${name} imports ${there.name}`;
  return `${name} may not import ${there.name}`;
}

/** The path below `src` that a relative import means; undefined when it leaves `src`. */
function resolvePath(inside: string, relative: string): string | undefined {
  const parts = inside.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** What a file does that its room may not, whatever it imports. */
function* deeds(node: ts.Node, inside: string, room: string): Iterable<string> {
  if (room !== 'git' && startsGit(node)) yield 'only src/git runs git';
  if (!inside.startsWith('cli/render') && drawsColour(node)) yield 'only src/cli/render knows colours';
  if (room !== 'app' && touchesProcess(node, 'env')) yield 'only src/app reads process.env: take env as an argument';
  if (inside !== 'cli/main.ts' && touchesProcess(node, 'exit')) yield 'only src/cli/main.ts ends the process';
  if (room === 'planner') {
    const found = impurity(node);
    if (found !== undefined) yield `the planner is pure: no ${found}`;
  }
}

function startsGit(node: ts.Node): boolean {
  const called = ts.isCallExpression(node) ? node.expression : ts.isTaggedTemplateExpression(node) ? node.tag : undefined;
  if (called === undefined) return false;
  const name = ts.isPropertyAccessExpression(called) ? called.name.text : ts.isIdentifier(called) ? called.text : '';
  if (!STARTERS.has(name)) return false;
  const first = ts.isCallExpression(node) ? node.arguments[0] : ts.isTaggedTemplateExpression(node) ? node.template : undefined;
  const text =
    first === undefined ? '' : ts.isTemplateExpression(first) ? first.head.text : ts.isStringLiteralLike(first) ? first.text : '';
  return /^\s*(\S*\/)?git(\.exe)?(\s|$)/.test(text);
}

function drawsColour(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === 'styleText';
  const written =
    ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)
      ? `${node.text}${node.getText()}`
      : ts.isRegularExpressionLiteral(node)
        ? node.text
        : '';
  return /[\u001b\u009b]|\\(x1b|x9b|u001b|u009b|u\{0*1b\}|u\{0*9b\}|033|e\[)/i.test(written);
}

/** `process.env`, `process['env']`, `globalThis.process.env`, `const { env } = process`, `import { env } from 'node:process'`. */
function touchesProcess(node: ts.Node, member: string): boolean {
  const isProcess = (inner: ts.Expression | undefined): boolean =>
    inner !== undefined &&
    ((ts.isIdentifier(inner) && inner.text === 'process') || (ts.isPropertyAccessExpression(inner) && inner.name.text === 'process'));
  if (ts.isPropertyAccessExpression(node)) return node.name.text === member && isProcess(node.expression);
  if (ts.isElementAccessExpression(node)) {
    return ts.isStringLiteralLike(node.argumentExpression) && node.argumentExpression.text === member && isProcess(node.expression);
  }
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && isProcess(node.initializer)) {
    return node.name.elements.some((element) => (element.propertyName ?? element.name).getText() === member);
  }
  if (ts.isImportDeclaration(node) && /^(node:)?process$/.test((node.moduleSpecifier as ts.StringLiteral).text)) {
    const named = node.importClause?.namedBindings;
    return (
      named !== undefined &&
      ts.isNamedImports(named) &&
      named.elements.some((element) => (element.propertyName ?? element.name).text === member)
    );
  }
  return false;
}

function impurity(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const name = `${node.expression.text}.${node.name.text}`;
    if (IMPURE.has(name)) return name;
  }
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isAwaitExpression(node)) return 'await';
  if (
    ts.isNewExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'Date' &&
    (node.arguments ?? []).length === 0
  )
    return 'new Date()';
  const isName =
    ts.isIdentifier(node) &&
    !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) &&
    !ts.isPropertyAssignment(node.parent) &&
    !ts.isPropertySignature(node.parent);
  return isName && IMPURE_NAMES.has(node.text) ? node.text : undefined;
}
