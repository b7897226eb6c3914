import type { S3Options } from '../../transport/s3.ts';
import type { Env } from './environment.ts';

/** What pycolonies takes for yes; the command of Colonies only knows the first, in lower case. */
const YES = ['true', '1', 'yes'];
const NO = ['false', '0', 'no'];
type Variable = 'ENDPOINT' | 'ACCESSKEY' | 'SECRETKEY' | 'REGION' | 'BUCKET' | 'TLS' | 'SKIPVERIFY';

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * The store of the `AWS_S3_…` variables, which the command and pycolonies share; undefined where AWS_S3_ENDPOINT is not set. What is
 * missing or makes no sense is added to `problems`. Values of keys never stand in it.
 */
export function storageIn(
  env: Env,
  { isNeeded, problems }: { readonly isNeeded: boolean; readonly problems: string[] },
): S3Options | undefined {
  const valueOf = (name: Variable): string | undefined => env[`AWS_S3_${name}`];
  const trouble = (name: Variable, what: string): void => void problems.push(`AWS_S3_${name} ${what}`);
  const given = (name: Variable): string => {
    const value = valueOf(name);
    if (value === undefined) trouble(name, 'is not set');
    return value ?? '';
  };
  const isYes = (name: Variable, value: string): boolean => {
    const word = value.toLowerCase();
    if (word !== '' && !YES.includes(word) && !NO.includes(word)) trouble(name, 'is neither true nor false');
    return YES.includes(word);
  };
  if (valueOf('ENDPOINT') === undefined && !isNeeded) return undefined;

  const host = given('ENDPOINT');
  if (host !== '' && !/^(\[[0-9a-fA-F:.]+\]|[^\s/:@?#[\]]+)(:\d{1,5})?$/.test(host)) trouble('ENDPOINT', 'is no bare host:port');
  // Without it the command speaks plain http, and pycolonies fails: nobody guesses.
  const isSecure = isYes('TLS', given('TLS'));
  const bucket = given('BUCKET');
  if (bucket !== '' && !BUCKET.test(bucket)) trouble('BUCKET', 'is no name of a bucket');
  const region = valueOf('REGION');
  return {
    endpoint: `${isSecure ? 'https' : 'http'}://${host}`,
    bucket,
    accessKey: given('ACCESSKEY'),
    secretKey: given('SECRETKEY'),
    ...(region === undefined ? {} : { region }),
    ...(isYes('SKIPVERIFY', valueOf('SKIPVERIFY') ?? '') ? { tls: { insecure: true } } : {}),
  };
}
