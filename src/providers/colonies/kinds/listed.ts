import type { Diagnostic } from '../../../core/diagnostic.ts';
import { shortId } from '../../../core/id.ts';
import type { Call, Kind, Known, Sighting } from '../../contract.ts';
import type { Colony, ColonyRead } from '../session.ts';
import { notReadable, unread } from './readable.ts';

/** One object of a list, and the resource that it is the answer to, if it is one's. */
export interface Match<T> {
  readonly item: T;
  readonly known?: Known;
}

export interface Around<T> {
  readonly read: ColonyRead;
  readonly all: readonly T[];
  readonly call: Call;
}

/** A kind whose objects one request lists whole, under names that are unique in the colony. */
export interface Listed<T, Spec> {
  list(read: ColonyRead, signal: AbortSignal): Promise<readonly T[]>;
  handleOf(item: T): string;
  nameOf(item: T): string;
  sightingsOf(found: readonly Match<T>[], around: Around<T>): Promise<readonly Sighting<Spec>[]> | readonly Sighting<Spec>[];
  /** Somebody could write it down who has not: not one that the server made for itself. */
  isForPeople?(item: T): boolean;
  /** The server forgets to remove it when it removes a colony: it is there again with the next colony of that name. */
  readonly outlivesColony?: true;
}

/** Answers from the list: it is whole, so what is not in it is absent. While nobody may read the colony, nothing is known. */
export const listed = <T, Spec extends object>(form: Listed<T, Spec>): Kind<Colony, Spec>['observe'] =>
  async function* (read, ask, call) {
    const standing = await read.standing(call.signal);
    if (standing.is !== 'member') {
      yield ask.known.map((one) =>
        form.outlivesColony === true ? notReadable(one.id, { ...read, ...standing }) : unread(one, read, standing),
      );
      yield [{ seen: 'end', strangers: 'none' }];
      return;
    }
    const all = await form.list(read, call.signal);
    const byHandle = new Map(all.map((item) => [form.handleOf(item), item]));
    const byName = new Map(all.map((item) => [form.nameOf(item), item]));
    const found = new Map<T, Match<T>>();
    const rest: Known[] = [];
    for (const known of ask.known) {
      const item = byHandle.get(known.handle ?? '');
      if (item === undefined) rest.push(known);
      else found.set(item, { item, known });
    }
    const notFound: Sighting<Spec>[] = [];
    for (const known of rest) {
      const { id, key: name = '' } = known;
      const item = byName.get(name);
      const owner = item === undefined ? undefined : found.get(item)?.known?.id;
      if (item === undefined) notFound.push({ seen: 'absent', id });
      else if (owner === undefined) found.set(item, { item, known });
      else notFound.push({ seen: 'unknown', id, fault: { ...stillOf(owner, name), resource: id } });
    }
    const others = ask.strangers ? all.filter((item) => !found.has(item) && form.isForPeople?.(item) !== false) : [];
    yield [...(await form.sightingsOf([...found.values(), ...others.map((item) => ({ item }))], { read, all, call })), ...notFound];
    yield [{ seen: 'end', strangers: ask.strangers ? 'all' : 'none' }];
  };

const stillOf = (owner: string, name: string): Diagnostic => ({
  code: 'COLONIES_NAME_TAKEN',
  severity: 'error',
  summary: `the name ${name} is still that of ${shortId(owner)}`,
  detail: `${shortId(owner)} was made under that name, and the server has it once. Nothing is planned for this one while it is there.`,
  hint: `Plan again when ${shortId(owner)} has its new name.`,
});
