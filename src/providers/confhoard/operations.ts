import { Fault, nearest } from '../../core/diagnostic.ts';
import type { Value } from '../../core/value.ts';
import type { Operation, Output } from '../contract.ts';
import type { Candidate, LeafChange, Stored } from './datastore/index.ts';
import { compareText, createDraft, openCandidate, parsePath } from './datastore/index.ts';
import type { ConfhoardSession } from './session.ts';

type Input = Readonly<Record<string, string>>;

const STORES: readonly Stored[] = ['running', 'persist', 'startup', 'operational'];
const PATH = { name: 'path', summary: 'a data path: /brewhouse/temperature/fermentation' } as const;
const USER = { name: 'user', summary: 'who is written into the commit log (default: operator)' } as const;

/** Acts on a datastore that are no state: what a person at its console does. */
export const operations: readonly Operation<ConfhoardSession>[] = [
  {
    name: 'get',
    summary: 'prints what a store holds, or the part of it at a path',
    mutates: false,
    inputs: [PATH, { name: 'store', summary: 'running, persist, startup or operational (default: running)' }],
    async *run({ read }, input) {
      const { tree } = await read.read(storeNamed(input['store'] ?? 'running'));
      const at = input['path'];
      const value = at === undefined || at === '/' ? tree : createDraft(tree).read(parsePath(read.schema, at));
      if (value === undefined) yield { line: `${at ?? '/'} is not set.` };
      else yield { value };
    },
  },
  {
    name: 'set',
    summary: 'sets one leaf as somebody at the console would, behind the back of the manifests',
    mutates: true,
    inputs: [
      { ...PATH, required: true },
      { name: 'value', summary: 'the value; JSON for a container, list or leaf-list', required: true },
      USER,
    ],
    run: (session, input) => edited(session, input, (candidate) => candidate.set(given(input, 'path'), valueOf(given(input, 'value')))),
  },
  {
    name: 'delete',
    summary: 'removes what is at a path, as somebody at the console would',
    mutates: true,
    inputs: [{ ...PATH, required: true }, USER],
    run: (session, input) => edited(session, input, (candidate) => candidate.remove(given(input, 'path'))),
  },
  {
    name: 'log',
    summary: 'lists the commits: who changed what, when, and through what',
    mutates: false,
    inputs: [{ name: 'last', summary: 'how many commits (default: 20)' }],
    async *run({ read }, input) {
      const last = Number(input['last'] ?? 20);
      const rows: (readonly string[])[] = [];
      let commits = 0;
      for await (const { generation, at, user, via, changes, comment = '' } of read.log()) {
        if (commits === last) break;
        commits += 1;
        const told: readonly LeafChange[] = changes.length > 0 ? changes : [{ path: comment }];
        for (const change of [...told].reverse())
          rows.push([String(generation), at, `${user} via ${via}`, change.path, shown(change.old), shown(change.new)]);
      }
      yield { table: { columns: ['generation', 'at', 'who', 'what', 'old', 'new'], rows: rows.reverse() } };
    },
  },
  {
    name: 'compare',
    summary: 'shows how one store differs from another',
    mutates: false,
    inputs: [
      { name: 'a', summary: 'the store to start from (default: persist)' },
      { name: 'b', summary: 'the store to compare with it (default: running)' },
    ],
    async *run({ read }, input) {
      const [a, b] = [storeNamed(input['a'] ?? 'persist'), storeNamed(input['b'] ?? 'running')];
      const stores = await read.readTogether([a, b]);
      const lines = compareText(read.schema, stores[a].tree, stores[b].tree);
      if (lines.length === 0) yield { line: `${a} and ${b} are the same.` };
      for (const line of lines) yield { line };
    },
  },
  {
    name: 'save',
    summary: 'copies running to startup, what a new datastore begins with, or to persist, what a reboot begins with',
    mutates: true,
    inputs: [{ name: 'store', summary: 'startup or persist (default: startup)' }, USER],
    async *run({ write }, input) {
      const to = storeNamed(input['store'] ?? 'startup');
      if (to !== 'startup' && to !== 'persist') throw badStore(to, ['startup', 'persist']);
      const { generation } = await write.save(to, { user: input['user'] ?? 'operator', via: 'console' });
      yield { line: `Running is saved to ${to}, generation ${generation}.` };
    },
  },
];

async function* edited(session: ConfhoardSession, input: Input, edit: (candidate: Candidate) => void): AsyncGenerator<Output> {
  const candidate = await openCandidate({ schema: session.read.schema, read: session.read.read, commit: session.write.commit });
  edit(candidate);
  const { generation, changes } = await candidate.commit({ user: input['user'] ?? 'operator', via: 'console' });
  for (const change of changes) yield { line: changeText(change) };
  yield { line: changes.length > 0 ? `Commit complete, generation ${generation}.` : 'Nothing to commit.' };
}

/** `/…/setpoint: 17.0 → 18.5` */
const changeText = ({ path, old, new: now }: LeafChange): string =>
  `${path}: ${old === undefined ? 'not set' : shown(old)} → ${now === undefined ? 'not set' : shown(now)}`;

const shown = (value: Value | undefined): string => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** JSON where it can be nothing else; any other text is judged by the leaf's type. Throws Fault CONFIG_VALUE. */
export function valueOf(text: string): Value {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new Fault(
      {
        code: 'CONFIG_VALUE',
        summary: 'the value is no JSON',
        detail: `A value that begins with ${text[0]} is read as JSON: ${(cause as Error).message}.`,
        hint: 'Put it in single quotes, so that the shell leaves it whole.',
      },
      { cause },
    );
  }
}

function given(input: Input, name: string): string {
  const value = input[name];
  if (value === undefined)
    throw new Fault({ code: 'INPUT_MISSING', summary: `the operation needs ${name}`, hint: `Write ${name}=… behind its name.` });
  return value;
}

/** Throws Fault CONFIG_STORE. */
export function storeNamed(word: string): Stored {
  const known = STORES.find((one) => one === word);
  if (!known) throw badStore(word, STORES);
  return known;
}

function badStore(word: string, known: readonly string[]): Fault {
  const guess = nearest(word, known);
  return new Fault({
    code: 'CONFIG_STORE',
    summary: `"${word}" is not a store that can be used here`,
    detail: `The stores are ${known.join(', ')}.`,
    ...(guess === undefined ? {} : { hint: `Did you mean ${guess}?` }),
  });
}
