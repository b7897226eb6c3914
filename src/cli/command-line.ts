import { COMMANDS } from './commands.ts';
import type { Globals } from './frame.ts';

export type Said = Pick<Globals, 'directory' | 'environment' | 'target' | 'file' | 'prune' | 'sandbox'>;

/** Nothing in it means something to a shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** One word of a command line as a POSIX shell reads it. */
const quoted = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

const line = (...words: readonly string[]): string => ['setpoint', ...words].map(quoted).join(' ');

const place = ({ directory, environment, sandbox }: Said): readonly string[] => [
  ...(directory === undefined ? [] : ['-C', directory]),
  ...(environment === undefined ? [] : ['-e', environment]),
  ...(sandbox ? ['--sandbox'] : []),
];

/** What applies a saved plan from where the person stands, with what was said when it was made: to be pasted as it is. */
export const applyLine = (path: string, said: Said): string =>
  line(
    'apply',
    ...place(said),
    ...(said.target ?? []).flatMap((name) => ['-t', name]),
    ...(said.file ?? []).flatMap((file) => ['-f', file]),
    ...(said.prune ? ['--prune'] : []),
    path,
  );

/** What takes the last run back. All of it: neither targets nor files are chosen again. */
export const rollbackLine = (said: Said): string => line('rollback', ...place(said));

/** They are about no project, or make one. */
const ELSEWHERE: ReadonlySet<string> = new Set(['init', 'completion', 'version']);
const OURS = new RegExp(`\\bsetpoint (${COMMANDS.flatMap(({ name }) => (ELSEWHERE.has(name) ? [] : [name])).join('|')})\\b`, 'g');

/** A text with commands of ours in it, as they work from where the person stands: whoever wrote it knew neither folder nor environment. */
export function fromHere(text: string, said: Said): string {
  const words = place(said);
  return words.length === 0 ? text : text.replaceAll(OURS, (_, name: string) => line(...words, name));
}
