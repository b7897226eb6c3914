import { systemClock } from '../../transport/clock.ts';
import { httpClient, type HttpResponse } from '../../transport/http.ts';
import { refused } from '../../transport/http-faults.ts';
import { retrying } from '../../transport/retry.ts';
import type { CallOptions, ColoniesClient, ColoniesOptions } from './client.ts';
import { Unfit } from './codec.ts';
import { opened, sealed, type Opened } from './envelope.ts';
import { emptyReply, keyMissing, refusal, SILENT_TO_STRANGERS, unusableReply, type Asked } from './faults.ts';
import { idOf } from './keys.ts';
import { messages, type MessageType, type Requests } from './messages/index.ts';
import { followLogs } from './follow-logs.ts';
import { specOf, workflowOf } from './submit.ts';
import { subscriber } from './subscribe.ts';
import { waitForProcess } from './wait.ts';

/** Statuses that come with an envelope of the server's own. */
const ENVELOPES = [200, 400, 403, 404, 408, 409, 500, 503];
const HEADERS_MS = 30_000;
const TOTAL_MS = 120_000;

/** A client for one Colonies server. Connects with the first request. Throws Fault BAD_ADDRESS, and COLONIES_KEY for a key that is none. */
export function openColonies(options: ColoniesOptions): ColoniesClient {
  const { address, timeouts = {}, limits = {}, retry, clock = systemClock, random = Math.random } = options;
  const redact = options.redact ?? ((text: string) => text);
  if (options.key !== undefined) idOf(options.key);
  const tls = options.tls === undefined ? {} : 'ca' in options.tls ? { tls: options.tls } : { tls: { verify: false } };
  const base = { base: address, ...tls, timeouts, redact, clock };
  const maxBodyBytes = limits.maxBodyBytes === undefined ? {} : { maxBodyBytes: limits.maxBodyBytes };
  const quick = httpClient({ ...base, limits: { connections: limits.connections ?? 8, ...maxBodyBytes } });
  // Long polls have connections of their own, so that nothing quick ever waits behind them.
  const polls = httpClient({ ...base, limits: { connections: limits.polls ?? 64, ...maxBodyBytes } });

  const once = async <T extends MessageType>(
    type: T,
    request: Requests[T]['request'],
    call: CallOptions,
  ): Promise<Requests[T]['reply']> => {
    const { signer, effect, reply } = messages[type];
    const key = signer === 'nobody' ? undefined : (call.key ?? options.key);
    if (signer !== 'nobody' && key === undefined) throw keyMissing(type, signer);
    const asked: Asked = { type, signer, effect, address, redact, id: () => (key === undefined ? undefined : idOf(key)) };
    const seconds = 'timeout' in request ? Math.max(0, request.timeout) : 0;
    const response = await (seconds > 0 ? polls : quick).request({
      method: 'POST',
      path: '/api',
      body: { text: JSON.stringify(sealed(type, request, key)), type: 'application/json' },
      signal: call.signal ?? new AbortController().signal,
      idempotent: effect !== 'once',
      expect: ENVELOPES,
      timeouts: {
        headers: (timeouts.headers ?? HEADERS_MS) + seconds * 1000,
        total: (timeouts.total ?? TOTAL_MS) + seconds * 1000,
      },
    });
    const answer = answerOf(response, asked, clock.now());
    if ('refused' in answer) throw refusal(answer.refused, asked);
    const wanted = type === 'getpausestatusmsg' ? 'pausestatusreplymsg' : type;
    if (answer.payloadtype !== wanted) throw unusableReply(`its payloadtype is "${answer.payloadtype}"`, asked);
    return fit(() => reply.read(answer.payload, 'its payload'), asked) as Requests[T]['reply'];
  };

  const call: ColoniesClient['call'] = (type, request, how = {}) => {
    if (retry === undefined) return once(type, request, how);
    return retrying(() => once(type, request, how), {
      ...retry,
      call: { signal: how.signal ?? new AbortController().signal, random },
      sleep: (ms, signal) => clock.sleep(ms, signal),
    });
  };
  const sockets = subscriber({ ...options, redact, clock });
  return {
    address,
    call,
    subscribe: sockets.subscribe,
    submit: (spec, how) => call('submitfuncspecmsg', { spec: specOf(spec) }, how),
    submitWorkflow: (spec, how) => call('submitworkflowspecmsg', { spec: workflowOf(spec) }, how),
    followLogs: (of, how) => followLogs({ call, clock }, of, how ?? {}),
    waitForProcess: (process, how) => waitForProcess({ call, listen: sockets.listen, clock }, process, how ?? {}),
    close: async () => {
      sockets.close();
      await Promise.all([quick.close(), polls.close()]);
    },
  };
}

/** The envelope, whatever the status: the Go client looks at nothing else. What has none is not from the server. */
function answerOf(response: HttpResponse, asked: Asked, now: number): Opened {
  const { status, headers } = response;
  const body = response.text();
  if (status === 200) {
    if (body === '' && SILENT_TO_STRANGERS.has(asked.type)) throw emptyReply(asked);
    return fit(() => opened(body), asked);
  }
  try {
    const answer = opened(body);
    if ('refused' in answer) return answer;
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
  }
  const about = { line: `${asked.type} at ${asked.address}`, idempotent: asked.effect !== 'once', redact: asked.redact };
  throw refused({ status, headers, body, about, now });
}

function fit<T>(read: () => T, asked: Asked): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unfit) throw unusableReply(error.message, asked);
    // The stack was not deep enough: nobody has values like that.
    throw error instanceof RangeError ? unusableReply('it is nested too deeply', asked) : error;
  }
}
