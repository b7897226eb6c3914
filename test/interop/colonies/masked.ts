const HEX_ID = /\b[0-9a-f]{64}\b/g;
const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
/** Also as tables and log lines write it. */
const TIME = /\b(\d{4})-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?/g;
/** As Python shows one. */
const DATETIME = /datetime\.datetime\((\d+),[^()]*(?:\([^()]*\))?[^()]*\)/g;
/** Nanoseconds since 1970, of this century; days of priority away from now as well. */
const NANOSECONDS = /-?\b\d{17,20}n?\b/g;
/** As the command line shows what was measured. */
const SECONDS = /\b\d+\.\d{6} s\b/g;
/** What a server has measured. */
const MEASURED: ReadonlySet<string> = new Set(['minwaittime', 'maxwaittime', 'minexectime', 'maxexectime', 'avgwaittime', 'avgexectime']);
/** Where a server gives a list in no order that it promises: names of the members that say which entry it is. */
const UNORDERED = ['executorname', 'funcname', 'name', 'kind', 'attributeid', 'position'] as const;

/**
 * Answers without what differs from run to run. Ids are numbered in the order in which they come, so that the same id is the same
 * number; `known` ids have names. Times are `<time>` or, in the year 1 or before, `<unset>`.
 */
export function masker(known: Readonly<Record<string, string>>): (value: unknown) => unknown {
  const numbers = new Map(Object.entries(known));
  const idOf = (id: string): string => {
    const name = numbers.get(id) ?? `<id ${numbers.size - Object.keys(known).length + 1}>`;
    numbers.set(id, name);
    return name;
  };
  const timeOf = (_: string, year: string): string => (Number(year) <= 1 ? '<unset>' : '<time>');
  const text = (value: string): string =>
    value
      .replaceAll(HEX_ID, idOf)
      .replaceAll(UUID, '<uuid>')
      .replaceAll(TIME, timeOf)
      .replaceAll(DATETIME, timeOf)
      .replaceAll(NANOSECONDS, '<ns>')
      .replaceAll(SECONDS, '<seconds>');
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return Math.abs(value) > 1e16 ? '<ns>' : value;
    if (Array.isArray(value))
      return isEdges(value) ? sortedBy(value.map(walk), JSON.stringify) : inOrder(value as readonly unknown[]).map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a === 'edges' || (b !== 'edges' && a > b) ? 1 : -1)) // edges name nodes
        .map(([name, one]: [string, unknown]) => [name, isMeasured(name, one) ? '<seconds>' : walk(one)]),
    );
  };
  return walk;
}

const isMeasured = (name: string, value: unknown): boolean => MEASURED.has(name) && typeof value === 'number' && !Number.isInteger(value);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isEdges = (list: readonly unknown[]): boolean => list.every((one) => isObject(one) && 'source' in one && 'target' in one);

/** Sorted where its entries have one of those names, by everything in them but ids and times. */
function inOrder(list: readonly unknown[]): readonly unknown[] {
  if (!list.every((one) => isObject(one) && UNORDERED.some((name) => name in one))) return list;
  return sortedBy(list, (one) => JSON.stringify(one).replaceAll(HEX_ID, '').replaceAll(UUID, '').replaceAll(TIME, ''));
}

const sortedBy = (list: readonly unknown[], key: (one: unknown) => string): readonly unknown[] =>
  [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
