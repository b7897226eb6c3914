import { systemClock } from '../../transport/clock.ts';
import { answerOf, type Answer } from './answer.ts';
import { believed } from './believed.ts';
import type { EventType, RequestOptions } from './calls.ts';
import type { CrescoOptions } from './client.ts';
import { described, type Route } from './envelope.ts';
import { agentUnknown, refusedBy } from './faults.ts';
import { agentsIn } from './read-fabric.ts';
import type { Requests } from './requests.ts';
import type { Agent, AgentPlace, Params, PluginPlace } from './results.ts';

/** What is asked, without where. */
export interface Query {
  readonly event: EventType;
  readonly action: string;
  readonly payload?: Params;
  /** Left out: it is no reading, and doing it twice is not doing it once. */
  readonly idempotent?: true;
  readonly long?: true;
  /** What the fabric refuses in words is an answer, and no fault. */
  readonly refusable?: true;
}

/** Requests by whom they are for. An agent that the fabric does not show is not asked: the answer would take half a minute. */
export interface Caller {
  global(query: Query, options: RequestOptions | undefined): Promise<Answer>;
  agent(at: AgentPlace, query: Query, options: RequestOptions | undefined): Promise<Answer>;
  plugin(at: PluginPlace, query: Query, options: RequestOptions | undefined): Promise<Answer>;
  /** To an agent, and nothing is answered. */
  tell(at: AgentPlace, query: Query, options: RequestOptions | undefined): Promise<void>;
  /** Throws CRESCO_AGENT_UNKNOWN. */
  known(at: AgentPlace, options: RequestOptions | undefined): Promise<void>;
  readonly requests: Requests;
}

/** How long a list of agents is believed, and how long one is that lacks an agent. */
const FRESH_MS = 3_000;
const LACKING_MS = 500;

export function caller(requests: Requests, { clock = systemClock, redact = (text: string) => text }: CrescoOptions): Caller {
  const ask = async (route: Route, query: Query, options: RequestOptions | undefined): Promise<Answer> => {
    const { event, action, payload = {}, idempotent = false, long = false, refusable = false } = query;
    const sent = { action, ...payload };
    const params = await requests.ask({ route, event, payload: sent, idempotent, long }, options);
    const line = described(route, sent);
    // A plugin says `error: true` and its words elsewhere; an agent puts its words there.
    const error = params['error'];
    if (error !== undefined && !refusable) throw refusedBy(line, redact(params['error_msg'] ?? error));
    return answerOf(params, line);
  };

  const agents = believed(clock, async (): Promise<readonly Agent[]> => {
    const route: Route = { type: 'global_controller_msgevent' };
    return agentsIn(await ask(route, { event: 'EXEC', action: 'listagents', idempotent: true }, undefined)) ?? [];
  });
  const known = async (at: AgentPlace, options: RequestOptions | undefined): Promise<void> => {
    const { identity } = await requests.connect(options);
    if (at.region === identity.region && at.agent === identity.agent) return;
    for (const youngerThanMs of [FRESH_MS, LACKING_MS]) {
      const found = await agents(youngerThanMs, options?.signal);
      if (found.some(({ region, agent }) => region === at.region && agent === at.agent)) return;
      if (youngerThanMs === LACKING_MS) throw agentUnknown(at, found);
    }
  };

  return {
    requests,
    known,
    global: (query, options) => ask({ type: 'global_controller_msgevent' }, query, options),
    agent: async ({ region, agent }, query, options) => {
      await known({ region, agent }, options);
      return ask({ type: 'global_agent_msgevent', region, agent }, query, options);
    },
    plugin: async ({ region, agent, plugin }, query, options) => {
      await known({ region, agent }, options);
      return ask({ type: 'global_plugin_msgevent', region, agent, plugin }, query, options);
    },
    tell: async ({ region, agent }, { event, action, payload = {} }, options) => {
      await known({ region, agent }, options);
      await requests.tell({ route: { type: 'global_agent_msgevent', region, agent }, event, payload: { action, ...payload } }, options);
    },
  };
}
