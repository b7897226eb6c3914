import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeSecret } from '../../../../src/manifests/secrets.ts';
import { projectFiles } from '../../../../src/manifests/sources.ts';
import type { Fields, Value } from '../../../../src/core/value.ts';
import type { Call, Output } from '../../../../src/providers/contract.ts';
import {
  hashText,
  idOf,
  openColonies,
  type MessageType,
  type Process,
  type Requests,
} from '../../../../src/providers/colonies/client/index.ts';
import { colonyOf, type Colony, type Keys } from '../../../../src/providers/colonies/index.ts';
import { operations } from '../../../../src/providers/colonies/operations/index.ts';
import { sandbox } from '../../../../src/providers/colonies/sandbox/index.ts';
import { systemClock } from '../../../../src/providers/transport/clock.ts';
import { temporaryFolder } from '../../confhoard/folder.ts';

export const COLONY = 'dev';
type Input = Readonly<Record<string, string>>;

export interface Bench {
  readonly session: Colony;
  readonly keys: Required<Keys>;
  /** The project's folder. */
  readonly dir: string;
  control(name: string, input?: Input): Promise<Value>;
  call(signal?: AbortSignal): Call;
  /** A session with these keys, in the same project. */
  connect(keys: Keys): Colony;
  /** All that an operation says. */
  run(name: string, input?: Input, options?: { readonly session?: Colony; readonly signal?: AbortSignal }): Promise<readonly Output[]>;
  /** The same as it comes. */
  begin(name: string, input?: Input, options?: { readonly session?: Colony; readonly signal?: AbortSignal }): AsyncIterator<Output>;
  /** What somebody else does; signed by the owner unless `key` says who. */
  hand<T extends MessageType>(type: T, request: Requests[T]['request'], key?: string): Promise<Requests[T]['reply']>;
  /** A file of the project. */
  write(path: string, text: string): Promise<void>;
  /** An approved executor of the type kettle with these functions; resolves with its key. */
  kettle(name: string, functions?: readonly string[]): Promise<string>;
  /** Takes the next process for the executor with this key, logs the lines and closes it. */
  work(
    key: string,
    how: { readonly logs?: readonly string[]; readonly out?: readonly Value[]; readonly errors?: readonly string[] },
  ): Promise<Process>;
}

/** The real sandbox with its sample colony, a project in a folder, and a session with every key. */
export async function withBench(body: (bench: Bench) => Promise<void>, options: Fields = {}): Promise<void> {
  const dir = await temporaryFolder('colonies-operations');
  const system = await sandbox({ options: { colony: COLONY, ...options } });
  const given = system.options as { readonly serverKey: string; readonly colonyKey: string; readonly key: string };
  const keys = { server: given.serverKey, owner: given.colonyKey, member: given.key };
  const open: { close(): Promise<void> }[] = [];
  const connect = (some: Keys): Colony => {
    const around = { dir, env: {}, dice: (count: number) => randomBytes(count) };
    const session = colonyOf(openColonies({ address: system.address }), {
      colony: COLONY,
      keys: some,
      around: { files: projectFiles(dir), secret: (source) => makeSecret(source, around) },
    });
    open.push(session);
    return session;
  };
  const client = openColonies({ address: system.address });
  open.push(client);
  const session = connect(keys);
  const call = (signal = new AbortController().signal): Call => ({
    signal,
    emit: () => undefined,
    now: systemClock.now,
    random: () => 0.5,
  });
  const hand: Bench['hand'] = (type, request, key = keys.owner) => client.call(type, request, { key });
  const begin: Bench['begin'] = (name, input = {}, { session: mine = session, signal } = {}) => {
    const operation = operations.find((one) => one.name === name);
    if (operation === undefined) throw new Error(`there is no operation ${name}`);
    return operation.run(mine, input, call(signal))[Symbol.asyncIterator]();
  };
  const bench: Bench = {
    session,
    keys,
    dir,
    control: (name, input = {}) => system.control(name, input),
    call,
    connect,
    begin,
    async run(...args) {
      return rest(begin(...args));
    },
    hand,
    async write(path, text) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    },
    async kettle(name, functions = ['boil']) {
      const key = hashText(`the key of ${name}`);
      const named = { colonyname: COLONY, executorname: name };
      await hand('addexecutormsg', { executor: { ...named, executorid: idOf(key), executortype: 'kettle' } });
      await hand('approveexecutormsg', named);
      for (const funcname of functions) await hand('addfunctionmsg', { fun: { ...named, funcname } }, key);
      return key;
    },
    async work(key, { logs = [], out, errors }) {
      const process = await hand('assignprocessmsg', { colonyname: COLONY, timeout: 10 }, key);
      const { processid } = process;
      for (const message of logs) await hand('addlogmsg', { processid, message }, key);
      if (errors === undefined) await hand('closesuccessfulmsg', { processid, out: out ?? [] }, key);
      else await hand('closefailedmsg', { processid, errors }, key);
      return process;
    },
  };
  try {
    await body(bench);
  } finally {
    await Promise.all(open.map((one) => one.close()));
    await system.close();
    await rm(dir, { recursive: true });
  }
}

/** What is still to come. */
export async function rest(outputs: AsyncIterator<Output>): Promise<readonly Output[]> {
  const said: Output[] = [];
  for (let next = await outputs.next(); next.done !== true; next = await outputs.next()) said.push(next.value);
  return said;
}

export const lines = (outputs: readonly Output[]): readonly string[] =>
  outputs.flatMap((output) => ('line' in output ? [output.line] : []));
export const value = (outputs: readonly Output[]): Value | undefined =>
  outputs.flatMap((output) => ('value' in output ? [output.value] : []))[0];

/** The rows of the only table. */
export function rows(outputs: readonly Output[]): readonly (readonly string[])[] {
  const found = outputs.flatMap((output) => ('table' in output ? [output.table.rows] : []))[0];
  if (found === undefined) throw new Error(`no table: ${JSON.stringify(outputs)}`);
  return found;
}
