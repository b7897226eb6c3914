import { Fault } from '../core/diagnostic.ts';
import type { Store, TargetState } from '../state/store.ts';
import type { Links } from './links.ts';

interface Binding {
  readonly store: Store;
  readonly links: Links;
}

/**
 * Binds the state of each target, whose lease is held, to the system that answers there: from then on another one behind the same
 * address is refused. One that is not there yet is made, where its provider can; a target that does not answer is left as it is. Throws
 * Fault INSTANCE_CHANGED.
 */
export async function bindInstances(targets: Iterable<string>, { store, links }: Binding): Promise<void> {
  for (const target of targets) {
    const there = await links.get(target);
    if ('fault' in there) continue;
    refuseOther({ target, state: await store.load(target), answers: there.instance });
    const link = await links.found(target);
    if (!('fault' in link)) await store.bind(target, link.instance);
  }
}

/** Binds what had no name before something was written to it: the system itself was made by that. */
export async function bindMade(targets: Iterable<string>, { store, links }: Binding): Promise<void> {
  for (const target of targets) {
    const before = await links.get(target);
    if ('fault' in before || before.instance !== undefined) continue;
    const link = await links.named(target);
    if (!('fault' in link) && link.instance !== undefined) await store.bind(target, link.instance);
  }
}

/**
 * Another fabric behind the same address would look like one where everything has vanished. A system that nobody has made is only
 * another one where something is recorded of the one that was. Throws Fault INSTANCE_CHANGED.
 */
export function refuseOther(about: {
  readonly target: string;
  readonly state: Pick<TargetState, 'instance' | 'records' | 'open'> | undefined;
  readonly answers: string | undefined;
}): void {
  const { target, state, answers } = about;
  if (state?.instance === undefined || state.instance === NONE || state.instance === answers) return;
  if (answers === undefined && state.records.size === 0 && state.open.length === 0) return;
  throw otherInstance({ target, meant: state.instance, answers });
}

/** What state is bound to that a person has bound to a system which is not there yet. */
export const NONE = '';

export const otherInstance = (about: { readonly target: string; readonly meant: string; readonly answers: string | undefined }): Fault =>
  new Fault({
    code: 'INSTANCE_CHANGED',
    summary: `${about.target} is another system than the one that is meant`,
    detail: `State and plan are about ${about.meant}, and ${about.answers ?? 'one that nobody has made yet'} answers now. Comparing the two would plan to make everything again. Nothing was written.`,
    hint: `Correct the address of ${about.target}; or, if the system really was replaced: setpoint state rebind ${about.target}, and plan again.`,
  });
