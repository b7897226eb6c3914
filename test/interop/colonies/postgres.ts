import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { debianProgram, run } from '../kit/programs.ts';
import { startServer, type Server } from '../kit/server.ts';
import { Missing } from '../kit/stage.ts';

/** Where Debian puts the programs that only an administrator of databases starts by hand. */
const FOLDERS = ['/usr/lib/postgresql/*/bin'];
/** A Colonies server keeps up to a hundred connections. */
export const MOST_CONNECTIONS = 150;

/** A PostgreSQL of its own below `scratch`, on loopback, that nobody needs a password for: user and database are `postgres`. */
export async function startPostgres(scratch: string): Promise<Server> {
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => debianProgram(name, ['postgresql'], FOLDERS)) as [string, string];
  const folder = join(scratch, 'postgres');
  mkdirSync(folder, { mode: 0o700 });
  const user = nobody();
  if (user !== undefined) {
    chmodSync(scratch, 0o711); // to be walked through
    chownSync(folder, user.uid, user.gid);
  }
  const made = run(initdb, ['-D', folder, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], {
    cwd: '/',
    ...user,
  });
  if (made.code !== 0) throw new Missing(`initdb failed:\n${made.err || made.out}`);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: MOST_CONNECTIONS,
    // What is written here is gone in a minute.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  return startServer({
    program: postgres,
    words: (port) => ['-D', folder, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    signal: 'SIGINT', // ends it although there are connections
    ...(user === undefined ? {} : { user }),
  });
}

/** PostgreSQL refuses to be root; the package brings a user of that name. */
function nobody(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(run('id', [flag, 'postgres']).out.trim() || Number.NaN));
  if (uid === undefined || gid === undefined || Number.isNaN(uid + gid))
    throw new Missing('there is no user postgres to run PostgreSQL as');
  return { uid, gid };
}
