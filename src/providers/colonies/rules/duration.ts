const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const LONGEST = 2n ** 63n;

/**
 * A Go duration (`1h30m`, `1.5s`, `-20ms`) in nanoseconds, or what the server says is wrong with it
 * (https://pkg.go.dev/time#ParseDuration).
 */
export function parseDuration(text: string): bigint | { readonly problem: string } {
  const quoted = quote(text);
  const invalid = { problem: `time: invalid duration ${quoted}` };
  const sign = /^[-+]/.test(text) ? text.slice(0, 1) : '';
  let rest = text.slice(sign.length);
  if (rest === '0') return 0n;
  if (rest === '') return invalid;
  let total = 0n;
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest);
    const whole = number?.[1] ?? '';
    const part = number?.[2] ?? '';
    if (whole === '' && part === '') return invalid;
    rest = rest.slice(number?.[0].length);
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return { problem: `time: missing unit in duration ${quoted}` };
    const size = NANOSECONDS[unit];
    if (size === undefined) return { problem: `time: unknown unit ${quote(unit)} in duration ${quoted}` };
    rest = rest.slice(unit.length);
    total += BigInt(whole === '' ? 0 : whole) * size + (part === '' ? 0n : (BigInt(part) * size) / 10n ** BigInt(part.length));
    if (total > LONGEST || (total === LONGEST && sign !== '-')) return invalid;
  }
  return sign === '-' ? -total : total;
}

/** As Go's time package quotes: whatever is not plain ASCII byte by byte. */
const quote = (text: string): string =>
  `"${Array.from(Buffer.from(text), (byte) => {
    if (byte < 0x20 || byte >= 0x7f) return `\\x${byte.toString(16).padStart(2, '0')}`;
    return byte === 0x22 || byte === 0x5c ? `\\${String.fromCharCode(byte)}` : String.fromCharCode(byte);
  }).join('')}"`;
