import { join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import { canonical } from '../core/value.ts';
import { createExclusively, listFiles, readIfThere, removeDurably, writeDurably } from '../disk/index.ts';
import { FORMAT, isNewer, tooNew } from './damage.ts';
import type { LeaseContent, LeaseRegister } from './lease-register.ts';
import { parsed } from './record-file.ts';

/** So many older epochs stay beside the current one: a reader of the folder always finds one that was there all the time. */
const KEPT = 4;
const nameOf = (epoch: number): string => `${String(epoch).padStart(8, '0')}.json`;

/**
 * A lease in a folder, one file an epoch: the highest is the lease. Taking it means to create the file of the next epoch, which
 * exactly one can; renewing and releasing rewrite the own file, which is of no effect once there is a higher one.
 */
export function fileRegister(folder: string): LeaseRegister {
  const epochs = async (): Promise<readonly number[]> =>
    (await listFiles(folder)).filter((name) => /^\d{8,}\.json$/.test(name)).map((name) => Number.parseInt(name, 10));

  return {
    name: 'file',
    apart: false,
    async read() {
      for (;;) {
        const epoch = (await epochs()).at(-1);
        if (epoch === undefined) return undefined;
        const file = join(folder, nameOf(epoch));
        const text = await readIfThere(file);
        // Gone since it was listed: many epochs have passed in between.
        if (text === undefined) continue;
        return { seen: String(epoch), content: contentOf(text, file) };
      }
    },
    async swap(seen, next) {
      const text = `${canonical({ ...next, plan: undefined, left: [] })}\n`;
      const file = join(folder, nameOf(next.epoch));
      if (seen === String(next.epoch)) {
        if ((await epochs()).at(-1) !== next.epoch) return undefined;
        await writeDurably(file, text);
        return (await epochs()).at(-1) === next.epoch ? seen : undefined;
      }
      if (!(await createExclusively(file, text))) return undefined;
      const all = await epochs();
      // The number was free because its time had long passed.
      if (all.at(-1) !== next.epoch) {
        await removeDurably(file);
        return undefined;
      }
      for (const old of all.slice(0, -KEPT)) await removeDurably(join(folder, nameOf(old)));
      return String(next.epoch);
    },
  };
}

/** Checks what every lease file says, wherever it is kept. Throws STATE_TOO_NEW or LEASE_DAMAGED. */
export function contentOf(text: string, label: string): LeaseContent {
  const content = parsed(text);
  if (isNewer(content?.['format'])) throw new Fault(tooNew(label, content?.['format']));
  const by = content?.['by'] as { expiresAt?: unknown } | null | undefined;
  const whole =
    content?.['format'] === FORMAT && Number.isSafeInteger(content['epoch']) && (by === null || typeof by?.expiresAt === 'string');
  if (!whole) {
    throw new Fault({
      code: 'LEASE_DAMAGED',
      summary: `the lease in ${label} cannot be read`,
      detail: 'Nobody can tell whether someone else is writing, so nothing is written.',
      hint: 'Make sure that no other run is under way, then remove the file.',
    });
  }
  return { left: [], ...content } as unknown as LeaseContent;
}
