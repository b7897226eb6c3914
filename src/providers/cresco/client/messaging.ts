import type { Message, MessageOptions, Messaging } from './calls.ts';
import type { Caller } from './caller.ts';
import type { Route } from './envelope.ts';
import type { Params } from './results.ts';

/** The eight routes, raw: nothing is looked up before, and an `error` in the answer is left to the reader. */
export function messagingOf({ requests }: Caller): Messaging {
  const send = async (route: Route, { event, payload }: Message, options: MessageOptions = {}): Promise<Params | undefined> => {
    const { reply = true, ...asking } = options;
    if (reply) return requests.ask({ route, event, payload, idempotent: false }, asking);
    await requests.tell({ route, event, payload }, asking);
    return undefined;
  };
  return {
    globalController: ({ to, ...message }, options) =>
      send({ type: 'global_controller_msgevent', ...(to === undefined ? {} : { to }) }, message, options),
    regionalController: ({ to, ...message }, options) =>
      send({ type: 'regional_controller_msgevent', ...(to === undefined ? {} : { to }) }, message, options),
    globalAgent: ({ region, agent, ...message }, options) => send({ type: 'global_agent_msgevent', region, agent }, message, options),
    regionalAgent: ({ agent, ...message }, options) => send({ type: 'regional_agent_msgevent', agent }, message, options),
    agent: (message, options) => send({ type: 'agent_msgevent' }, message, options),
    globalPlugin: ({ region, agent, plugin, ...message }, options) =>
      send({ type: 'global_plugin_msgevent', region, agent, plugin }, message, options),
    regionalPlugin: ({ agent, plugin, ...message }, options) => send({ type: 'regional_plugin_msgevent', agent, plugin }, message, options),
    plugin: ({ plugin, ...message }, options) => send({ type: 'plugin_msgevent', plugin }, message, options),
  };
}
