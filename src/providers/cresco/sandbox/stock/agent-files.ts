import { open, stat } from 'node:fs/promises';
import { errnoOf } from '../../../../disk/index.ts';
import { gz } from '../encoding.ts';
import type { Params } from '../plugin.ts';
import { md5Of } from './catalogue.ts';
import { confine, OUTSIDE } from './confine.ts';

/** The file actions of an agent (sheet 3.2): what each adds to the reply. They say `status`, where plugin actions say `status_code`. */
export interface AgentFiles {
  /** `filepath` → `md5` and `size`. */
  getfileinfo(params: Params): Promise<Params>;
  /** `filepath`, `skiplength`, `partsize` → `payload`: always exactly `partsize` bytes, zeros behind the end of the file. */
  getfiledata(params: Params): Promise<Params>;
}

/** A reply has to fit a frame that the clients take; what is asked for is the size of a buffer here. */
const LARGEST_PART = 64 * 1024 * 1024;

/** For the agents of a sandbox: only what is inside these folders can be read. */
export function agentFiles(allowedFolders: readonly string[]): AgentFiles {
  const within = confine(allowedFolders);
  const failed = (reason: string): Params => ({ status: '9', status_desc: reason });

  return {
    getfileinfo: ({ filepath }) =>
      unlessMissing(async () => {
        const path = filepath === undefined ? undefined : await within(filepath);
        if (path === undefined) return failed(filepath === undefined ? 'no filepath' : OUTSIDE);
        const found = await stat(path);
        if (!found.isFile()) return failed('no file');
        return { status: '10', status_desc: 'file found', md5: await md5Of(path), size: `${found.size}` };
      }),
    getfiledata: ({ filepath, skiplength, partsize }) =>
      unlessMissing(async () => {
        const path = filepath === undefined ? undefined : await within(filepath);
        if (path === undefined) return failed(filepath === undefined ? 'no filepath' : OUTSIDE);
        const [skip, size] = [amount(skiplength), amount(partsize)];
        if (skip === undefined || size === undefined || size > LARGEST_PART) return failed('skiplength or partsize is wrong');
        const part = Buffer.alloc(size);
        const file = await open(path);
        try {
          for (let filled = 0; filled < size;) {
            const { bytesRead } = await file.read(part, filled, size - filled, skip + filled);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
        } finally {
          await file.close();
        }
        return { status: '10', status_desc: 'file part read', payload: gz(part) };
      }),
  };

  async function unlessMissing(act: () => Promise<Params>): Promise<Params> {
    try {
      return await act();
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === undefined) throw error;
      return failed(errno === 'ENOENT' ? 'file does not exist' : `file cannot be read (${errno})`);
    }
  }
}

const amount = (text: string | undefined): number | undefined => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined);
