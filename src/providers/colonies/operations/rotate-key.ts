import type { Call, Operation } from '../../contract.ts';
import { Fault } from '../../../core/diagnostic.ts';
import { idOf } from '../client/index.ts';
import type { Colony } from '../session.ts';
import { remedies } from '../stopped.ts';
import { cronsOf, EXECUTOR, flagIn, generatorsOf, needed, USER, wrongInput } from './inputs.ts';
import { COLONY, holderIn, INTO, KEY, secretIn, type Holder } from './key-holders.ts';
import { shortIdOf } from './texts.ts';

/**
 * A new key for a user, an executor or the colony. It is on disk before the server hears of it, and the old one is left where it is: at
 * no moment is a key lost that the server goes by. Run again with the same file after a crash, it finds out how far it came.
 */
export const rotateKey: Operation<Colony> = {
  name: 'rotate-key',
  summary: 'makes a new key for the user of this target, for another user, an executor, or the owner of the colony',
  mutates: true,
  inputs: [
    { ...EXECUTOR, summary: 'an executor, in place of the user of this target' },
    { ...USER, summary: 'another user' },
    { name: COLONY, summary: 'the owner of the colony', flag: true },
    { name: KEY, summary: 'the file that the key of that executor or user is in now, relative to setpoint.yaml' },
    { name: INTO, summary: 'a new file for the new key; one that ends in .age is encrypted', required: true },
  ],
  async *run(session, words, call) {
    const { signal } = call;
    const into = needed(words, INTO);
    const holder = await holderIn(session, { words, into, isColony: flagIn(words, COLONY) });
    const fresh = await secretIn(session, into, 'make');
    const id = idOf(fresh);
    if (id === holder.id) throw wrongInput(INTO, into, { takes: 'a new file, and this one holds the key that is in use' });
    yield { line: `The new key is in ${into}; its id is ${id}.` };
    if (await holder.isKnown(fresh, signal)) {
      yield { line: `The server knows it as that of ${holder.who} already: an earlier run came as far.` };
    } else {
      if (!(await holder.isKnown(undefined, signal))) throw notTheirs(holder, into);
      const runs = await runsOf(session, holder.id, call);
      await changed(holder, fresh, signal);
      const [now, before] = [shortIdOf(id), shortIdOf(holder.id)];
      yield { line: `The server goes by it, as a read that it signed shows: ${holder.who} is ${now}…, and ${before}… is nobody.` };
      for (const run of runs) yield { line: run };
    }
    for (const line of holder.then) yield { line };
  },
};

/** Tells the server, and asks it with the new key whether it has heard. Throws Fault COLONIES_ROTATION where it has not. */
async function changed(holder: Holder, fresh: string, signal: AbortSignal): Promise<void> {
  let cause: Fault | undefined;
  try {
    await holder.change(idOf(fresh), signal);
  } catch (error) {
    if (!(error instanceof Fault) || error.sent !== 'maybe') throw error;
    // Its reply is lost: who may sign says whether it was done.
    cause = error;
  }
  if (!(await holder.isKnown(fresh, signal))) throw notDone(holder, cause);
}

/** What stops, since the server runs it in the name of an id that nobody has any more. */
async function runsOf({ read }: Colony, id: string, { signal }: Call): Promise<readonly string[]> {
  if (read.ids.owner === id) return [];
  const [crons, generators] = await Promise.all([cronsOf(read, signal), generatorsOf(read, signal)]);
  const told = (
    what: 'crons' | 'generators',
    all: readonly { readonly name: string; readonly initiatorid: string }[],
  ): readonly string[] => {
    const names = all.filter(({ initiatorid }) => initiatorid === id).map(({ name }) => name);
    return remedies(what, names).map((line) => `Made with the old key, and never run again: ${line}.`);
  };
  return [...told('crons', crons), ...told('generators', generators)];
}

const notTheirs = ({ who, id }: Holder, into: string): Fault =>
  new Fault({
    code: 'COLONIES_ROTATION',
    summary: `the key that is to be replaced is not that of ${who}`,
    detail: `The server knows neither it (${id}) nor the new one in ${into} as theirs, so neither may tell it of another. Nothing was changed.`,
    hint: `Name the file that holds the key of ${who} now.`,
  });

const notDone = ({ who }: Holder, cause: Fault | undefined): Fault =>
  new Fault(
    {
      code: 'COLONIES_ROTATION',
      summary: `the server does not know the new key of ${who}`,
      detail: `It was told of it${cause === undefined ? '' : `, and its answer was lost (${cause.diagnostic.summary})`}, and refuses what the new key signs. Both keys are kept where they are.`,
      hint: 'Run the same once more: it looks first which of the two the server goes by.',
    },
    { sent: 'maybe', ...(cause === undefined ? {} : { cause }) },
  );
