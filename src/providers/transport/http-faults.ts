import { STATUS_CODES } from 'node:http';
import type { Diagnostic, Retry } from '../../core/diagnostic.ts';
import { Fault } from '../../core/diagnostic.ts';

/** How far a request had come when it failed: still here, on its way, or with an answer begun. */
export type Stage = 'here' | 'away' | 'answering';

/** What a fault is told about the request it belongs to; `line` is `GET http://host/path`, without the query. */
export interface About {
  readonly line: string;
  readonly idempotent: boolean;
  readonly redact: (text: string) => string;
}

const NETWORK = 'Check the address of the Target, and the network between here and there.';

const SLOW = 'A slow target can be given more time in its limits.';

/** Names of the failures that node and undici give, as of undici 7 (`lib/core/errors.js`) and node's errno and OpenSSL codes. */
const CONNECTING: Readonly<Record<string, Diagnosis>> = {
  ECONNREFUSED: {
    code: 'CONNECT_REFUSED',
    summary: 'connection refused',
    again: true,
    hint: 'Is the server running, and is this its port?',
  },
  ENOTFOUND: { code: 'DNS', summary: 'no such host name', again: false, hint: 'Check the host name in the address of the Target.' },
  EAI_AGAIN: { code: 'DNS', summary: 'the host name could not be looked up just now', again: true, hint: NETWORK },
  EHOSTUNREACH: { code: 'UNREACHABLE', summary: 'no way to the host', again: true, hint: NETWORK },
  ENETUNREACH: { code: 'UNREACHABLE', summary: 'no way to the network', again: true, hint: NETWORK },
  EHOSTDOWN: { code: 'UNREACHABLE', summary: 'the host is down', again: true, hint: NETWORK },
  EADDRNOTAVAIL: { code: 'UNREACHABLE', summary: 'this machine has no free address for a connection', again: true, hint: NETWORK },
  ETIMEDOUT: { code: 'TIMEOUT', summary: 'no connection in time', again: true, hint: NETWORK },
  UND_ERR_CONNECT_TIMEOUT: { code: 'TIMEOUT', summary: 'no connection in time', again: true, hint: NETWORK },
  CERT_HAS_EXPIRED: {
    code: 'TLS_EXPIRED',
    summary: 'the certificate of the server has expired',
    again: false,
    hint: 'The server needs a new one.',
  },
  CERT_NOT_YET_VALID: {
    code: 'TLS_EXPIRED',
    summary: 'the certificate of the server is not valid yet',
    again: false,
    hint: 'Is the clock of this machine right?',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'TLS_NAME',
    summary: 'the certificate is for another host name',
    again: false,
    hint: 'Write the name that the certificate has into the address, or give it as tls.servername.',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted(),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted(),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted(),
  UNABLE_TO_GET_ISSUER_CERT: untrusted(),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted(),
  CERT_SIGNATURE_FAILURE: untrusted(),
  EPROTO: { code: 'TLS_PROTOCOL', summary: 'no TLS could be agreed on', again: false, hint: 'Does the server speak https on this port?' },
};

interface Diagnosis {
  readonly code: string;
  readonly summary: string;
  readonly again: boolean;
  readonly hint?: string;
}

function untrusted(): Diagnosis {
  return {
    code: 'TLS_UNTRUSTED',
    summary: 'the certificate of the server is not trusted',
    again: false,
    hint: 'Give the certificate of its issuer in the Target (tls.ca).',
  };
}

const codeOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/**
 * The Fault for a request that got no whole answer. `sent` is 'no' only while nothing had left this machine; from then on it is
 * 'maybe', even when the answer had begun: what it would have said is lost.
 */
export function brokenRequest({ error, stage, about }: { readonly error: unknown; readonly stage: Stage; readonly about: About }): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  const sent = stage === 'here' ? 'no' : 'maybe';
  const again: Retry = sent === 'no' || about.idempotent ? { afterMs: 0 } : false;
  const make = (diagnosis: Omit<Diagnosis, 'again'>, retry: Retry): Fault => {
    const { hint } = diagnosis;
    const said = error instanceof Error ? printable(about.redact(error.message)) : '';
    const detail = `${about.line}: ${said === '' ? diagnosis.summary : said}. ${after(sent, about)}`;
    return new Fault(
      { code: diagnosis.code, summary: diagnosis.summary, detail: about.redact(detail), ...(hint === undefined ? {} : { hint }) },
      { sent, retry, cause: error },
    );
  };
  const connecting = stage === 'here' ? (CONNECTING[code] ?? (code.startsWith('ERR_SSL_') ? CONNECTING['EPROTO'] : undefined)) : undefined;
  if (connecting !== undefined) return make(connecting, connecting.again ? { afterMs: 0 } : false);
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return make({ code: 'TIMEOUT', summary: 'the server took the request and did not answer in time', hint: SLOW }, again);
    case 'UND_ERR_BODY_TIMEOUT':
      return make({ code: 'TIMEOUT', summary: 'the answer stopped in the middle', hint: SLOW }, again);
    case 'UND_ERR_HEADERS_OVERFLOW':
      return make({ code: 'HEADERS_TOO_LARGE', summary: 'the headers of the answer never end', hint: 'Is this the right server?' }, false);
    case 'UND_ERR_INVALID_ARG':
      return make(
        {
          code: 'BAD_REQUEST',
          summary: 'the request cannot be written',
          hint: 'A line end in a token or header value is the usual cause.',
        },
        false,
      );
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return make({ code: 'CLOSED', summary: 'the connection was closed by us', hint: 'Run the same command again.' }, false);
    default:
      // undici's parser errors carry llhttp's HPE_… code, or none at all where the very first bytes are no HTTP.
      if (error instanceof Error && error.name === 'HTTPParserError') {
        return make(
          { code: 'NOT_HTTP', summary: 'what came back is no HTTP', hint: 'Is this the right port, and http or https as it should be?' },
          false,
        );
      }
      return make(
        { code: 'CONNECTION_LOST', summary: 'the connection was lost', hint: 'Plan again: what had arrived is found out by looking.' },
        again,
      );
  }
}

const after = (sent: 'no' | 'maybe', about: About): string => {
  if (sent === 'no') return 'Nothing was sent.';
  return about.idempotent
    ? 'The request may have arrived; sending it again does no harm.'
    : 'The request may have arrived, so it is not sent again unseen.';
};

/** A request that ran out of the time set for all of it. */
export function outOfTime({ totalMs, stage, about }: { readonly totalMs: number; readonly stage: Stage; readonly about: About }): Fault {
  const sent = stage === 'here' ? 'no' : 'maybe';
  return new Fault(
    {
      code: 'TIMEOUT',
      summary: `no whole answer within ${totalMs / 1000} s`,
      detail: about.redact(`${about.line}. ${after(sent, about)}`),
      hint: SLOW,
    },
    { sent, retry: sent === 'no' || about.idempotent ? { afterMs: 0 } : false },
  );
}

/**
 * An answer that cannot be used. `sent` is 'answered' where the status alone says that nothing was done (4xx, 5xx); after a 2xx
 * the request was carried out, and what it led to is unknown: 'maybe'.
 */
export function unusableAnswer(
  problem: Pick<Diagnostic, 'code' | 'summary'> & { readonly status: number; readonly about: About; readonly detail?: string },
): Fault {
  const { code, summary, status, about, detail } = problem;
  return new Fault(
    { code, summary, detail: about.redact(`${about.line} was answered with status ${status}. ${detail ?? ''}`.trimEnd()) },
    { sent: status >= 400 || about.idempotent ? 'answered' : 'maybe', retry: false },
  );
}

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly about: About;
  /** Milliseconds since 1970, to read a Retry-After that is a date. */
  readonly now: number;
}

/**
 * A status that was not expected, as `HTTP_404`. Tried again: 429 always and 503 with Retry-After (RFC 9110 §10.2.3: the server
 * did not do it and says when to come back); 502, 503 and 504 for idempotent requests, since a gateway does not know
 * what happened behind it (§15.6.3, §15.6.5). Never any other 4xx: the same request gets the same answer.
 */
export function refused({ status, headers, body, about, now }: Refusal): Fault {
  const afterMs = retryAfterMs(headers['retry-after'], now);
  const gateway = status === 502 || status === 504;
  const again = status === 429 || (status === 503 && afterMs !== undefined) || (about.idempotent && (gateway || status === 503));
  const name = STATUS_CODES[status];
  const said = printable(about.redact(body));
  const hint = HINTS[status];
  return new Fault(
    {
      code: `HTTP_${status}`,
      summary: `the server answered ${status}${name === undefined ? '' : ` ${name}`}`,
      detail: `${about.redact(about.line)} was answered with ${said === '' ? 'no words' : `"${said}"`}.`,
      ...(hint === undefined ? {} : { hint }),
    },
    { sent: gateway ? 'maybe' : 'answered', retry: again ? { afterMs: afterMs ?? 0 } : false },
  );
}

const HINTS: Readonly<Record<number, string>> = {
  401: 'The server does not accept the credentials of this Target.',
  403: 'The credentials of this Target may not do this.',
  407: 'A proxy stands in between and wants credentials.',
  413: 'The server takes no request as large as this one.',
};

/** Seconds or an HTTP date (RFC 9110 §10.2.3), as milliseconds from now; undefined when absent or not readable. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const at = /[A-Za-z]{3},? /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const LONGEST = 300;

/** What a peer said, fit for one line of a terminal: no control characters, and cut. Redact before: half a secret is one too. */
const printable = (text: string): string => {
  // Control and format characters (\p{C}) could move the cursor or turn the writing direction around.
  const line = text
    .slice(0, LONGEST * 4)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
