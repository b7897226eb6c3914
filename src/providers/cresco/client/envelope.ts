import type { EventType } from './calls.ts';
import type { AgentPlace, Params, PluginPlace } from './results.ts';

/** The eight ways of a message, with what each needs to know (`message_type` and its `dst_…`). */
export type Route =
  | { readonly type: 'global_controller_msgevent' | 'regional_controller_msgevent'; readonly to?: AgentPlace }
  | ({ readonly type: 'global_agent_msgevent' } & AgentPlace)
  | { readonly type: 'regional_agent_msgevent'; readonly agent: string }
  | { readonly type: 'agent_msgevent' }
  | ({ readonly type: 'global_plugin_msgevent' } & PluginPlace)
  | { readonly type: 'regional_plugin_msgevent'; readonly agent: string; readonly plugin: string }
  | { readonly type: 'plugin_msgevent'; readonly plugin: string };

/** What a request says of itself besides its route and payload. `id`: an answer is wanted, and recognised by it. */
export interface Wanted {
  readonly id?: string;
  /** How long the server is to wait for the fabric. Servers of generation 3 know it. */
  readonly serverMs?: number;
}

/** Under this name every handler echoes the id of a request, since it echoes all of the payload. */
export const ID = 'client_rpc_id';

/**
 * The text of a request. The server reads a map of maps of strings and says nothing at all to anything else, so that everything is a
 * string here: `is_rpc` too, which both generations take either way.
 */
export function envelope(message: { readonly route: Route; readonly event: EventType; readonly payload: Params }, wanted: Wanted): string {
  const { route, event, payload } = message;
  const { id, serverMs } = wanted;
  return JSON.stringify({
    message_info: {
      message_type: route.type,
      message_event_type: event,
      ...('region' in route ? { dst_region: route.region } : {}),
      ...('agent' in route ? { dst_agent: route.agent } : {}),
      ...('plugin' in route ? { dst_plugin: route.plugin } : {}),
      is_rpc: String(id !== undefined),
      ...('to' in route && route.to !== undefined ? { region_id: route.to.region, agent_id: route.to.agent } : {}),
      ...(serverMs === undefined ? {} : { rpc_timeout_ms: String(serverMs) }),
    },
    message_payload: { ...payload, ...(id === undefined ? {} : { [ID]: id }) },
  });
}

/** `pluginlist of dp/pi-3`, as faults name a request. */
export function described(route: Route, payload: Params): string {
  const action = payload['action'] ?? 'a message';
  if ('plugin' in route)
    return `${action} of ${[('region' in route && route.region) || '', 'agent' in route ? route.agent : '', route.plugin].filter(Boolean).join('/')}`;
  if ('agent' in route) return `${action} of ${'region' in route ? `${route.region}/` : ''}${route.agent}`;
  return `${action} of the ${route.type.replace('_msgevent', '').replaceAll('_', ' ')}`;
}
