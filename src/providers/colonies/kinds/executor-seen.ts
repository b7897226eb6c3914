import type { Diagnostic } from '../../../core/diagnostic.ts';
import type { Remark } from '../../../core/resource.ts';
import { equal, type Value } from '../../../core/value.ts';
import type { Ask, Call, Known, Sighting } from '../../contract.ts';
import { executorState, type ColonyFunction, type Executor } from '../client/index.ts';
import { timeText } from '../operations/texts.ts';
import type { ColonyRead } from '../session.ts';
import type { ExecutorSpec } from '../types.ts';
import { plainCapabilities } from './capabilities.ts';
import { doublesRemarks, doublesStatus, type Doubled } from './doubles.ts';
import { described, isLike } from './function-form.ts';
import { grouped } from './grouped.ts';
import { idBehind, isUnnamed, keyBehind, rotated } from './identity.ts';
import { fixed, goneForEver, keyGone, otherName, taken } from './taken.ts';

type Live = Extract<Sighting<ExecutorSpec>, { readonly seen: 'live' }>;

/** What a question about executors is answered from: two lists of the whole colony, whatever is asked. */
interface Seen {
  readonly reregister: boolean;
  readonly byName: ReadonlyMap<string, Executor>;
  /** Of several with one id, the one that the server has not let go of. */
  readonly byId: ReadonlyMap<string, Executor>;
  /** Of each executor by name, in the order of their registration. */
  readonly functions: ReadonlyMap<string, readonly ColonyFunction[]>;
}

export async function* observeExecutors(
  read: ColonyRead,
  { known, strangers }: Ask,
  { signal }: Call,
): AsyncGenerator<readonly Sighting<ExecutorSpec>[]> {
  const [rows, functions] = await Promise.all([read.executors(signal), read.functions(signal)]);
  const seen: Seen = {
    reregister: read.reregister,
    byName: new Map(rows.map((row) => [row.executorname, row])),
    byId: new Map([...rows.filter(isGone), ...rows.filter((row) => !isGone(row))].map((row) => [row.executorid, row])),
    functions: grouped(functions, ({ executorname }) => executorname),
  };
  const answers = known.map((one) => answer(one, seen));
  yield answers;
  const asked = new Set([...known, ...answers].map((one) => ('key' in one ? one.key : undefined)));
  const others = rows.filter((row) => !isGone(row) && !asked.has(row.executorname));
  if (strangers) yield others.map((row) => live(row, {}, seen));
  yield [{ seen: 'end', strangers: strangers ? 'all' : 'none' }];
}

const isGone = ({ state }: Executor): boolean => state === executorState.unregistered;

function answer(one: Known, seen: Seen): Sighting<ExecutorSpec> {
  const { id, want, applied, handle, key = '' } = one;
  const spec = (want ?? applied ?? {}) as Partial<ExecutorSpec>;
  const mine = spec.executorid ?? idBehind(spec.key);
  const named = seen.byName.get(key);
  const row = (isUnnamed(one) && named?.executorid !== handle ? seen.byId.get(handle ?? '') : undefined) ?? named;
  const name = row?.executorname ?? key;
  const absent: Sighting<ExecutorSpec> = { seen: 'absent', id };
  const unknown = (fault: Diagnostic): Sighting<ExecutorSpec> => ({ seen: 'unknown', id, fault: { ...fault, resource: id } });
  if (want !== undefined && (row === undefined || (row.executorid !== mine && row.executorid !== handle))) {
    const namesake = mine === undefined ? undefined : seen.byId.get(mine);
    if (namesake !== undefined) return unknown(otherName({ name, theirs: namesake.executorname, id: namesake.executorid }));
    // Ours under the name that it had: the new one has another name and another key, and takes its place.
    const old = handle === undefined ? undefined : seen.byId.get(handle);
    if (old !== undefined && !isGone(old)) return { ...live(old, spec, seen), id };
  }
  if (row === undefined) return absent;
  const theirs = row.executorid;
  // What we recorded and still want is ours, also where the server has let it go; what is to go is gone by then.
  const isKept = want !== undefined && applied !== undefined && handle === theirs;
  if (isGone(row) && !isKept) {
    // With its own key it comes back: that is as good as making it.
    const isFree = want === undefined || mine === theirs || seen.reregister;
    return isFree ? absent : unknown(goneForEver(name, { theirs, mine }));
  }
  if (theirs !== mine && theirs !== handle) return want === undefined ? absent : unknown(taken({ what: 'executor', name, theirs, mine }));
  const found: Live = { ...live(row, spec, seen), id, ...rotated(one, theirs, mine) };
  const wrote = applied as Partial<ExecutorSpec>;
  const changed = isKept && !seen.reregister ? firstChanged({ want: spec, wrote, is: found.spec }, mine === theirs) : undefined;
  if (changed === undefined) return found;
  return unknown(changed === 'key' && mine === undefined ? keyGone(name) : fixed(name, changed));
}

/** The field that would take a new executor in its place, which the server does not let have the name. */
function firstChanged(
  { want, wrote, is }: { readonly want: Partial<ExecutorSpec>; readonly wrote: Partial<ExecutorSpec>; readonly is: ExecutorSpec },
  isSameKey: boolean,
): string | undefined {
  if (!isSameKey) return want.key === undefined ? 'executorid' : 'key';
  /** Set to another value, or set once and no longer. */
  const differs = (field: 'executortype' | 'locationname' | 'capabilities'): boolean =>
    (want[field] ?? wrote[field]) !== undefined && !equal((want[field] ?? {}) as Value, (is[field] ?? {}) as Value);
  if (differs('executortype')) return 'executortype';
  if (differs('locationname')) return 'locationname';
  return want.key === undefined && differs('capabilities') ? 'capabilities' : undefined;
}

function live(row: Executor, spec: Partial<ExecutorSpec>, { functions: byExecutor }: Seen): Live {
  const { executorid, executorname: name, executortype, state, locationname, lastheardfromtime, commissiontime } = row;
  const rows = byExecutor.get(name) ?? [];
  const { functions, doubles } = sorted(rows, spec);
  const capabilities = plainCapabilities(row.capabilities);
  const approved = state === executorState.approved;
  const mayMend = approved && idBehind(spec.key) === executorid;
  const remarks = [...unregistered(row), ...doublesRemarks(doubles, { at: '/functions', mayMend })];
  return {
    seen: 'live',
    handle: executorid,
    key: name,
    spec: {
      name,
      executorid,
      executortype,
      // A key is compared by its id: as long as it is a mark, it is none that could be sent.
      ...(spec.key === undefined ? {} : { key: keyBehind(executorid) as unknown as string }),
      approved,
      ...(locationname === undefined ? {} : { locationname }),
      ...(Object.keys(capabilities).length === 0 ? {} : { capabilities }),
      functions: functions.map((one) => ({ name: one.funcname, ...described(one) })),
    },
    status: {
      executorid,
      name,
      state: nameOf(state),
      ...(lastheardfromtime === undefined ? {} : { lastHeardFrom: lastheardfromtime }),
      ...(commissiontime === undefined ? {} : { commissioned: commissiontime }),
      ...doublesStatus(doubles),
    },
    // Nobody else is going to: whoever waits for that waits in vain.
    readiness: approved === (spec.approved ?? approved) ? { state: 'ready' } : { state: 'failed', message: `it is ${nameOf(state)}` },
    ...(remarks.length === 0 ? {} : { remarks }),
  };
}

const STATES: ReadonlyMap<number, string> = new Map(Object.entries(executorState).map(([name, state]) => [state, name]));
const nameOf = (state: number): string => STATES.get(state) ?? String(state);

/** The server takes executors off its books that asked for work once and have not for some time. */
const unregistered = ({ state, lastheardfromtime }: Executor): readonly Remark[] =>
  state === executorState.unregistered
    ? [
        {
          class: 'ineffective',
          at: '/approved',
          message:
            lastheardfromtime === undefined
              ? 'somebody removed it'
              : `the server unregistered it, having had no request for work since ${timeText(lastheardfromtime)} UTC. Unless its program runs, it does so again within a minute`,
        },
      ]
    : [];

/** One row of each function, and what there is of ours besides: of several, the one that is as it should be, or the first. */
function sorted(
  rows: readonly ColonyFunction[],
  { functions: wanted = [] }: Partial<ExecutorSpec>,
): { readonly functions: readonly ColonyFunction[]; readonly doubles: readonly Doubled[] } {
  const ours = new Map(wanted.map((one) => [one.name, one]));
  const doubles: Doubled[] = [];
  const functions = [...grouped(rows, ({ funcname }) => funcname)].map(([name, all]) => {
    const want = ours.get(name);
    const [first] = all as readonly [ColonyFunction];
    const kept = all.length === 1 || want === undefined ? first : (all.find((one) => isLike(one, want)) ?? first);
    if (all.length > 1 && want !== undefined) doubles.push({ name, extra: all.filter((one) => one !== kept) });
    return kept;
  });
  return { functions, doubles };
}
