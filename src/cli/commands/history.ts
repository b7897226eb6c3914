import { history } from '../../app/history.ts';
import { shortId } from '../../core/id.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printJson, styleOf } from '../print.ts';
import { renderHistories, renderHistory } from '../render/index.ts';
import { wrongValue } from '../wrong-words.ts';

/** `setpoint history [ID]`: what our runs did, newest first. */
export const action: Action = async (context) => {
  const { terminal, options, words } = context;
  const [selector] = words;
  const limit = Number(options.limit ?? 50);
  if (!Number.isInteger(limit) || limit < 1) throw wrongValue('--limit', 'a whole number from 1', String(options.limit));
  const entries = await history(await context.engine(), { surroundings: terminal, limit, ...(selector === undefined ? {} : { selector }) });
  if (printJson(context, { entries }, entries)) return EXIT.ok;
  const style = styleOf(context);
  if (selector !== undefined) {
    terminal.out(renderHistory(entries, style));
    return EXIT.ok;
  }
  const diaries = new Map<string, (typeof entries)[number][]>();
  for (const entry of entries) {
    const name = shortId(entry.id);
    diaries.set(name, [...(diaries.get(name) ?? []), entry]);
  }
  terminal.out(renderHistories(diaries, style));
  return EXIT.ok;
};
