import { inspect } from 'node:util';

/** Something that a value may be, where it is not one thing only. */
class Wanted {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;

  constructor(words: string, fits: (value: unknown) => boolean) {
    this.words = words;
    this.fits = fits;
  }
}

/** A text that matches. */
export const like = (pattern: RegExp): Wanted =>
  new Wanted(`a text like ${String(pattern)}`, (value) => typeof value === 'string' && pattern.test(value));
/** A number beyond this one. */
export const above = (least: number): Wanted =>
  new Wanted(`a number above ${least}`, (value) => typeof value === 'number' && value > least);
export const anything = new Wanted('anything', (value) => value !== undefined);

/**
 * How a value differs from what is wanted, in words; undefined where it does not. Objects may have more members than are wanted,
 * lists more items.
 */
export function unlike(value: unknown, wanted: unknown): string | undefined {
  return fits(value, wanted) ? undefined : `it is ${inspect(value, { depth: 4 })}, not ${inspect(wanted, { depth: 4 })}`;
}

function fits(value: unknown, wanted: unknown): boolean {
  if (wanted instanceof Wanted) return wanted.fits(value);
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(value) && (wanted as readonly unknown[]).every((one) => (value as readonly unknown[]).some((item) => fits(item, one)))
    );
  }
  if (wanted instanceof Uint8Array) return value instanceof Uint8Array && Buffer.from(value).equals(wanted);
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(wanted).every(([name, one]) => fits((value as Readonly<Record<string, unknown>>)[name], one));
  }
  return Object.is(value, wanted);
}
