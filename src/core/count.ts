/** `1 page`, `2 pages`; the words of more than one where an s does not make them: `count(2, 'is new', 'are new')`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
