import { assert } from '../../kit/group.ts';
import type { Check } from '../kit/stage.ts';
import { ANSWERS, RAISED } from './answers.ts';
import { KEY, type Server } from './fabric.ts';
import type { Jars } from './jars.ts';
import { isIn, type Example, type Page, type Row } from './page.ts';
import { openPython, py, type Python } from '../kit/python.ts';
import { unlike } from '../kit/unlike.ts';

/** One release of the Python client and one server. */
export interface Pair {
  readonly release: string;
  readonly server: Server;
  /** Its Python. */
  readonly program: string;
  readonly jars: Jars;
  /** Files of this pair alone, which plugins may read and write. */
  readonly folder: string;
  readonly check: Check;
}

const SHOWN = 90;
/** What the agents were told, by their actions. */
const ADMIN = /^client\.admin\.(\w+)\(/;

/** A Python that knows what the page's code takes for granted. */
export async function begin({ program, server, jars, folder }: Pair): Promise<Python> {
  const python = openPython(program);
  const given = { host: server.host, port: server.port, key: KEY, jar_file: jars.jarFile, filerepo_file: jars.filerepoFile, folder };
  await python.value(
    Object.entries(given)
      .map(([name, value]) => `${name} = ${py(value)}`)
      .join('\n'),
  );
  return python;
}

/** The Python side of the page, from top to bottom. */
export async function playTheirs({ opening, steps }: Page, pair: Pair): Promise<void> {
  const python = await begin(pair);
  try {
    await python.value(opening.python);
    for (const step of steps) {
      if (step.type === 'example') await pair.check(`example: ${step.name}`, () => playExample(step, python));
      else if (isIn(step, pair.release)) await pair.check(shortened(step.python), () => playRow(step, python, pair));
    }
  } finally {
    await python.close();
  }
}

async function playExample({ python: code, prints }: Example, python: Python): Promise<void> {
  const { raised, said, printed } = await python.run(code);
  assert.is(raised, undefined, `${raised ?? ''}: ${said ?? ''}\n${printed}`);
  // 0.12 prints what it is told as well.
  const lines = printed.split('\n');
  for (const line of prints.split('\n')) assert.ok(lines.includes(line), `it did not print "${line}", but:\n${printed}`);
}

async function playRow({ python: cell }: Row, python: Python, { server, release }: Pair): Promise<void> {
  const [, name, call = cell] = /^(\w+) = (.*)$/.exec(cell) ?? [];
  const answer = ANSWERS.find(([start]) => call.startsWith(start))?.[1];
  if (answer === undefined) throw new Error('test/interop/cresco/answers.ts does not say what this gives');
  const action = ADMIN.exec(call)?.[1];
  if (action !== undefined) await server.ctl('reset-counts');
  const { value, raised, said, printed } = await python.run(name === undefined ? cell : `${cell}\n${name}`);
  const got = raised === undefined ? value : RAISED;
  const difference = unlike(got, answer({ generation: server.generation, release }));
  assert.is(difference, undefined, `${difference ?? ''}\n${raised === undefined ? '' : `${raised}: ${said ?? ''}\n`}${printed}`);
  if (action !== undefined) await arrived(server, action);
}

/** Nothing is answered, so the server is asked. */
async function arrived(server: Server, action: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const counts = (await server.ctl('counts')) as Readonly<Record<string, unknown>>;
    if (JSON.stringify(counts).includes(action)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the server was never told ${action}`);
}

const shortened = (code: string): string => (code.length > SHOWN ? `${code.slice(0, SHOWN)}…` : code);
