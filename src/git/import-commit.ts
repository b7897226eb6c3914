import { gitFailed, type Git } from './git.ts';
import type { Identity } from './identity.ts';
import { commitOf } from './tree.ts';

/**
 * Adds a commit to a branch without an index, a work tree or a checkout: one call of git fast-import, which checks that the branch is
 * still where we think before it moves it. False where it is not; then nothing has changed. A crash leaves unreachable objects at most.
 */
export async function importCommit(
  git: Git,
  commit: {
    readonly ref: string;
    readonly parent: string | undefined;
    readonly identity: Identity;
    readonly atMs: number;
    readonly message: string;
    /** New texts by path; null removes. */
    readonly files: ReadonlyMap<string, string | null>;
  },
): Promise<boolean> {
  const { ref, parent, identity, atMs, files } = commit;
  const lines: string[] = [
    `commit ${ref}`,
    `committer ${clean(identity.name)} <${clean(identity.email)}> ${Math.floor(atMs / 1000)} +0000`,
    data(commit.message),
    ...(parent === undefined ? [] : [`from ${parent}`]),
    // Removals first: a file may give way to a folder of the same name.
    ...[...files].flatMap(([path, text]) => (text === null ? [`D ${quoted(path)}`] : [])),
    ...[...files].flatMap(([path, text]) => (text === null ? [] : [`M 100644 inline ${quoted(path)}`, data(text)])),
    'done',
    '',
  ];
  const args = ['fast-import', '--quiet', '--done', '--date-format=raw'];
  const answer = await git.ask(args, { input: lines.join('\n') });
  if (answer.code === 0) return true;
  if (/cannot lock ref/i.test(answer.err) || (await commitOf(git, ref)) !== parent) return false;
  throw gitFailed(args, answer);
}

const data = (text: string): string => `data ${Buffer.byteLength(text, 'utf8')}\n${text}`;
const quoted = (path: string): string => `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
/** Angle brackets and line ends would end the name in a commit. */
const clean = (text: string): string => text.replace(/[<>\n\0]/g, '');
