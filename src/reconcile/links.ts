import type { Diagnostic } from '../core/diagnostic.ts';
import { Fault } from '../core/diagnostic.ts';
import type { AnyProvider, Session, TargetSpec } from '../providers/contract.ts';
import { limiter } from '../providers/transport/rate.ts';
import type { Limits, Link, LiveLink, Run, Stopped } from './opened.ts';
import { callOf } from './opened.ts';
import { timely } from './timely.ts';

export interface LinkOptions {
  readonly provider: AnyProvider;
  readonly limits: Limits;
  /** With secrets looked up, and generated ones made where that is said: called only when the target is first wanted. */
  readonly spec: (how?: 'make') => Promise<LookedUp>;
}

/** `lacks`: secrets that are generated, and that nobody has made yet. */
export interface LookedUp extends TargetSpec {
  readonly lacks?: true;
}

/** Connections to targets: one each, opened when first wanted, closed together. */
export interface Links {
  /** Never rejects for an expected failure: a target that is down is a Link with a fault. */
  get(target: string): Promise<Link>;
  /**
   * The same, for whoever is going to write: secrets that it is reached with are made, and so is a system that is not there yet, where
   * its provider can.
   */
  found(target: string): Promise<Link>;
  /** The same, after something was written: a system that was made by that has a name by now. */
  named(target: string): Promise<Link>;
  limits(target: string): Limits;
  close(): Promise<void>;
}

export function openLinks(targets: ReadonlyMap<string, LinkOptions>, run: Run): Links {
  const open = new Map<string, Promise<Link>>();
  const sessions = new Set<Session>();
  /** Connected to without secrets that nobody has made yet. */
  const lacking = new Set<string>();
  const optionsOf = (name: string): LinkOptions => {
    const options = targets.get(name);
    if (!options) throw new Error(`no target is called ${name}`);
    return options;
  };
  const connect = async (name: string, { provider, limits, spec }: LinkOptions, how?: 'make'): Promise<Link> => {
    let way: Omit<Stopped, 'cause'> = { at: 'secrets' };
    try {
      const { lacks, ...target } = await spec(how);
      const { address } = target;
      way = { at: 'connection', address };
      if (lacks) lacking.add(name);
      const session = await timely(run, limits.timeoutMs, async (signal) => {
        const made = await provider.connect(target, callOf(run, signal));
        // Too late, and nobody will have it: an open connection would keep the process alive.
        if (signal.aborted) await made.close();
        else sessions.add(made);
        return made;
      });
      way = { at: 'identity', address, session };
      const instance = await timely(run, limits.timeoutMs, (signal) => provider.identify(session.read, callOf(run, signal)));
      return { session, ...(instance === undefined ? {} : { instance }), limits, provider, limiter: limiter({ ...limits, clock: run }) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { fault: unreachable(name, error.diagnostic), stopped: { ...way, cause: error.diagnostic }, limits, provider };
    }
  };
  const identified = async (link: LiveLink): Promise<LiveLink> => {
    const { session, provider, limits } = link;
    const instance = await timely(run, limits.timeoutMs, (signal) => provider.identify(session.read, callOf(run, signal)));
    return { ...link, ...(instance === undefined ? {} : { instance }) };
  };
  const reconnected = async (name: string, link: LiveLink): Promise<Link> => {
    const anew = await connect(name, optionsOf(name), 'make');
    if (!('fault' in anew)) {
      sessions.delete(link.session);
      await link.session.close();
    }
    return anew;
  };
  const founded = async (name: string, before: LiveLink): Promise<Link> => {
    const { provider, limits } = before;
    const link = lacking.delete(name) ? await reconnected(name, before) : before;
    if ('fault' in link || link.instance !== undefined) return link;
    try {
      await timely(run, limits.timeoutMs, async (signal) => provider.found?.(link.session, callOf(run, signal)));
      return await identified(link);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const stopped: Stopped = { at: 'identity', session: link.session, cause: error.diagnostic };
      return { fault: unreachable(name, error.diagnostic), stopped, limits, provider };
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
      if ('fault' in link || (link.instance !== undefined && !lacking.has(name))) return link;
      const made = founded(name, link);
      open.set(name, made);
      return made;
    },
    async named(name) {
      const link = await get(name);
      if ('fault' in link || link.instance !== undefined) return link;
      try {
        const known = await identified(link);
        open.set(name, Promise.resolve(known));
        return known;
      } catch (error) {
        // What was written is written: whoever looks next is told why it does not answer.
        if (!(error instanceof Fault)) throw error;
        return link;
      }
    },
    limits: (name) => optionsOf(name).limits,
    async close() {
      await Promise.allSettled(open.values());
      await Promise.allSettled([...sessions].map((session) => session.close()));
    },
  };
}

const unreachable = (target: string, cause: Diagnostic): Diagnostic => ({
  ...cause,
  hint: cause.hint ?? `setpoint doctor -t ${target} finds out what is wrong.`,
});
