import type { Fault } from '../../../src/core/diagnostic.ts';
import type { HttpClient, HttpOptions, HttpRequest } from '../../../src/providers/transport/http.ts';
import { httpClient } from '../../../src/providers/transport/http.ts';
import type { HttpPeer, HttpPeerOptions, Reply, Script } from '../../kit/http-peer.ts';
import { httpPeer } from '../../kit/http-peer.ts';

type Ask = Omit<HttpRequest, 'signal'> & { readonly signal?: AbortSignal };

interface Pair {
  readonly peer: HttpPeer;
  readonly client: HttpClient;
  ask(request?: Partial<Ask>): ReturnType<HttpClient['request']>;
}

/** Runs a test with a peer that follows the script and a client for it; both are closed afterwards. */
export async function withPeer(
  script: Script,
  body: (pair: Pair) => Promise<void>,
  { peerOptions, ...options }: Partial<HttpOptions> & { peerOptions?: HttpPeerOptions } = {},
): Promise<void> {
  const peer = await httpPeer(script, peerOptions);
  const client = httpClient({ base: peer.base, ...options });
  try {
    await body({
      peer,
      client,
      ask: (request = {}) => client.request({ path: '/thing', signal: new AbortController().signal, ...request }),
    });
  } finally {
    await client.close();
    await peer.close();
  }
}

/** What a fault says about trying again. */
export const verdict = ({ code, sent, retry }: Fault): unknown => ({ code, sent, retry: retry !== false });
export const fine: Reply = { json: { fine: true } };
