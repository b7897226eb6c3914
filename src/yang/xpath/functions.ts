import type { Node } from '../node.ts';
import { textOf, type Cursor } from '../tree.ts';
import { translate } from '../types/pattern.ts';
import type { Context, Expression } from './expression.ts';
import type { Ast } from './parse.ts';
import { inOrder } from './path.ts';
import type { Static } from './static.ts';
import { fromBoolean, fromNodes, fromNumber, fromString, numberOf, stringOfCursor } from './values.ts';

type Call = Extract<Ast, { kind: 'call' }>;
type Make = (args: readonly Expression[], call: Call, scope: Static) => Expression;

interface Definition {
  /** Least and most arguments. */
  readonly arity: readonly [number, number];
  /** The arguments that must be node-sets. */
  readonly nodes?: readonly number[];
  readonly make: Make;
}

const string = (args: readonly Expression[], index: number): ((c: Context) => string) => {
  const arg = args[index];
  return arg ? arg.string : (c) => stringOfCursor(c.node, c.run);
};

const number = (args: readonly Expression[], index: number): ((c: Context) => number) => {
  const arg = args[index];
  return arg ? arg.number : (c) => numberOf(stringOfCursor(c.node, c.run));
};

const firstOr = (args: readonly Expression[]): ((c: Context) => Cursor | undefined) => {
  const [arg] = args;
  return arg ? (c) => arg.nodes(c)[0] : (c) => c.node;
};

const rounded = (value: number): number => (value < 0 && value >= -0.5 ? -0 : Math.floor(value + 0.5));

/** XPath counts characters, not UTF-16 units, from 1; both ends are rounded and may be infinite. */
function substring(text: string, from: number, length: number): string {
  const start = rounded(from);
  const end = start + rounded(length);
  return [...text].filter((_, index) => index + 1 >= start && index + 1 < end).join('');
}

function translated(text: string, from: string, to: string): string {
  const [before, after] = [[...from], [...to]];
  return [...text].map((char) => (before.includes(char) ? (after[before.indexOf(char)] ?? '') : char)).join('');
}

/** XPath 1.0 section 4 and RFC 7950 section 10. `id` and `lang` ask for what YANG data does not have. */
const FUNCTIONS: Readonly<Record<string, Definition>> = {
  last: { arity: [0, 0], make: () => fromNumber((c) => c.size) },
  position: { arity: [0, 0], make: () => fromNumber((c) => c.position) },
  count: { arity: [1, 1], nodes: [0], make: ([set]) => fromNumber((c) => (set as Expression).nodes(c).length) },
  'local-name': { arity: [0, 1], nodes: [0], make: (args) => fromString((c) => firstOr(args)(c)?.schema.name ?? '') },
  name: {
    arity: [0, 1],
    nodes: [0],
    make: (args) =>
      fromString((c) => {
        const schema = firstOr(args)(c)?.schema;
        return schema && schema.name !== '' ? `${schema.module}:${schema.name}` : '';
      }),
  },
  string: { arity: [0, 1], make: (args) => fromString(string(args, 0)) },
  concat: { arity: [2, Infinity], make: (args) => fromString((c) => args.map((arg) => arg.string(c)).join('')) },
  'starts-with': { arity: [2, 2], make: (args) => fromBoolean((c) => string(args, 0)(c).startsWith(string(args, 1)(c))) },
  contains: { arity: [2, 2], make: (args) => fromBoolean((c) => string(args, 0)(c).includes(string(args, 1)(c))) },
  'substring-before': {
    arity: [2, 2],
    make: (args) =>
      fromString((c) => {
        const text = string(args, 0)(c);
        return text.slice(0, Math.max(0, text.indexOf(string(args, 1)(c))));
      }),
  },
  'substring-after': {
    arity: [2, 2],
    make: (args) =>
      fromString((c) => {
        const [text, mark] = [string(args, 0)(c), string(args, 1)(c)];
        const at = text.indexOf(mark);
        return at < 0 ? '' : text.slice(at + mark.length);
      }),
  },
  substring: {
    arity: [2, 3],
    make: (args) => fromString((c) => substring(string(args, 0)(c), number(args, 1)(c), args[2] ? args[2].number(c) : Infinity)),
  },
  'string-length': { arity: [0, 1], make: (args) => fromNumber((c) => [...string(args, 0)(c)].length) },
  'normalize-space': {
    arity: [0, 1],
    make: (args) =>
      fromString((c) =>
        string(
          args,
          0,
        )(c)
          .replace(/[ \t\r\n]+/g, ' ')
          .replace(/^ | $/g, ''),
      ),
  },
  translate: { arity: [3, 3], make: (args) => fromString((c) => translated(string(args, 0)(c), string(args, 1)(c), string(args, 2)(c))) },
  boolean: { arity: [1, 1], make: ([of]) => fromBoolean((of as Expression).boolean) },
  not: {
    arity: [1, 1],
    make: ([of]) => fromBoolean((c) => !(of as Expression).boolean(c)),
  },
  true: { arity: [0, 0], make: () => fromBoolean(() => true) },
  false: { arity: [0, 0], make: () => fromBoolean(() => false) },
  number: { arity: [0, 1], make: (args) => fromNumber(number(args, 0)) },
  sum: {
    arity: [1, 1],
    nodes: [0],
    make: ([set]) => fromNumber((c) => (set as Expression).nodes(c).reduce((sum, node) => sum + numberOf(stringOfCursor(node, c.run)), 0)),
  },
  floor: { arity: [1, 1], make: (args) => fromNumber((c) => Math.floor(number(args, 0)(c))) },
  ceiling: { arity: [1, 1], make: (args) => fromNumber((c) => Math.ceil(number(args, 0)(c))) },
  round: { arity: [1, 1], make: (args) => fromNumber((c) => rounded(number(args, 0)(c))) },
  current: { arity: [0, 0], make: (_, __, scope) => fromNodes((c) => [c.current], scope.current) },
  deref: { arity: [1, 1], nodes: [0], make: deref },
  'derived-from': { arity: [2, 2], nodes: [0], make: derived(false) },
  'derived-from-or-self': { arity: [2, 2], nodes: [0], make: derived(true) },
  'enum-value': {
    arity: [1, 1],
    nodes: [0],
    make: ([set]) =>
      fromNumber((c) => {
        const node = (set as Expression).nodes(c)[0];
        const enums = node?.schema.type?.kinds.flatMap((kind) => kind.enums ?? []);
        return enums?.find((one) => one.name === node?.value)?.value ?? NaN;
      }),
  },
  'bit-is-set': {
    arity: [2, 2],
    nodes: [0],
    make: ([set, bit]) =>
      fromBoolean((c) => {
        const value = (set as Expression).nodes(c)[0]?.value;
        return textOf(value)
          .split(' ')
          .includes((bit as Expression).string(c));
      }),
  },
  're-match': { arity: [2, 2], make: reMatch },
};

/** Compiles a function call. */
export function compileCall(call: Call, scope: Static): Expression {
  const definition = Object.hasOwn(FUNCTIONS, call.name) ? FUNCTIONS[call.name] : undefined;
  const none = fromBoolean(() => false);
  if (!definition) {
    const core = ['id', 'lang', 'namespace-uri'].includes(call.name);
    scope.error(
      call.at,
      core ? `${call.name}() is not supported` : `there is no function ${call.name}()`,
      core ? 'YANG_UNSUPPORTED' : 'YANG_XPATH',
    );
    return none;
  }
  const [least, most] = definition.arity;
  if (call.args.length < least || call.args.length > most) {
    const wanted = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    scope.error(call.at, `${call.name}() takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${call.args.length}`);
    return none;
  }
  const args = call.args.map((arg) => scope.compile(arg, scope));
  for (const index of definition.nodes ?? []) {
    if (args[index] && args[index].type !== 'nodes') {
      scope.error(call.args[index]?.at ?? call.at, `${call.name}() needs nodes here`);
      return none;
    }
  }
  return definition.make(args, call, scope);
}

/** RFC 7950 section 10.3.1: the leaf that a leafref names. An instance-identifier would need the whole tree's schema here. */
function deref([set]: readonly Expression[], call: Call, scope: Static): Expression {
  const source = set as Expression;
  const references = source.schemas.flatMap((node) => node.references);
  const pointers = source.schemas.filter((node) => node.type?.kinds.some((kind) => kind.base === 'instance-identifier'));
  if (pointers.length > 0) scope.error(call.at, 'deref() of an instance-identifier is not supported', 'YANG_UNSUPPORTED');
  else if (references.length === 0 && source.schemas.length > 0)
    scope.warn(call.at, 'deref() of something that is no leafref finds nothing');
  const targets = references.flatMap((reference) => (reference.type.target ? [reference.type.target as Node] : []));
  return fromNodes(
    (c) => {
      const node = source.nodes(c)[0];
      if (!node) return [];
      const found = node.schema.references.flatMap((reference) => {
        const at: Context = { node, position: 1, size: 1, current: node, run: c.run };
        return reference.path.nodes(at).filter((target) => target.value === node.value);
      });
      return inOrder(found);
    },
    [...new Set(targets)],
  );
}

function derived(orSelf: boolean): Make {
  return ([set, name], call, scope) => {
    const nodes = set as Expression;
    const wanted = name as Expression;
    const fixed = typeof wanted.literal === 'string' ? scope.identityKey(wanted.literal, call.at) : undefined;
    if (fixed !== undefined && !scope.identities.has(fixed)) scope.warn(call.at, `there is no identity ${fixed}`);
    return fromBoolean((c) => {
      const key = fixed ?? scope.identityKey(wanted.string(c), call.at);
      const base = scope.identities.get(key);
      if (!base) return false;
      return nodes.nodes(c).some((node) => {
        const found = scope.identities.get(textOf(node.value));
        return found !== undefined && ((orSelf && found === base) || base.derived.has(found));
      });
    });
  };
}

function reMatch([text, pattern]: readonly Expression[], call: Call, scope: Static): Expression {
  const subject = text as Expression;
  const expression = pattern as Expression;
  if (typeof expression.literal !== 'string') {
    scope.error(call.at, 're-match() is supported with a literal pattern only', 'YANG_UNSUPPORTED');
    return fromBoolean(() => false);
  }
  const found = translate(expression.literal);
  if ('problem' in found) {
    scope.error(call.at, `the pattern cannot be used: ${found.problem}`, found.unsupported ? 'YANG_UNSUPPORTED' : 'YANG_XPATH');
    return fromBoolean(() => false);
  }
  return fromBoolean((c) => found.regexp.test(subject.string(c)));
}
