/** Any number of the YAML 1.2 core schema but octal, hexadecimal, infinite and NaN; each part can match in one way only, so it is linear. */
const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const OCTAL = /^0o[0-7]+$/;
const HEXADECIMAL = /^0x[0-9a-fA-F]+$/;
const NO_NUMBER = /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/;

/**
 * What an unquoted scalar means by the core schema of YAML 1.2 (its section 10.3.2): `yes` and `0o8` are text, `0o17` is 15,
 * `012` is 12. `keep` is called with the source where the value alone would not bring it back. A number that a float cannot
 * hold (see Page) comes back as its source text.
 */
export function plainScalar(source: string, keep: (source: string) => void): null | boolean | number | string {
  const first = source.charCodeAt(0);
  // + - . and digits
  if ((first >= 48 && first <= 57) || first === 45 || first === 43 || first === 46) return numberOrText(source, keep);
  switch (source) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case 'True':
    case 'TRUE':
      keep(source);
      return true;
    case 'False':
    case 'FALSE':
      keep(source);
      return false;
    case '':
    case '~':
    case 'Null':
    case 'NULL':
      keep(source);
      return null;
    default:
      return source;
  }
}

function numberOrText(source: string, keep: (source: string) => void): number | string {
  if (DECIMAL.test(source)) return exactNumber(source, keep);
  if (source.charCodeAt(0) === 48 ? HEXADECIMAL.test(source) || OCTAL.test(source) : false) {
    keep(source);
    const value = Number(source);
    return Number.isSafeInteger(value) ? value : source;
  }
  if (NO_NUMBER.test(source)) keep(source);
  return source;
}

/** The number of a decimal source, or the source where a float would lose digits; -0 is 0, as in JSON text. */
function exactNumber(source: string, keep: (source: string) => void): number | string {
  const value = Number(source);
  if (String(value) === source && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value;
  keep(source);
  if (value === 0) return digits(source) === '0' ? 0 : source;
  if (Number.isInteger(value) ? !Number.isSafeInteger(value) : !Number.isFinite(value)) return source;
  return digits(source) === digits(String(value)) ? value : source;
}

/** Whether two sources are one number, to the last digit: `1e21` and `1000000000000000000000`. Only decimals are told to be. */
export const sameNumber = (a: string, b: string): boolean => DECIMAL.test(a) && DECIMAL.test(b) && digits(a) === digits(b);

/** A decimal number in one form for each value: its significant digits, `e`, and the exponent of the last of them. */
function digits(decimal: string): string {
  const sign = decimal.startsWith('-') ? '-' : '';
  const [mantissa = '', exponent = '0'] = decimal.replace(/^[-+]/, '').split(/[eE]/);
  const point = mantissa.indexOf('.');
  const fraction = point === -1 ? 0 : mantissa.length - point - 1;
  const all = mantissa.replace('.', '');
  let from = 0;
  while (from < all.length && all.charCodeAt(from) === 48) from += 1;
  let to = all.length;
  while (to > from && all.charCodeAt(to - 1) === 48) to -= 1;
  if (from === to) return '0';
  return `${sign}${all.slice(from, to)}e${Number(exponent) - fraction + all.length - to}`;
}
