import { createHash, createHmac } from 'node:crypto';
import { canonicalParts } from './value.ts';

/** SHA-256 of the canonical JSON of a value, in hex: the same value has the same digest on every machine. */
export function digest(value: unknown): string {
  const hash = createHash('sha256');
  for (const part of canonicalParts(value)) hash.update(part);
  return hash.digest('hex');
}

/** HMAC-SHA-256 in hex: stands for a secret in state and plans. Without the key, nothing about the value can be learned or tried. */
export const fingerprint = (key: string, secret: string): string => createHmac('sha256', key).update(secret).digest('hex');
