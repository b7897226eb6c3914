import { history } from '../../app/history.ts';
import { shortId } from '../../core/id.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { styleOf } from '../print.ts';
import { renderHistory } from '../render/index.ts';

/** `setpoint history [ID]`: what our runs did, newest first. */
export const action: Action = async (context) => {
  const { terminal, globals, options, words } = context;
  const [selector] = words;
  const limit = Number(options.limit ?? 50);
  if (!Number.isInteger(limit) || limit < 1) {
    terminal.err(`--limit takes a whole number from 1, not "${String(options.limit)}".\n`);
    return EXIT.manifests;
  }
  const entries = await history(await context.engine(), { surroundings: terminal, limit, ...(selector === undefined ? {} : { selector }) });
  if (globals.format === 'json' || globals.format === 'ndjson') {
    for (const entry of entries) terminal.out(`${JSON.stringify({ format: 1, ...entry })}\n`);
    return EXIT.ok;
  }
  const style = styleOf(context);
  const byId = new Map<string, (typeof entries)[number][]>();
  for (const entry of entries) byId.set(entry.id, [...(byId.get(entry.id) ?? []), entry]);
  if (byId.size <= 1) terminal.out(renderHistory(entries, style));
  else for (const [id, own] of byId) terminal.out(`${style.paint('strong', shortId(id))}\n${renderHistory(own, style)}\n`);
  return EXIT.ok;
};
