import { count } from '../../../core/count.ts';
import type { Operation } from '../../contract.ts';
import type { File } from '../client/index.ts';
import type { Colony } from '../session.ts';
import { flagIn, LABEL, labelsOf, needed, safeName, SNAPSHOT, tableOf, wrongInput, type Input } from './inputs.ts';
import { revisionOf } from './revisions.ts';
import { timeText } from './texts.ts';
import { filesOf } from './transfers.ts';
import { printable } from './values.ts';

const FILE: Input = { name: 'file', summary: 'the name of a file below the label', required: true };
const BYTES: Input = { name: 'bytes', summary: 'takes the bytes of all its revisions out of the store as well', flag: true };
const THE_LABEL: Input = { ...LABEL, required: true };

/** What the server knows of files and snapshots. Bytes are not its own: they are in an S3 store. */
export const files: readonly Operation<Colony>[] = [
  {
    name: 'files',
    summary: 'lists the labels of files, or with label the files below it (their bytes are elsewhere: in an S3 store)',
    mutates: false,
    inputs: [LABEL],
    async *run({ read }, words, { signal }) {
      const label = words[LABEL.name];
      if (label === undefined) {
        const rows = (await labelsOf(read, signal)).map(({ name, files: revisions }) => [name, String(revisions)]);
        yield tableOf(['label', 'revisions'], rows);
        return;
      }
      const found = await read.ask('getfilesmsg', { colonyname: read.colony, label }, signal);
      yield tableOf(
        ['file', 'bytes', 'checksum'],
        found.map(({ name, size, checksum }) => [name, String(size), checksum]),
      );
    },
  },
  {
    name: 'file',
    summary: 'prints what the server knows of one file, its revisions included',
    mutates: false,
    inputs: [THE_LABEL, FILE],
    async *run({ read }, words, { signal }) {
      const of = { colonyname: read.colony, label: needed(words, LABEL.name), name: needed(words, FILE.name), latest: false };
      yield { value: printable((await read.ask('getfilemsg', of, signal)).map(withoutKeys)) };
    },
  },
  {
    name: 'remove-file',
    summary: 'takes a file and all its revisions off the server; its bytes stay in the S3 store',
    mutates: true,
    inputs: [THE_LABEL, FILE, BYTES],
    async *run(session, words, { signal }) {
      const { read, write } = session;
      const [label, name] = [needed(words, LABEL.name), needed(words, FILE.name)];
      const store = flagIn(words, BYTES.name) ? filesOf(session).store : undefined;
      const there = await read.ask('getfilesmsg', { colonyname: read.colony, label }, signal);
      // A removal of what is not there is answered as any other.
      if (!there.some((file) => file.name === name)) {
        throw wrongInput(FILE.name, name, {
          takes: `the name of a file below ${label}, and there is none of that name`,
          known: there.map((one) => one.name),
        });
      }
      const revisions =
        store === undefined ? [] : await read.ask('getfilemsg', { colonyname: read.colony, label, name, latest: false }, signal);
      await write.call('removefilemsg', { colonyname: read.colony, label, name }, { signal });
      // After that nobody can ask for them. Objects that no client of ColonyOS has named may be anything of the bucket's.
      const objects = revisions.map(({ ref }) => ref.s3object.object).filter((object) => /^[0-9a-f]{64}$/.test(object));
      for (const object of objects) await store?.remove(object, signal);
      const bytes =
        store === undefined
          ? 'Its bytes stay in the S3 store, which this does not touch.'
          : `${count(objects.length, 'object')} removed from the store.`;
      yield { line: `The server knows nothing of ${label}/${name} any more. ${bytes}` };
    },
  },
  {
    name: 'snapshots',
    summary: 'lists the snapshots: which revisions of the files below a label belong together',
    mutates: false,
    inputs: [],
    async *run({ read }, _, { signal }) {
      const found = await read.ask('getsnapshotsmsg', { colonyname: read.colony }, signal);
      const rows = found.map(({ name, label, fileids, added }) => [name, label, String(fileids.length), timeText(added)]);
      yield tableOf(['snapshot', 'label', 'files', 'made (UTC)'], rows);
    },
  },
  {
    name: 'snapshot',
    summary: 'lists the files of one snapshot',
    mutates: false,
    inputs: [{ ...SNAPSHOT, required: true }],
    async *run({ read }, words, { signal }) {
      const { colony: colonyname } = read;
      const { fileids } = await read.ask('getsnapshotmsg', { colonyname, name: needed(words, SNAPSHOT.name) }, signal);
      const rows = await Promise.all(
        fileids.map(async (fileid) => {
          const { name, label, size, added, checksum } = (await revisionOf(read, fileid, signal)) ?? GONE;
          return [name, label, String(size), timeText(added), checksum];
        }),
      );
      yield tableOf(['file', 'label', 'bytes', 'added (UTC)', 'checksum'], rows);
    },
  },
  {
    name: 'make-snapshot',
    summary: 'freezes the latest revisions of the files below a label under a name',
    mutates: true,
    inputs: [THE_LABEL, { ...SNAPSHOT, summary: 'the name of the new snapshot', required: true }],
    async *run({ read, write }, words, { signal }) {
      const { colony: colonyname } = read;
      const [label, name] = [needed(words, LABEL.name), safeName(words, SNAPSHOT.name, 'a snapshot')];
      const labels = await labelsOf(read, signal);
      // The server would make one of nothing.
      if (!labels.some((one) => one.name === label)) {
        throw wrongInput(LABEL.name, label, {
          takes: 'a label that has files, and this one has none',
          known: labels.map((one) => one.name),
        });
      }
      const { fileids } = await write.call('createsnapshotmsg', { colonyname, label, name }, { signal });
      yield { line: `${name} holds ${count(fileids.length, 'file')} of ${label}. What is added from now on is not in it.` };
    },
  },
  {
    name: 'remove-snapshot',
    summary: 'removes a snapshot, or all of them; the files stay',
    mutates: true,
    inputs: [SNAPSHOT, { name: 'all', summary: 'all snapshots of the colony', flag: true }],
    async *run({ read, write }, words, { signal }) {
      const { colony: colonyname } = read;
      const there = await read.ask('getsnapshotsmsg', { colonyname }, signal);
      if (flagIn(words, 'all')) {
        await write.call('removeallsnapshotmsg', { colonyname }, { signal });
        yield { line: `${count(there.length, 'snapshot')} removed. The files stay.` };
        return;
      }
      const name = needed(words, SNAPSHOT.name, 'One of snapshot=… and --all says what is meant.');
      if (!there.some((one) => one.name === name)) {
        throw wrongInput(SNAPSHOT.name, name, {
          takes: 'the name of a snapshot, and there is none of that name',
          known: there.map((one) => one.name),
        });
      }
      await write.call('removesnapshotmsg', { colonyname, name }, { signal });
      yield { line: `${name} is removed. The files stay.` };
    },
  },
];

const GONE = { name: '(removed since)', label: '', size: '', added: undefined, checksum: '' };

/** Any member is told the keys of the store in clear: nobody has to read them on a screen. */
function withoutKeys({ ref, ...file }: File): object {
  const { accesskey, secretkey, encryptionkey, ...object } = ref.s3object;
  const held = [accesskey, secretkey, encryptionkey].some((key) => key !== '');
  return { ...file, ref: { ...ref, s3object: { ...object, ...(held ? { keys: '(not shown)' } : {}) } } };
}
