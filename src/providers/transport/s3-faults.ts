import { Fault } from '../../core/diagnostic.ts';
import type { HttpResponse } from './http.ts';

interface Refusal {
  readonly code: string;
  readonly summary: string;
  readonly hint: string;
}

const KEYS: Refusal = {
  code: 'S3_KEYS',
  summary: 'the store does not accept the keys',
  hint: 'Are accessKey and secretKey those of this store, and of each other?',
};
const REGION: Refusal = {
  code: 'S3_REGION',
  summary: 'the bucket is in another region',
  hint: 'Set region to that of the bucket, and endpoint to the address of that region.',
};
const CHANGED: Refusal = {
  code: 'S3_CHANGED',
  summary: 'the bytes changed while they were sent',
  hint: 'Does another program still write to the file? Run it again when it is done.',
};
const NO_OBJECT: Refusal = {
  code: 'S3_NO_OBJECT',
  summary: 'the store has no such object',
  hint: 'Was it removed from the bucket, or is it in the bucket of another store?',
};

/** The words of "Error responses" in the API reference of S3 that a person can do something about. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  InvalidAccessKeyId: KEYS,
  SignatureDoesNotMatch: KEYS,
  InvalidToken: KEYS,
  AuthorizationHeaderMalformed: REGION,
  PermanentRedirect: REGION,
  XAmzContentSHA256Mismatch: CHANGED,
  BadDigest: CHANGED,
  IncompleteBody: CHANGED,
  NoSuchKey: NO_OBJECT,
  NoSuchBucket: {
    code: 'S3_NO_BUCKET',
    summary: 'the store has no such bucket',
    hint: "Make it with the store's own tools, or correct the name of the bucket.",
  },
  AccessDenied: {
    code: 'S3_DENIED',
    summary: 'the keys may not do this in the bucket',
    hint: 'The store has rules for each key: give it the right to read, write and remove objects in this bucket.',
  },
  RequestTimeTooSkewed: {
    code: 'S3_CLOCK',
    summary: "the clocks of this machine and the store's are too far apart",
    hint: 'Set both by the network: a signature holds for a quarter of an hour.',
  },
};

/**
 * What an S3 store says instead of doing it. Of its answer only the word in `Code` is told: the rest quotes the request, with the access
 * key and what was signed.
 */
export function s3Refusal(response: HttpResponse, { line, address }: { readonly line: string; readonly address: string }): Fault {
  const word = /<Code>\s*([A-Za-z0-9.]{1,64})\s*<\/Code>/.exec(Buffer.from(response.bytes()).toString('latin1'))?.[1];
  const known = word === undefined ? undefined : REFUSALS[word];
  const { code, summary, hint } = known ?? {
    code: 'S3_REFUSED',
    summary: 'the store refuses a request',
    hint: word === undefined ? 'Is this the address of an S3 store itself, and not of its console?' : 'The log of the store says more.',
  };
  const said = word === undefined ? `status ${response.status} and no word of S3` : `${word} (status ${response.status})`;
  return new Fault({ code, summary: `${summary}: ${address}`, detail: `${line} was answered with ${said}.`, hint });
}

/** What is sent is not what was measured and signed before. */
export const changed = (): Fault =>
  new Fault(
    {
      code: CHANGED.code,
      summary: CHANGED.summary,
      detail: 'It became longer or shorter after it had been read for its checksum. The store keeps nothing of it.',
      hint: CHANGED.hint,
    },
    { sent: 'maybe' },
  );

export const badKey = (key: string): Fault =>
  new Fault(
    {
      code: 'S3_KEY',
      summary: `"${key}" is no name of an object`,
      detail: 'It is empty, or a part of it is . or .., which would lead to another bucket. Nothing was sent.',
      hint: 'Somebody made this name by hand: both clients of ColonyOS make 64 hexadecimal digits.',
    },
    { sent: 'no' },
  );

export const badEndpoint = (): Fault =>
  new Fault(
    {
      code: 'S3_ENDPOINT',
      summary: 'the address of the store is none',
      detail: 'It is the host of an S3 store and its port, with http:// or https:// before it or without, and nothing behind it.',
      hint: 'An address looks like https://minio.plant.example:9000.',
    },
    { sent: 'no' },
  );
