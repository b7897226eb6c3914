import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import { Fault } from '../../core/diagnostic.ts';
import { brokenRequest } from './http-faults.ts';

/**
 * Whom to believe behind TLS. `fingerprint`: exactly this certificate (SHA-256, hex, with or without colons). `ca`: PEM text of
 * certificates; the server's own may stand there itself. `insecure`: anybody, for test benches only.
 */
export type Trust = { readonly fingerprint: string } | { readonly ca: string } | { readonly insecure: true };

/** The certificate of a server that was let through. */
export interface PeerFacts {
  /** Attributes of the subject in the order of the certificate, repeated ones included: `CN`, `O`, `OU`, … */
  readonly subject: readonly { readonly name: string; readonly value: string }[];
  /** SHA-256, as `AA:BB:…`. */
  readonly fingerprint: string;
  /** As the certificate writes them: `Nov 20 08:00:00 2026 GMT`. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly trusted: 'pinned' | 'issuer' | 'system' | 'unchecked';
}

/**
 * Judges the certificate of a TLS connection that stands, before anything is sent over it: node's own refusal would not say which
 * certificate it was, and the fingerprint is what a user needs. Throws TLS_UNTRUSTED, TLS_FINGERPRINT, TLS_NAME, TLS_EXPIRED.
 */
export function judged({
  socket,
  trust,
  host,
  line,
}: {
  /** Connected with `rejectUnauthorized: false`, the `ca` of `trust`, and no check of names. */
  readonly socket: TLSSocket;
  readonly trust: Trust | undefined;
  readonly host: string;
  readonly line: string;
}): PeerFacts {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw untrusted(line, 'The server showed no certificate.');
  const facts = (trusted: PeerFacts['trusted']): PeerFacts => ({ ...factsOf(certificate), trusted });
  if (trust !== undefined && 'insecure' in trust) return facts('unchecked');
  if (trust !== undefined && 'fingerprint' in trust) {
    if (plain(trust.fingerprint) !== plain(certificate.fingerprint256)) throw otherCertificate(line, certificate, trust.fingerprint);
    return facts('pinned');
  }
  // A self-signed certificate that was given as the file to trust is meant itself: it names no host, and may be too old-fashioned
  // (X.509 v1, RSA-1024) for a chain.
  if (trust !== undefined && certificatesIn(trust.ca).some(({ raw }) => raw.equals(certificate.raw))) return facts('pinned');
  if (!socket.authorized) throw distrusted(line, certificate, String(socket.authorizationError));
  const misnamed = checkServerIdentity(host, socket.getPeerCertificate());
  if (misnamed !== undefined) throw brokenRequest({ error: misnamed, stage: 'here', about: aboutOf(line) });
  return facts(trust === undefined ? 'system' : 'issuer');
}

/** What node needs to know of `trust` to connect. */
export const tlsOptions = (trust: Trust | undefined, host: string): { readonly ca?: string; readonly servername?: string } => ({
  ...(trust !== undefined && 'ca' in trust ? { ca: trust.ca } : {}),
  // SNI has no form for addresses (RFC 6066 §3).
  ...(isIP(host) === 0 ? { servername: host } : {}),
});

/** Throws TLS_FINGERPRINT for what is no SHA-256 fingerprint: it could never match. */
export function checkTrust(trust: Trust | undefined): void {
  if (trust === undefined || !('fingerprint' in trust) || /^[0-9a-f]{64}$/.test(plain(trust.fingerprint))) return;
  throw new Fault(
    {
      code: 'TLS_FINGERPRINT',
      summary: 'what is pinned is no SHA-256 fingerprint',
      detail: `"${trust.fingerprint}" has not the 32 bytes of one, in hexadecimal.`,
      hint: 'openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -fingerprint -sha256',
    },
    { sent: 'no' },
  );
}

const plain = (fingerprint: string): string =>
  fingerprint
    .replace(/^sha-?256[:=]/i, '')
    .replaceAll(/[:\s]/g, '')
    .toLowerCase();

const aboutOf = (line: string): Parameters<typeof brokenRequest>[0]['about'] => ({ line, idempotent: true, redact: (text) => text });

function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      // Not a certificate after all: OpenSSL, which was given the same text, judges the rest.
      return [];
    }
  });
}

function factsOf(certificate: X509Certificate): Omit<PeerFacts, 'trusted'> {
  // One attribute a line, in the order of the certificate; a line end inside a value is escaped by OpenSSL.
  const subject = certificate.subject.split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [] : [{ name: line.slice(0, at), value: unescaped(line.slice(at + 1)) }];
  });
  return { subject, fingerprint: certificate.fingerprint256, validFrom: certificate.validFrom, validTo: certificate.validTo };
}

/** Undoes what node has OpenSSL do to values (RFC 4514 §2.4): `\,` and `\2C`. */
const unescaped = (value: string): string =>
  value.replaceAll(/\\([0-9A-Fa-f]{2})|\\(.)/g, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? (char ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );

const described = (certificate: X509Certificate): string =>
  `It is for "${certificate.subject.replaceAll('\n', ', ')}", valid until ${certificate.validTo}; its SHA-256 fingerprint is ${certificate.fingerprint256}.`;

const untrusted = (line: string, detail: string, fingerprint?: string): Fault =>
  new Fault(
    {
      code: 'TLS_UNTRUSTED',
      summary: 'the certificate of the server is not trusted',
      detail: `${line}: ${detail} Nothing was sent.`,
      hint:
        fingerprint === undefined
          ? 'Is this the right port?'
          : `If that is your server, pin it (tls.fingerprint: ${fingerprint}), or give the certificate of its issuer (tls.ca).`,
    },
    { sent: 'no' },
  );

function distrusted(line: string, certificate: X509Certificate, reason: string): Fault {
  const known = brokenRequest({ error: Object.assign(new Error(reason), { code: reason }), stage: 'here', about: aboutOf(line) });
  return known.code === 'TLS_EXPIRED' ? known : untrusted(line, `${reason}. ${described(certificate)}`, certificate.fingerprint256);
}

const otherCertificate = (line: string, certificate: X509Certificate, pinned: string): Fault =>
  new Fault(
    {
      code: 'TLS_FINGERPRINT',
      summary: 'the certificate is not the one that is pinned',
      detail: `${line}: pinned is ${pinned}. ${described(certificate)} Nothing was sent.`,
      hint: `If the server has a new certificate, pin that one (tls.fingerprint: ${certificate.fingerprint256}). If you know of none, this is another server: find out who answers there first.`,
    },
    { sent: 'no' },
  );
