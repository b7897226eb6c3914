import { run } from '../kit/programs.ts';

/** The verbs that the help of `colonies` prints, groups followed to their end: `blueprint definition add`. */
export function verbsOfProgram(program: string, words: readonly string[] = []): readonly string[] {
  const { out, err } = run(program, [...words, '--help']);
  const listed = /^Available Commands:\n((?: .*\n)+)/m.exec(out + err)?.[1] ?? '';
  const names = [...listed.matchAll(/^ +(\S+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help' && name !== 'completion');
  return names.length === 0 ? [words.join(' ')] : names.flatMap((name) => verbsOfProgram(program, [...words, name]));
}
