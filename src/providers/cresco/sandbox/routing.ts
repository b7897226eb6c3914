import type { Texts } from './gson.ts';

/** Whom a message is for. */
export type Destination =
  | { readonly to: 'global' }
  | { readonly to: 'region' }
  | { readonly to: 'agent'; readonly region: string; readonly agent: string }
  | { readonly to: 'plugin'; readonly region: string; readonly agent: string; readonly plugin: string }
  /** Known to the server and to nobody behind it. */
  | { readonly to: 'nobody' };

const EVENTS = ['CONFIG', 'DISCOVER', 'ERROR', 'EXEC', 'GC', 'INFO', 'KPI', 'LOG', 'WATCHDOG'] as const;
export type EventType = (typeof EVENTS)[number];
const isEvent = (text: string | undefined): text is EventType => (EVENTS as readonly (string | undefined)[]).includes(text);

export interface Routed {
  readonly to: Destination;
  readonly event: EventType;
  readonly isRpc: boolean;
  /** How long the client is going to wait, in milliseconds (servers of generation 3 wait as long). */
  readonly withinMs?: number;
}

/**
 * Where a request goes (sheet 2.1, 2.2). Undefined for an unknown type of message or event: those get no reply at all, while
 * a name that nobody has, or one that is missing, costs the caller the whole wait for an answer.
 */
export function route(info: Texts, home: { readonly region: string; readonly agent: string }): Routed | undefined {
  const event = info['message_event_type'];
  const to = destinationOf(info, home);
  if (to === undefined || !isEvent(event)) return undefined;
  const within = Number(info['rpc_timeout_ms']);
  return {
    to,
    event,
    isRpc: info['is_rpc']?.toLowerCase() === 'true',
    ...(Number.isFinite(within) && within > 0 ? { withinMs: within } : {}),
  };
}

function destinationOf(info: Texts, home: { readonly region: string; readonly agent: string }): Destination | undefined {
  const { dst_region: region, dst_agent: agent, dst_plugin: plugin } = info;
  const toAgent = (atRegion?: string, atAgent?: string): Destination =>
    atRegion === undefined || atAgent === undefined ? { to: 'nobody' } : { to: 'agent', region: atRegion, agent: atAgent };
  const toPlugin = (atRegion?: string, atAgent?: string): Destination =>
    atRegion === undefined || atAgent === undefined || plugin === undefined
      ? { to: 'nobody' }
      : { to: 'plugin', region: atRegion, agent: atAgent, plugin };
  switch (info['message_type']) {
    case 'global_controller_msgevent':
      return { to: 'global' };
    case 'regional_controller_msgevent':
      return { to: 'region' };
    case 'global_agent_msgevent':
      return toAgent(region, agent);
    case 'regional_agent_msgevent':
      return toAgent(home.region, agent);
    case 'agent_msgevent':
      return toAgent(home.region, home.agent);
    case 'global_plugin_msgevent':
      return toPlugin(region, agent);
    case 'regional_plugin_msgevent':
      return toPlugin(home.region, agent);
    case 'plugin_msgevent':
      // Clients that could not read the certificate send null here.
      return { to: 'plugin', ...home, plugin: plugin ?? '' };
    case 'kpi_msgevent':
      return { to: 'nobody' };
    default:
      return undefined;
  }
}
