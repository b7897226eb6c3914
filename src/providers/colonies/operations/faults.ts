import { Fault } from '../../../core/diagnostic.ts';
import type { Process, ProcessGraph } from '../client/index.ts';
import { processState } from '../client/index.ts';
import { processStateText, shortIdOf, workText } from './texts.ts';

/** It has ended, and not well. */
export function processFailed(process: Process): Fault {
  const { state, errors, processid, retries } = process;
  const isCancelled = state === processState.cancelled;
  const said = errors.length === 0 ? 'It says nothing about why.' : errors.map(asSentence).join(' ');
  return new Fault({
    code: 'COLONIES_PROCESS',
    summary: `${workText(process)} ${isCancelled ? 'was cancelled' : 'failed'}`,
    detail: `${said}${retries > 0 ? ` It was given to an executor ${retries + 1} times.` : ''} Process ${processid}.`,
    hint: isCancelled
      ? 'Somebody cancelled it: submit it again if it is still wanted.'
      : `The operation logs process=${shortIdOf(processid)} prints what it logged.`,
  });
}

export function workflowFailed({ processgraphid, state }: ProcessGraph, members: readonly Process[]): Fault {
  const failed = members.filter(({ state: one }) => one === processState.failed);
  const why = failed.find(({ errors }) => errors.length > 0);
  return new Fault({
    code: 'COLONIES_PROCESS',
    summary: `the workflow ${state === processState.cancelled ? 'was cancelled' : 'failed'}`,
    detail: `${why === undefined ? 'None of its processes says why.' : `${workText(why)}: ${why.errors.map(asSentence).join(' ')}`} ${members
      .map((one) => `${one.spec.nodename} ${processStateText(one.state)}`)
      .join(', ')}. Workflow ${processgraphid}.`,
    hint: 'The operation workflow lists its processes; logs process=… prints what one of them logged.',
  });
}

const asSentence = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/** A member of a workflow cannot be cancelled alone. */
export const inWorkflow = (graph: string): Fault =>
  new Fault(
    {
      code: 'COLONIES_IN_WORKFLOW',
      summary: 'the process is part of a workflow, which can only be cancelled as a whole',
      detail: `The server refuses to cancel one process of a workflow. Nothing was done.`,
      hint: `cancel workflow=${graph} cancels all of it.`,
    },
    { sent: 'no' },
  );
