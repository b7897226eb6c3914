import { Fault } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import { segments, type Pointer } from '../../../core/pointer.ts';
import type { Call, Done, Work } from '../../contract.ts';
import { executorState, idOf, type Executor } from '../client/index.ts';
import type { Colony } from '../session.ts';
import type { ExecutorSpec } from '../types.ts';
import { plainCapabilities, type Capabilities } from './capabilities.ts';
import { removeDoubles } from './doubles.ts';
import { onceMade, unlessGone } from './faults.ts';
import { isLike } from './function-form.ts';
import { grouped } from './grouped.ts';
import { fixedFault, goneForEver, keylessFault, takenFault } from './taken.ts';

/** Adds it, approves it and registers its functions. One that is there under the same id, whatever became of it, is taken back. */
export async function makeExecutor(session: Colony, { id, want }: Work<ExecutorSpec>, { signal }: Call): Promise<Done> {
  const { read, write } = session;
  const colonyname = read.colony;
  const name = want.name ?? idParts(id).name;
  const { executortype, locationname, capabilities, functions = [], approved = true } = want;
  const executorid = want.executorid ?? idOf(want.key ?? '');
  const known = await added();
  return onceMade({ handle: executorid, key: name }, async () => {
    if (approved) await write.call('approveexecutormsg', { colonyname, executorname: name }, { signal });
    if (known !== undefined && capabilities !== undefined && want.key !== undefined) {
      await write.call('updateexecutormsg', { colonyname, executorname: name, capabilities }, { signal, key: want.key });
    }
    await register(
      session,
      { name, key: want.key, wanted: functions, names: functions.map((one) => one.name), isNew: known === undefined },
      signal,
    );
  });

  /** What was there already. */
  async function added(): Promise<Executor | undefined> {
    const place = locationname === undefined ? {} : { locationname };
    const able = capabilities === undefined ? {} : { capabilities };
    let lost: Fault | undefined;
    try {
      const executor = { executorname: name, executorid, colonyname, executortype, ...place, ...able };
      await write.call('addexecutormsg', { executor }, { signal });
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.sent === 'maybe') lost = error;
      else if (error.code !== 'COLONIES_EXISTS') throw error;
    }
    const rows = await read.executors(signal).catch((error: unknown) => {
      throw error instanceof Fault ? (lost ?? error) : error;
    });
    const there = rows.find((row) => row.executorname === name);
    // It was added although its reply was lost, and there is more to do to it; or nobody can tell.
    if (lost !== undefined && there?.executorid !== executorid) throw lost;
    const theirs = there?.executorid;
    if (there === undefined || theirs !== executorid) {
      if (there?.state === executorState.unregistered) throw new Fault(goneForEver(name, { theirs, mine: executorid }));
      throw takenFault({ what: 'executor', name, theirs, mine: executorid });
    }
    if (there.executortype !== executortype) throw fixedFault(name, 'executortype');
    if (there.locationname !== locationname) throw fixedFault(name, 'locationname');
    return there;
  }
}

/** While it is approved it may do more, so approval comes first and rejection last. */
export async function updateExecutor(session: Colony, work: Work<ExecutorSpec>, { signal }: Call): Promise<Done> {
  const { read, write } = session;
  const { id, want, differences, live, recorded } = work;
  const name = live?.key ?? want.name ?? idParts(id).name;
  const named = { colonyname: read.colony, executorname: name };
  const fields = new Set(differences.map(({ path }) => fieldOf(path)));
  const approved = want.approved ?? true;
  if (fields.has('approved') && approved) await write.call('approveexecutormsg', named, { signal });
  if (fields.has('capabilities')) {
    if (want.key === undefined) throw keylessFault(name);
    const capabilities = changed((live?.spec ?? {}) as Partial<ExecutorSpec>, want, new Set(differences.map(({ path }) => path)));
    await write.call('updateexecutormsg', { ...named, capabilities }, { signal, key: want.key });
  }
  if (work.mends === true) {
    if (want.key === undefined) throw keylessFault(name);
    await removeDoubles(session, live, { key: want.key, signal });
  }
  const functions = { name, key: want.key, wanted: want.functions ?? [], names: functionsIn(work), isNew: false };
  await register(session, functions, signal);
  if (fields.has('approved') && !approved) await write.call('rejectexecutormsg', named, { signal });
  return { handle: live?.handle ?? recorded?.handle ?? '', key: name };
}

/** The server keeps it, unregistered, and its name with it. */
export const removeExecutor = ({ read, write }: Colony, { id, want, recorded }: Work<ExecutorSpec>, { signal }: Call): Promise<void> =>
  unlessGone(() =>
    write.call('removeexecutormsg', { colonyname: read.colony, executorname: recorded?.key ?? want.name ?? idParts(id).name }, { signal }),
  );

const fieldOf = (path: Pointer): string => {
  const [first] = segments(path);
  return first !== undefined && 'name' in first ? first.name : '';
};

/** The live capabilities with the lists that differ: the server takes all of them at once. */
function changed(live: Partial<ExecutorSpec>, want: ExecutorSpec, paths: ReadonlySet<Pointer>): Capabilities {
  const is = plainCapabilities(live.capabilities ?? {});
  const whole = paths.has('/capabilities');
  const from = (list: keyof Capabilities): Capabilities => (whole || paths.has(`/capabilities/${list}`) ? (want.capabilities ?? {}) : is);
  return { hardware: from('hardware').hardware ?? [], software: from('software').software ?? [] };
}

/** The functions that an update is about. */
function functionsIn({ differences, want, recorded }: Work<ExecutorSpec>): readonly string[] {
  const names = new Set<string>();
  for (const { path } of differences) {
    if (fieldOf(path) !== 'functions') continue;
    const entry = segments(path)[1];
    if (entry !== undefined && 'key' in entry) names.add(entry.key[0] ?? '');
    else
      for (const { name } of [...(want.functions ?? []), ...(((recorded?.applied ?? {}) as Partial<ExecutorSpec>).functions ?? [])])
        names.add(name);
  }
  return [...names];
}

interface Registration {
  readonly name: string;
  readonly key: string | undefined;
  readonly wanted: NonNullable<ExecutorSpec['functions']>;
  /** The functions to see to: those that are not wanted go. */
  readonly names: readonly string[];
  /** Of an executor that has just been made, which has none. */
  readonly isNew: boolean;
}

/** Leaves one row of each function that is wanted. Nothing is sent for what is as it should be. */
async function register({ read, write }: Colony, { name, key, wanted, names, isNew }: Registration, signal: AbortSignal): Promise<void> {
  if (names.length === 0) return;
  if (key === undefined) throw keylessFault(name);
  const executor = { colonyname: read.colony, executorname: name };
  const there = isNew ? [] : await read.ask('getfunctionsmsg', executor, signal);
  const rowsOf = grouped(there, ({ funcname }) => funcname);
  for (const funcname of names) {
    const want = wanted.find((one) => one.name === funcname);
    const rows = rowsOf.get(funcname) ?? [];
    const kept = want === undefined ? undefined : rows.find((row) => isLike(row, want));
    for (const { functionid } of rows.filter((row) => row !== kept)) {
      await unlessGone(() => write.call('removefunctionmsg', { functionid }, { signal, key }));
    }
    if (want === undefined || kept !== undefined) continue;
    const { description, args } = want;
    const like = { ...(description === undefined ? {} : { description }), ...(args === undefined ? {} : { args }) };
    await write.call('addfunctionmsg', { fun: { ...executor, funcname, ...like } }, { signal, key });
  }
}
