import { Fault } from '../../../core/diagnostic.ts';
import { isFields } from '../../../core/value.ts';
import type { TargetSpec } from '../../contract.ts';
import { openS3, type S3Client, type S3Options } from '../../transport/s3.ts';

/**
 * The store that a target's options name, if there is one and its keys are known: a key that cannot be had is found missing by whoever
 * looks secrets up. Throws Fault S3_ENDPOINT, and COLONIES_STORE_CA for a certificate that is not there.
 */
export function storeOf({ options, files }: Pick<TargetSpec, 'options' | 'files'>): S3Client | undefined {
  const { storage } = options;
  if (!isFields(storage)) return undefined;
  const { endpoint, bucket, region, accessKey, secretKey, tls } = storage;
  if (typeof accessKey !== 'string' || typeof secretKey !== 'string') return undefined;
  return openS3({
    ...{ endpoint: String(endpoint), bucket: String(bucket), accessKey, secretKey },
    ...(typeof region === 'string' ? { region } : {}),
    ...(isFields(tls) ? { tls: trust() } : {}),
  });

  function trust(): NonNullable<S3Options['tls']> {
    if (!isFields(tls) || tls['ca'] === undefined) return { insecure: true };
    const path = String(tls['ca']);
    const ca = files?.read(path);
    if (ca === undefined) throw noCertificate(path);
    return { ca };
  }
}

const noCertificate = (path: string): Fault =>
  new Fault(
    {
      code: 'COLONIES_STORE_CA',
      summary: `there is no file ${path}`,
      detail: 'It is to hold the certificates that the store is believed by (spec.options.storage.tls.ca, relative to setpoint.yaml).',
      hint: 'Write the certificate there, or leave tls out where this machine knows who signed it.',
    },
    { sent: 'no' },
  );
