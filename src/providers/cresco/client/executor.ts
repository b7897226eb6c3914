import type { Answer } from './answer.ts';
import type { EventType, RequestOptions } from './calls.ts';
import type { Caller } from './caller.ts';
import { refusedBy } from './faults.ts';
import type { Params } from './results.ts';
import type { ExecutorRead, ExecutorWrite, Process } from './stock.ts';

/** `stream_name: X not found.`: told without `error`. */
const NOT_FOUND = /not found\.?$/;

const on =
  (caller: Caller) =>
  (at: Process, action: string, more: Params, options: RequestOptions | undefined, event: EventType = 'CONFIG') =>
    caller.plugin(at, { event, action, payload: { stream_name: at.stream, ...more }, refusable: true }, options);

export function executorRead(caller: Caller): ExecutorRead {
  return {
    async status(at, options) {
      const query = { event: 'CONFIG', action: 'status_process', payload: { stream_name: at.stream }, idempotent: true } as const;
      const answer = await caller.plugin(at, query, options);
      if (NOT_FOUND.test(answer.optional('error_msg') ?? '')) return undefined;
      return { running: answer.flag('run_status') };
    },
  };
}

export function executorWrite(caller: Caller): ExecutorWrite {
  const ask = on(caller);
  return {
    async configure({ command, metrics, ...at }, options) {
      const more = { command, ...(metrics === undefined ? {} : { metrics: String(metrics) }) };
      succeeded(await ask(at, 'config_process', more, options), 'config_process', 'config_status');
    },
    async start(at, options) {
      succeeded(await ask(at, 'start_process', {}, options), 'start_process', 'start_status');
    },
    async run(at, options) {
      // 1.1 answers with a plain echo where nothing is configured.
      const answer = await ask(at, 'run_process', {}, options, 'EXEC');
      if (answer.has('error') || !answer.has('status')) throw refusedBy('run_process', wordsOf(answer) ?? 'nothing is configured');
    },
    async end(at, options) {
      const answer = await ask(at, 'end_process', {}, options);
      if (NOT_FOUND.test(answer.optional('error_msg') ?? '')) return false;
      succeeded(answer, 'end_process', 'end_status');
      return true;
    },
    async reset(at, options) {
      const query = { event: 'CONFIG', action: 'reset_runners', idempotent: true } as const;
      (await caller.plugin(at, query, options)).text('reset_status');
    },
  };
}

const wordsOf = (answer: Answer): string | undefined => answer.optional('error_msg') ?? answer.optional('error');

function succeeded(answer: Answer, action: string, member: string): void {
  if (answer.has('error') || !answer.flag(member)) throw refusedBy(action, wordsOf(answer) ?? `${member}: ${answer.text(member)}`);
}
