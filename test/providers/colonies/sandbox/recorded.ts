import { readFileSync } from 'node:fs';
import type { Value } from '../../../../src/core/value.ts';
import { id, KEYS, sealed, send, type Sent, type Who } from './lab.ts';

/**
 * A request and what the real server (v1.9.12 on PostgreSQL 15, TZ=UTC) answered: `200 text/plain; charset=utf-8 TYPE false PAYLOAD`,
 * with ids, times and the like masked. `${name}` stands for what an earlier answer was asked to `save`.
 */
export interface Step extends Sent {
  readonly key?: Who;
  readonly type?: string;
  readonly payload?: Value;
  /** Instead of `payload`: text that is no message. */
  readonly text?: string;
  readonly signature?: string;
  readonly save?: readonly [name: string, member: string];
  readonly answer: string;
}

export const stepsOf = (name: string): readonly Step[] =>
  readFileSync(new URL(`recorded/${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Step);

/** Sends the requests one after the other: what is answered, masked as in the recording. */
export async function* played(address: string, steps: readonly Omit<Step, 'answer'>[]): AsyncGenerator<string> {
  const saved = new Map<string, string>();
  const mask = masker();
  for (const step of steps) {
    const { status, type, body } = await send(address, { ...step, ...bodyOf(step, saved) });
    yield `${status} ${type ?? '-'} ${mask(replyOf(body, step, saved))}`;
  }
}

function bodyOf(
  { method = 'POST', type, key, payload, text, signature, body }: Omit<Step, 'answer'>,
  saved: ReadonlyMap<string, string>,
): Sent {
  if (method !== 'POST' || type === undefined) return body === undefined ? {} : { body };
  const message = (text ?? JSON.stringify(payload ?? '')).replace(/\$\{(\w+)\}/g, (_, name: string) => saved.get(name) ?? '');
  return { body: sealed(type, message, signature === undefined ? key : { text: signature }) };
}

function replyOf(body: string, { save }: Omit<Step, 'answer'>, saved: Map<string, string>): string {
  if (!body.startsWith('{')) return body.trim();
  const { payloadtype, payload, error } = JSON.parse(body) as { payloadtype: string; payload: string; error: boolean };
  const text = Buffer.from(payload, 'base64').toString('utf8');
  if (save !== undefined) saved.set(save[0], String((JSON.parse(text) as Record<string, unknown>)[save[1]]));
  // The server writes some of its payloads over many lines, which nobody can tell.
  const line = text.includes('\n') ? JSON.stringify(JSON.parse(text)) : text;
  return `${payloadtype} ${error} ${line}`;
}

/** Ids that the server made get numbers in the order in which they are seen; moments are all the same, but for those that never were. */
export function masker(): (text: string) => string {
  const known = new Map((Object.keys(KEYS) as Who[]).map((who) => [id(who), `<${who}>`]));
  const masked = (hex: string): string => {
    const found = known.get(hex) ?? `#${known.size - Object.keys(KEYS).length + 1}`;
    known.set(hex, found);
    return found;
  };
  return (text) =>
    text
      .replace(/[0-9a-f]{64}/g, masked)
      .replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, (time) => (time.startsWith('"0001') ? time : '"T"'))
      .replace(/"(prioritytime|timestamp)":\s*-?\d+/g, '"$1":N')
      .replace(/"historyid":"[^"]*"/g, '"historyid":"U"')
      .replaceAll('\\u003c', '<');
}
