import { inspect } from 'node:util';

/**
 * What a typed reply lacks of what came, or has otherwise: places in words. `raw` is as the recorder gives it (integers beyond 2^53 as
 * `<digits>n`). Go's zero values may be left out, and null lists are empty ones.
 */
export function lacking(raw: unknown, typed: unknown, at = 'reply'): readonly string[] {
  if (typed === undefined) return isZero(raw) ? [] : [`${at}: ${inspect(raw)} came`];
  if (typeof typed === 'bigint')
    return String(raw).replace(/n$/, '') === String(typed) ? [] : [`${at}: ${inspect(raw)} came, read as ${typed}`];
  if (Array.isArray(typed)) {
    const came = (raw ?? []) as readonly unknown[];
    if (!Array.isArray(came) || came.length !== typed.length) return [`${at}: ${inspect(raw)} came, read as ${inspect(typed)}`];
    return came.flatMap((one, i) => lacking(one, typed[i], `${at}[${i}]`));
  }
  if (typeof typed === 'object' && typed !== null) {
    if (raw === null) return [];
    const came = raw as Readonly<Record<string, unknown>>;
    return Object.entries(came).flatMap(([name, one]) => lacking(one, (typed as Readonly<Record<string, unknown>>)[name], `${at}.${name}`));
  }
  return Object.is(raw, typed) || (isZero(raw) && isZero(typed)) ? [] : [`${at}: ${inspect(raw)} came, read as ${inspect(typed)}`];
}

const isZero = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'string' && /^0000-|^0001-/.test(value)) ||
  (typeof value === 'object' && Object.values(value).every(isZero));
