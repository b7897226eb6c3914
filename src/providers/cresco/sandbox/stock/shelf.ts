import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLog, readLog, writeDurably } from '../../../../disk/index.ts';

/** A jar on a shelf. `digest` is that of its bytes: MD5, or SHA-256 for those that the newest clients sent. */
export interface ShelvedJar {
  readonly pluginname: string;
  readonly version: string;
  readonly digest: string;
  /** The name under which it was sent. */
  readonly jarfile: string;
}

/** Jars in a folder, by their content. Nothing is ever taken away: repositories have no action for that. */
export interface Shelf {
  list(): Promise<readonly ShelvedJar[]>;
  bytes(name: string, digest: string): Promise<Uint8Array | undefined>;
  put(jar: Omit<ShelvedJar, 'digest'> & { readonly bytes: Uint8Array; readonly digest: string }): Promise<ShelvedJar>;
  close(): Promise<void>;
}

/** The digest of bytes, of the sort that `like` is: the newest clients put SHA-256 where the field says MD5. */
const digestLike = (like: string, bytes: Uint8Array): string =>
  createHash(like.length === 64 ? 'sha256' : 'md5')
    .update(bytes)
    .digest('hex');

/** Opens the shelf in a folder, which need not be there. A jar's line follows its bytes, so that what is listed can be fetched. */
export function openShelf(folder: string): Shelf {
  const log = openLog(join(folder, 'jars.jsonl'));
  const keyOf = ({ pluginname, version, digest }: ShelvedJar): string => JSON.stringify([pluginname, version, digest]);
  let opened: Promise<Map<string, ShelvedJar>> | undefined;
  const jars = (): Promise<Map<string, ShelvedJar>> => (opened ??= readJars());

  async function readJars(): Promise<Map<string, ShelvedJar>> {
    const { lines } = await readLog(join(folder, 'jars.jsonl'));
    return new Map(lines.map((line) => JSON.parse(line) as ShelvedJar).map((jar) => [keyOf(jar), jar]));
  }

  return {
    list: async () => [...(await jars()).values()],
    async bytes(name, digest) {
      const found = [...(await jars()).values()].find((jar) => jar.pluginname === name && jar.digest === digest);
      return found && readFile(join(folder, found.digest));
    },
    async put({ bytes, digest: claimed, pluginname, version, jarfile }) {
      const jar = { pluginname, version, jarfile, digest: digestLike(claimed, bytes) };
      await writeDurably(join(folder, jar.digest), bytes);
      const known = await jars();
      if (!known.has(keyOf(jar))) {
        known.set(keyOf(jar), jar);
        await log.append([JSON.stringify(jar)]);
      }
      return jar;
    },
    close: () => log.close(),
  };
}
