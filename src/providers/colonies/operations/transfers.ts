import { basename, resolve } from 'node:path';
import { count } from '../../../core/count.ts';
import { Fault } from '../../../core/diagnostic.ts';
import type { Operation, Output } from '../../contract.ts';
import type { Colony } from '../session.ts';
import { fetchFile, latestRevision, putFile, storedOf, type ColonyFiles, type Stored } from '../storage/colony-files.ts';
import { compared, type Compared, type Pair } from '../storage/compare.ts';
import { measured } from '../storage/content.ts';
import { differing, noStorage, snapshotGone } from '../storage/faults.ts';
import { isName, kindAt, placeOf } from '../storage/paths.ts';
import { choiceIn, flagIn, LABEL, needed, safeName, SNAPSHOT, tableOf, wrongInput, type Input, type Words } from './inputs.ts';
import { revisionOf } from './revisions.ts';

const THE_LABEL: Input = { ...LABEL, required: true };
const FOLDER: Input = { name: 'folder', summary: 'a folder of this machine, relative to setpoint.yaml', required: true };
const OVERWRITE: Input = { name: 'overwrite', summary: 'what has the name here and other bytes is replaced', flag: true };
const AT_ONCE = 8;

/** What moves the bytes of files, between this machine and the store that the target names. */
export const transfers: readonly Operation<Colony>[] = [
  {
    name: 'put-file',
    summary: 'puts a file of this machine into the colony, as the latest revision of its name',
    mutates: true,
    inputs: [
      { name: 'from', summary: 'a file of this machine, relative to setpoint.yaml', required: true },
      THE_LABEL,
      { name: 'file', summary: 'its name below the label (default: its own)' },
    ],
    async *run(session, words, { signal }) {
      const path = inProject(session, needed(words, 'from'));
      const label = labelIn(words);
      const name = words['file'] === undefined ? basename(path) : safeName(words, 'file', 'a file');
      if (!isName(name)) throw wrongInput('file', name, { takes: 'the name of one file, without a folder' });
      const isNew = await putFile(filesOf(session), { path, label, name }, signal);
      yield { line: isNew ? `${label}/${name} has a new revision.` : `${label}/${name} has these bytes already: nothing was sent.` };
    },
  },
  {
    name: 'get-file',
    summary: 'fetches the latest revision of a file, and checks that it is what was put',
    mutates: false,
    inputs: [
      THE_LABEL,
      { name: 'file', summary: 'the name of a file below the label', required: true },
      { name: 'to', summary: 'a file or folder of this machine, relative to setpoint.yaml (default: its name, beside setpoint.yaml)' },
      OVERWRITE,
    ],
    async *run(session, words, { signal }) {
      const files = filesOf(session);
      const [label, name] = [needed(words, LABEL.name), needed(words, 'file')];
      const stored = await latestRevision(files, { label, name }, signal);
      const to = inProject(session, words['to'] ?? '.');
      const isFolder = /[/\\]$/.test(words['to'] ?? './') || (await kindAt(to)) === 'folder';
      const path = isFolder ? await placeOf(to, { below: '', name }) : to;
      const wanted = { stored, path, name: `${label}/${name}` };
      await mayWrite([wanted], words, signal);
      yield { line: `${path} ${(await fetched(files, wanted, signal)) ? 'is there, and whole' : 'was there already'}.` };
    },
  },
  {
    name: 'compare-files',
    summary: 'compares a folder with a label, with all below them, by their bytes',
    mutates: false,
    inputs: [FOLDER, THE_LABEL],
    async *run(session, words, { signal }) {
      const { pairs, leftAlone } = await comparedBy(session, words, signal);
      yield tableOf(
        ['file', 'is'],
        pairs.filter(({ is }) => is !== 'same').map(({ name, is }) => [name, IS[is]]),
      );
      yield* alone(leftAlone);
      yield { line: `${count(pairs.filter(({ is }) => is === 'same').length, 'file')} the same on both sides.` };
    },
  },
  {
    name: 'sync-files',
    summary: 'brings what only a folder has to a label, and what only the label has to the folder; removes nothing',
    mutates: true,
    inputs: [FOLDER, THE_LABEL, { name: 'keep', summary: 'here or there: whose bytes count where both have the name (default: neither)' }],
    async *run(session, words, { signal }) {
      const files = filesOf(session);
      const keep = choiceIn(words, 'keep', { of: ['here', 'there', 'neither'], otherwise: 'neither' });
      const { pairs, leftAlone } = await comparedBy(session, words, signal);
      const open = keep === 'neither' ? pairs.filter(({ is }) => is === 'different') : [];
      if (open.length > 0)
        throw differing(
          open.map(({ name }) => name),
          UNDECIDED,
        );
      const isUp = ({ is }: Pair): boolean => is === 'here' || (is === 'different' && keep === 'here');
      yield* alone(leftAlone);
      const moving = pairs.filter(({ is }) => is !== 'same');
      yield* inTurn(moving, async (pair) => {
        const { path, label, name, stored } = pair;
        if (isUp(pair)) await putFile(files, { path, label }, signal);
        else await fetchFile(files, stored as Stored, { path, signal });
        return isUp(pair) ? `put  ${label}/${basename(path)}` : `got  ${name}`;
      });
      yield {
        line: `${count(pairs.length, 'file')} the same on both sides, ${moving.length === 0 ? 'as they were' : `${moving.length} of them from now on`}.`,
      };
    },
  },
  {
    name: 'get-snapshot',
    summary: 'fetches all files of a snapshot into a folder, and checks that they are what was put',
    mutates: false,
    inputs: [{ ...SNAPSHOT, required: true }, { ...FOLDER, summary: `${FOLDER.summary}; it is made` }, OVERWRITE],
    async *run(session, words, { signal }) {
      const files = filesOf(session);
      const [name, folder] = [needed(words, SNAPSHOT.name), inProject(session, needed(words, FOLDER.name))];
      const { label, fileids } = await files.call('getsnapshotmsg', { colonyname: files.colony, name }, signal);
      const revisions = await Promise.all(fileids.map((fileid) => revisionOf(session.read, fileid, signal)));
      const there = revisions.filter((one) => one !== undefined);
      const wanted = await Promise.all(
        there.map(async (one) => {
          const path = await placeOf(folder, { below: belowOf(one.label, label), name: one.name });
          return { stored: storedOf(one), path, name: `${one.label}/${one.name}` };
        }),
      );
      await mayWrite(wanted, words, signal);
      yield* inTurn(wanted, async (one) => `${(await fetched(files, one, signal)) ? 'got ' : 'had '} ${one.name}`);
      if (there.length < fileids.length) throw snapshotGone(name, { gone: fileids.length - there.length, all: fileids.length });
      yield { line: `${folder} has ${count(there.length, 'file')} of ${name}.` };
    },
  },
];

const IS = { here: 'only here', there: 'only there', different: 'different here and there', same: 'the same' } as const;
const UNDECIDED = {
  detail: 'Both sides have the name with other bytes, and nothing says which are wanted. Nothing was moved, this or any other.',
  hint: 'keep=here puts those of this machine as new revisions; keep=there replaces those here.',
};
const IN_THE_WAY = {
  detail: 'What has the name here has other bytes than what would be fetched. Nothing was fetched, this or any other.',
  hint: '--overwrite replaces it; or fetch into another folder.',
};

interface Wanted {
  readonly stored: Stored;
  readonly path: string;
  readonly name: string;
}

/** Throws Fault COLONIES_NO_STORAGE. */
export function filesOf({ read, write }: Colony): ColonyFiles {
  const { store, call } = write;
  if (store === undefined) throw noStorage();
  return { colony: read.colony, store, call: (type, request, signal) => call(type, request, { signal }) };
}

const inProject = ({ write }: Colony, path: string): string => resolve(write.folder ?? '.', path);

/** As the `colonies` command has it: with a slash before it and none behind. */
function labelIn(words: Words): string {
  const parts = safeName(words, LABEL.name, 'a label')
    .split('/')
    .filter((part) => part !== '');
  if (parts.length > 0 && parts.every(isName)) return `/${parts.join('/')}`;
  throw wrongInput(LABEL.name, words[LABEL.name] ?? '', { takes: 'a label like /recipes or /recipes/lagers' });
}

/** The server takes what only begins like the label into its snapshot as well: that keeps all of its own. */
function belowOf(own: string, label: string): string {
  if (own === label) return '';
  const below = own.startsWith(`${label}/`) ? own.slice(label.length) : own;
  return below.startsWith('/') ? below : `/${below}`;
}

function comparedBy(session: Colony, words: Words, signal: AbortSignal): Promise<Compared> {
  const folder = inProject(session, needed(words, FOLDER.name));
  const { read } = session;
  const call: ColonyFiles['call'] = (type, request, given) => session.write.call(type, request, { signal: given });
  return compared({ colony: read.colony, call }, { folder, label: labelIn(words) }, signal);
}

/** Whether the bytes are at the path already. */
async function isThere({ stored, path }: Wanted, signal: AbortSignal): Promise<boolean> {
  return (await kindAt(path)) === 'file' && (await measured(path, signal)).sha256 === stored.checksum;
}

/** False where it was there already. */
async function fetched(files: ColonyFiles, wanted: Wanted, signal: AbortSignal): Promise<boolean> {
  if (await isThere(wanted, signal)) return false;
  await fetchFile(files, wanted.stored, { path: wanted.path, signal });
  return true;
}

/** Throws Fault COLONIES_FILES_DIFFER for what would be replaced and may not be. */
async function mayWrite(all: readonly Wanted[], words: Words, signal: AbortSignal): Promise<void> {
  if (flagIn(words, OVERWRITE.name)) return;
  const inTheWay: string[] = [];
  for (const one of all) if ((await kindAt(one.path)) !== 'nothing' && !(await isThere(one, signal))) inTheWay.push(one.path);
  if (inTheWay.length > 0) throw differing(inTheWay, IN_THE_WAY);
}

/** A few at once, told in their order. What was done is told before the first failure, and nothing is begun after it. */
async function* inTurn<T>(all: readonly T[], act: (one: T) => Promise<string>): AsyncIterable<Output> {
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const ended = await Promise.allSettled(all.slice(from, from + AT_ONCE).map(act));
    for (const one of ended) if (one.status === 'fulfilled') yield { line: one.value };
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason instanceof Fault ? failed.reason : (failed.reason as Error);
  }
}

function* alone(names: readonly string[]): Iterable<Output> {
  for (const name of names) yield { line: `${name} is left alone: it is no file, or has a name that no file of a colony can have.` };
}
