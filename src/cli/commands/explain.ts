import { allKinds } from '../../app/all-kinds.ts';
import { explained } from '../../app/explained.ts';
import { Fault, nearest } from '../../core/diagnostic.ts';
import { EXIT } from '../exit.ts';
import type { Action } from '../frame.ts';
import { printJson, styleOf } from '../print.ts';
import { fieldAt, renderExplain, table } from '../render/index.ts';

/** `setpoint explain [group/Kind[.field…]]`. */
export const action: Action = async (context) => {
  const { terminal, words, globals } = context;
  const style = styleOf(context);
  const kinds = await allKinds();
  const [word] = words;
  if (word === undefined) {
    const said = kinds.map((one) => ({ kind: one.kind, summary: String(one.schema().description ?? '').split(/(?<=\.)\s/)[0] ?? '' }));
    if (printJson(context, { kinds: said }, said)) return EXIT.ok;
    const rows = said.map(({ kind, summary }) => [kind, summary]);
    terminal.out(table({ columns: ['kind', 'what it describes'], rows, style }));
    return EXIT.ok;
  }
  const [name = ''] = word.split('.', 1);
  // Data paths are written with slashes in manifests, so they may be here as well.
  const path = word.slice(name.length).split(/[./]/).filter(Boolean);
  const kind = kinds.find((one) => one.kind === name) ?? kinds.find((one) => one.kind.endsWith(`/${name}`));
  if (!kind) {
    const known = kinds.map((one) => one.kind);
    const short = known.map((one) => one.slice(one.indexOf('/') + 1));
    throw unknown({ summary: `there is no kind called "${name}"`, word: name, known, near: [...known, ...short] });
  }
  const { directory, environment, target } = globals;
  const root = await explained(kind, {
    surroundings: terminal,
    ...(directory === undefined ? {} : { directory }),
    ...(environment === undefined ? {} : { environment }),
    ...(target === undefined ? {} : { targets: target }),
  });
  const found = fieldAt(root, path);
  if ('unknown' in found) {
    const { unknown: field, known } = found;
    throw unknown({ summary: `${kind.kind} has no field called "${field}"`, word: field, known, near: known });
  }
  if (globals.format !== 'text') terminal.out(`${JSON.stringify(found.field.schema)}\n`);
  else terminal.out(renderExplain({ kind: kind.kind, root, field: found.field, style }));
  return EXIT.ok;
};

function unknown(options: {
  readonly summary: string;
  readonly word: string;
  readonly known: readonly string[];
  readonly near: readonly string[];
}): Fault {
  const { summary, word, known } = options;
  const near = nearest(word, options.near);
  return new Fault({
    code: 'NOTHING_EXPLAINED',
    summary,
    detail: known.length === 0 ? 'There are no fields below it.' : `There is ${known.join(', ')}.`,
    hint: near === undefined ? 'setpoint explain lists the kinds, setpoint explain KIND its fields.' : `Did you mean ${near}?`,
  });
}
