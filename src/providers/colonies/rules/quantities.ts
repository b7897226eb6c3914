/**
 * Amounts of memory and processor time as a Colonies server reads them (pkg/parsers/parser.go of v1.9.12); what is wrong is said in
 * its words.
 */
export type Amount = { readonly amount: bigint } | { readonly problem: string };

const KI = 1024n;

/**
 * The units that the server understands every time. It looks for the unit in a Go map without regard to case, and takes the unit off
 * with regard to it: of `KB` and `Kb`, `MB` and `Mb`, `TB` and `Tb` it tries one or the other by chance, and `GB` it never gets right.
 */
const UNITS: Readonly<Record<string, bigint>> = {
  Ki: KI,
  KiB: KI,
  Mi: KI ** 2n,
  MiB: KI ** 2n,
  Gi: KI ** 3n,
  GiB: KI ** 3n,
  TiB: KI ** 4n,
  K: 1000n,
  M: 1000n ** 2n,
  G: 1000n ** 3n,
  Gb: 1000n ** 3n,
};

/** The same, as far as one should use them: what is decimal is cut off to whole MiB without a word. */
export const MEMORY_UNITS = ['Ki', 'KiB', 'Mi', 'MiB', 'Gi', 'GiB', 'TiB'] as const;

const ANY_UNIT = /(?:[KMGT]B|[KMG]|[KMG]i|[KMGT]iB)$/i;

/** In bytes; nothing is 0. */
export function memoryOf(text: string): Amount {
  if (text === '') return { amount: 0n };
  const unit = /[A-Za-z]*$/.exec(text)?.[0] ?? '';
  const scale = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  // With a unit in other letters nothing is taken off; without any unit there is no number at all.
  const read = int64(scale !== undefined ? text.slice(0, -unit.length) : ANY_UNIT.test(text) ? text : '');
  if ('problem' in read) return { problem: `error converting memory to int: ${read.problem}` };
  return scale === undefined ? { problem: 'no valid unit found in input' } : { amount: BigInt.asIntN(64, read.amount * scale) };
}

/** In thousandths of a processor. What does not end in `m` is 0 to the server. */
export function cpuOf(text: string): Amount {
  if (!text.endsWith('m')) return { amount: 0n };
  const read = int64(text.slice(0, -1));
  return 'problem' in read ? { problem: 'Error converting CPU to int' } : read;
}

/** Memory as the server gives it back: whole MiB, the rest cut off. */
export const memoryText = (bytes: bigint): string => `${String(bytes / KI ** 2n)}Mi`;

const MOST = 2n ** 63n - 1n;

/** Go's strconv.ParseInt with base 10. */
function int64(text: string): Amount {
  const problem = (what: string): Amount => ({ problem: `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${what}` });
  if (!/^[-+]?\d+$/.test(text)) return problem('invalid syntax');
  const amount = BigInt(text.replace(/^\+/, ''));
  return amount > MOST || amount < -MOST - 1n ? problem('value out of range') : { amount };
}
