import type { Diagnostic } from '../core/diagnostic.ts';
import { byText, canonical } from '../core/value.ts';
import { FORMAT, damaged, isNewer, tooNew } from './damage.ts';
import { boundTo, parsed } from './record-file.ts';
import type { Intent } from './store.ts';

/** What had begun and not ended when the checkpoint was made: part of it, so that another machine resolves it as well. */
export interface OpenFile {
  readonly instance?: string;
  readonly project?: string;
  readonly intents: readonly Intent[];
  readonly damage: readonly Diagnostic[];
}

/** Reads `open.jsonl`: a header `{format, instance, project}`, then one intent a line. */
export function parseOpenFile({ label, text }: { readonly label: string; readonly text: string }): OpenFile {
  const intents: Intent[] = [];
  const damage: Diagnostic[] = [];
  const texts = text.split('\n');
  if (texts.at(-1) === '') texts.pop();
  else damage.push(damaged({ file: label, line: texts.length, why: 'has no line end: the file was cut short' }));
  const header = parsed(texts[0] ?? '');
  if (isNewer(header?.['format'])) return { intents, damage: [tooNew(label, header?.['format'])] };
  if (header?.['format'] !== FORMAT) damage.push(damaged({ file: label, line: 1, why: 'is no header', source: texts[0] ?? '' }));
  for (let i = 1; i < texts.length; i += 1) {
    const value = parsed(texts[i] as string);
    if (isIntent(value)) intents.push(value);
    else damage.push(damaged({ file: label, line: i + 1, why: 'is no intent', source: texts[i] as string }));
  }
  return { intents, damage, ...boundTo(header) };
}

/** The text of `open.jsonl`, or null where nothing is open and there is to be no such file. */
export function formatOpenFile({
  instance,
  project,
  intents,
}: {
  readonly instance: string | undefined;
  readonly project: string | undefined;
  readonly intents: Iterable<Intent>;
}): string | null {
  const sorted = [...intents].sort((a, b) => byText(a.intent, b.intent));
  if (sorted.length === 0) return null;
  return `${[{ format: FORMAT, instance, project }, ...sorted].map(canonical).join('\n')}\n`;
}

export function isIntent(value: unknown): value is Intent {
  const one = value as Partial<Record<keyof Intent, unknown>> | undefined;
  return [one?.intent, one?.id, one?.verb, one?.run, one?.at].every((member) => typeof member === 'string');
}
