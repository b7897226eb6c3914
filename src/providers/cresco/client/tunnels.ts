import { isFields, isList } from '../../../core/value.ts';
import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import { refusedBy } from './faults.ts';
import { jsonOf, paramsOf, wordOf } from './read-fabric.ts';
import type { Params } from './results.ts';
import type { TunnelsRead, TunnelsWrite } from './stock.ts';

/** Of `status`. `99` is an unknown action, `400` a missing parameter. */
const GOOD = '10';
const NONE = '9';

export function tunnelsRead(caller: Caller): TunnelsRead {
  return {
    async list(at, options) {
      const answer = await caller.plugin(at, { event: 'EXEC', action: 'listtunnels', idempotent: true }, options);
      const items = jsonOf(answer.text('tunnels'), 'tunnels');
      return (isList(items) ? items.filter(isFields) : []).map((item) => ({
        id: wordOf(item, 'stunnel_id') ?? '',
        status: wordOf(item, 'status') ?? '',
      }));
    },
    async status({ id, ...at }, options) {
      const query = { event: 'EXEC', action: 'gettunnelstatus', payload: { action_stunnel_id: id }, idempotent: true } as const;
      const answer = await caller.plugin(at, query, options);
      return isNone(answer) ? undefined : answer.text('tunnel_status');
    },
    async config({ id, ...at }, options) {
      const query = { event: 'EXEC', action: 'gettunnelconfig', payload: { action_stunnel_id: id }, idempotent: true } as const;
      const answer = await caller.plugin(at, query, options);
      return isNone(answer) ? undefined : paramsOf(jsonOf(answer.text('tunnel_config'), 'tunnel_config'));
    },
  };
}

export function tunnelsWrite(caller: Caller): TunnelsWrite {
  return {
    async open({ tunnel, ...at }, options) {
      const { destination } = tunnel;
      const payload: Params = {
        action_stunnel_id: tunnel.id,
        action_src_port: String(tunnel.sourcePort),
        action_dst_host: destination.host,
        action_dst_port: String(destination.port),
        action_dst_region: destination.region,
        action_dst_agent: destination.agent,
        action_dst_plugin: destination.plugin,
        action_buffer_size: String(tunnel.bufferSize ?? 8192),
      };
      const answer = await caller.plugin(at, { event: 'CONFIG', action: 'configsrctunnel', payload, long: true }, options);
      if (answer.optional('status') !== GOOD) throw refused(answer, 'configsrctunnel');
      return { id: answer.optional('stunnel_id') ?? tunnel.id };
    },
    async remove({ id, end, ...at }, options) {
      const action = end === 'source' ? 'removesrctunnel' : 'removedsttunnel';
      const answer = await caller.plugin(at, { event: 'CONFIG', action, payload: { action_stunnel_id: id } }, options);
      if (isNone(answer)) return false;
      if (answer.optional('status') !== GOOD) throw refused(answer, action);
      return true;
    },
  };
}

const isNone = (answer: Answer): boolean => answer.optional('status') === NONE;

const refused = (answer: Answer, action: string): Error =>
  refusedBy(action, `${answer.optional('status') ?? 'no status'} ${answer.optional('status_desc') ?? ''}`.trim());
