import type { ResourceId } from '../core/id.ts';
import { isRef, unknownMark } from '../core/mark.ts';
import type { Change, Difference, Risk } from '../core/plan.ts';
import { member } from '../core/pointer.ts';
import type { Value } from '../core/value.ts';
import { byText, equal, isFields, isList } from '../core/value.ts';
import type { Context } from './context.ts';
import { told } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Renewed } from './diff.ts';

const WORST_FIRST: readonly Risk[] = ['physical', 'irreversible', 'replace', 'update', 'create', 'none'];

/** Decisions as people read them, worst first. */
export const changesOf = (context: Context, decisions: readonly Decision[]): readonly Change[] =>
  decisions
    .map((decision) => changeOf(context, decision))
    .sort((a, b) => WORST_FIRST.indexOf(a.risk) - WORST_FIRST.indexOf(b.risk) || byText(a.id, b.id));

export function changeOf(context: Context, decision: Decision): Change {
  const { id, action, reason, facts, act, resource, live } = decision;
  const touches = act !== 'none' && act !== 'record' && act !== 'forget';
  const remarks = act === 'update' || act === 'replace' ? decision.remarks : decision.remarks?.map(told);
  const written = writtenBy(decision);
  const mended = (remarks ?? []).flatMap(({ mend }) => mend?.effect ?? []);
  const effects = touches ? [...mended, ...(facts?.effects?.(written, live) ?? [])] : [];
  return {
    id,
    action,
    reason,
    differences: shown(context, decision),
    ...present('ignored', decision.ignored),
    ...present('unverifiable', decision.unverifiable),
    ...present('remarks', remarks),
    ...present('author', decision.author),
    ...present('failing', failing(decision)),
    effects,
    risk: touches && facts?.physical?.(written) === true ? 'physical' : riskOf(decision),
    ...present('origin', resource?.origin),
    ...present('from', decision.from),
    ...present('motion', decision.motion),
    ...present('blocked', decision.blocked),
    ...present('fault', decision.fault),
  };
}

/** What is wrong with the live object. Of a run that has ended the record knows, whatever the system has kept of it. */
function failing({ rule, recorded, live }: Decision): string | undefined {
  const result = rule === 'run-failed' ? recorded?.run?.result : undefined;
  if (typeof result === 'string') return result;
  return live?.readiness.state === 'failed' ? live.readiness.message : undefined;
}

const present = <K extends string, V>(name: K, value: V | undefined): { readonly [name in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [name in K]?: V };

function riskOf({ act }: Decision): Risk {
  switch (act) {
    case 'delete':
    case 'discard':
      return 'irreversible';
    case 'replace':
      return 'replace';
    case 'update':
    case 'adopt':
      return 'update';
    case 'create':
      return 'create';
    case 'record':
    case 'forget':
    case 'none':
      return 'none';
  }
}

const WHOLE: Difference = { path: '', cause: 'edited', forcesReplace: true };

/** What the change means for the live object: one that is made anew for what differs elsewhere goes as a whole. */
function writtenBy(decision: Decision): readonly Difference[] {
  const { act, differences } = decision;
  if (act === 'delete') return removal(decision);
  return act !== 'replace' || differences.some((d) => d.forcesReplace === true) ? differences : [...differences, WHOLE];
}

/** What deleting takes away, for the kind to judge what it means in the real world. What says nothing of itself goes as well. */
function removal({ recorded, live }: Decision): readonly Difference[] {
  const gone = Object.keys(recorded?.applied ?? {}).flatMap((name): readonly Difference[] => {
    const before = live?.spec[name];
    return before === undefined ? [] : [{ path: member('', name), before, cause: 'edited', dropped: true }];
  });
  return gone.length > 0 ? gone : [{ path: '', cause: 'edited', dropped: true }];
}

/** A reference that this plan makes anew has no value yet: people see what it waits for, and the handle that goes. */
function shown({ world }: Context, { differences, renewed }: Decision): readonly Difference[] {
  if (renewed === undefined) return differences;
  const handle = (id: ResourceId): string | undefined => world.recorded.get(id)?.handle;
  return differences.map((difference) => {
    const { before, after } = difference;
    if (after === undefined) return difference;
    const later = withUnknowns(renewed, after);
    if (later === after) return difference;
    const now = isRef(before) && equal(before, after) ? handle(before['setpoint:ref']) : undefined;
    return { ...difference, ...(now === undefined ? {} : { before: now }), after: later };
  });
}

function withUnknowns(renewed: Renewed, value: Value): Value {
  if (isRef(value)) return value.by === 'name' || renewed(value) === undefined ? value : unknownMark(value['setpoint:ref']);
  if (isList(value)) {
    const items = value.map((item) => withUnknowns(renewed, item));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!isFields(value)) return value;
  const members = Object.entries(value).map(([name, inner]): readonly [string, Value] => [name, withUnknowns(renewed, inner)]);
  return members.some(([name, inner]) => inner !== value[name]) ? Object.fromEntries(members) : value;
}
