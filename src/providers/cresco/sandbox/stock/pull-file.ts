import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bytesOf } from '../encoding.ts';
import type { PluginContext } from '../plugin.ts';
import type { RepoFile } from './catalogue.ts';
import { isPlainName } from './confine.ts';

/** How much of a file one message carries. */
const PART = 256 * 1024;

interface Wanted {
  readonly file: RepoFile;
  /** Whose agent has it. */
  readonly from: { readonly region: string; readonly agent: string };
  /** Where it goes: sub-folders of the source are flattened, so two files of one name are one here (sheet 6.2). */
  readonly folder: string;
}

/**
 * Fetches a file from an agent, part after part, and puts it in place as a whole once its MD5 is right. A reason where it did
 * not come; nothing is left behind then.
 */
export async function pullFile(context: PluginContext, { file, from, folder }: Wanted): Promise<string | undefined> {
  if (!isPlainName(file.fileName)) return 'its name is no name of a file';
  // To the agent itself: `from` may name a plugin as well.
  const { region, agent } = from;
  const ask = (action: string, more: Readonly<Record<string, string>>): ReturnType<PluginContext['rpc']> =>
    context.rpc({ region, agent }, 'EXEC', { action, filepath: file.filePath, ...more });
  const info = await ask('getfileinfo', {});
  if (info?.['status'] !== '10') return info?.['status_desc'] ?? 'its agent does not answer';
  const size = Number(info['size']);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomUUID()}.part`);
  const target = await open(temporary, 'wx');
  try {
    const hash = createHash('md5');
    for (let at = 0; at < size;) {
      const length = Math.min(PART, size - at);
      const part = unpack((await ask('getfiledata', { skiplength: `${at}`, partsize: `${length}` }))?.['payload'], length);
      if (part === undefined) return `the part at byte ${at} did not come`;
      hash.update(part);
      await writeWhole(target, part);
      at += length;
    }
    if (hash.digest('hex') !== info['md5']) return 'it changed while it was sent';
    await rename(temporary, join(folder, file.fileName));
    return undefined;
  } finally {
    await target.close();
    await rm(temporary, { force: true });
  }
}

/** The bytes of a gzbytes that have to be so many. */
function unpack(payload: string | undefined, length: number): Buffer | undefined {
  const packed = bytesOf(payload ?? '');
  if (packed === undefined || packed.length === 0) return undefined;
  try {
    const bytes = gunzipSync(packed, { maxOutputLength: length });
    return bytes.length === length ? bytes : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

async function writeWhole(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += (await target.write(bytes, written)).bytesWritten;
}
