/**
 * A preload that kills the process, or fails it, at a chosen file operation: `node --import ./test/kit/crash.mjs program`.
 *
 *     CRASH_MATCH  regular expression over `operation path` (rename and link: both paths; spawned programs: `spawn git push …`)
 *     CRASH_AT     number of the matching operation, from 1; without it nothing happens but counting
 *     CRASH_MODE   kill (before it, default) · kill-after · short-write (half of a write, then kill) · enospc (it fails and the next ones do
 *                  as well for paths that match; unlink and truncate still work, as on a full disk) · enospc-once · power (before it, and
 *                  with it goes everything that no fsync had made durable: bytes by that of their file, names by that of their folder)
 *     CRASH_COUNT  file that gets `<number> <operation path>` for each matching operation, to find out how many there are
 *
 * It wraps the functions of node:fs (callbacks, Sync, promises and FileHandle) and node:child_process; reads are left alone.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';

const match = new RegExp(process.env.CRASH_MATCH ?? '.');
const at = Number(process.env.CRASH_AT ?? 0);
const mode = process.env.CRASH_MODE ?? 'kill';
const counting = process.env.CRASH_COUNT;
const writeSync = fs.writeSync;
const appendSync = fs.appendFileSync;
let count = 0;
let full = false;
/** What a power cut takes back, oldest first: `by` is the path whose fsync makes it durable. */
let unsynced = [];
const real = {
  writeFileSync: fs.writeFileSync,
  readFileSync: fs.readFileSync,
  renameSync: fs.renameSync,
  unlinkSync: fs.unlinkSync,
  rmSync: fs.rmSync,
  mkdirSync: fs.mkdirSync,
};
const contentOf = (path) => {
  try {
    return real.readFileSync(path);
  } catch {
    return undefined;
  }
};
const putBack = (path, content) => (content === undefined ? real.rmSync(path, { force: true }) : real.writeFileSync(path, content));

/** Learns, before an operation on matching paths, how to take it back. */
function watch(operation, paths) {
  if (mode !== 'power' || off || !match.test(`${operation} ${paths.join(' ')}`)) return;
  const [a, b] = paths;
  const before = contentOf(b ?? a);
  const entry = (by, undo) => unsynced.push({ by, undo });
  if (operation === 'write' || operation === 'truncate') {
    const one = { by: a, undo: () => putBack(one.by, before) };
    unsynced.push(one);
  } else if (operation === 'open' && before === undefined) entry(dirname(a), () => real.rmSync(a, { force: true }));
  // What was there before is no work of this process: a link to a taken name and a folder that exists change nothing.
  else if (operation === 'link' && before === undefined) entry(dirname(b), () => real.rmSync(b, { force: true }));
  else if (operation === 'unlink') entry(dirname(a), () => putBack(a, before));
  else if (operation === 'mkdir' && !fs.existsSync(a)) entry(dirname(a), () => real.rmSync(a, { recursive: true, force: true }));
  else if (operation === 'rename') {
    // Bytes that were not synced go along under the new name.
    for (const one of unsynced) if (one.by === a) one.by = b;
    entry(dirname(b), () => {
      real.renameSync(b, a);
      if (before !== undefined) real.writeFileSync(b, before);
    });
  }
}
const synced = (path) => {
  unsynced = unsynced.filter((one) => one.by !== path);
};
let off = false;
function cutPower() {
  off = true; // node's own rmSync calls the functions that are wrapped here
  for (const one of unsynced.reverse()) {
    try {
      one.undo();
    } catch (error) {
      if (error.code !== 'ENOENT') throw error; // its folder went first
    }
  }
  die();
}

const die = () => {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered at once on Linux; nothing more may happen in any case.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
};
const noSpace = (what) =>
  Object.assign(new Error(`ENOSPC: no space left on device, ${what}`), { code: 'ENOSPC', errno: -28, syscall: what });
/** What a full disk refuses: new names and new bytes. */
const NEEDS_SPACE = new Set([
  'write',
  'writev',
  'writeFile',
  'appendFile',
  'open',
  'mkdir',
  'link',
  'fsync',
  'fdatasync',
  'copyFile',
  'symlink',
]);

/** Decides for one operation: undefined to go on, 'after' to kill behind it, 'half' to write half, or an error to fail with. */
function judge(operation, paths) {
  const what = `${operation} ${paths.join(' ')}`;
  if (off || !match.test(what)) return undefined;
  if (full && NEEDS_SPACE.has(operation)) return noSpace(what);
  count += 1;
  if (counting) appendSync(counting, `${count} ${what}\n`);
  if (count !== at) return undefined;
  if (mode === 'kill') die();
  if (mode === 'power') cutPower();
  if (mode === 'kill-after') return 'after';
  if (mode === 'short-write') return operation === 'write' ? 'half' : die();
  if (mode === 'enospc') full = true;
  return NEEDS_SPACE.has(operation) || mode === 'enospc-once' ? noSpace(what) : undefined;
}

const opensForWriting = (flags) =>
  typeof flags === 'number' ? (flags & 3) !== 0 || (flags & fs.constants.O_CREAT) !== 0 : flags !== undefined && flags !== 'r';
const pathOf = new Map(); // descriptor → path
const nameOf = (target) => (typeof target === 'number' ? (pathOf.get(target) ?? `fd ${target}`) : String(target));
const half = (args) => {
  const [fd, data, offset, length, position] = args;
  const bytes =
    typeof data === 'string' ? Buffer.from(data) : data.subarray(offset ?? 0, (offset ?? 0) + (length ?? data.length - (offset ?? 0)));
  writeSync(fd, bytes, 0, Math.ceil(bytes.length / 2), typeof position === 'number' ? position : null);
  die();
};

/** Which arguments of a function are paths (or descriptors). */
const OPERATIONS = {
  write: 1,
  writev: 1,
  writeFile: 1,
  appendFile: 1,
  fsync: 1,
  fdatasync: 1,
  ftruncate: 1,
  truncate: 1,
  rename: 2,
  link: 2,
  unlink: 1,
  open: 1,
  mkdir: 1,
  rmdir: 1,
  rm: 1,
  copyFile: 2,
  symlink: 2,
  fchmod: 1,
  chmod: 1,
};
const public_ = (name) => (name === 'ftruncate' ? 'truncate' : name === 'fchmod' ? 'chmod' : name);

for (const [name, paths] of Object.entries(OPERATIONS)) {
  const wrap = (original, kind) =>
    function wrapped(...args) {
      if (name === 'open' && !opensForWriting(args[1])) return remember(kind, original, this, args);
      const verdict = judge(public_(name), args.slice(0, paths).map(nameOf));
      if (verdict instanceof Error) {
        if (kind === 'sync') throw verdict;
        if (kind === 'promise') return Promise.reject(verdict);
        process.nextTick(args.at(-1), verdict);
        return undefined;
      }
      if (verdict === 'half') return half(args);
      if (verdict === 'after') {
        if (kind === 'sync') original.apply(this, args);
        else if (kind === 'promise') return original.apply(this, args).then(die);
        else return original.call(this, ...args.slice(0, -1), die);
        die();
      }
      watch(public_(name), args.slice(0, paths).map(nameOf));
      return remember(kind, original, this, args);
    };
  /** Learns which path a descriptor stands for. */
  const remember = (kind, original, self, args) => {
    if (name !== 'open') return original.apply(self, args);
    const path = String(args[0]);
    if (kind === 'sync') {
      const fd = original.apply(self, args);
      pathOf.set(fd, path);
      return fd;
    }
    if (kind === 'promise') return original.apply(self, args).then((handle) => (pathOf.set(handle.fd, path), handle));
    const done = args.at(-1);
    return original.call(self, ...args.slice(0, -1), (error, fd) => {
      if (!error) pathOf.set(fd, path);
      done(error, fd);
    });
  };
  if (fs[name]) fs[name] = wrap(fs[name], 'callback');
  if (fs[`${name}Sync`]) fs[`${name}Sync`] = wrap(fs[`${name}Sync`], 'sync');
  if (fs.promises[name]) fs.promises[name] = wrap(fs.promises[name], 'promise');
}

// FileHandle is not exported; its methods are found on any handle.
const probe = await fs.promises.open(process.execPath, 'r');
const methods = Object.getPrototypeOf(probe);
await probe.close();
for (const [method, operation] of Object.entries({
  write: 'write',
  writev: 'writev',
  writeFile: 'writeFile',
  appendFile: 'appendFile',
  sync: 'fsync',
  datasync: 'fdatasync',
  truncate: 'truncate',
  chmod: 'chmod',
})) {
  const original = methods[method];
  methods[method] = function wrapped(...args) {
    const verdict = judge(operation, [nameOf(this.fd)]);
    if (verdict instanceof Error) return Promise.reject(verdict);
    if (verdict === 'half') return half([this.fd, ...args]);
    const path = nameOf(this.fd);
    watch(operation, [path]);
    const result = original.apply(this, args);
    if (operation === 'fsync' || operation === 'fdatasync')
      return result.then(() => (synced(path), verdict === 'after' ? die() : undefined));
    return verdict === 'after' ? result.then(die) : result;
  };
}

for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) {
  const original = childProcess[name];
  childProcess[name] = function wrapped(file, args, ...rest) {
    const verdict = judge('spawn', [file, ...(Array.isArray(args) ? args : [])]);
    if (verdict instanceof Error) throw verdict;
    const child = original.call(this, file, args, ...rest);
    // Killed while the program runs on by itself, as when only we run out of memory.
    if (verdict === 'after' && child.once) child.once('exit', die);
    else if (verdict === 'after') die();
    return child;
  };
}
syncBuiltinESMExports();
