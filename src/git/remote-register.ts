import type { Plan } from '../core/plan.ts';
import { canonical } from '../core/value.ts';
import { contentOf } from '../state/file-register.ts';
import type { LeaseContent, LeaseRegister } from '../state/lease-register.ts';
import type { Clock } from '../state/lease.ts';
import type { Git } from './git.ts';
import { identityEnv, identityOf } from './identity.ts';
import type { Remote } from './remote.ts';
import { commitOf, readObjects } from './tree.ts';

/**
 * A lease as a reference of the remote, `refs/setpoint/lease/<environment>/<target>`: a commit with `lease.json` and, while it is held,
 * `plan.json`. It is moved by compare-and-swap, and each commit follows the one it replaces, so that a remote which refuses
 * non-fast-forwards serves as well.
 */
export function remoteRegister(options: {
  readonly git: Git;
  readonly remote: Remote;
  readonly ref: string;
  readonly clock: Clock;
  /** Brings the tracking references up to date. */
  readonly fetched: (now: boolean) => Promise<void>;
}): LeaseRegister {
  const { git, remote, ref, clock, fetched } = options;
  /** The plan of a lease is the same object through all its heartbeats. */
  let stored: { readonly plan: Plan; readonly blob: string } | undefined;
  const blobOf = (text: string): Promise<string> => git.text(['hash-object', '-w', '--stdin'], { input: text });
  const planBlob = async (plan: Plan): Promise<string> => {
    if (stored?.plan !== plan) stored = { plan, blob: await blobOf(`${canonical(plan)}\n`) };
    return stored.blob;
  };

  return {
    name: 'remote',
    apart: true,
    async read(fresh) {
      await fetched(fresh);
      const seen = await commitOf(git, remote.tracking(ref));
      if (seen === undefined) return undefined;
      const [lease, plan] = await readObjects(git, [`${seen}:lease.json`, `${seen}:plan.json`]);
      const content = contentOf(lease?.toString('utf8') ?? '', ref);
      return { seen, content: plan ? { ...content, plan: JSON.parse(plan.toString('utf8')) as Plan } : content };
    },
    async swap(seen, next) {
      const { plan, ...lease }: LeaseContent = next;
      const tree = [`100644 blob ${await blobOf(`${canonical(lease)}\n`)}\tlease.json`];
      if (plan) tree.push(`100644 blob ${await planBlob(plan)}\tplan.json`);
      const made = await git.text(['mktree'], { input: `${tree.join('\n')}\n` });
      const who = next.by ? `${next.by.holder}, run ${next.by.run}, until ${next.by.expiresAt}` : 'free';
      const commit = await git.text(
        ['commit-tree', made, '-m', `lease ${next.epoch}: ${who}`, ...(seen === undefined ? [] : ['-p', seen])],
        {
          env: identityEnv(await identityOf(git), clock.now()),
        },
      );
      return (await remote.push(ref, { seen, to: commit })) ? commit : undefined;
    },
  };
}
