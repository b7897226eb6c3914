import { Fault } from '../../core/diagnostic.ts';
import type { ResourceId } from '../../core/id.ts';
import { idParts, resourceId, shortId } from '../../core/id.ts';
import type { Recorded } from '../../core/resource.ts';
import { openRecords } from '../../app/records.ts';
import { selectOne } from '../../app/select.ts';
import { EXIT } from '../exit.ts';
import type { Action, Context } from '../frame.ts';
import { printJson, sentence, styleOf } from '../print.ts';
import { recordJson, table } from '../render/index.ts';

/** What is recorded, and the few ways in which a person may change it. No target is written to. */

/** `setpoint state ls`. */
export const ls: Action = async (context) => {
  const { terminal } = context;
  const records = [...(await openRecords(await context.engine())).all().values()];
  if (printRecords(context, records)) return EXIT.ok;
  if (records.length === 0) terminal.out('Nothing is recorded.\n');
  else {
    const rows = records.map(({ id, by }) => [id, `${by.at.slice(0, 16).replace('T', ' ')} UTC`]);
    terminal.out(table({ columns: ['resource', 'written'], rows, style: styleOf(context) }));
  }
  return EXIT.ok;
};

/** `setpoint state show ID…`. */
export const show: Action = async (context) => {
  const records = await openRecords(await context.engine());
  const found = context.words.map((name) => records.all().get(selectOne(name, [...records.all().keys()])) as Recorded);
  if (printRecords(context, found)) return EXIT.ok;
  for (const record of found) context.terminal.out(`${JSON.stringify(record, undefined, 2)}\n`);
  return EXIT.ok;
};

/** As ndjson a record is the line that it is in the state's own files. */
function printRecords(context: Context, records: readonly Recorded[]): boolean {
  if (context.globals.format !== 'ndjson') return printJson(context, { records });
  for (const record of records) context.terminal.out(recordJson(record));
  return true;
}

/** `setpoint state mv FROM TO`. */
export const mv: Action = async (context) => {
  const [from = '', to = ''] = context.words;
  const records = await openRecords(await context.engine());
  const old = selectOne(from, [...records.all().keys()]);
  const id = newId(old, to);
  if (records.all().has(id)) throw taken(id);
  const record = records.all().get(old) as Recorded;
  await records.write(
    idParts(old).target,
    [
      { id: old, outcome: 'done', recorded: null },
      { id, outcome: 'done', recorded: { ...record, id } },
    ],
    `moved ${shortId(old)} to ${shortId(id)}`,
  );
  if (!printJson(context, { from: old, to: id }))
    context.terminal.out(sentence(`${shortId(old)} is recorded as ${shortId(id)} from now on.`, context));
  return EXIT.ok;
};

/** `setpoint state forget ID…`. */
export const forget: Action = async (context) => {
  const records = await openRecords(await context.engine());
  const known = [...new Set([...records.all().keys(), ...records.open()])];
  const ids = context.words.map((name) => selectOne(name, known));
  for (const id of ids) {
    await records.write(idParts(id).target, [{ id, outcome: 'done', recorded: null }], `forgot ${shortId(id)}`);
    if (context.globals.format === 'text')
      context.terminal.out(sentence(`${shortId(id)} is forgotten. What stands on the target is left alone.`, context));
  }
  printJson(context, { forgotten: ids });
  return EXIT.ok;
};

/** `setpoint state rebind TARGET…`. */
export const rebind: Action = async (context) => {
  const engine = await context.engine();
  const records = await openRecords(engine);
  const rebound: object[] = [];
  for (const target of context.words) {
    const bound = await records.rebind(target);
    rebound.push({ target, ...bound });
    if (context.globals.format !== 'text') continue;
    const { instance, from, forgotten } = bound;
    const says = [
      ...(instance === undefined ? [] : [`The state of ${target} belongs to ${instance} from now on.`]),
      ...(from === undefined ? [] : [`The state of ${target} was the project ${from}'s and is this one's from now on.`]),
      ...(forgotten > 0 ? [`Forgotten, because it is not there: ${forgotten}.`] : []),
      'Look at a plan before you apply one.',
    ];
    context.terminal.out(sentence(says.join(' '), context));
  }
  printJson(context, { rebound }, rebound);
  return EXIT.ok;
};

/** A whole id, or a new name in the place of the old one. */
function newId(old: ResourceId, to: string): ResourceId {
  const { target, kind } = idParts(old);
  const parts = to.split('/');
  if (parts.length === 1) return resourceId({ target, kind, name: to });
  const id = parts.length === 3 ? `${target}/${to}` : to;
  const wanted = parts.length === 3 || parts.length === 4 ? idParts(id) : undefined;
  if (wanted?.target === target && wanted.kind === kind) return id;
  throw new Fault({
    code: 'ID_INVALID',
    summary: `${old} cannot become ${to}`,
    detail: 'A record belongs to its target and kind: the live object does not move.',
    hint: 'Write a new name.',
  });
}

const taken = (id: ResourceId): Fault =>
  new Fault({
    code: 'ID_TAKEN',
    summary: `${id} is recorded already`,
    detail: 'Two live objects cannot be one resource. Nothing was changed.',
    hint: 'Choose a name that setpoint state ls does not show, or let the other record go first: setpoint state forget.',
  });
