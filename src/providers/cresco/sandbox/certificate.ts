import { createHash, generateKeyPair, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { readIfThere, writeDurably } from '../../../disk/index.ts';

/** What a TLS listener needs, in PEM, and what a client pins. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the DER, in capitals with colons, as OpenSSL and browsers print it. */
  readonly fingerprint: string;
}

/** Who the node is: its certificate carries it (sheet 1.3). */
export interface Identity {
  readonly generation: 2 | 3;
  readonly region: string;
  readonly agent: string;
  readonly plugin: string;
}

/**
 * The self-signed certificate of a wsapi plugin: the one that the folder keeps, or a new one. Kept, because clients pin it;
 * another identity asks for another one. Keys are RSA-2048 in both generations: servers of generation 2 had 1024 bits, which
 * no current TLS library accepts.
 */
export async function certificateFor(
  identity: Identity,
  { folder, now }: { readonly folder?: string; readonly now: () => number },
): Promise<Certificate> {
  if (folder === undefined) return transient(identity, now());
  const paths = { key: join(folder, 'wsapi.key'), cert: join(folder, 'wsapi.pem') };
  const [oldKey, oldCert] = await Promise.all([readIfThere(paths.key), readIfThere(paths.cert)]);
  if (oldKey !== undefined && oldCert !== undefined && subjectOf(oldCert) === subjectFor(identity)) return told(oldKey, oldCert);
  const certificate = made(oldKey ?? (await newKey()), identity, now());
  // The key goes first: a certificate without its key would be of no use to anybody.
  await writeDurably(paths.key, certificate.key, { mode: 0o600 });
  await writeDurably(paths.cert, certificate.cert);
  return certificate;
}

async function newKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}

/**
 * Sandboxes that keep nothing share one key a process, and one certificate an identity while it is younger than a day: a key takes a
 * tenth of a second, a certificate half of that, and nobody pins them for longer than the process lives.
 */
let sharedKey: Promise<string> | undefined;
const shared = new Map<string, { readonly at: number; readonly certificate: Certificate }>();

async function transient(identity: Identity, now: number): Promise<Certificate> {
  const key = await (sharedKey ??= newKey());
  const subject = subjectFor(identity);
  const known = shared.get(subject);
  if (known !== undefined && Math.abs(now - known.at) < DAY) return known.certificate;
  const certificate = made(key, identity, now);
  shared.set(subject, { at: now, certificate });
  return certificate;
}

/**
 * Generation 2 has one common name, `<region>_<agent>_<plugin>`. Generation 3 has O, OU and CN. Ours of generation 3 carries
 * the old form as a second CN, behind the new one: old clients read it from the whole subject, new ones take the first CN. The
 * underscore at its end separates it from what follows in the printed form.
 */
function attributesOf({ generation, region, agent, plugin }: Identity): readonly forge.pki.CertificateField[] {
  const old = `${region}_${agent}_${plugin}`;
  return generation === 2
    ? [{ name: 'commonName', value: old }]
    : [
        { name: 'commonName', value: plugin },
        { name: 'organizationName', value: region },
        { name: 'organizationalUnitName', value: agent },
        { name: 'commonName', value: `${old}_` },
      ];
}

const SHORT: Readonly<Record<string, string>> = { commonName: 'CN', organizationName: 'O', organizationalUnitName: 'OU' };
/** As node prints a subject: one attribute a line, in the order of the DER. */
const subjectFor = (identity: Identity): string =>
  attributesOf(identity)
    .map(({ name, value }) => `${SHORT[name ?? '']}=${String(value)}`)
    .join('\n');

function subjectOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).subject;
  } catch {
    // Half a file, or none of ours: a new one takes its place.
    return undefined;
  }
}

const DAY = 24 * 60 * 60 * 1000;

function made(key: string, identity: Identity, now: number): Certificate {
  const privateKey = forge.pki.privateKeyFromPem(key);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  // Clients tell certificates apart by issuer and serial number; the first digit keeps it positive.
  certificate.serialNumber = `01${createHash('sha256')
    .update(`${now} ${subjectFor(identity)}`)
    .digest('hex')
    .slice(0, 16)}`;
  certificate.validity.notBefore = new Date(now - DAY);
  certificate.validity.notAfter = new Date(now + 5 * 365 * DAY);
  // node-forge writes a PrintableString unless told otherwise, which may hold no underscore: strict parsers refuse it.
  // Its types have the class of a tag where its code takes the type.
  const valueTagClass = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
  const attributes = attributesOf(identity).map((one) => ({ ...one, valueTagClass }));
  certificate.setSubject(attributes);
  certificate.setIssuer(attributes);
  certificate.sign(privateKey, forge.md.sha256.create());
  return told(key, forge.pki.certificateToPem(certificate));
}

const told = (key: string, cert: string): Certificate => ({ key, cert, fingerprint: new X509Certificate(cert).fingerprint256 });
