import { count } from '../../../core/count.ts';
import type { Operation } from '../../contract.ts';
import { executorState } from '../client/index.ts';
import type { Colony } from '../session.ts';
import { awaitProcess } from './following.ts';
import {
  BLUEPRINT,
  CRON,
  cronsOf,
  EXECUTOR,
  executorIn,
  flagIn,
  FOLLOW,
  GENERATOR,
  generatorsOf,
  needed,
  oneNamed,
  WAIT,
} from './inputs.ts';
import { executorStateText } from './texts.ts';

const THE_EXECUTOR = { ...EXECUTOR, required: true } as const;

/** Acts of the colony's owner, and what sets the server's own machinery going. */
export const governing: readonly Operation<Colony>[] = [
  {
    name: 'approve',
    summary: "approves an executor, one that was rejected or unregistered as well (the owner's key)",
    mutates: true,
    inputs: [THE_EXECUTOR],
    async *run(session, words, call) {
      const { executorname, state } = await executorIn(words, session, call);
      const { read, write } = session;
      await write.call('approveexecutormsg', { colonyname: read.colony, executorname }, { signal: call.signal });
      const before = `it was ${executorStateText(state)}`;
      yield {
        line:
          state === executorState.unregistered
            ? `${executorname} is approved (${before}). Its functions are gone: it has to register them again, and to ask for work before the server's next cleanup.`
            : `${executorname} is approved (${before}).`,
      };
    },
  },
  {
    name: 'reject',
    summary: "rejects an executor: it gets no more work, and may read no more (the owner's key)",
    mutates: true,
    inputs: [THE_EXECUTOR],
    async *run(session, words, call) {
      const { executorname, state } = await executorIn(words, session, call);
      const { read, write } = session;
      await write.call('rejectexecutormsg', { colonyname: read.colony, executorname }, { signal: call.signal });
      yield { line: `${executorname} is rejected (it was ${executorStateText(state)}). What it runs it cannot close any more.` };
      yield { line: 'A manifest that has it approved brings it back with the next apply.' };
    },
  },
  {
    name: 'pause',
    summary: "pauses the colony: no executor gets work until it is resumed (the owner's key)",
    mutates: true,
    inputs: [],
    async *run({ read, write }, _, { signal }) {
      await write.call('pauseassignmentsmsg', { colonyname: read.colony }, { signal });
      yield { line: 'Nothing is assigned from now on. What runs goes on, and what is submitted waits: resume lets it go.' };
    },
  },
  {
    name: 'resume',
    summary: "lets the colony assign work again (the owner's key)",
    mutates: true,
    inputs: [],
    async *run({ read, write }, _, { signal }) {
      await write.call('resumeassignmentsmsg', { colonyname: read.colony }, { signal });
      yield { line: 'Work is assigned again.' };
    },
  },
  {
    name: 'run-cron',
    summary: 'submits the workflow of a cron now, whatever its schedule says',
    mutates: true,
    inputs: [CRON],
    async *run({ read, write }, words, { signal }) {
      const { cronid, name } = await oneNamed({ words, name: CRON.name, what: 'a cron', nameOf: (one) => one.name }, cronsOf(read, signal));
      await write.call('runcronmsg', { cronid }, { signal });
      yield { line: `${name} was told to run: the operation workflows lists what it submits.` };
    },
  },
  {
    name: 'pack',
    summary: 'packs an argument into a generator, which submits its workflow when it has enough of them',
    mutates: true,
    inputs: [GENERATOR, { name: 'arg', summary: 'the argument, as text', required: true }],
    async *run({ read, write }, words, { signal }) {
      const { generatorid, name } = await oneNamed(
        { words, name: GENERATOR.name, what: 'a generator', nameOf: (one) => one.name },
        generatorsOf(read, signal),
      );
      await write.call('packgeneratormsg', { generatorid, arg: needed(words, 'arg') }, { signal });
      const { queuesize, trigger } = await read.ask('getgeneratormsg', { generatorid }, signal);
      yield { line: `${name} holds ${count(queuesize, 'argument')}; it submits its workflow when it has ${trigger}.` };
    },
  },
  {
    name: 'reconcile',
    summary: 'has a blueprint reconciled now; with force also one that its reconciler takes for done',
    mutates: true,
    inputs: [BLUEPRINT, { name: 'force', summary: 'counts as a new generation of it', flag: true }, WAIT, FOLLOW],
    async *run({ read, write }, words, call) {
      const [follow, wait] = [flagIn(words, FOLLOW.name), flagIn(words, WAIT.name)];
      const { metadata } = await oneNamed(
        { words, name: BLUEPRINT.name, what: 'a blueprint', nameOf: (one) => one.metadata.name },
        read.ask('getblueprintsmsg', { namespace: read.colony }, call.signal),
      );
      const { processid } = await write.call(
        'reconcileblueprintmsg',
        { namespace: read.colony, name: metadata.name, force: flagIn(words, 'force') },
        { signal: call.signal },
      );
      yield { line: processid };
      if (wait || follow) yield* awaitProcess(read, processid, { follow, call });
    },
  },
];
