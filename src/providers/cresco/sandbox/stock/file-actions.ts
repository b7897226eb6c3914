import { open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isList } from '../../../../core/value.ts';
import { errnoOf } from '../../../../disk/index.ts';
import { gzjson } from '../encoding.ts';
import type { Params } from '../plugin.ts';
import { isPlainName, OUTSIDE } from './confine.ts';
import type { FileRepo } from './filerepo.ts';
import { packFiles, placeFields, valueIn } from './file-messages.ts';
import { shelfAction } from './repo.ts';

type Action = (repo: FileRepo, params: Params) => Promise<Params>;

/** A file in a reply is in memory several times over, here and at the client. */
const LARGEST_IN_REPLY = 64 * 1024 * 1024;
const LARGEST_BUFFER = 1024 * 1024;

/** The EXEC actions of filerepo that clients use (sheet 6.2): the whole reply; undefined for an action that there is not. */
export async function fileAction(repo: FileRepo, params: Params): Promise<Params | undefined> {
  const name = params['action'] ?? '';
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) return shelfAction({ shelf: repo.shelf, context: repo.context, params, confirms: false });
  return { ...params, ...(await action(repo, params)) };
}

const said = (status: string, status_desc: string): Params => ({ status, status_desc });

const ACTIONS: Readonly<Record<string, Action>> = {
  async getrepofilelist(repo, { repo_name }) {
    if (repo_name === undefined) return said('9', 'list not found');
    // A consumer looks at what it has when it is asked: nothing else makes it look.
    if (repo.scanFolder === undefined) await repo.catalogue?.scan();
    const files = [...(repo.catalogue?.files.values() ?? [])];
    const list = files.map(({ filePath, MD5, lastModified, filesize }) => ({
      filepath: filePath,
      md5: MD5,
      lastmodified: lastModified,
      filesize,
    }));
    const { scan_dir, instance_id } = repo.context.config;
    return {
      ...said('10', 'list found'),
      repofilelist: gzjson(list),
      ...(scan_dir === undefined ? {} : { scan_dir }),
      ...(instance_id === undefined ? {} : { instance_id }),
    };
  },

  getscandir({ context }) {
    const { scan_dir } = context.config;
    return Promise.resolve(scan_dir === undefined ? said('9', 'no scan_dir') : { ...said('10', 'scan_dir found'), scan_dir });
  },

  putfilesremote(repo, { file_list, dst_region, dst_agent, dst_plugin, repo_name }) {
    if (!file_list || !dst_region || !dst_agent || !dst_plugin || !repo_name) return Promise.resolve({});
    const wanted = valueIn(file_list);
    const paths = isList(wanted) ? wanted.filter((path) => typeof path === 'string') : [];
    repo.background(async () => {
      const files = paths.flatMap((path) => {
        const file = repo.catalogue?.files.get(path);
        if (file === undefined) repo.say('Warn', `${path} was not sent: it is not catalogued`);
        return file === undefined ? [] : [file];
      });
      const params = { action: 'putfiles', repo_name, file_list: packFiles(files), ...placeFields('repo', repo.place) };
      await repo.context.rpc({ region: dst_region, agent: dst_agent, plugin: dst_plugin }, 'EXEC', params);
    });
    return Promise.resolve(said('10', 'request sent'));
  },

  async removefile(repo, { repo_name, file_name }) {
    if (repo_name === undefined || file_name === undefined) return said('9', 'No repo or file name name found');
    if (repo.repoFolder === undefined || !isPlainName(file_name)) return said('9', 'file not removed');
    return (await removed(join(repo.repoFolder, file_name))) ? said('10', 'file removed') : said('9', 'file not removed');
  },

  async clearrepo(repo, { repo_name }) {
    if (repo_name === undefined) return said('9', 'No repo name found');
    const folder = repo.repoFolder;
    const entries = folder === undefined ? [] : await readdir(folder, { withFileTypes: true });
    for (const entry of entries) if (entry.isFile()) await removed(join(entry.parentPath, entry.name));
    return said('10', 'repo cleared');
  },

  async getfile(repo, { file_path }) {
    if (file_path === undefined) return said('8', 'no filename parameter');
    const file = repo.catalogue?.files.get(file_path);
    if (file === undefined) return said('9', 'fileInfo == null');
    if (Number(file.filesize) > LARGEST_IN_REPLY) return said('9', `larger than ${LARGEST_IN_REPLY} bytes: use streamfile`);
    const path = await repo.within(file_path);
    if (path === undefined) return said('9', OUTSIDE);
    const data = await readFile(path);
    return { ...said('10', 'file found'), file_metadata: gzjson({ ...file }), file_data: data.toString('base64') };
  },

  streamfile,

  streamfilecancel(repo, { transfer_id = '' }) {
    const stream = repo.streams.get(transfer_id);
    stream?.abort();
    return Promise.resolve(
      stream === undefined
        ? { status_code: '9', status_desc: 'transfer not found' }
        : { status_code: '10', status_desc: 'transfer cancelled' },
    );
  },
};

/** Which of the codes 5 to 9 stands for what is not known: callers may only tell them from 10. */
async function streamfile(repo: FileRepo, params: Params): Promise<Params> {
  const { file_path, transfer_id, ident_key, ident_id, start_byte = '', byte_length = '', buffer_size = '32768' } = params;
  if (file_path === undefined) return said('9', 'no file_path');
  if (transfer_id === undefined || repo.streams.has(transfer_id)) return said('8', 'transfer_id is missing or in use');
  if (ident_key === undefined || ident_id === undefined) return said('7', 'no ident_key or ident_id');
  const [start, length, size] = [start_byte, byte_length, buffer_size].map((text) => (/^\d{1,15}$/.test(text) ? Number(text) : NaN)) as [
    number,
    number,
    number,
  ];
  if (Number.isNaN(start + length) || !(size > 0 && size <= LARGEST_BUFFER))
    return said('6', 'start_byte, byte_length or buffer_size is wrong');
  const path = await repo.within(file_path);
  if (path === undefined) return said('5', OUTSIDE);
  const file = await open(path).catch((error: unknown) => {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  });
  if (file === undefined) return said('5', 'file cannot be read');
  const cancel = new AbortController();
  repo.streams.set(transfer_id, cancel);
  repo.background(async () => {
    try {
      const end = start + length;
      for (let at = start, number = 0; at < end && !cancel.signal.aborted; number += 1) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(size, end - at)), 0, Math.min(size, end - at), at);
        if (bytesRead === 0) break;
        at += bytesRead;
        repo.context.bus.publish({
          body: buffer.subarray(0, bytesRead),
          properties: { [ident_key]: ident_id, transfer_id, seq_num: `${number}` },
        });
        // Whoever listens has a turn before the next part is read.
        await setImmediate();
      }
    } finally {
      repo.streams.delete(transfer_id);
      await file.close();
    }
  });
  return said('10', 'endByte > file size');
}

/** False where there was nothing to remove. */
async function removed(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
