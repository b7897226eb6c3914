import { readFileSync } from 'node:fs';
import { Fault } from '../../../core/diagnostic.ts';
import { idParts } from '../../../core/id.ts';
import { isRef } from '../../../core/mark.ts';
import type { Fields, Value } from '../../../core/value.ts';
import type { Ask, Call, Done, Finding, Kind, Known, Shape, Sighting, Work } from '../../contract.ts';
import { executorState, type ColonyFunction, type Executor } from '../client/index.ts';
import type { Colony, ColonyRead } from '../session.ts';
import type { FunctionSpec } from '../types.ts';
import { doublesRemarks, doublesStatus, removeDoubles } from './doubles.ts';
import { unlessGone } from './faults.ts';
import { claimOn, described, describedAs } from './function-form.ts';
import { grouped } from './grouped.ts';
import { idBehind, keyBehind, publicOf } from './identity.ts';
import { forMembers } from './readable.ts';
import { keylessFault } from './taken.ts';

const SCHEMA = new URL('../../../../schemas/colonies/Function.v1.json', import.meta.url);

/** A function that an executor has registered. Its handle is the functionid, its key `executor/funcname`, both names. */
export const colonyFunction: Kind<Colony, FunctionSpec> = {
  kind: 'colonies/Function',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  open: () => shape,
  key: ({ executor, name: own }, name) => (typeof executor === 'string' ? `${executor}/${own ?? name}` : undefined),
  observe: forMembers(observe),
  make,
  update,
  remove,
  publicOf,
};

const shape: Shape<FunctionSpec> = {
  check: ({ key }) => (key === undefined ? [keyless] : []),
  normalize: ({ description, args, ...rest }) => ({
    ...rest,
    ...describedAs({ ...(description === undefined ? {} : { description }), ...(args === undefined ? {} : { args }) }),
  }),
  claims({ executor, name }, id) {
    // Offline a reference stands for the manifest that it names.
    const mark: Value = executor;
    return isRef(mark) ? [claimOn({ name: name ?? idParts(id).name, executor: mark['setpoint:ref'] }, '/executor')] : [];
  },
};

const keyless: Finding = {
  code: 'COLONIES_FUNCTION_KEY',
  summary: "a function takes its executor's own key",
  detail:
    'An executor registers its functions itself: the server takes them from nobody else, not even from the owner of the colony. The manifest of the executor has no key to take over.',
  hint: 'Give the key here, or in the manifest of the executor; or leave it to the program of the executor to register its functions.',
  pointer: '',
};

async function* observe(read: ColonyRead, { known, strangers }: Ask, { signal }: Call): AsyncGenerator<readonly Sighting<FunctionSpec>[]> {
  const [executors, functions] = await Promise.all([read.executors(signal), read.functions(signal)]);
  const byName = new Map(executors.map((row) => [row.executorname, row]));
  const keyOf = ({ executorname, funcname }: ColonyFunction): string => `${executorname}/${funcname}`;
  const byId = new Map(functions.map((row) => [row.functionid, row]));
  const byKey = grouped(functions, keyOf);
  const told = new Set<ColonyFunction>();
  const ours = new Set(known.map(({ handle }) => handle));
  yield known.map((one): Sighting<FunctionSpec> => {
    const { id, handle, key } = one;
    const all = byKey.get(key ?? '') ?? [];
    // One that is recorded is its own, also while another one is to have its name.
    const row = byId.get(handle ?? '') ?? all.find(({ functionid }) => !ours.has(functionid));
    if (row === undefined) return { seen: 'absent', id };
    told.add(row);
    const extra = all.filter((other) => other !== row && !ours.has(other.functionid));
    return { ...live(row, one, { byName, extra }), id };
  });
  if (strangers) yield functions.filter((row) => !told.has(row)).map((row) => live(row, undefined, { byName, extra: [] }));
  yield [{ seen: 'end', strangers: strangers ? 'all' : 'none' }];
}

function live(
  row: ColonyFunction,
  known: Known | undefined,
  { byName, extra }: { readonly byName: ReadonlyMap<string, Executor>; readonly extra: readonly ColonyFunction[] },
): Extract<Sighting<FunctionSpec>, { readonly seen: 'live' }> {
  const { functionid, funcname, executorname: executor, counter } = row;
  const { executorid: id, state } = byName.get(executor) ?? {};
  const spec = (known?.want ?? known?.applied ?? {}) as Partial<FunctionSpec>;
  const doubles = extra.length === 0 ? [] : [{ name: funcname, extra }];
  const mayMend = state === executorState.approved && idBehind(spec.key) === id;
  return {
    seen: 'live',
    handle: functionid,
    key: `${executor}/${funcname}`,
    // It is registered with the key of its executor and no other. As long as a key is a mark, it is none that could be sent.
    spec: {
      name: funcname,
      executor,
      ...(spec.key === undefined || id === undefined ? {} : { key: keyBehind(id) as unknown as string }),
      ...described(row),
    },
    status: { functionid, counter, ...doublesStatus(doubles) },
    ...(doubles.length === 0 ? {} : { remarks: doublesRemarks(doubles, { mayMend }) }),
  };
}

async function make({ read, write }: Colony, { id, want }: Work<FunctionSpec>, { signal }: Call): Promise<Done> {
  const { executor: executorname, key, description, args } = want;
  const funcname = want.name ?? idParts(id).name;
  if (key === undefined) throw keylessFault(executorname);
  const like = { ...(description === undefined ? {} : { description }), ...(args === undefined ? {} : { args }) };
  try {
    const { functionid } = await write.call(
      'addfunctionmsg',
      { fun: { colonyname: read.colony, executorname, funcname, ...like } },
      { signal, key },
    );
    return { handle: functionid, key: `${executorname}/${funcname}` };
  } catch (error) {
    throw error instanceof Fault && error.code === 'COLONIES_NOT_MEMBER' ? notApproved(executorname, error) : error;
  }
}

/** No value of it changes in place: what is to be mended are others of its name. */
async function update(session: Colony, { want, live: seen, recorded, mends }: Work<FunctionSpec>, { signal }: Call): Promise<Done> {
  const { key, executor } = want;
  if (key === undefined) throw keylessFault(executor);
  if (mends === true) await removeDoubles(session, seen, { key, signal });
  return { handle: seen?.handle ?? recorded?.handle ?? '', ...(seen?.key === undefined ? {} : { key: seen.key }) };
}

/** It goes with its executor: the server refuses whoever is no executor any more, and has removed its functions by then. */
async function remove({ read, write }: Colony, { want, recorded }: Work<FunctionSpec>, { signal }: Call): Promise<void> {
  const { key, executor } = want;
  const functionid = recorded?.handle ?? '';
  if (typeof key !== 'string') {
    // Nobody keeps its key any more; it may be gone with its executor.
    if (!(await isThere(read, functionid, signal))) return;
    throw keylessFault(executor);
  }
  try {
    await unlessGone(() => write.call('removefunctionmsg', { functionid }, { signal, key }));
  } catch (error) {
    const isRefused = error instanceof Fault && error.code === 'COLONIES_NOT_MEMBER';
    if (!isRefused || (await isThere(read, functionid, signal))) throw error;
  }
}

const isThere = async (read: ColonyRead, functionid: string, signal: AbortSignal): Promise<boolean> =>
  (await read.functions(signal)).some((row) => row.functionid === functionid);

const notApproved = (executor: string, { diagnostic, sent }: Fault): Fault =>
  new Fault(
    {
      ...diagnostic,
      code: 'COLONIES_NOT_APPROVED',
      summary: `the executor ${executor} is not approved, or this is not its key`,
      hint: `An executor registers functions while it is approved: say approved: true in its manifest, and give the key that its id is made of.`,
    },
    { sent },
  );
