import { createHash } from 'node:crypto';
import type { Fields, Value } from '../../../../src/core/value.ts';
import type { Call, Output, ProjectFiles, Sandbox } from '../../../../src/providers/contract.ts';
import { openCresco } from '../../../../src/providers/cresco/client/index.ts';
import { operations } from '../../../../src/providers/cresco/operations/index.ts';
import { sandbox } from '../../../../src/providers/cresco/sandbox/index.ts';
import { fabricOf, type Fabric } from '../../../../src/providers/cresco/session.ts';
import { systemClock } from '../../../../src/providers/transport/clock.ts';
import { jar, type JarContent } from '../kinds/jar.ts';

export const PI_1 = 'dp/pi-1';
export const PI_2 = 'dp/pi-2';
export const HOME = 'global-region/global-controller';
export const NAMES = {
  reader: { name: 'io.example.reader', version: '1.0.0' },
  executor: { name: 'io.cresco.executor', version: '1.3.0' },
};

export interface Bench {
  readonly session: Fabric;
  readonly box: Sandbox;
  control(name: string, input?: Readonly<Record<string, string>>): Promise<Value>;
  call(signal?: AbortSignal): Call;
  /** All that an operation says. */
  run(name: string, input?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly Output[]>;
  /** The same as it comes. */
  begin(name: string, input?: Readonly<Record<string, string>>, signal?: AbortSignal): AsyncIterator<Output>;
  /** Puts a JAR into the repository. */
  stock(content: JarContent): Promise<string>;
}

export interface BenchOptions {
  readonly options?: Fields;
  readonly files?: ProjectFiles;
}

/** A sandbox of three agents whose time runs a hundred times as fast, and a session to it. */
export async function withBench(body: (bench: Bench) => Promise<void>, { options = {}, files }: BenchOptions = {}): Promise<void> {
  const box = await sandbox({ options: { agents: [PI_1, PI_2], pace: 0.01, voidMs: 1e9, allowCommands: true, ...options } });
  const { serviceKey, tls } = box.options as unknown as { readonly serviceKey: string; readonly tls: { readonly fingerprint: string } };
  const session = fabricOf(openCresco({ address: box.address, serviceKey, tls }), { clock: systemClock, files });
  const call = (signal = new AbortController().signal): Call => ({
    signal,
    emit: () => undefined,
    now: Date.now,
    random: () => 0.5,
  });
  const begin: Bench['begin'] = (name, input = {}, signal) => {
    const operation = operations.find((one) => one.name === name);
    if (operation === undefined) throw new Error(`there is no operation ${name}`);
    return operation.run(session, input, call(signal))[Symbol.asyncIterator]();
  };
  const bench: Bench = {
    session,
    box,
    control: (name, input = {}) => box.control(name, input),
    call,
    begin,
    async run(name, input, signal) {
      const said: Output[] = [];
      const outputs = begin(name, input, signal);
      for (let next = await outputs.next(); next.done !== true; next = await outputs.next()) said.push(next.value);
      return said;
    },
    async stock(content) {
      const bytes = jar(content);
      const md5 = createHash('md5').update(bytes).digest('hex');
      await session.write.global.uploadPlugin({ pluginName: content.name, version: content.version, md5, bytes });
      return md5;
    },
  };
  try {
    await body(bench);
  } finally {
    await session.close();
    await settled(box);
    await box.close();
  }
}

/** Nothing is on its way any more: what is still being made would write into a folder that is being removed. */
async function settled(box: Sandbox): Promise<void> {
  for (;;) {
    const { agents, pipelines } = (await box.control('state', {})) as unknown as {
      readonly agents: readonly { readonly plugins: readonly { readonly code: number }[] }[];
      readonly pipelines: readonly { readonly code: number }[];
    };
    if (![...agents.flatMap(({ plugins }) => plugins), ...pipelines].some(({ code }) => code === 3 || code === 4)) return;
    await systemClock.sleep(2);
  }
}

export const lines = (outputs: readonly Output[]): readonly (string | undefined)[] =>
  outputs.map((output) => ('line' in output ? output.line : undefined));

/** The rows of the only table. */
export function rows(outputs: readonly Output[]): readonly (readonly string[])[] {
  const [first] = outputs;
  if (first === undefined || !('table' in first)) throw new Error(`no table: ${JSON.stringify(first)}`);
  return first.table.rows;
}
