import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import type { AnyProvider, Session, TargetSpec } from '../providers/contract.ts';
import { limiter } from '../providers/transport/rate.ts';
import type { Limits, Link, LiveLink, Run } from './opened.ts';
import { callOf } from './opened.ts';
import { timely } from './timely.ts';

export interface LinkOptions {
  readonly provider: AnyProvider;
  readonly limits: Limits;
  /** With secrets looked up: called only when the target is first wanted. */
  readonly spec: () => Promise<TargetSpec>;
}

/** Connections to targets: one each, opened when first wanted, closed together. */
export interface Links {
  /** Never rejects for an expected failure: a target that is down is a Link with a fault. */
  get(target: string): Promise<Link>;
  /** The same, for whoever is going to write: a system that is not there yet is made. */
  found(target: string): Promise<Link>;
  limits(target: string): Limits;
  close(): Promise<void>;
}

export function openLinks(targets: ReadonlyMap<string, LinkOptions>, run: Run): Links {
  const open = new Map<string, Promise<Link>>();
  const sessions: Session[] = [];
  const optionsOf = (name: string): LinkOptions => {
    const options = targets.get(name);
    if (!options) throw new Error(`no target is called ${name}`);
    return options;
  };
  const connect = async (name: string, { provider, limits, spec }: LinkOptions): Promise<Link> => {
    try {
      const target = await spec();
      const session = await timely(run, limits.timeoutMs, async (signal) => {
        const made = await provider.connect(target, callOf(run, signal));
        // Too late, and nobody will have it: an open connection would keep the process alive.
        if (signal.aborted) await made.close();
        else sessions.push(made);
        return made;
      });
      const instance = await timely(run, limits.timeoutMs, (signal) => provider.identify(session.read, callOf(run, signal)));
      return { session, ...(instance === undefined ? {} : { instance }), limits, provider, limiter: limiter({ ...limits, clock: run }) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { fault: unreachable(name, error.diagnostic), limits, provider };
    }
  };
  const founded = async (name: string, link: LiveLink): Promise<Link> => {
    const { session, provider, limits } = link;
    try {
      await timely(run, limits.timeoutMs, async (signal) => provider.found?.(session, callOf(run, signal)));
      const instance = await timely(run, limits.timeoutMs, (signal) => provider.identify(session.read, callOf(run, signal)));
      return { ...link, ...(instance === undefined ? {} : { instance }) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { fault: unreachable(name, error.diagnostic), limits, provider };
    }
  };
  const get = (name: string): Promise<Link> => {
    let link = open.get(name);
    if (!link) open.set(name, (link = connect(name, optionsOf(name))));
    return link;
  };
  return {
    get,
    async found(name) {
      const link = await get(name);
      if ('fault' in link || link.instance !== undefined) return link;
      const made = founded(name, link);
      open.set(name, made);
      return made;
    },
    limits: (name) => optionsOf(name).limits,
    async close() {
      await Promise.allSettled(open.values());
      await Promise.allSettled(sessions.map((session) => session.close()));
    },
  };
}

const unreachable = (target: string, cause: Diagnostic): Diagnostic => ({
  ...cause,
  hint: cause.hint ?? `setpoint doctor -t ${target} finds out what is wrong.`,
});
