import { Fault } from '../core/diagnostic.ts';
import type { Store } from '../state/store.ts';
import type { Links } from './links.ts';

/**
 * Binds the state of each target, whose lease is held, to the system that answers there: from then on another one behind the same
 * address is refused. One that is not there yet is made; a target that does not answer is left as it is. Throws Fault INSTANCE_CHANGED.
 */
export async function bindInstances(
  targets: Iterable<string>,
  { store, links }: { readonly store: Store; readonly links: Links },
): Promise<void> {
  for (const target of targets) {
    const there = await links.get(target);
    if ('fault' in there) continue;
    const bound = (await store.load(target)).instance;
    if (bound !== undefined && bound !== there.instance) throw otherInstance({ target, meant: bound, answers: there.instance });
    const link = await links.found(target);
    if (!('fault' in link)) await store.bind(target, link.instance);
  }
}

/** Another fabric behind the same address would look like one where everything has vanished. */
export const otherInstance = (about: { readonly target: string; readonly meant: string; readonly answers: string | undefined }): Fault =>
  new Fault({
    code: 'INSTANCE_CHANGED',
    summary: `${about.target} is another system than the one that is meant`,
    detail: `State and plan are about ${about.meant}, and ${about.answers ?? 'one that nobody has made yet'} answers now. Comparing the two would plan to make everything again. Nothing was written.`,
    hint: `Correct the address of ${about.target}; or, if the system really was replaced: setpoint state rebind ${about.target}, and plan again.`,
  });
