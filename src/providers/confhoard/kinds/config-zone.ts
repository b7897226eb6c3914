import { Fault } from '../../../core/diagnostic.ts';
import type { Fields } from '../../../core/value.ts';
import type { Zone } from '../types.ts';

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
/** The band of the brewery's relay process, which brewers are used to. */
export const DEFAULT_BAND = '0.3';

/**
 * `{target: 18.5, band: 0.3}` → setpoint 18.5, highpoint 18.8, lowpoint 18.2, added as decimals: 18.5 + 0.3 is 18.8 and not
 * 18.800000000000001. Throws Fault CONFIG_ZONE where one is no decimal number or the band is not above zero.
 */
export function expandZone({ target, band = DEFAULT_BAND }: Zone): Fields {
  const middle = decimal('target', target);
  const width = decimal('band', band);
  if (width.digits <= 0n) throw wrong('band', band, 'it must be more than zero');
  const scale = Math.max(middle.scale, width.scale);
  const [t, b] = [atScale(middle, scale), atScale(width, scale)];
  return { setpoint: text(t, scale), highpoint: text(t + b, scale), lowpoint: text(t - b, scale) };
}

/** Which member of the short form a leaf comes from. */
export const zoneMember = (leaf: string): 'target' | 'band' | undefined =>
  leaf === 'setpoint' ? 'target' : leaf === 'highpoint' || leaf === 'lowpoint' ? 'band' : undefined;

interface Decimal {
  readonly digits: bigint;
  /** How many of the digits stand behind the point. */
  readonly scale: number;
}

function decimal(name: 'target' | 'band', value: number | string): Decimal {
  const match = DECIMAL.exec(String(value));
  if (!match) throw wrong(name, value, 'it is no decimal number');
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length };
}

const atScale = ({ digits, scale }: Decimal, wanted: number): bigint => digits * 10n ** BigInt(wanted - scale);

function text(digits: bigint, scale: number): string {
  const all = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const point = all.length - scale;
  return `${digits < 0n ? '-' : ''}${all.slice(0, point)}${scale > 0 ? `.${all.slice(point)}` : ''}`;
}

const wrong = (name: 'target' | 'band', value: number | string, why: string): Fault =>
  new Fault({
    code: 'CONFIG_ZONE',
    summary: `the ${name} of the zone cannot be ${String(value)}`,
    detail: `A zone is kept between target - band and target + band, but ${why}.`,
    hint: 'Write both as plain decimal numbers: {target: 18.5, band: 0.3}.',
    pointer: `/zone/${name}`,
  });
