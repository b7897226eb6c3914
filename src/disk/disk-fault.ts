import { Fault } from '../core/diagnostic.ts';

/** What an errno means for the person in front of it. Whatever is not listed is the disk's own failure. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS']);
const IN_THE_WAY = new Set(['ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']);

export const errnoOf = (error: unknown): string | undefined => {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
};

/**
 * The Fault for a failed file operation: DISK_FULL, NOT_WRITABLE, NOT_READABLE or DISK_FAILED, naming the path and what to do.
 * What is no operating system error (a bug, another Fault) comes back as it is.
 */
export function diskFault(error: unknown, path: string, doing: 'read' | 'write'): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const fault = (code: string, summary: string, detail: string, hint: string): Fault =>
    new Fault({ code, summary, detail, hint }, { cause: error, sent: 'no' });
  if (FULL.has(errno)) {
    return fault(
      'DISK_FULL',
      `no room left to write ${path}`,
      `The disk or the quota is full (${errno}). What stood in the file before is still there; nothing was half written.`,
      'Free some space and run the same command again.',
    );
  }
  if (REFUSED.has(errno) && doing === 'read') {
    return fault(
      'NOT_READABLE',
      `${path} may not be read`,
      `The operating system refused to open it (${errno}).`,
      'Give this user the right to read it, or run as the user who owns it.',
    );
  }
  if (REFUSED.has(errno)) {
    return fault(
      'NOT_WRITABLE',
      `${path} may not be written`,
      `The operating system refused it (${errno}${errno === 'EROFS' ? ', the file system is read-only' : ''}). Nothing was changed there.`,
      'Give this user the right to write to the file and its folder, or keep it in another folder.',
    );
  }
  if (IN_THE_WAY.has(errno)) {
    return fault(
      doing === 'read' ? 'NOT_READABLE' : 'NOT_WRITABLE',
      `${path} cannot be ${doing === 'read' ? 'read' : 'written'}`,
      `Something of another sort stands at this path or above it (${errno}): a file where a folder is wanted, or the other way round.`,
      'Look at what is there and move it away.',
    );
  }
  return fault(
    'DISK_FAILED',
    `${path} could not be ${doing === 'read' ? 'read' : 'written'}`,
    `The operating system says ${errno}: ${(error as Error).message}.`,
    'Check the disk and its connection, then run the same command again.',
  );
}
